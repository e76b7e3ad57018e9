#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <frust/frust.h>

#include "app/assets.h"
#include "app/process.h"
#include "crew.h"
#include "log_file.h"
#include "memory.h"
#include "orders.h"
#include "systemd.h"
#include "tuning.h"

#define WATCH_MS 500  /* how often to look for other processes' commits */
#define BUSY_MS 2000  /* how long a commit waits for another process's lock */
#define DRAIN_MS 500  /* at the end: for the writer to store what is queued */
#define REFUSE_MS 100 /* for it to settle what it could not, which is then refused */
#define US_PER_MS 1000
#define FAREWELL_MS 300 /* for the clients' closes */
#define REPLAY_PART 4   /* of a client's queue: JSON of what it missed, half of a frame */

enum phase { STARTING, SERVING, DRAINING, REFUSING, CLOSING };

struct daemon {
	struct config *config;
	const struct options *options; /* the configuration's */
	struct fr_log *log;
	struct clock_source clock;
	enum phase phase;
	int exit_code;
	bool restarting;    /* what follows the end is another beginning */
	int64_t started_at; /* s, wall clock */
	uint64_t started;   /* ms */
	struct net_loop *loop;
	struct net_timer deadline; /* of DRAINING and what follows it */
	struct net_timer watchdog; /* tells the service manager that the loop turns */
	struct memory memory;
	struct net_wakeup *wakeup;
	struct orders *orders;
	struct doors doors;
	uint64_t descriptors; /* as many as we may have; UINT64_MAX: any number */
	struct net_peers *peers;
	struct crew *crew;
	struct hub *hub;
	struct frust_writer *writer;
	struct frust_zone *zone;
};

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

