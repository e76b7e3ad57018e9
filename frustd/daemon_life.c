/* What the daemon does while it runs: it tells that it is ready, takes orders, and ends. */
#include "daemon_internal.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include <frust/frust.h>

#include "app/assets.h"
#include "log_file.h"
#include "systemd.h"
#include "tuning.h"

#define DRAIN_MS 500    /* at the end: for the writer to store what is queued */
#define FAREWELL_MS 300 /* for the clients' closes */

/* --- stopping (rule R17) --- */

static void finish(struct daemon *daemon)
{
	net_timer_stop(&daemon->deadline);
	net_loop_stop(daemon->loop);
}

static void begin_closing(struct daemon *daemon)
{
	daemon->phase = CLOSING;
	crew_close(daemon->crew);
	net_timer_start(&daemon->deadline, FAREWELL_MS);
}

static void begin_stop(struct daemon *daemon, int exit_code)
{
	if (daemon->phase >= DRAINING)
		return;
	daemon->exit_code = exit_code;
	daemon->phase = DRAINING;
	crew_close_listeners(daemon->crew);
	if (!daemon->restarting)
		doors_close(&daemon->doors);
	hub_stop(daemon->hub);
	net_timer_start(&daemon->deadline, DRAIN_MS);
}

void daemon_on_deadline(struct net_timer *timer, void *ctx)
{
	struct daemon *daemon = ctx;

	(void)timer;
	/* Another process holds the database, or the disk is too slow: what is queued is refused.
	 * The commit that is under way goes on, and without a deadline: the process cannot end
	 * before it has, and what it stores is to be told. */
	if (daemon->phase == DRAINING)
		frust_writer_abort(daemon->writer);
	else
		finish(daemon);
}

void daemon_on_stop(void *ctx, int signum)
{
	struct daemon *daemon = ctx;

	daemon->restarting = false;
	if (daemon->phase >= DRAINING) {
		finish(daemon); /* asked twice: now */
		return;
	}
	fr_log(daemon->log, FR_LOG_INFO, "stopping on %s", signum == SIGINT ? "SIGINT" : "SIGTERM");
	systemd_notify("STOPPING=1\nSTATUS=stopping");
	begin_stop(daemon, EXIT_FINE);
}

/* --- other orders --- */

void daemon_on_restart(void *ctx)
{
	struct daemon *daemon = ctx;

	if (daemon->phase != SERVING)
		return;
	fr_log(daemon->log, FR_LOG_INFO, "restarting on SIGUSR2");
	systemd_notify_reloading("restarting");
	daemon->restarting = true;
	begin_stop(daemon, EXIT_FINE);
}

static void reload(struct daemon *daemon)
{
	struct fr_buf said = FR_BUF_INIT;
	struct hub_options hub = {0};
	struct net_peers_limits peers;

	if (!config_reload(daemon->config, &said)) {
		config_tell(&said, daemon->log);
		fr_log(daemon->log, FR_LOG_ERROR, "not reloaded: everything stays as it was");
	} else {
		fr_log_set_level(daemon->log, daemon->options->log_level);
		tuning_hub(daemon->options, &hub);
		hub_set_limits(daemon->hub, &hub);
		hub_reload(daemon->hub);
		tuning_peers(daemon->options, daemon->descriptors, &peers);
		net_peers_set_limits(daemon->peers, &peers);
		fr_log(daemon->log, FR_LOG_INFO, "reloaded%s%.*s",
		       said.len ? "; changed, but only a restart takes them: " : "",
		       FR_STR_ARG(fr_buf_str(&said)));
	}
	fr_buf_fini(&said);
}

void daemon_on_reload(void *ctx)
{
	struct daemon *daemon = ctx;
	const char *name = daemon->options->log_file, *trouble;
	int err;

	if (daemon->phase != SERVING)
		return;
	systemd_notify_reloading("reloading");
	err = name ? log_file_reopen(daemon->log, name) : 0;
	if (err < 0)
		fr_log(daemon->log, FR_LOG_ERROR, "cannot open %s: %s", name, strerror(-err));
	reload(daemon);
	trouble = hub_trouble(daemon->hub);
	systemd_notify("READY=1\nSTATUS=%s%s", trouble ? "clicks are refused: " : "serving",
		       trouble ? trouble : "");
}

