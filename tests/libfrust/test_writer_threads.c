#include "desk.h"

#include <pthread.h>
#include <sched.h>

#include "helpers/check.h"

#define THREADS 4
#define EACH 10000

struct pusher {
	struct desk *desk;
	uint64_t number;
	pthread_t thread;
};

static void *push_many(void *ctx)
{
	struct pusher *p = ctx;
	char user[16];

	for (uint64_t i = 0; i < EACH; i++) {
		struct frust_record click;

		snprintf(user, sizeof(user), "u%d-%d", (int)p->number, (int)(i % 7));
		click = click_of(user, "hallo", NOW + (int64_t)i);
		while (frust_writer_push(p->desk->writer, &click, p->number << 32 | i) ==
		       FRUST_EFULL)
			sched_yield();
	}
	return NULL;
}

static void many_threads_lose_nothing_and_keep_their_orders(void **state)
{
	struct pusher pushers[THREADS];
	uint64_t next[THREADS] = {0};
	struct desk d;

	(void)state;
	desk_open(&d, 5000, 500, 1);
	for (uint64_t i = 0; i < THREADS; i++) {
		pushers[i] = (struct pusher){&d, i, 0};
		CHECK_INT(pthread_create(&pushers[i].thread, NULL, push_many, &pushers[i]), 0);
	}
	desk_settle(&d, (size_t)THREADS * EACH);
	for (int i = 0; i < THREADS; i++)
		pthread_join(pushers[i].thread, NULL);
	for (size_t i = 0; i < d.count; i++) {
		CHECK_INT(d.kept[i].id, i + 1);
		CHECK_INT(d.kept[i].tag & UINT32_MAX, next[d.kept[i].tag >> 32]);
		next[d.kept[i].tag >> 32]++;
	}
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT count(*), sum(clicks) FROM users"), "28|40000");
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT count(*) FROM users WHERE clicks !="
					   " (SELECT count(*) FROM clicks WHERE user = name)"),
		   "0");
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT sum(clicks), max(clicks_total) FROM hours"),
		   "40000|40000");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_threads_lose_nothing_and_keep_their_orders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
