/* Every call of every operation of the store fails in turn, in everything that can be done. */
#include <stdlib.h>

#include "acts.h"
#include "helpers/check.h"
#include "internal.h"
#include "store_fault.h"

/* A stock in which repair has something to do, and all others nothing against it. */
static void make_stock(struct scratch *s)
{
	frust_close(stock_open(s));
	scratch_exec(s, "UPDATE users SET clicks = clicks + 1 WHERE name = '-Bob';"
			"INSERT INTO users VALUES ('ghost', 1, 1);"
			"UPDATE hours SET clicks = clicks + 1 WHERE timestamp = 1795352400;"
			"INSERT INTO hours VALUES (1795352401, 0, 0, 0, 0)");
}

static struct frust *open_faulty(const struct scratch *stock, struct scratch *s,
				 struct store_fault **fault)
{
	struct frust *db;

	stock_copy(stock, s);
	*fault = store_fault_new(s->db);
	CHECK_INT(frust__open(&(*fault)->store, &db, NULL), 0);
	return db;
}

/* How often the act calls each operation. */
static void count_calls(const struct act *act, struct acts *acts, const struct scratch *stock,
			unsigned calls[FAULT_OPS])
{
	struct store_fault *fault;
	struct scratch s;
	struct frust *db = open_faulty(stock, &s, &fault);

	CHECK_INT(act->run(db, acts, NULL), 0);
	memcpy(calls, fault->calls, sizeof(fault->calls));
	frust_close(db);
	scratch_fini(&s);
}

/* Lets the n-th call of op fail while the act runs. */
static void fail_call(const struct act *act, struct acts *acts, const struct scratch *stock,
		      enum fault_op op, unsigned n)
{
	struct frust_error err = {0};
	struct store_fault *fault;
	struct scratch s;
	struct frust *db = open_faulty(stock, &s, &fault);
	char *before = stock_dump(&s), *after;
	int status;

	store_fault_arm(fault, op, n, FRUST_EIO);
	status = act->run(db, acts, &err);
	if (status != FRUST_EIO || err.code != FRUST_EIO)
		fail_msg("%s: operation %d, call %u: %d %s", act->name, op, n, status, err.text);
	CHECK_TEXT(err.text, "the test says so");
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(frust_read_begin(db, NULL), 0); /* no transaction was left */
	frust_read_end(db);
	CHECK_INT(act->run(db, acts, &err), 0);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void whatever_fails_nothing_changes_and_the_next_time_works(void **state)
{
	struct scratch stock;
	struct acts acts;

	(void)state;
	acts_init(&acts);
	make_stock(&stock);
	for (size_t i = 0; i < act_count; i++) {
		unsigned calls[FAULT_OPS];

		count_calls(&all_acts[i], &acts, &stock, calls);
		for (int op = 0; op < FAULT_OPS; op++) {
			for (unsigned n = 1; n <= calls[op]; n++)
				fail_call(&all_acts[i], &acts, &stock, op, n);
		}
	}
	scratch_fini(&stock);
	acts_fini(&acts);
}

static void what_only_reads_changes_nothing(void **state)
{
	struct scratch stock;
	struct acts acts;

	(void)state;
	acts_init(&acts);
	make_stock(&stock);
	for (size_t i = 0; i < act_count; i++) {
		struct scratch s;
		struct frust *db;
		char *before, *after;

		stock_copy(&stock, &s);
		before = stock_dump(&s);
		db = scratch_open(&s, FRUST_WRITE);
		print_message("%s\n", all_acts[i].name);
		CHECK_INT(all_acts[i].run(db, &acts, NULL), 0);
		after = stock_dump(&s);
		CHECK_INT(strcmp(before, after) == 0, all_acts[i].reads);
		free(before);
		free(after);
		frust_close(db);
		scratch_fini(&s);
	}
	scratch_fini(&stock);
	acts_fini(&acts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_fails_nothing_changes_and_the_next_time_works),
		cmocka_unit_test(what_only_reads_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