void daemon_on_watchdog(struct net_timer *timer, void *ctx)
{
	(void)ctx;
	systemd_notify("WATCHDOG=1");
	net_timer_start(timer, systemd_watchdog());
}

/* --- the turn --- */

/* What drained has been played: its broadcasts leave with this turn, and the farewells behind. */
void daemon_before_flush(void *ctx)
{
	struct daemon *daemon = ctx;

	hub_flush(daemon->hub);
	if (daemon->phase == DRAINING && hub_pending(daemon->hub) == 0)
		begin_closing(daemon);
	crew_flush(daemon->crew);
}

void daemon_after_flush(void *ctx)
{
	struct daemon *daemon = ctx;

	crew_flush(daemon->crew); /* whoever was ended in the flush */
	if (daemon->phase == CLOSING && crew_is_empty(daemon->crew))
		finish(daemon);
}

void daemon_on_settled(void *ctx)
{
	struct daemon *daemon = ctx;

	hub_settle(daemon->hub);
}

/* --- the store --- */

static bool open_doors(struct daemon *daemon)
{
	char text[NET_PLACE_TEXT];
	int err;

	if (!doors_open(&daemon->doors, daemon->options, daemon->log))
		return false;
	err = crew_listen(daemon->crew, &daemon->doors);
	if (err < 0) {
		fr_log(daemon->log, FR_LOG_ERROR, "cannot listen: %s", strerror(-err));
		return false;
	}
	for (unsigned i = 0; i < daemon->doors.count; i++) {
		const struct net_place *place = &daemon->doors.all[i].place;

		net_place_text(place, text);
		fr_log(daemon->log, FR_LOG_INFO, "listening on %s%s",
		       place->address.family == NET_UNIX ? "" : "http://", text);
	}
	return true;
}

static void on_first_ready(struct daemon *daemon)
{
	const struct frust_stats *stats = &hub_state(daemon->hub)->stats;
	struct net_peers_limits peers;

	fr_log(daemon->log, FR_LOG_INFO, "frustd %s, %s: %" PRId64 " clicks, %" PRId64 " events",
	       frust_version(), daemon->options->db, stats->clicks_total, stats->events_total);
	if (!daemon->options->no_web && !daemon->options->web_root && !page_assets[0].path)
		fr_log(daemon->log, FR_LOG_INFO, "built without its page: / is not there");
	tuning_peers(daemon->options, daemon->descriptors, &peers);
	if (peers.all < daemon->options->connections_max)
		fr_log(daemon->log, FR_LOG_INFO,
		       "%u connections at most, for want of file descriptors", peers.all);
	daemon->phase = SERVING;
	if (!open_doors(daemon))
		begin_stop(daemon, EXIT_LISTEN);
	else
		systemd_notify("READY=1\nSTATUS=serving");
}

void daemon_on_hub_notice(void *ctx, enum hub_notice what, const struct frust_error *error)
{
	struct daemon *daemon = ctx;

	switch (what) {
	case HUB_READY:
		if (daemon->phase == STARTING) {
			on_first_ready(daemon);
		} else if (daemon->phase == SERVING) {
			fr_log(daemon->log, FR_LOG_INFO, "the database takes writes again");
			systemd_notify("STATUS=serving");
		}
		break;
	case HUB_FAILING:
		fr_log(daemon->log, FR_LOG_ERROR, "%s; clicks are refused until it works again",
		       error->text);
		systemd_notify("STATUS=clicks are refused: %s", error->text);
		break;
	case HUB_FATAL:
		fr_log(daemon->log, FR_LOG_ERROR, "%s", error->text);
		begin_stop(daemon, EXIT_DATABASE);
		break;
	}
}
