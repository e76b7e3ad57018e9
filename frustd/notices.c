/* Owns the words, and how often they are said. */
#include "notices.h"

#include <inttypes.h>

#define AGAIN_MS 1000

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

void notices_eio(void *ctx, enum eio_notice notice, const struct net_address *peer,
		 struct fr_str text)
{
	static const char *const words[] = {
		[EIO_NOTICE_ORIGIN_REFUSED] = "origin refused",
		[EIO_NOTICE_TOO_LARGE] = "message too large (--message-max)",
		[EIO_NOTICE_SLOW] = "client too slow, closed (--send-window, --queue-max)",
		[EIO_NOTICE_NO_UPGRADE] =
			"WebSocket without an upgrade: does the proxy pass Upgrade on?",
	};
	struct notices *notices = ctx;
	char from[NET_ADDRESS_TEXT], left_out[48];

	if (!is_time(notices, notice, left_out))
		return;
	net_address_text(peer, from);
	fr_log(notices->log, FR_LOG_WARN, "%s: %s%s%.*s%s", from, words[notice],
	       text.len ? ": " : "", FR_STR_ARG(text), left_out);
}

/* Requests that never reached a handler. What was too large is somebody's, and limits are the
 * operator's; garbage is everywhere. */
void notices_refused(void *ctx, const struct net_address *client, int status, struct fr_str target)
{
	struct notices *notices = ctx;
	enum fr_log_level level = FR_LOG_WARN;
	char from[NET_ADDRESS_TEXT], left_out[48] = "";
	const char *limit = "";
	unsigned kind = NOTICES_KINDS;

	if (status == 413) {
		kind = NOTICES_TOO_LARGE;
		limit = " (--message-max)";
	} else if (status == 503) {
		kind = NOTICES_FULL;
		limit = " (--connections-max)";
	} else if (status == 429) {
		kind = NOTICES_ADDRESS;
		limit = " (--address-connections-max, --address-rate)";
	} else {
		level = FR_LOG_DEBUG;
	}
	if (kind != NOTICES_KINDS && !is_time(notices, kind, left_out))
		return;
	target.len = fr_str_find(target, '?'); /* a session's id is nobody else's business */
	net_address_text(client, from);
	fr_log(notices->log, level, "%s: refused with %d%s%s%.*s%s", from, status, limit,
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