/* The database does not take what is queued: another process holds it, or it is too slow. */
static void begin_refusing(struct daemon *daemon)
{
	daemon->phase = REFUSING;
	frust_writer_abort(daemon->writer);
	net_timer_start(&daemon->deadline, REFUSE_MS);
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

static void on_deadline(struct net_timer *timer, void *ctx)
{
	struct daemon *daemon = ctx;

	(void)timer;
	if (daemon->phase == DRAINING)
		begin_refusing(daemon);
	else if (daemon->phase == REFUSING)
		begin_closing(daemon);
	else
		finish(daemon);
}

static void on_stop(void *ctx, int signum)
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

static void on_restart(void *ctx)
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

static void on_reload(void *ctx)
{
	struct daemon *daemon = ctx;
	const char *name = daemon->options->log_file;
	int err;

	if (daemon->phase != SERVING)
		return;
	systemd_notify_reloading("reloading");
	err = name ? log_file_reopen(daemon->log, name) : 0;
	if (err < 0)
		fr_log(daemon->log, FR_LOG_ERROR, "cannot open %s: %s", name, strerror(-err));
	reload(daemon);
	systemd_notify("READY=1\nSTATUS=serving");
}

static void on_watchdog(struct net_timer *timer, void *ctx)
{
	(void)ctx;
	systemd_notify("WATCHDOG=1");
	net_timer_start(timer, systemd_watchdog());
}

/* --- the turn --- */

/* What drained has been played: its broadcasts leave with this turn, and the farewells behind. */
static void before_flush(void *ctx)
{
	struct daemon *daemon = ctx;

	hub_flush(daemon->hub);
	if ((daemon->phase == DRAINING || daemon->phase == REFUSING) &&
	    hub_pending(daemon->hub) == 0)
		begin_closing(daemon);
	crew_flush(daemon->crew);
}

static void after_flush(void *ctx)
{
	struct daemon *daemon = ctx;

	crew_flush(daemon->crew); /* whoever was ended in the flush */
	if (daemon->phase == CLOSING && crew_is_empty(daemon->crew))
		finish(daemon);
}

static void on_settled(void *ctx)
{
	struct daemon *daemon = ctx;

	hub_settle(daemon->hub);
}

static void wake(void *ctx)
{
	net_wakeup_send(ctx);
}

/* --- starting --- */

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

static void on_hub_notice(void *ctx, enum hub_notice what, const struct frust_error *error)
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

static const char *trouble(void *ctx)
{
	const struct daemon *daemon = ctx;

	return hub_trouble(daemon->hub);
}

/* For /metrics, with the next. */
static int measure(void *ctx, watch_measured_fn done, void *done_ctx)
{
	const struct daemon *daemon = ctx;

	return crew_measure(daemon->crew, done, done_ctx);
}

static void collect(void *ctx, struct metrics *metrics)
{
	const struct daemon *daemon = ctx;

	metrics->hub = *hub_counters(daemon->hub);
	metrics->clients = presence_count(hub_presence(daemon->hub));
	metrics->ready = hub_ready(daemon->hub);
	frust_writer_gauge(daemon->writer, &metrics->writer);
	metrics->started_at = daemon->started_at;
	metrics->uptime_us = (net_loop_timers(daemon->loop)->now - daemon->started) * US_PER_MS;
	metrics->cpu_us = process_cpu_us();
	metrics->resident_bytes = process_resident_bytes();
	metrics->database_bytes = process_database_bytes(daemon->options->db);
}

static bool build_crew(struct daemon *daemon, const struct clock_source *clock)
{
	const struct front_options front = {
		.options = daemon->options,
		.log = daemon->log,
		.clock = *clock,
		.loop = daemon->loop,
		.started_at = daemon->started_at,
		.peers = daemon->peers,
		.before_flush = before_flush,
		.after_flush = after_flush,
		.turn_ctx = daemon,
		.trouble = trouble,
		.measure = measure,
		.collect = collect,
		.ctx = daemon,
	};

	return crew_open(&front, &daemon->crew) == 0;
}

static bool build_hub(struct daemon *daemon, const struct clock_source *clock)
{
	const struct options *options = daemon->options;
	struct hub_options hub = {
		.timers = net_loop_timers(daemon->loop),
		.clock = *clock,
		.rates = {.trusted = options->proxies, .trusted_count = options->proxy_count},
		.replay_max = (size_t)options->queue_max / REPLAY_PART,
		.lang = options->lang,
		.zone = daemon->zone,
		.timezone = options->timezone,
		.recovery_ms = options->recovery == SIO_RECOVERY_OFF
				       ? 0
				       : options->recovery_seconds * 1000,
		.notice = on_hub_notice,
		.ctx = daemon,
	};

	tuning_hub(options, &hub);
	hub.deliver = crew_deliver(daemon->crew);
	daemon->hub = hub_new(&hub);
	return daemon->hub != NULL;
}

static int open_store(struct daemon *daemon)
{
	struct frust_options open = FRUST_OPTIONS_INIT;
	struct frust_writer_options writer = FRUST_WRITER_OPTIONS_INIT;
	struct frust_error error;
	struct frust *db;

	open.mode = FRUST_CREATE;
	open.busy_ms = BUSY_MS;
	writer.queue_max = (uint32_t)daemon->options->writer_queue;
	writer.watch_ms = WATCH_MS;
	writer.wake = wake;
	writer.wake_ctx = daemon->wakeup;
	if (frust_open(daemon->options->db, &open, &db, &error) < 0) {
		fr_log(daemon->log, FR_LOG_ERROR, "%s", error.text);
		return EXIT_DATABASE;
	}
	if (frust_writer_open(db, &writer, &daemon->writer, NULL) < 0) {
		frust_close(db);
		return EXIT_RUN;
	}
	return hub_start(daemon->hub, daemon->writer) < 0 ? EXIT_RUN : EXIT_FINE;
}

static int start(struct daemon *daemon, struct clock_source *clock)
{
	const struct orders_options orders = {
		.loop = daemon->loop,
		.log = daemon->log,
		.argc = daemon->config->argc,
		.argv = daemon->config->argv,
		.stop = on_stop,
		.reload = on_reload,
		.restart = on_restart,
		.ctx = daemon,
	};
	struct frust_error error;
	int code;

	if (frust_zone_open(daemon->options->timezone, &daemon->zone, &error) < 0) {
		fr_log(daemon->log, FR_LOG_ERROR, "%s", error.text);
		return EXIT_USAGE;
	}
	if (!build_crew(daemon, clock) || !build_hub(daemon, clock) ||
	    net_wakeup_open(daemon->loop, on_settled, daemon, &daemon->wakeup) < 0 ||
	    orders_open(&orders, &daemon->orders) < 0)
		return EXIT_RUN;
	code = crew_mount(daemon->crew, daemon->hub);
	if (code == EXIT_FINE)
		code = open_store(daemon);
	if (code != EXIT_FINE)
		return code;
	net_timer_init(&daemon->deadline, net_loop_timers(daemon->loop), on_deadline, daemon);
	net_timer_init(&daemon->watchdog, net_loop_timers(daemon->loop), on_watchdog, daemon);
	if (systemd_watchdog() > 0)
		net_timer_start(&daemon->watchdog, systemd_watchdog());
	memory_watch(&daemon->memory, net_loop_timers(daemon->loop));
	return EXIT_FINE;
}

/* The reverse of start, from whatever point it reached. */
static void tear_down(struct daemon *daemon)
{
	frust_writer_abort(daemon->writer);
	frust_writer_close(daemon->writer); /* no wake-up comes after it */
	net_wakeup_close(daemon->wakeup);
	if (daemon->restarting)
		orders_hold();
	orders_close(daemon->orders);
	crew_free(daemon->crew);
	hub_free(daemon->hub);
	frust_zone_close(daemon->zone);
	net_peers_free(daemon->peers);
	net_loop_close(daemon->loop);
}

/* One descriptor a client: as many as we may have. Returns how many these are. */
static uint64_t raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return UINT64_MAX;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? UINT64_MAX : limit.rlim_cur;
}

