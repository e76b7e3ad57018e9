#include "conformance/eio_echo.h"

static void on_open(void *ctx, struct eio_session *session)
{
	(void)ctx;
	(void)session;
}

static void on_message(void *ctx, struct eio_session *session, bool binary, struct fr_str data)
{
	(void)ctx;
	if (eio_session_send(session, binary, data) < 0)
		eio_session_close(session);
}

static void on_close(void *ctx, struct eio_session *session, enum eio_reason reason)
{
	(void)ctx;
	(void)session;
	(void)reason;
}

struct eio_server *eio_echo_new(struct net_timers *timers, struct httpd_server *httpd,
				const struct eio_options *options)
{
	static const struct eio_handler handler = {on_open, on_message, on_close};
	struct eio_server *eio = eio_server_new(timers, options, &handler, NULL);

	if (eio && eio_server_mount(eio, httpd, FR_STR("/engine.io")) < 0) {
		eio_server_free(eio);
		eio = NULL;
	}
	return eio;
}
