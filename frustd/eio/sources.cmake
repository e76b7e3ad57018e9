# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE
	eio/aside.c eio/broadcast.c eio/deflate.c eio/flush.c eio/jsonp.c eio/outbox.c eio/packet.c eio/payload.c eio/polling.c eio/request.c eio/server.c
	eio/session.c eio/version.c eio/websocket.c)
