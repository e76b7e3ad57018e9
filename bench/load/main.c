/* The options and the line of figures. Exit code 0, 1: something was not as it must be, 2: usage.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "run.h"

static const char usage[] =
	"usage: load --port N [OPTION…]\n\n"
	"Connects Socket.IO clients to 127.0.0.1:N, lets some of them press, holds every client's\n"
	"stream against all others, and prints one line of JSON: seconds, the server's CPU "
	"seconds\n"
	"and bytes of memory, milliseconds from pressing to each delivery.\n\n"
	"  --pid PID          the server's process, to measure\n"
	"  --clients N        (100)\n"
	"  --at-once N        clients that may connect at the same time (200)\n"
	"  --join             every client says its name\n"
	"  --revision 3|4|mixed            of Engine.IO (4)\n"
	"  --transport websocket|polling|mixed   (websocket); who presses has WebSocket\n"
	"  --rest MS          of idleness before memory is measured\n"
	"  --pressers N       clients that press (1)\n"
	"  --window N         clicks in flight, of all pressers together (1)\n"
	"  --rate N           instead: clicks a second, however slow the answers\n"
	"  --warmup N         clicks before those that count (200)\n"
	"  --clicks N         clicks that count; or\n"
	"  --seconds N        the time to press\n";

enum option_id {
	CLIENTS = 1,
	AT_ONCE,
	REST,
	PRESSERS,
	WINDOW,
	RATE,
	WARMUP,
	CLICKS,
	SECONDS,
	PORT,
	PID,
	JOIN,
	REVISION,
	TRANSPORT
};

static const struct option longs[] = {
	{"port", required_argument, NULL, PORT},
	{"pid", required_argument, NULL, PID},
	{"clients", required_argument, NULL, CLIENTS},
	{"at-once", required_argument, NULL, AT_ONCE},
	{"join", no_argument, NULL, JOIN},
	{"revision", required_argument, NULL, REVISION},
	{"transport", required_argument, NULL, TRANSPORT},
	{"rest", required_argument, NULL, REST},
	{"pressers", required_argument, NULL, PRESSERS},
	{"window", required_argument, NULL, WINDOW},
	{"rate", required_argument, NULL, RATE},
	{"warmup", required_argument, NULL, WARMUP},
	{"clicks", required_argument, NULL, CLICKS},
	{"seconds", required_argument, NULL, SECONDS},
	{NULL, 0, NULL, 0},
};

static bool read_kind(const char *text, const char *one, const char *other, enum kinds *kind)
{
	if (strcmp(text, one) == 0)
		*kind = KIND_ONE;
	else if (strcmp(text, other) == 0)
		*kind = KIND_OTHER;
	else if (strcmp(text, "mixed") == 0)
		*kind = KIND_MIXED;
	else
		return false;
	return true;
}

static bool read_option(struct run_options *options, int id, const char *text)
{
	uint32_t *const numbers[] = {
		[CLIENTS] = &options->clients, [AT_ONCE] = &options->at_once,
		[REST] = &options->rest,       [PRESSERS] = &options->pressers,
		[WINDOW] = &options->window,   [RATE] = &options->rate,
		[WARMUP] = &options->warmup,   [CLICKS] = &options->clicks,
		[SECONDS] = &options->seconds,
	};

	switch (id) {
	case PORT:
		options->port = atoi(text);
		return options->port > 0 && options->port < 65536;
	case PID:
		options->pid = atoi(text);
		return options->pid > 0;
	case JOIN:
		options->join = true;
		return true;
	case REVISION:
		return read_kind(text, "4", "3", &options->revision);
	case TRANSPORT:
		return read_kind(text, "websocket", "polling", &options->transport);
	default:
		if (id < CLIENTS || id > SECONDS)
			return false;
		*numbers[id] = (uint32_t)strtoul(text, NULL, 10);
		return true;
	}
}

static bool read_options(struct run_options *options, int argc, char **argv)
{
	int id;

	while ((id = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (!read_option(options, id, optarg))
			return false;
	return optind == argc && options->port && options->pressers && options->at_once &&
	       options->pressers <= options->clients &&
	       (options->rate || options->window >= options->pressers);
}

static void print(const struct run_options *options, const struct run_figures *figures)
{
	double growth = (double)figures->rss[1] - (double)figures->rss[0];
	uint64_t deliveries = figures->deliveries ? figures->deliveries : 1;

	printf("{\"clients\":%" PRIu32 ",\"settle_s\":%.4f,\"settle_cpu_s\":%.4f,\"joins\":%" PRIu64
	       ",\"rss\":%" PRIu64 ",\"rss_per_client\":%.0f",
	       options->clients, figures->settle_s, figures->settle_cpu, figures->joins,
	       figures->rss[1], growth / options->clients);
	if (figures->clicks)
		printf(",\"clicks\":%" PRIu64 ",\"deliveries\":%" PRIu64
		       ",\"press_s\":%.4f,\"press_cpu_s\":%.4f,\"own_cpu_s\":%.4f,"
		       "\"clicks_per_s\":%.0f,\"cpu_us_per_click\":%.3f,"
		       "\"cpu_us_per_delivery\":%.4f,"
		       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f",
		       figures->clicks, figures->deliveries, figures->press_s, figures->press_cpu,
		       figures->own_cpu, (double)figures->clicks / figures->press_s,
		       figures->press_cpu * 1e6 / (double)figures->clicks,
		       figures->press_cpu * 1e6 / (double)deliveries,
		       histogram_ms(&figures->delays, .5), histogram_ms(&figures->delays, .99),
		       histogram_ms(&figures->delays, .999));
	puts("}");
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct run_options options = {
		.clients = 100, .at_once = 200, .pressers = 1, .window = 1, .warmup = 200};
	static struct run_figures figures;
	const char *error;

	if (!read_options(&options, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	raise_descriptor_limit();
	error = run(&options, &figures);
	if (error) {
		fprintf(stderr, "load: %s\n", error);
		return 1;
	}
	print(&options, &figures);
	return 0;
}
