/* The broadcast log against a model: an endless array in which every position keeps its byte. */
#include "helpers/check.h"

#include <stdlib.h>

#include "net/log.h"

#define READERS 8

/* A small generator, so that a failing run can be repeated. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct model {
	struct net_log log;
	uint8_t *bytes;   /* by the count of bytes written, gaps left out */
	uint64_t written; /* bytes */
	uint32_t seed;
};

struct reader {
	uint64_t pos;
	uint64_t read; /* bytes, gaps left out */
};

static void write_record(struct model *m)
{
	size_t reserved = next_random(&m->seed) % (m->log.size / 4 + 1);
	size_t n = reserved ? next_random(&m->seed) % (reserved + 1) : 0;
	uint8_t *at = net_log_reserve(&m->log, reserved);

	for (size_t i = 0; i < reserved; i++)
		at[i] = (uint8_t)next_random(&m->seed);
	memcpy(m->bytes + m->written, at, n);
	net_log_commit(&m->log, n);
	m->written += n;
}

/* Reads up to `end`, the position at which `until` bytes were written. */
static void read_on(struct model *m, struct reader *r, uint64_t end, uint64_t until)
{
	const uint8_t *data;
	size_t n;

	while ((n = net_log_slice(&m->log, &r->pos, end, &data)) > 0) {
		/* a reader may stop anywhere, for example where a write did */
		size_t part = next_random(&m->seed) % 4 ? n : 1 + next_random(&m->seed) % n;

		CHECK(r->read + part <= until);
		CHECK(memcmp(data, m->bytes + r->read, part) == 0);
		r->pos += part;
		r->read += part;
	}
	CHECK_INT(r->read, until);
}

static void readers_see_every_byte_or_learn_that_they_are_late(void **state)
{
	struct model m = {.seed = 7, .bytes = malloc(200000 * 64)};
	struct reader readers[READERS] = {{0}};
	unsigned late = 0, caught_up = 0;

	(void)state;
	CHECK(m.bytes != NULL);
	CHECK_INT(net_log_init(&m.log, 256), 0);
	for (int turn = 0; turn < 200000; turn++) {
		struct reader *r = &readers[next_random(&m.seed) % READERS];
		uint64_t mark = m.log.head, mark_written = m.written;

		write_record(&m);
		if (next_random(&m.seed) % 2)
			continue;
		if (!net_log_holds(&m.log, r->pos)) {
			late++;
			*r = (struct reader){m.log.head, m.written};
			continue;
		}
		/* up to before the last record first, as those do who have a piece due there */
		if (r->pos <= mark && net_log_holds(&m.log, r->pos))
			read_on(&m, r, mark, mark_written);
		read_on(&m, r, m.log.head, m.written);
		caught_up++;
	}
	CHECK(late > 1000 && caught_up > 1000);
	free(m.bytes);
	net_log_fini(&m.log);
}

static void a_record_that_ends_at_the_rings_end_leaves_no_gap(void **state)
{
	struct net_log log;
	const uint8_t *data;
	uint64_t pos = 0;
	size_t n;

	(void)state;
	CHECK_INT(net_log_init(&log, 16), 0);
	for (int i = 0; i < 6; i++) {
		memset(net_log_reserve(&log, 4), 'a' + i, 4);
		net_log_commit(&log, 4);
	}
	CHECK_INT(log.head, 24);
	CHECK_INT(log.tail, 8);
	CHECK(log.gap_from == log.gap_to);
	CHECK(!net_log_holds(&log, pos) && !net_log_holds(&log, 7) && net_log_holds(&log, 8));
	pos = 8;
	n = net_log_slice(&log, &pos, log.head, &data);
	CHECK_MEM(data, n, "ccccdddd");
	pos = 16;
	n = net_log_slice(&log, &pos, log.head, &data);
	CHECK_MEM(data, n, "eeeeffff");
	net_log_fini(&log);
}

static void a_reader_at_its_end_stays_before_the_gap(void **state)
{
	struct net_log log;
	const uint8_t *data;
	uint64_t pos;
	size_t n;

	(void)state;
	CHECK_INT(net_log_init(&log, 16), 0);
	for (int i = 0; i < 5; i++) {
		memset(net_log_reserve(&log, 3), 'a' + i, 3);
		net_log_commit(&log, 3);
	}
	pos = log.head; /* 15, and one byte before the end */
	memset(net_log_reserve(&log, 2), 'f', 2);
	net_log_commit(&log, 2);
	CHECK_INT(net_log_slice(&log, &pos, 15, &data), 0);
	CHECK_INT(pos, 15);
	n = net_log_slice(&log, &pos, log.head, &data);
	CHECK_MEM(data, n, "ff");
	CHECK_INT(pos, 16);
	net_log_fini(&log);
	net_log_fini(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_see_every_byte_or_learn_that_they_are_late),
		cmocka_unit_test(a_record_that_ends_at_the_rings_end_leaves_no_gap),
		cmocka_unit_test(a_reader_at_its_end_stays_before_the_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
