# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE
	sio/client.c sio/emit.c sio/kept.c sio/namespace.c sio/packet.c sio/server.c sio/socket.c)
