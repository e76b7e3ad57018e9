# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE ws/desk.c ws/extension.c ws/frame.c ws/handshake.c ws/recv.c ws/sha1.c)
