/*
 * The line between the hub and two other loops, both of its ends on one loop here. What the hub is
 * asked, and what each loop's clients are told, is written down and compared.
 */
#include "app/relay.h"

#include <stdlib.h>

#include "app/json.h"
#include "app/live.h"
#include "helpers/alloc.h"
#include "helpers/check.h"

#define LOOPS 3
#define CLIENT(loop, index) (UINT64_C(1) << 32 | (loop) << LIVE_LOOP_SHIFT | (index))

struct end {
	struct rig *rig;
	uint32_t loop;
	struct outpost *outpost; /* of loops from 1 on */
	struct fr_buf said;
};

struct rig {
	struct net_loop *loop;
	struct net_mailbox *home, *own[LOOPS];
	struct net_letter last; /* stops the loop */
	struct relay *relay;
	struct end ends[LOOPS]; /* [0]: the hub, and the clients at home */
	struct net_chunk *body;
};

/* --- what is written down --- */

static void on_publish(void *ctx, const struct news *news)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "all: %d %.*s @%.*s\n", (int)news->kind, FR_STR_ARG(news->json),
		      FR_STR_ARG(news->offset));
}

static void on_send(void *ctx, uint64_t client, const struct news *news)
{
	struct end *end = ctx;

	CHECK_INT(live_loop_of(client), end->loop);
	fr_buf_printf(&end->said, "%d: %d %.*s\n", (int)(client & 0xff), (int)news->kind,
		      FR_STR_ARG(news->json));
}

static void on_ack(void *ctx, uint64_t client, uint64_t ack, const struct outcome *outcome)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "%d: ack %d: %d %d %d %d\n", (int)(client & 0xff), (int)ack,
		      outcome->refusal, outcome->record, (int)outcome->id, (int)outcome->timestamp);
}

static void on_welcome(void *ctx, uint64_t client, struct fr_str pid)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "%d: welcome %.*s\n", (int)(client & 0xff), FR_STR_ARG(pid));
}

static void on_follow(void *ctx, uint64_t client)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "%d: follow\n", (int)(client & 0xff));
}

static void on_drop(void *ctx, uint64_t client)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "%d: drop\n", (int)(client & 0xff));
}

static void on_join(void *ctx, uint64_t client, const struct join *join)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "join %d.%d %d %.*s %.*s %d\n", (int)live_loop_of(client),
		      (int)(client & 0xff), join->recoverable, FR_STR_ARG(join->pid),
		      FR_STR_ARG(join->offset), join->from.port);
}

static void on_leave(void *ctx, uint64_t client, bool goodbye)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "leave %d.%d %d\n", (int)live_loop_of(client),
		      (int)(client & 0xff), goodbye);
}

static void on_auth(void *ctx, uint64_t client, struct fr_str name, struct ack ack)
{
	struct end *end = ctx;

	(void)client;
	fr_buf_printf(&end->said, "auth %.*s %d\n", FR_STR_ARG(name), (int)ack.id);
}

static void on_record(void *ctx, uint64_t client, struct frust_record *record, struct ack ack)
{
	struct end *end = ctx;

	(void)client;
	fr_buf_printf(
		&end->said, "record %d %.*s/%.*s/%.*s/%.*s %d %d\n", (int)record->kind,
		FR_STR_ARG(str_of_frust(record->user)), FR_STR_ARG(str_of_frust(record->comment)),
		FR_STR_ARG(str_of_frust(record->style)), FR_STR_ARG(str_of_frust(record->name)),
		ack.wanted ? (int)ack.id : -1, (int)ack.asked_at);
}

static void on_refuse(void *ctx, uint64_t client, int refusal, struct ack ack)
{
	struct end *end = ctx;

	(void)client;
	fr_buf_printf(&end->said, "refuse %d %d\n", refusal, ack.wanted ? (int)ack.id : -1);
}

static void on_hub_lost(void *ctx, uint32_t loop)
{
	struct rig *rig = ctx;

	fr_buf_printf(&rig->ends[0].said, "lost %d\n", (int)loop);
}

static void on_lost(void *ctx)
{
	struct end *end = ctx;

	fr_buf_add_str(&end->said, FR_STR("lost\n"));
}

static struct net_chunk *compose(void *ctx, const struct api_question *question, uint64_t *version)
{
	struct rig *rig = ctx;

