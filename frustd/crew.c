#include "crew.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "app/live.h"
#include "crew_internal.h"

/* --- orders, between the first loop and the others --- */

struct order {
	struct net_letter letter;
	struct member *member;
};

/* Without memory for the order nothing is sent: at the end everybody is ended anyhow. */
static void send_order(struct member *member, struct net_mailbox *to,
		       void (*read)(struct net_letter *letter, void *ctx))
{
	struct order *order = malloc(sizeof(*order));

	if (!order)
		return;
	*order = (struct order){{.read = read}, member};
	net_mailbox_send(to, &order->letter);
}

static void read_empty(struct net_letter *letter, void *ctx)
{
	struct order *order = FR_CONTAINER_OF(letter, struct order, letter);

	if (ctx)
		order->member->crew->empty++;
	free(order);
}

static void read_close(struct net_letter *letter, void *ctx)
{
	struct member *member = ctx;

	if (member) {
		front_close(member->front);
		outpost_close(member->outpost);
		member->closing = true;
	}
	free(FR_CONTAINER_OF(letter, struct order, letter));
}

static void read_quit(struct net_letter *letter, void *ctx)
{
	struct member *member = ctx;

	(void)letter; /* the crew's own: this must not fail */
	if (member)
		net_loop_stop(member->loop);
}

/* --- connections --- */

static void read_parcel(struct net_letter *letter, void *ctx)
{
	struct net_parcel *parcel = FR_CONTAINER_OF(letter, struct net_parcel, letter);
	struct member *member = ctx;

	if (member)
		front_adopt(member->front, parcel);
	else
		net_parcel_free(parcel);
}

static void send_parcel(void *ctx, struct net_parcel *parcel)
{
	struct member *member = ctx;

	parcel->letter.read = read_parcel;
	net_mailbox_send(member->mailbox, &parcel->letter);
}

static void elsewhere(void *ctx, uint32_t index, struct httpd_exchange *exchange)
{
	struct crew *crew = ctx;

	httpd_exchange_move(exchange, send_parcel, &crew->members[index]);
}

/* Each loop gets its turn. */
static bool deal(void *ctx, int fd, const struct net_address *peer)
{
	struct crew *crew = ctx;
	struct member *member = &crew->members[crew->next];
	struct net_parcel *parcel;

	crew->next = (crew->next + 1) % crew->count;
	if (member->index == 0)
		return false;
	parcel = net_parcel_of(fd, peer);
	if (parcel)
		send_parcel(member, parcel);
	return true;
}

/* --- the lines to the hub --- */

static bool is_of(uint64_t client, uint32_t loop)
{
	return live_loop_of(client) == loop;
}

/* The hub has missed some of what a loop had for it. */
static void on_relay_lost(void *ctx, uint32_t loop)
{
	struct crew *crew = ctx;

	hub_leave_all(crew->hub, is_of, loop);
}

static struct net_chunk *compose_body(void *ctx, const struct api_question *question,
				      uint64_t *version)
{
	struct crew *crew = ctx;

	return api_body(front_api(crew->members[0].front), question, version);
}

/* A loop has missed some of what the hub had for it, or cannot tell the hub. */
static void on_outpost_lost(void *ctx)
{
	struct member *member = ctx;

	front_lose(member->front);
}

static void on_answer(void *ctx, const struct api_question *question, uint64_t version,
		      struct net_chunk *body)
{
	struct member *member = ctx;

	api_answer(front_api(member->front), question, version, body);
}

/* --- a turn of another loop --- */

static void before_flush(void *ctx)
{
	struct member *member = ctx;

	outpost_flush(member->outpost);
}

static void after_flush(void *ctx)
{
	struct member *member = ctx;

	outpost_flush(member->outpost); /* whoever was ended in the flush */
	if (!member->closing || member->told || !front_is_empty(member->front))
		return;
	member->told = true;
	send_order(member, member->crew->members[0].mailbox, read_empty);
}

void crew_flush(struct crew *crew)
{
	if (crew->relay)
		relay_flush(crew->relay);
}

/* --- starting --- */

static uint32_t processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return (uint32_t)CPU_COUNT(&set);
}

static uint32_t loops_of(const struct options *options)
{
	uint32_t loops = options->threads ? (uint32_t)options->threads : processors();

	return loops < LIVE_LOOPS_MAX ? loops : LIVE_LOOPS_MAX;
}

static int open_member(struct member *member, struct front_options options)
{
	struct crew *crew = member->crew;
	int rc = 0;

	if (member->index > 0)
		rc = net_loop_open(&member->loop); /* its own, which it closes */
	else
		member->loop = options.loop;
	if (rc == 0 && crew->count > 1)
		rc = net_mailbox_open(member->loop, member, &member->mailbox);
	if (rc < 0)
		return rc;
	options.loop = member->loop;
	options.index = member->index;
	options.count = crew->count;
	options.elsewhere = elsewhere;
	options.deal = crew->count > 1 ? deal : NULL;
	options.crew = crew;
	if (member->index > 0) {
		options.before_flush = before_flush;
		options.after_flush = after_flush;
		options.turn_ctx = member;
	}
	return front_open(&options, &member->front);
}

