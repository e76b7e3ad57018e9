# Sources of this layer, added to its library.
target_sources(frust_transport PRIVATE
	httpd/chunked.c httpd/conn.c httpd/conn_recv.c httpd/exchange.c httpd/field.c
	httpd/forwarded.c httpd/head.c httpd/origin.c httpd/parser.c httpd/query.c httpd/response.c httpd/server.c
	httpd/target.c)