	*version = question->limit + 1;
	return rig->body;
}

static void on_answer(void *ctx, const struct api_question *question, uint64_t version,
		      struct net_chunk *body)
{
	struct end *end = ctx;

	fr_buf_printf(&end->said, "answer %d of %d, version %d: %.*s\n", (int)question->number,
		      (int)question->route, (int)version,
		      FR_STR_ARG(body ? net_chunk_str(body) : FR_STR("(none)")));
	net_chunk_unref(body);
}

/* --- the rig --- */

static void read_last(struct net_letter *letter, void *ctx)
{
	struct rig *rig = ctx;

	(void)letter;
	if (rig)
		net_loop_stop(rig->loop);
}

/* Lets the letters in one mailbox arrive. */
static void deliver(struct rig *rig, struct net_mailbox *mailbox)
{
	net_mailbox_send(mailbox, &rig->last);
	CHECK_INT(net_loop_run(rig->loop), 0);
}

/* A turn of every loop. */
static void turn(struct rig *rig)
{
	for (uint32_t i = 1; i < LOOPS; i++)
		outpost_flush(rig->ends[i].outpost);
	deliver(rig, rig->home);
	relay_flush(rig->relay);
	for (uint32_t i = 1; i < LOOPS; i++)
		deliver(rig, rig->own[i]);
}

static struct deliver deliver_to(struct end *end)
{
	return (struct deliver){on_publish, on_send, on_ack, on_welcome, on_follow, on_drop, end};
}

static void open_end(struct rig *rig, uint32_t loop)
{
	struct end *end = &rig->ends[loop];
	const struct outpost_options options = {
		.loop = loop,
		.relay = rig->relay,
		.home = rig->home,
		.own = rig->own[loop],
		.live = deliver_to(end),
		.records_max = 3,
		.lost = on_lost,
		.answer = on_answer,
		.ctx = end,
	};

	end->outpost = outpost_new(&options);
	CHECK(end->outpost != NULL);
	relay_attach(rig->relay, loop, end->outpost);
}

static void rig_open(struct rig *rig)
{
	struct relay_options options = {
		.loops = LOOPS,
		.lost = on_hub_lost,
		.body = compose,
		.ctx = rig,
	};

	*rig = (struct rig){.last = {.read = read_last}};
	CHECK_INT(net_loop_open(&rig->loop), 0);
	CHECK_INT(net_mailbox_open(rig->loop, rig, &rig->home), 0);
	for (uint32_t i = 0; i < LOOPS; i++) {
		CHECK_INT(net_mailbox_open(rig->loop, rig, &rig->own[i]), 0);
		rig->ends[i].rig = rig;
		rig->ends[i].loop = i;
	}
	options.home = deliver_to(&rig->ends[0]);
	rig->relay = relay_new(&options);
	CHECK(rig->relay != NULL);
	relay_connect(rig->relay, (struct input){on_join, on_leave, on_auth, on_record, on_refuse,
						 &rig->ends[0]});
	for (uint32_t i = 1; i < LOOPS; i++)
		open_end(rig, i);
	rig->body = net_chunk_of("[1]", 3);
	CHECK(rig->body != NULL);
}

static void rig_close(struct rig *rig)
{
	net_mailbox_close(rig->home);
	for (uint32_t i = 0; i < LOOPS; i++) {
		net_mailbox_close(rig->own[i]);
		outpost_free(rig->ends[i].outpost);
		fr_buf_fini(&rig->ends[i].said);
	}
	relay_free(rig->relay);
	net_chunk_unref(rig->body);
	net_loop_close(rig->loop);
}

static void check_said(struct rig *rig, uint32_t loop, const char *expected)
{
	CHECK_STR(fr_buf_str(&rig->ends[loop].said), expected);
	fr_buf_clear(&rig->ends[loop].said);
}

static struct news news_of(const char *json)
{
	return (struct news){.kind = NEWS_MESSAGE, .json = fr_str_of(json)};
}

/* --- tests --- */

