/* Owns the words, and how often they are said. */
#include "notices.h"

#include <inttypes.h>
#include <stdarg.h>

#define AGAIN_MS 1000
#define SID_TOLD 8

void notices_init(struct notices *notices, const struct fr_log *log,
		  const struct net_timers *timers)
{
	*notices = (struct notices){.log = log, .timers = timers};
}

/* Whether it is time for a line of that kind; if so, left_out gets how many there were before. */
static bool is_time(struct notices *notices, unsigned kind, char left_out[48])
{
	struct notices_told *told = &notices->told[kind];

	if (notices->timers->now < told->again) {
		told->left_out++;
		return false;
	}
	left_out[0] = '\0';
	if (told->left_out)
		snprintf(left_out, 48, " (%" PRIu64 " more before)", told->left_out);
	*told = (struct notices_told){.again = notices->timers->now + AGAIN_MS};
	return true;
}

/* A line about a client and its session, of whose id so much is told that one can tell it from
 * others, and not take it over; sid NULL: none. */
static void FR_PRINTF(5, 6)
	tell(const struct notices *notices, enum fr_log_level level,
	     const struct net_address *client, const char *sid, const char *format, ...)
{
	char from[NET_ADDRESS_TEXT], session[SID_TOLD + 1], text[1024];
	va_list args;

	if (!fr_log_tells(notices->log, level))
		return;
	net_address_text(client, from);
	snprintf(session, sizeof(session), "%s", sid ? sid : "");
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fr_log_about(notices->log, level, &(struct fr_log_subject){from, sid ? session : NULL},
		     "%s", text);
}

void notices_eio(void *ctx, enum eio_notice notice, const struct net_address *peer, const char *sid,
		 struct fr_str text)
{
	static const char *const words[] = {
		[EIO_NOTICE_ORIGIN_REFUSED] = "origin refused",
		[EIO_NOTICE_TOO_LARGE] = "message too large (--message-max)",
		[EIO_NOTICE_FLOOD] = "too many packets, closed (--packet-rate)",
		[EIO_NOTICE_SLOW] = "client too slow, closed (--send-window, --queue-max)",
		[EIO_NOTICE_NO_UPGRADE] =
			"WebSocket without an upgrade: does the proxy pass Upgrade on?",
	};
	struct notices *notices = ctx;
	char left_out[48];

	if (is_time(notices, notice, left_out))
		tell(notices, FR_LOG_WARN, peer, sid, "%s%s%.*s%s", words[notice],
		     text.len ? ": " : "", FR_STR_ARG(text), left_out);
}

/* Requests that never reached a handler. What was too large is somebody's, and limits are the
 * operator's; garbage is everywhere. */
void notices_refused(void *ctx, const struct net_address *client, int status, struct fr_str target)
{
	struct notices *notices = ctx;
	enum fr_log_level level = FR_LOG_WARN;
	char left_out[48] = "";
	const char *limit = "";
	unsigned kind = NOTICES_KINDS;

	if (status == 413) {
		kind = NOTICES_TOO_LARGE;
		limit = " (--message-max)";
	} else if (status == 503) {
		kind = NOTICES_FULL;
		limit = " (--connections-max, --incoming-max)";
	} else if (status == 429) {
		kind = NOTICES_ADDRESS;
		limit = " (--address-connections-max, --address-rate)";
	} else {
		level = FR_LOG_DEBUG;
	}
	if (kind != NOTICES_KINDS && !is_time(notices, kind, left_out))
		return;
	target.len = fr_str_find(target, '?'); /* a session's id is nobody else's business */
	tell(notices, level, client, NULL, "refused with %d%s%s%.*s%s", status, limit,
	     target.len ? ": " : "", FR_STR_ARG(target), left_out);
}

void notices_exhausted(void *ctx, int error)
{
	struct notices *notices = ctx;
	char left_out[48];

	if (is_time(notices, NOTICES_EXHAUSTED, left_out))
		fr_log(notices->log, FR_LOG_WARN,
		       "accepting pauses until there are file descriptors and memory again: %s%s",
		       strerror(-error), left_out);
}

/* --- the trace --- */

void notices_session(void *ctx, const struct eio_session *session, enum eio_state from,
		     enum eio_state to)
{
	static const char *const words[] = {
		[EIO_STATE_POLLING] = "polling",     [EIO_STATE_PROBED] = "probed",
		[EIO_STATE_WEBSOCKET] = "websocket", [EIO_STATE_ENDING] = "ending",
		[EIO_STATE_KEPT] = "kept",
	};

	if (from == to)
		tell(ctx, FR_LOG_TRACE, eio_session_peer(session), eio_session_sid(session),
		     "session begins as %s", words[to]);
	else
		tell(ctx, FR_LOG_TRACE, eio_session_peer(session), eio_session_sid(session),
		     "session from %s to %s", words[from], words[to]);
}

void notices_socket(void *ctx, const struct sio_socket *socket, enum sio_socket_state from,
		    enum sio_socket_state to)
{
	static const char *const words[] = {
		[SIO_PENDING] = "pending",
		[SIO_CONNECTED] = "connected",
		[SIO_LEAVING] = "leaving",
		[SIO_GONE] = "gone",
	};

	tell(ctx, FR_LOG_TRACE, sio_socket_peer(socket), sio_socket_sid(socket),
	     "client from %s to %s", words[from], words[to]);
}

void notices_conn(void *ctx, const struct net_address *peer, enum httpd_conn_state from,
		  enum httpd_conn_state to)
{
	static const char *const words[] = {
		[HTTPD_CONN_IDLE] = "idle",     [HTTPD_CONN_HEAD] = "head",
		[HTTPD_CONN_BODY] = "body",     [HTTPD_CONN_ASKED] = "asked",
		[HTTPD_CONN_FULL] = "full",     [HTTPD_CONN_LAST] = "last",
		[HTTPD_CONN_LINGER] = "linger", [HTTPD_CONN_TAKEN] = "taken",
		[HTTPD_CONN_CLOSED] = "closed",
	};

	tell(ctx, FR_LOG_TRACE, peer, NULL, "connection from %s to %s", words[from], words[to]);
}
