# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE
	net/address.c net/chunk.c net/conn.c net/deflate.c net/listener.c net/log.c net/loop.c
	net/mailbox.c net/parcel.c net/peers.c net/place.c net/tcp.c net/timer.c net/turns.c
	net/watch.c)