static void each_loop_hears_what_is_its_own_in_the_order_of_the_whole(void **state)
{
	struct news click = {.kind = NEWS_CLICK, .json = FR_STR("{}"), .offset = FR_STR("1-0")};
	struct news a = news_of("a"), b = news_of("b");
	struct deliver all;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	all = relay_deliver(rig.relay);
	all.publish(all.ctx, &a);
	all.welcome(all.ctx, CLIENT(1, 5), FR_STR("pid"));
	all.send(all.ctx, CLIENT(2, 6), &a);
	all.send(all.ctx, CLIENT(1, 5), &b);
	all.follow(all.ctx, CLIENT(1, 5));
	all.send(all.ctx, CLIENT(0, 4), &a);
	all.follow(all.ctx, CLIENT(0, 4));
	all.welcome(all.ctx, CLIENT(0, 4), FR_STR("x"));
	all.publish(all.ctx, &click);
	all.ack(all.ctx, CLIENT(1, 5), 9, &(struct outcome){0, true, 3, 4});
	all.ack(all.ctx, CLIENT(0, 4), 8, &(struct outcome){.refusal = 2});
	all.drop(all.ctx, CLIENT(2, 6));
	all.drop(all.ctx, CLIENT(0, 4));
	/* At home at once, elsewhere with the turn. */
	check_said(&rig, 0,
		   "all: 2 a @\n4: 2 a\n4: follow\n4: welcome x\nall: 0 {} @1-0\n"
		   "4: ack 8: 2 0 0 0\n4: drop\n");
	check_said(&rig, 1, "");
	turn(&rig);
	check_said(&rig, 1,
		   "all: 2 a @\n5: welcome pid\n5: 2 b\n5: follow\nall: 0 {} @1-0\n"
		   "5: ack 9: 0 1 3 4\n");
	check_said(&rig, 2, "all: 2 a @\n6: 2 a\nall: 0 {} @1-0\n6: drop\n");
	turn(&rig);
	check_said(&rig, 1, "");
	rig_close(&rig);
}

static void behind_the_end_nothing_is_told(void **state)
{
	struct news news = news_of("a");
	struct deliver all;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	all = relay_deliver(rig.relay);
	outpost_close(rig.ends[1].outpost);
	all.publish(all.ctx, &news);
	outpost_ask(rig.ends[1].outpost, &(struct api_question){3, 41, 7});
	turn(&rig);
	check_said(&rig, 1, "answer 7 of 3, version 42: [1]\n"); /* who asked is answered */
	check_said(&rig, 2, "all: 2 a @\n");
	rig_close(&rig);
}

static void the_hub_is_asked_as_if_the_clients_were_at_home(void **state)
{
	struct frust_record record = {.kind = FRUST_CLICK,
				      .user = {"u", 1},
				      .comment = {"c", 1},
				      .style = {"s", 1},
				      .name = {NULL, 0}};
	struct join join = {true, FR_STR("pid"), FR_STR("1-0"), {.family = NET_IPV4, .port = 99}};
	struct input hub;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	hub = outpost_input(rig.ends[2].outpost);
	hub.join(hub.ctx, CLIENT(2, 7), &join);
	hub.auth(hub.ctx, CLIENT(2, 7), FR_STR("A"), (struct ack){true, 4, 0});
	hub.record(hub.ctx, CLIENT(2, 7), &record, (struct ack){true, 5, 6});
	record = (struct frust_record){.kind = FRUST_EVENT, .name = {"n", 1}};
	hub.record(hub.ctx, CLIENT(2, 7), &record, (struct ack){false, 0, 0});
	hub.refuse(hub.ctx, CLIENT(2, 7), 11, (struct ack){true, 12, 0});
	hub.leave(hub.ctx, CLIENT(2, 7), true);
	check_said(&rig, 0, "");
	turn(&rig);
	check_said(&rig, 0,
		   "join 2.7 1 pid 1-0 99\nauth A 4\nrecord 1 u/c/s/ 5 6\n"
		   "record 2 ///n -1 0\nrefuse 11 12\nleave 2.7 1\n");
	rig_close(&rig);
}