/* The program that is there now takes over; comes back only when it cannot. */
static void execute(struct daemon *daemon)
{
	char *const *argv = daemon->config->argv;
	int err = doors_pass(&daemon->doors);

	if (err == 0) {
		execvp(argv[0], argv);
		err = -errno;
	}
	fr_log(daemon->log, FR_LOG_ERROR, "cannot run %s: %s", argv[0], strerror(-err));
	daemon->exit_code = EXIT_RUN;
}

static int run(struct daemon *daemon)
{
	struct net_peers_limits limits;
	int code;

	daemon->descriptors = raise_descriptor_limit();
	tuning_peers(daemon->options, daemon->descriptors, &limits);
	daemon->peers = net_peers_new(&limits);
	if (!daemon->peers || net_loop_open(&daemon->loop) < 0) {
		net_peers_free(daemon->peers);
		fr_log(daemon->log, FR_LOG_ERROR, "cannot start: the system gives no event loop");
		return EXIT_RUN;
	}
	daemon->started_at = clock_now(&daemon->clock);
	daemon->started = net_loop_timers(daemon->loop)->now;
	code = start(daemon, &daemon->clock);
	if (code == EXIT_RUN)
		fr_log(daemon->log, FR_LOG_ERROR,
		       "cannot start: out of memory or of file descriptors");
	if (code == EXIT_FINE && net_loop_run(daemon->loop) < 0)
		daemon->exit_code = EXIT_RUN;
	tear_down(daemon);
	if (daemon->restarting)
		execute(daemon);
	doors_close(&daemon->doors);
	return code != EXIT_FINE ? code : daemon->exit_code;
}

static int64_t log_clock(void *ctx)
{
	const struct clock_source *clock = ctx;

	return clock_ms(clock);
}

/* What goes to standard error is timed by whoever keeps it. */
static void set_log(struct fr_log *log, const struct options *options)
{
	bool timed = options->log_format == FR_LOG_TEXT && options->log_file;

	log->level = options->log_level;
	log->format = timed ? FR_LOG_TEXT_TIMED : options->log_format;
}

int daemon_run(struct config *config, struct fr_log *log)
{
	struct daemon daemon = {.config = config,
				.options = &config->options,
				.log = log,
				.clock = clock_system(config->options.clock_shift)};
	const char *name = config->options.log_file;
	int code = name ? log_file_open(log, name) : 0;

	if (code < 0) {
		fr_log(log, FR_LOG_ERROR, "cannot open %s: %s", name, strerror(-code));
		return EXIT_RUN;
	}
	log->clock = log_clock;
	log->clock_ctx = &daemon.clock;
	set_log(log, &config->options);
	code = run(&daemon);
	log_file_close(log);
	log->clock = NULL;
	return code;
}
