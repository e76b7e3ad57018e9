#include <pthread.h>
#include <stdatomic.h>

#include "helpers/check.h"
#include "internal.h"
#include "scratch.h"
#include "store.h"

static struct frust_announcement words(const char *text, const char *style,
				       enum frust_message_type type)
{
	return (struct frust_announcement){text_of(text), text_of(style), type, 1234};
}

struct heard {
	struct fr_buf text;
	int stop;
};

static int hear(void *ctx, const struct frust_announcement *a)
{
	struct heard *h = ctx;

	fr_buf_printf(&h->text, "[%.*s|%s%.*s|%d|%lld]", FR_STR_ARG(a->text),
		      a->style.at ? "" : "none", FR_STR_ARG(a->style), a->type == FRUST_POPUP,
		      (long long)a->timestamp);
	return h->stop;
}

static void announcements_are_taken_once_and_in_order(void **state)
{
	const struct frust_announcement some[] = {words("first", NULL, FRUST_TOAST),
						  words("\xc3\xbc \"2\"\n", "", FRUST_POPUP),
						  words("first", "big", FRUST_TOAST)};
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct heard heard = {.text = FR_BUF_INIT};
	struct scratch s;
	struct frust *db, *server;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	server = scratch_open(&s, FRUST_WRITE);
	dry.dry_run = true;
	CHECK_INT(frust_announce(db, &some[0], &dry, NULL), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(some); i++)
		CHECK_INT(frust_announce(db, &some[i], NULL, NULL), 0);
	CHECK_INT(frust_announcements_take(server, hear, &heard, NULL), 0);
	CHECK_STR(fr_buf_str(&heard.text),
		  "[first|none|0|1234][\xc3\xbc \"2\"\n||1|1234][first|big|0|1234]");
	CHECK_INT(frust_announcements_take(server, hear, &heard, NULL), 0);
	CHECK_INT(frust_announcements_take(db, hear, &heard, NULL), 0);
	CHECK_INT(heard.text.len, strlen("[first|none|0|1234][xx \"2\"\n||1|1234]"
					 "[first|big|0|1234]"));
	fr_buf_fini(&heard.text);
	frust_close(server);
	frust_close(db);
	scratch_fini(&s);
}

static void taking_none_commits_nothing(void **state)
{
	struct heard heard = {.text = FR_BUF_INIT};
	bool foreign = false;
	struct scratch s;
	struct frust *db, *other;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	other = scratch_open(&s, FRUST_WRITE);
	CHECK_INT(other->store->ops->look(other->store, &foreign, NULL), 0);
	CHECK_INT(frust_announcements_take(db, hear, &heard, NULL), 0);
	CHECK_INT(other->store->ops->look(other->store, &foreign, NULL), 0);
	CHECK(!foreign);
	frust_close(other);
	frust_close(db);
	scratch_fini(&s);
}

static void what_cannot_be_said_is_refused(void **state)
{
	static char text[FRUST_ANNOUNCEMENT_MAX + 2];
	struct scratch s;
	struct frust *db;

	(void)state;
	memset(text, 'x', FRUST_ANNOUNCEMENT_MAX + 1);
	const struct frust_announcement bad[] = {words(NULL, NULL, FRUST_TOAST),
						 words("", NULL, FRUST_TOAST),
						 words("\xff", NULL, FRUST_TOAST),
						 words(text, NULL, FRUST_TOAST),
						 words("x", text, FRUST_TOAST),
						 words("x", "\xff", FRUST_TOAST),
						 words("x", NULL, 7)};
	const struct frust_announcement longest = words(text + 1, text + 1, FRUST_POPUP);

	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(bad); i++)
		CHECK_INT(frust_announce(db, &bad[i], NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_announce(db, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_announce(NULL, &longest, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_announce(db, &longest, NULL, NULL), 0);
	CHECK_INT(frust_announcements_take(db, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_announcements_take(NULL, hear, NULL, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

static void a_lock_lets_them_wait_and_a_callback_ends_it(void **state)
{
	const struct frust_announcement some[] = {words("a", NULL, FRUST_TOAST),
						  words("b", NULL, FRUST_TOAST)};
	struct heard heard = {.text = FR_BUF_INIT, .stop = 9};
	struct scratch_lock *lock;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(some); i++)
		CHECK_INT(frust_announce(db, &some[i], NULL, NULL), 0);
	lock = scratch_lock(&s);
	CHECK_INT(frust_announcements_take(db, hear, &heard, NULL), FRUST_EBUSY);
	CHECK_INT(heard.text.len, 0);
	scratch_unlock(lock);
	CHECK_INT(frust_announcements_take(db, hear, &heard, NULL), 9);
	CHECK_STR(fr_buf_str(&heard.text), "[a|none|0|1234]");
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM frust_announcements"), "0");
	fr_buf_fini(&heard.text);
	frust_close(db);
	scratch_fini(&s);
}

#define TAKERS 4
#define WORDS 200

struct taker {
	const struct scratch *s;
	atomic_int *taken;
	pthread_t thread;
};

static int count(void *ctx, const struct frust_announcement *a)
{
	(void)a;
	atomic_fetch_add((atomic_int *)ctx, 1);
	return 0;
}

static void *take_all(void *ctx)
{
	struct taker *taker = ctx;
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db;
	int status;

	options.mode = FRUST_WRITE;
	if (frust_open(taker->s->db, &options, &db, NULL))
		return NULL;
	do {
		status = frust_announcements_take(db, count, taker->taken, NULL);
	} while (atomic_load(taker->taken) < WORDS && (!status || status == FRUST_EBUSY));
	frust_close(db);
	return NULL;
}

static void many_who_take_get_each_one_once(void **state)
{
	const struct frust_announcement one = words("x", NULL, FRUST_TOAST);
	struct taker takers[TAKERS];
	atomic_int taken = 0;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	for (int i = 0; i < TAKERS; i++) {
		takers[i] = (struct taker){.s = &s, .taken = &taken};
		CHECK_INT(pthread_create(&takers[i].thread, NULL, take_all, &takers[i]), 0);
	}
	{
		struct frust_options options = FRUST_OPTIONS_INIT;

		options.mode = FRUST_WRITE;
		options.busy_ms = 60000;
		CHECK_INT(frust_open(s.db, &options, &db, NULL), 0);
	}
	for (int i = 0; i < WORDS; i++)
		CHECK_INT(frust_announce(db, &one, NULL, NULL), 0);
	for (int i = 0; i < TAKERS; i++)
		CHECK_INT(pthread_join(takers[i].thread, NULL), 0);
	CHECK_INT(taken, WORDS);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announcements_are_taken_once_and_in_order),
		cmocka_unit_test(taking_none_commits_nothing),
		cmocka_unit_test(what_cannot_be_said_is_refused),
		cmocka_unit_test(a_lock_lets_them_wait_and_a_callback_ends_it),
		cmocka_unit_test(many_who_take_get_each_one_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
