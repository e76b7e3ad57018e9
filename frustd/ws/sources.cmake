# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE ws/extension.c ws/frame.c ws/handshake.c ws/recv.c ws/sha1.c)
