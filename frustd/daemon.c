/* The daemon put together, and taken apart. What it does in between is daemon_life.c's. */
#include "daemon.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <frust/frust.h>

#include "app/process.h"
#include "daemon_internal.h"
#include "log_file.h"
#include "systemd.h"
#include "tuning.h"

#define WATCH_MS 500 /* how often to look for other processes' commits */
#define BUSY_MS 2000 /* how long a commit waits for another process's lock */
#define US_PER_MS 1000
#define REPLAY_PART 4 /* of a client's queue: JSON of what it missed, half of a frame */

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
		.before_flush = daemon_before_flush,
		.after_flush = daemon_after_flush,
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
		.notice = daemon_on_hub_notice,
		.ctx = daemon,
	};

	tuning_hub(options, &hub);
	hub.deliver = crew_deliver(daemon->crew);
	daemon->hub = hub_new(&hub);
	return daemon->hub != NULL;
}

static void wake(void *ctx)
{
	net_wakeup_send(ctx);
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
		.stop = daemon_on_stop,
		.reload = daemon_on_reload,
		.restart = daemon_on_restart,
		.ctx = daemon,
	};
	struct frust_error error;
	int code;

	if (frust_zone_open(daemon->options->timezone, &daemon->zone, &error) < 0) {
		fr_log(daemon->log, FR_LOG_ERROR, "%s", error.text);
		return EXIT_USAGE;
	}
	if (!build_crew(daemon, clock) || !build_hub(daemon, clock) ||
	    net_wakeup_open(daemon->loop, daemon_on_settled, daemon, &daemon->wakeup) < 0 ||
	    orders_open(&orders, &daemon->orders) < 0)
		return EXIT_RUN;
	code = crew_mount(daemon->crew, daemon->hub);
	if (code == EXIT_FINE)
		code = open_store(daemon);
	if (code != EXIT_FINE)
		return code;
	net_timer_init(&daemon->deadline, net_loop_timers(daemon->loop), daemon_on_deadline,
		       daemon);
	net_timer_init(&daemon->watchdog, net_loop_timers(daemon->loop), daemon_on_watchdog,
		       daemon);
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
