/* Owns the clients, the loop and the phases of a run. */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000u
#define STALL_NS (30ull * NS) /* without any progress */
#define TICK_NS (NS / 20)

enum phase { OPENING, RESTING, WARMING, PRESSING, OVER };

struct run {
	const struct run_options *options;
	struct run_figures *figures;
	struct client_world world;
	struct client *clients;
	enum phase phase;
	uint64_t phase_at;    /* ns */
	uint64_t progress_at; /* ns */
	uint32_t opened, connected, settled;
	struct order order;
	uint32_t phase_first; /* the number of the phase's first click */
	uint64_t delivered;   /* clicks, to any client */
	struct usage before;
	clock_t own_before;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS + (uint64_t)ts.tv_nsec;
}

static void fail(struct run *run, const char *why)
{
	if (!run->world.error)
		run->world.error = why;
}

static void measure(struct run *run, struct usage *usage)
{
	if (usage_of(run->options->pid, usage) < 0)
		fail(run, "the server's process cannot be measured");
}

/* --- what comes in --- */

/* The digits after the first such key; false: none. */
static bool number_after(struct fr_str text, struct fr_str key, uint64_t *number)
{
	const char *at = memmem(text.at, text.len, key.at, key.len);
	const char *end = text.at + text.len;

	if (!at)
		return false;
	for (at += key.len; at < end && (*at == ' ' || *at == '"' || *at == ':'); at++)
		;
	if (at == end || *at < '0' || *at > '9')
		return false;
	for (*number = 0; at < end && *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + (uint64_t)(*at - '0');
	return true;
}

static uint32_t index_of(const struct run *run, const struct client *client)
{
	return (uint32_t)(client - run->clients);
}

static void on_click(struct run *run, struct client *client, struct fr_str event)
{
	const char *wrong;
	uint64_t number;

	if (!number_after(event, FR_STR("\"comment\""), &number)) {
		fail(run, "a click without its comment");
		return;
	}
	wrong = order_take(&run->order, client->position, (uint32_t)number);
	if (wrong) {
		fail(run, wrong);
		return;
	}
	client->position++;
	run->delivered++;
	histogram_add(&run->figures->delays, run->world.now - run->order.presses[number].at);
	if (number % run->options->pressers == index_of(run, client))
		client->in_flight--;
}

static void on_status(struct run *run, struct client *client, struct fr_str event)
{
	uint64_t count;

	if (client->settled || !number_after(event, FR_STR("\"user_count\""), &count) ||
	    count != run->options->clients)
		return;
	client->settled = true;
	run->settled++;
}

static void on_event(struct client *client, struct fr_str event)
{
	struct run *run = client->world->ctx;

	run->progress_at = run->world.now;
	if (fr_str_starts(event, FR_STR("[\"click\"")))
		on_click(run, client, event);
	else if (fr_str_starts(event, FR_STR("[\"status\"")))
		on_status(run, client, event);
	else if (fr_str_starts(event, FR_STR("[\"message\"")) && run->phase == OPENING)
		run->figures->joins++;
}

static void on_connected(struct client *client)
{
	struct run *run = client->world->ctx;
	char packet[64];
	int n;

	run->connected++;
	run->progress_at = run->world.now;
	if (!run->options->join)
		return;
	n = snprintf(packet, sizeof(packet), "2[\"auth\",\"load %u\"]", index_of(run, client));
	client_emit(client, fr_str(packet, (size_t)n));
}

/* --- pressing --- */

static void press(struct run *run, uint64_t at)
{
	struct client *client = &run->clients[run->order.pressed % run->options->pressers];
	char packet[200];
	uint32_t number;
	int n;

	if (order_press(&run->order, at, &number) < 0) {
		fail(run, "out of memory");
		return;
	}
	n = snprintf(packet, sizeof(packet),
		     "2[\"click\",{\"user\":\"load %u\",\"comment\":\"%08u\",\"style\":\"fire "
		     "fancy\"}]",
		     index_of(run, client), number);
	client_emit(client, fr_str(packet, (size_t)n));
	client->in_flight++;
}

/* How many clicks the phase is still to press, as far as the number of them decides. */
static uint32_t left(const struct run *run)
{
	uint32_t pressed = run->order.pressed - run->phase_first;
	uint32_t wanted = run->options->clicks;

	if (run->phase == WARMING)
		wanted = run->options->warmup;
	else if (wanted == 0)
		wanted = now_ns() - run->phase_at < (uint64_t)run->options->seconds * NS
				 ? UINT32_MAX
				 : 0;
	return wanted > pressed ? wanted - pressed : 0;
}

static uint64_t rate_due(const struct run *run)
{
	return run->phase_at +
	       (uint64_t)(run->order.pressed - run->phase_first) * NS / run->options->rate;
}

/* Presses what is due now. */
static void press_more(struct run *run)
{
	const struct run_options *options = run->options;
	uint64_t now = now_ns();
	uint32_t more = left(run);

	while (more && !run->world.error) {
		struct client *next = &run->clients[run->order.pressed % options->pressers];

		if (options->rate ? rate_due(run) > now
				  : next->in_flight >= options->window / options->pressers)
			break;
		press(run, options->rate ? rate_due(run) : now);
		more--;
	}
	for (uint32_t i = 0; i < options->pressers; i++)
		client_flush(&run->clients[i]);
}

/* --- phases --- */

static void enter(struct run *run, enum phase phase)
{
	run->phase = phase;
	run->phase_first = run->order.pressed;
	run->figures->delays = (struct histogram){0};
	measure(run, &run->before);
	run->own_before = clock();
	run->phase_at = now_ns();
}

static void open_more(struct run *run)
{
	const struct run_options *options = run->options;

	while (run->opened < options->clients && !run->world.error &&
	       run->opened - run->connected < options->at_once) {
		uint32_t i = run->opened++;
		bool presses = i < options->pressers;
		int revision = options->revision == KIND_MIXED ? 3 + (int)(i / 2) % 2
							       : 4 - (int)options->revision;
		bool polling = options->transport == KIND_MIXED ? i % 2
								: options->transport == KIND_OTHER;

		if (client_open(&run->clients[i], &run->world, revision, polling && !presses) < 0)
			fail(run, "cannot connect");
	}
}

static void end_opening(struct run *run)
{
	struct run_figures *figures = run->figures;
	struct usage now;

	measure(run, &now);
	figures->settle_s = (double)(now_ns() - run->phase_at) / NS;
	figures->settle_cpu = (double)(now.cpu - run->before.cpu) / NS;
	figures->rss[0] = run->before.rss;
	enter(run, RESTING);
}

static void end_resting(struct run *run)
{
	struct usage now;

	measure(run, &now);
	run->figures->rss[1] = now.rss;
	enter(run, run->options->clicks || run->options->seconds ? WARMING : OVER);
}

static void end_pressing(struct run *run)
{
	struct run_figures *figures = run->figures;
	struct usage now;

	measure(run, &now);
	figures->press_s = (double)(now_ns() - run->phase_at) / NS;
	figures->press_cpu = (double)(now.cpu - run->before.cpu) / NS;
	figures->own_cpu = (double)(clock() - run->own_before) / CLOCKS_PER_SEC;
	figures->clicks = run->order.pressed - run->phase_first;
	figures->deliveries = figures->clicks * run->options->clients;
	run->phase = OVER;
}

/* Presses what is due; whether all is pressed and everybody has got it. */
static bool press_all(struct run *run)
{
	press_more(run);
	return left(run) == 0 &&
	       run->delivered == (uint64_t)run->order.pressed * run->options->clients;
}

static void step(struct run *run)
{
	uint64_t rest = (uint64_t)run->options->rest * 1000000;

	switch (run->phase) {
	case OPENING:
		open_more(run);
		if (run->settled == run->options->clients)
			end_opening(run);
		break;
	case RESTING:
		if (now_ns() - run->phase_at >= rest)
			end_resting(run);
		break;
	case WARMING:
		if (press_all(run)) {
			enter(run, PRESSING);
			press_more(run);
		}
		break;
	case PRESSING:
		if (press_all(run))
			end_pressing(run);
		break;
	case OVER:
		break;
	}
}

static int wait_for(struct run *run, struct epoll_event *events, int max)
{
	uint64_t ns = TICK_NS, now = now_ns();
	struct timespec timeout;

	if (run->phase >= WARMING && run->options->rate && left(run)) {
		uint64_t due = rate_due(run);

		ns = due > now ? due - now : 0;
	}
	timeout = (struct timespec){.tv_nsec = (long)(ns < TICK_NS ? ns : TICK_NS)};
	return epoll_pwait2(run->world.epoll, events, max, &timeout, NULL);
}

static void turn(struct run *run)
{
	struct epoll_event events[256];
	int n = wait_for(run, events, (int)FR_ARRAY_LEN(events));

	if (n < 0 && errno != EINTR)
		fail(run, "epoll failed");
	for (int i = 0; i < n && !run->world.error; i++) {
		run->world.now = now_ns();
		client_ready(events[i].data.ptr, events[i].events);
	}
	if (!run->world.error)
		step(run);
	if (run->phase != RESTING && now_ns() - run->progress_at > STALL_NS)
		fail(run, run->phase == OPENING ? "not every client came to know the final count"
						: "not every client got every click");
}

const char *run(const struct run_options *options, struct run_figures *figures)
{
	struct run *run = calloc(1, sizeof(*run));
	const char *error = "out of memory";

	*figures = (struct run_figures){0};
	if (!run || !(run->clients = calloc(options->clients, sizeof(*run->clients))))
		goto out;
	run->options = options;
	run->figures = figures;
	run->world.server = (struct sockaddr_in){.sin_family = AF_INET,
						 .sin_port = htons((uint16_t)options->port),
						 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	run->world.epoll = epoll_create1(EPOLL_CLOEXEC);
	run->world.on_connected = on_connected;
	run->world.on_event = on_event;
	run->world.ctx = run;
	run->progress_at = now_ns();
	if (run->world.epoll < 0)
		fail(run, "no epoll");
	enter(run, OPENING);
	step(run);
	while (run->phase != OVER && !run->world.error)
		turn(run);
	error = run->world.error;
	for (uint32_t i = 0; i < options->clients; i++)
		client_close(&run->clients[i]);
	close(run->world.epoll);
	order_fini(&run->order);
	free(run->clients);
out:
	free(run);
	return error;
}
