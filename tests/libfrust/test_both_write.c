/* The writer and the hand that cares for the same database, at the same time. */
#include <semaphore.h>
#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

#define PRESSES 3000

struct settlements {
	int records, failed, changes;
};

static void on_settled(void *ctx, const struct frust_settled *settled)
{
	struct settlements *sums = ctx;

	sums->records += settled->kind == FRUST_SETTLED_RECORD;
	sums->changes += settled->kind == FRUST_SETTLED_CHANGED;
	sums->failed += settled->status != 0;
}

static void wake(void *ctx)
{
	sem_post(ctx);
}

static struct frust *open_patiently(const struct scratch *s)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db;

	options.mode = FRUST_WRITE;
	options.busy_ms = 60000;
	CHECK_INT(frust_open(s->db, &options, &db, NULL), 0);
	return db;
}

/* One of everything, each in its own transaction. */
static void care(struct frust *db, int round, struct fr_str text)
{
	struct frust_import_options merge = FRUST_IMPORT_OPTIONS_INIT;
	struct frust_filter spam = FRUST_FILTER_INIT;
	struct frust_ban ban = {text_of("x"), false, NOON};
	struct frust_str names[] = {text_of("B")};
	struct frust_announcement words = {text_of("hi"), {NULL, 0}, FRUST_TOAST, NOON};

	merge.merge = true;
	spam.text = text_of("spam");
	CHECK_INT(stock_import(db, text, 4096, &merge, NULL, NULL), 0);
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &spam, NULL, NULL, NULL), 0);
	CHECK_INT(round % 2 ? frust_ban_remove(db, &ban, NULL, NULL, NULL)
			    : frust_ban_add(db, &ban, NULL, NULL, NULL),
		  0);
	/* there may be no B now */
	CHECK(frust_user_merge(db, names, 1, text_of("A"), NULL, NULL, NULL) <= 0);
	CHECK(frust_user_erase(db, text_of("C"), FRUST_REMOVE, NULL, NULL, NULL) <= 0);
	CHECK_INT(frust_announce(db, &words, NULL, NULL), 0);
	CHECK_INT(frust_repair(db, NULL, NULL, NULL, NULL, NULL), 0);
}

static void nothing_is_lost_on_either_side(void **state)
{
	static const char *const users[] = {"A", "B", "C", "D"};
	struct frust_writer_options options = FRUST_WRITER_OPTIONS_INIT;
	struct settlements sums = {0};
	struct frust_writer *writer;
	struct scratch s;
	struct fr_buf text;
	sem_t woken;
	struct frust *hand = stock_open(&s);
	int pushed = 0, fine = 0;

	(void)state;
	stock_export(hand, FRUST_NDJSON, false, &text);
	frust_close(hand);
	hand = open_patiently(&s);
	CHECK_INT(sem_init(&woken, 0, 0), 0);
	options.wake = wake;
	options.wake_ctx = &woken;
	options.watch_ms = 1;
	options.batch_max = 20;
	CHECK_INT(frust_writer_open(open_patiently(&s), &options, &writer, NULL), 0);
	for (int round = 0; pushed < PRESSES; round++) {
		for (int i = 0; i < PRESSES / 10; i++, pushed++) {
			struct frust_record r = click_of(users[i % 4], i % 7 ? "fine" : "spam",
							 NOON + pushed);

			if (i % 5 == 0)
				r = event_of("D", "rickroll", NOON + pushed);
			else
				fine += i % 4 == 3 && i % 7;
			CHECK_INT(frust_writer_push(writer, &r, 0), 0);
		}
		care(hand, round, fr_buf_str(&text));
		frust_writer_poll(writer, on_settled, &sums);
	}
	while (frust_writer_pending(writer)) {
		CHECK_INT(sem_wait(&woken), 0);
		frust_writer_poll(writer, on_settled, &sums);
	}
	CHECK_INT(sums.records, PRESSES);
	CHECK_INT(sums.failed, 0);
	CHECK(sums.changes > 0);
	frust_writer_close(writer);
	sem_destroy(&woken);
	CHECK_INT(stock_check(hand, NULL), 0);
	/* nobody took from what D pressed without spam */
	CHECK_INT(atoll(scratch_ask(&s, "SELECT count(*) FROM clicks WHERE user = 'D'"
					" AND comment = 'fine'")),
		  fine);
	CHECK_INT(atoll(scratch_ask(&s, "SELECT sum(count) FROM frust_unsaved")), PRESSES / 5 + 3);
	fr_buf_fini(&text);
	frust_close(hand);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_on_either_side),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
