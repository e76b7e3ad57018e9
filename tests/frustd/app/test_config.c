#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "helpers/check.h"

struct fixture {
	char file[32];
	char *argv[6];
	struct config config;
	struct fr_buf said;
};

static void put(const struct fixture *f, const char *text)
{
	FILE *file = fopen(f->file, "w");

	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
}

static char program[] = "frustd", config_option[] = "--config", style_option[] = "--style-max=9";
static char *const no_env[] = {NULL};

static int setup(void **state)
{
	static struct fixture f;
	int fd;

	f = (struct fixture){.file = "/tmp/frust-config-XXXXXX"};
	fd = mkstemp(f.file);
	CHECK(fd >= 0);
	close(fd);
	memcpy(f.argv, (char *[]){program, config_option, f.file, style_option, NULL},
	       5 * sizeof(*f.argv));
	put(&f, "user-max = 20\nstyle-max = 8\ndb = /one\ntrusted-proxy = ::1\n");
	CHECK(config_load(&f.config, 4, f.argv, no_env, &f.said));
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	config_fini(&f->config);
	fr_buf_fini(&f->said);
	return unlink(f->file);
}

static void what_may_change_is_taken_anew(void **state)
{
	struct fixture *f = *state;

	put(f, "user-max = 30\nstyle-max = 7\nlog-level = warn\ndb = /one\ntrusted-proxy = ::1\n");
	CHECK(config_reload(&f->config, &f->said));
	CHECK_INT(f->said.len, 0);
	CHECK_INT(f->config.options.user_max, 30);
	CHECK_INT(f->config.options.log_level, FR_LOG_WARN);
	CHECK_INT(f->config.options.style_max, 9); /* as the command line still says */
	CHECK_INT(f->config.options.proxy_count, 1);
}

static void what_is_said_no_more_is_the_default_again(void **state)
{
	struct fixture *f = *state;

	put(f, "db = /one\ntrusted-proxy = ::1\n");
	CHECK(config_reload(&f->config, &f->said));
	CHECK_INT(f->said.len, 0);
	CHECK_INT(f->config.options.user_max, 15);
}

static void what_may_not_change_is_named_and_stays(void **state)
{
	struct fixture *f = *state;

	put(f, "user-max = 30\ndb = /two\ntrusted-proxy = ::1\ntrusted-proxy = ::2\nport = 1\n");
	for (int i = 0; i < 2; i++) {
		fr_buf_clear(&f->said);
		CHECK(config_reload(&f->config, &f->said));
		CHECK_STR(fr_buf_str(&f->said), "db, listen, port, trusted-proxy");
		CHECK_INT(f->config.options.user_max, 30);
		CHECK_TEXT(f->config.options.db, "/one");
		CHECK_INT(f->config.options.proxy_count, 1);
		CHECK_INT(f->config.options.listen[0].address.port, 8080);
	}
}

static void a_bad_file_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct fr_buf expected = FR_BUF_INIT;

	put(f, "user-max = 30\ncolour = red\n");
	CHECK(!config_reload(&f->config, &f->said));
	fr_buf_printf(&expected, "%s:2: unknown option: colour\n", f->file);
	CHECK(fr_str_eq(fr_buf_str(&f->said), fr_buf_str(&expected)));
	CHECK_INT(f->config.options.user_max, 20);
	fr_buf_clear(&f->said);
	put(f, "user-max = 30\ndev = yes\nno-web = yes\n");
	CHECK(!config_reload(&f->config, &f->said));
	CHECK_INT(f->config.options.user_max, 20);
	fr_buf_fini(&expected);
}

static void a_file_that_is_gone_changes_nothing(void **state)
{
	struct fixture *f = *state;

	CHECK_INT(unlink(f->file), 0);
	CHECK(!config_reload(&f->config, &f->said));
	CHECK(f->said.len > 0);
	CHECK_INT(f->config.options.user_max, 20);
	put(f, "");
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(what_may_change_is_taken_anew),
		WITH_FILE(what_is_said_no_more_is_the_default_again),
		WITH_FILE(what_may_not_change_is_named_and_stays),
		WITH_FILE(a_bad_file_changes_nothing),
		WITH_FILE(a_file_that_is_gone_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