static int open_relay(struct crew *crew)
{
	const struct relay_options options = {
		.loops = crew->count,
		.home = front_deliver(crew->members[0].front),
		.lost = on_relay_lost,
		.body = compose_body,
		.ctx = crew,
	};

	crew->relay = relay_new(&options);
	return crew->relay ? 0 : -ENOMEM;
}

static int open_outpost(struct member *member)
{
	struct crew *crew = member->crew;
	const struct outpost_options options = {
		.loop = member->index,
		.relay = crew->relay,
		.home = crew->members[0].mailbox,
		.own = member->mailbox,
		.live = front_deliver(member->front),
		.records_max = (uint32_t)crew->options.writer_queue,
		.lost = on_outpost_lost,
		.answer = on_answer,
		.ctx = member,
	};

	member->outpost = outpost_new(&options);
	if (!member->outpost)
		return -ENOMEM;
	relay_attach(crew->relay, member->index, member->outpost);
	return 0;
}

static int open_all(struct crew *crew, struct front_options options)
{
	int rc = 0;

	options.options = &crew->options;
	for (uint32_t i = 0; rc == 0 && i < crew->count; i++) {
		crew->members[i] = (struct member){.crew = crew, .index = i};
		rc = open_member(&crew->members[i], options);
	}
	if (rc == 0 && crew->count > 1)
		rc = open_relay(crew);
	for (uint32_t i = 1; rc == 0 && i < crew->count; i++)
		rc = open_outpost(&crew->members[i]);
	return rc;
}

int crew_open(const struct front_options *first, struct crew **out)
{
	struct crew *crew = calloc(1, sizeof(*crew));
	int rc = -ENOMEM;

	if (!crew)
		return rc;
	crew->options = *first->options;
	crew->count = loops_of(first->options);
	crew->members = calloc(crew->count, sizeof(*crew->members));
	if (crew->members)
		rc = open_all(crew, *first);
	if (rc < 0) {
		crew_free(crew);
		return rc;
	}
	*out = crew;
	return 0;
}

uint32_t crew_loops(const struct crew *crew)
{
	return crew->count;
}

struct deliver crew_deliver(struct crew *crew)
{
	return crew->relay ? relay_deliver(crew->relay) : front_deliver(crew->members[0].front);
}

int crew_mount(struct crew *crew, struct hub *hub)
{
	int code = EXIT_FINE;

	crew->hub = hub;
	if (crew->relay)
		relay_connect(crew->relay, hub_input(hub));
	for (uint32_t i = 0; code == EXIT_FINE && i < crew->count; i++) {
		struct member *member = &crew->members[i];
		struct api_source source = {.board = hub_board(hub)};

		if (i == 0)
			source.hub = hub;
		source.ask = outpost_ask;
		source.ctx = member->outpost;
		code = front_mount(member->front,
				   i ? outpost_input(member->outpost) : hub_input(hub), &source);
	}
	return code;
}

static void *run_member(void *ctx)
{
	struct member *member = ctx;

	net_loop_run(member->loop); /* cannot fail */
	return NULL;
}

/* Signals are for the first loop, but for those that a thread brings on itself. */
static int start_member(struct member *member)
{
	static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	for (size_t i = 0; i < FR_ARRAY_LEN(own); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&member->thread, NULL, run_member, member);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	member->runs = rc == 0;
	return -rc;
}

int crew_listen(struct crew *crew, const struct doors *doors)
{
	int rc = front_listen(crew->members[0].front, doors);

	for (uint32_t i = 1; rc == 0 && i < crew->count; i++)
		rc = start_member(&crew->members[i]);
	return rc;
}

/* --- stopping --- */

void crew_close_listeners(struct crew *crew)
{
	front_close_listeners(crew->members[0].front);
}

void crew_close(struct crew *crew)
{
	front_close(crew->members[0].front);
	crew_flush(crew);
	for (uint32_t i = 1; i < crew->count; i++)
		send_order(&crew->members[i], crew->members[i].mailbox, read_close);
}

bool crew_is_empty(const struct crew *crew)
{
	return front_is_empty(crew->members[0].front) && crew->empty == crew->count - 1;
}

static void stop_member(struct member *member)
{
	struct net_letter quit = {.read = read_quit};

	if (!member->runs)
		return;
	net_mailbox_send(member->mailbox, &quit);
	pthread_join(member->thread, NULL);
	member->runs = false;
}

void crew_free(struct crew *crew)
{
	if (!crew)
		return;
	for (uint32_t i = 1; crew->members && i < crew->count; i++)
		stop_member(&crew->members[i]);
	for (uint32_t i = 0; crew->members && i < crew->count; i++)
		net_mailbox_close(crew->members[i].mailbox);
	for (uint32_t i = 0; crew->members && i < crew->count; i++) {
		struct member *member = &crew->members[i];

		front_free(member->front);
		outpost_free(member->outpost);
		if (i > 0)
			net_loop_close(member->loop);
	}
	relay_free(crew->relay);
	free(crew->members);
	free(crew);
}
