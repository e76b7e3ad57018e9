# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE eio/outbox.c eio/packet.c eio/payload.c)