static void records_that_the_hub_does_not_read_are_refused(void **state)
{
	struct frust_record record = {.kind = FRUST_CLICK, .user = {"u", 1}};
	char expected[96];
	struct input hub;
	struct rig rig;

	(void)state;
	snprintf(expected, sizeof(expected),
		 "record 1 u/// 0 0\nrecord 1 u/// 1 0\nrecord 1 u/// 2 0\nrefuse %d 3\n",
		 TEXT_REFUSED_BUSY);
	rig_open(&rig);
	hub = outpost_input(rig.ends[1].outpost);
	for (int turns = 0; turns < 3; turns++) {
		for (uint64_t i = 0; i < 4; i++) {
			hub.record(hub.ctx, CLIENT(1, 1), &record, (struct ack){true, i, 0});
			outpost_flush(rig.ends[1].outpost);
		}
		turn(&rig);
		check_said(&rig, 0, expected);
	}
	rig_close(&rig);
}

static void questions_are_answered(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig);
	outpost_ask(rig.ends[1].outpost, &(struct api_question){3, 41, 7});
	turn(&rig);
	check_said(&rig, 1, "answer 7 of 3, version 42: [1]\n");
	check_said(&rig, 2, "");
	net_chunk_unref(rig.body);
	rig.body = NULL;
	outpost_ask(rig.ends[2].outpost, &(struct api_question){3, 41, 8});
	turn(&rig);
	check_said(&rig, 2, "answer 8 of 3, version 42: (none)\n");
	rig_close(&rig);
}

/* From whichever of the allocations on memory is out (the buffer, the bundle, a letter for each
 * loop): a loop hears all, or that it has not heard all. */
static void what_the_hub_says_is_whole_or_said_to_be_lost(void **state)
{
	static const char *const heard[][2] = {
		{"lost\n", "lost\n"},
		{"lost\n", "lost\n"},
		{"lost\n", "lost\n"},
		{"all: 2 a @\n", "lost\n"},
		{"all: 2 a @\n", "all: 2 a @\n"},
	};
	struct news news = news_of("a");

	(void)state;
	for (int n = 0; n < (int)FR_ARRAY_LEN(heard); n++) {
		struct deliver all;
		struct rig rig;

		rig_open(&rig);
		all = relay_deliver(rig.relay);
		for (uint32_t i = 0; i < LOOPS; i++) /* room for what is written down */
			CHECK_INT(fr_buf_reserve(&rig.ends[i].said, 4096), 0);
		alloc_before_failure = n;
		all.publish(all.ctx, &news);
		relay_flush(rig.relay);
		alloc_before_failure = -1;
		turn(&rig);
		check_said(&rig, 1, heard[n][0]);
		check_said(&rig, 2, heard[n][1]);
		all.publish(all.ctx, &news); /* and goes on */
		turn(&rig);
		check_said(&rig, 1, "all: 2 a @\n");
		check_said(&rig, 2, "all: 2 a @\n");
		rig_close(&rig);
	}
}

static void what_the_hub_is_asked_is_whole_or_said_to_be_lost(void **state)
{
	(void)state;
	for (int n = 0; n < 3; n++) {
		struct input hub;
		struct rig rig;

		rig_open(&rig);
		hub = outpost_input(rig.ends[1].outpost);
		for (uint32_t i = 0; i < LOOPS; i++)
			CHECK_INT(fr_buf_reserve(&rig.ends[i].said, 4096), 0);
		alloc_before_failure = n;
		hub.leave(hub.ctx, CLIENT(1, 1), false);
		outpost_flush(rig.ends[1].outpost);
		alloc_before_failure = -1;
		turn(&rig);
		turn(&rig);
		/* At once; and again while nothing can be said at all. */
		check_said(&rig, 1, n == 0 ? "lost\nlost\n" : "lost\n");
		check_said(&rig, 0, "lost 1\n");
		hub.leave(hub.ctx, CLIENT(1, 2), false); /* and goes on */
		turn(&rig);
		check_said(&rig, 0, "leave 1.2 0\n");
		rig_close(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_loop_hears_what_is_its_own_in_the_order_of_the_whole),
		cmocka_unit_test(behind_the_end_nothing_is_told),
		cmocka_unit_test(the_hub_is_asked_as_if_the_clients_were_at_home),
		cmocka_unit_test(records_that_the_hub_does_not_read_are_refused),
		cmocka_unit_test(questions_are_answered),
		cmocka_unit_test(what_the_hub_says_is_whole_or_said_to_be_lost),
		cmocka_unit_test(what_the_hub_is_asked_is_whole_or_said_to_be_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
