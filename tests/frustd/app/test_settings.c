#include "settings.h"

#include <stdlib.h>

#include "helpers/check.h"

struct fixture {
	struct settings settings;
	struct options options;
	struct fr_buf errors, printed;
};

/* What holds of a file, an environment and a command line, each NULL: none. */
static bool hold(struct fixture *f, const char *file, const char *const *env,
		 const char *const *argv)
{
	int argc = 0;

	settings_fini(&f->settings);
	fr_buf_clear(&f->errors);
	settings_defaults(&f->settings, &f->errors);
	while (argv && argv[argc])
		argc++;
	if (argv)
		settings_command_line(&f->settings, argc, (char *const *)(uintptr_t)argv,
				      &f->errors);
	if (env)
		settings_environment(&f->settings, (char *const *)(uintptr_t)env, &f->errors);
	f->settings.file = "x.conf";
	if (file)
		settings_file_text(&f->settings, fr_str_of(file), &f->errors);
	settings_read(&f->settings, &f->options, &f->errors);
	return f->errors.len == 0 && fr_buf_error(&f->errors) == 0;
}

static void end(struct fixture *f)
{
	settings_fini(&f->settings);
	fr_buf_fini(&f->errors);
	fr_buf_fini(&f->printed);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void a_file_has_a_line_for_each_value(void **state)
{
	struct fixture f = {0};

	(void)state;
	CHECK(hold(&f,
		   "# a comment\n"
		   "\n"
		   "user-max = 20\r\n"
		   "  comment-max=30   # another\n"
		   "\t# and one more\n"
		   "db = /var/lib/my site#1.sqlite\n"
		   "trusted-proxy = 10.0.0.0/8\n"
		   "trusted-proxy = fd00::/8\n"
		   "deflate = yes\n"
		   "no-web = no\n"
		   "port = 0",
		   NULL, NULL));
	CHECK_INT(f.options.user_max, 20);
	CHECK_INT(f.options.comment_max, 30);
	CHECK_TEXT(f.options.db, "/var/lib/my site#1.sqlite");
	CHECK_INT(f.options.proxy_count, 2);
	CHECK_INT(f.options.listen_count, 1);
	CHECK_INT(f.options.listen[0].address.port, 0);
	CHECK(f.options.deflate);
	CHECK(!f.options.no_web);
	end(&f);
}

static void what_is_wrong_in_a_file_is_named_by_its_line(void **state)
{
	static const struct {
		const char *file, *errors;
	} cases[] = {
		{"\n\nuser-max", "x.conf:3: not \"key = value\": user-max\n"},
		{"[server]\n", "x.conf:1: not \"key = value\": [server]\n"},
		{"user_max = 3\n", "x.conf:1: unknown option: user_max\n"},
		{" = 3\n", "x.conf:1: unknown option: \n"},
		{"--user-max = 3\n", "x.conf:1: unknown option: --user-max\n"},
		{"help = yes\n", "x.conf:1: help cannot be said in a file\n"},
		{"config = y.conf\n", "x.conf:1: config cannot be said in a file\n"},
		{"user-max = 3\nuser-max = 4\n", "x.conf:2: user-max: said on line 1 already\n"},
		{"web-root = /a\n\nfrontend = /a\n",
		 "x.conf:3: frontend: said on line 1 already\n"},
		{"user-max = 3 4\n",
		 "x.conf:1: user-max: \"3 4\" is not a number from 1 to 100000\n"},
		{"user-max =\n", "x.conf:1: user-max: \"\" is not a number from 1 to 100000\n"},
		{"db =#a\n", "x.conf:1: db: \"\" is not a name\n"},
		{"dev = true\n", "x.conf:1: dev: \"true\" is not yes or no\n"},
		{"lang = fr\nuser-max = x\n",
		 "x.conf:1: lang: \"fr\" is not de|en\n"
		 "x.conf:2: user-max: \"x\" is not a number from 1 to 100000\n"},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		CHECK(!hold(&f, cases[i].file, NULL, NULL));
		CHECK_STR(fr_buf_str(&f.errors), cases[i].errors);
	}
	settings_fini(&f.settings);
	fr_buf_clear(&f.errors);
	f.settings.file = "y.conf";
	settings_file_text(&f.settings, FR_STR("db = a\0b\n"), &f.errors);
	CHECK_STR(fr_buf_str(&f.errors), "y.conf:1: db: a NUL byte\n");
	end(&f);
}

static void the_environment_has_a_variable_for_each_option(void **state)
{
	struct fixture f = {0};

	(void)state;
	CHECK(hold(&f, NULL,
		   LIST("FRUST_USER_MAX=20", "FRUST_USER_MAXIMUM=x", "FRUST_DEFLATE=yes",
			"FRUST_TRUSTED_PROXY= 10.0.0.0/8  ::1", "FRUST_LANG=", "FRUST_HELP=yes",
			"FRUST_VERSION=1", "USER_MAX=30", "FRUST_DB"),
		   NULL));
	CHECK_INT(f.options.user_max, 20);
	CHECK_INT(f.options.proxy_count, 2);
	CHECK_INT(f.options.lang, TEXT_DE);
	CHECK_TEXT(f.options.db, "./db.sqlite");
	CHECK(f.options.deflate && !f.options.help && !f.options.version);
	CHECK(!hold(&f, NULL, LIST("FRUST_PING_TIMEOUT=soon"), NULL));
	CHECK_STR(fr_buf_str(&f.errors),
		  "FRUST_PING_TIMEOUT: \"soon\" is not a number from 0 to 86400000\n");
	end(&f);
}

static void the_command_line_goes_before_the_environment_and_that_before_the_file(void **state)
{
	struct fixture f = {0};

	(void)state;
	CHECK(hold(
		&f,
		"user-max = 1\ncomment-max = 1\nstyle-max = 1\nlisten = 127.0.0.1:1\n"
		"trusted-proxy = 10.0.0.0/8\nlog-level = warn\n",
		LIST("FRUST_USER_MAX=2", "FRUST_COMMENT_MAX=2", "FRUST_LISTEN=127.0.0.1:2",
		     "FRUST_TRUSTED_PROXY=10.0.0.2"),
		LIST("frustd", "--user-max=9", "--user-max=3", "--port=3", "--port=4", "--dev")));
	CHECK_INT(f.options.user_max, 3);
	CHECK_INT(f.options.comment_max, 2);
	CHECK_INT(f.options.style_max, 1);
	CHECK_INT(f.options.event_max, 75);
	CHECK_INT(f.options.listen_count, 2);
	CHECK_INT(f.options.listen[0].address.port, 3);
	CHECK_INT(f.options.listen[1].address.port, 4);
	CHECK_INT(f.options.proxy_count, 1);
	CHECK_INT(f.options.log_level, FR_LOG_WARN);
	CHECK_TEXT(f.options.web_root, "./frontend");
	end(&f);
}

static void wrong_values_that_do_not_hold_are_let_be(void **state)
{
	struct fixture f = {0};

	(void)state;
	CHECK(hold(&f, "lang = fr\n", NULL, LIST("frustd", "--lang=en")));
	CHECK_INT(f.options.lang, TEXT_EN);
	end(&f);
}

static bool has_line(const struct fr_buf *text, const char *line)
{
	struct fr_str rest = fr_buf_str(text);

	while (rest.len > 0) {
		size_t end = fr_str_find(rest, '\n');

		if (fr_str_eq(fr_str(rest.at, end), fr_str_of(line)))
			return true;
		rest = fr_str_skip(rest, end + 1);
	}
	return false;
}

static void what_is_printed_tells_where_it_comes_from(void **state)
{
	struct fixture f = {0};

	(void)state;
	CHECK(hold(&f, "\nuser-max = 1\ntrusted-proxy = ::1\ntrusted-proxy = ::2",
		   LIST("FRUST_COMMENT_MAX=2"), LIST("frustd", "--port=3", "--dev")));
	settings_print(&f.settings, &f.printed);
	CHECK(has_line(&f.printed, "user-max = 1                            # x.conf:2"));
	CHECK(has_line(&f.printed, "comment-max = 2                         # FRUST_COMMENT_MAX"));
	CHECK(has_line(&f.printed, "style-max = 64                          # default"));
	CHECK(has_line(&f.printed, "# listen = ADDR:PORT"));
	CHECK(has_line(&f.printed, "port = 3                                # --port"));
	CHECK(has_line(&f.printed, "log-level = debug                       # --dev"));
	CHECK(has_line(&f.printed, "trusted-proxy = ::1                     # x.conf:3"));
	CHECK(has_line(&f.printed, "trusted-proxy = ::2                     # x.conf:4"));
	CHECK(has_line(&f.printed, "no-web = no                             # default"));
	CHECK(!has_line(&f.printed, "# web-root = DIR"));
	CHECK(has_line(&f.printed, "# frontend = DIR"));
	fr_buf_add_char(&f.printed, '\0');
	CHECK(strstr(f.printed.at, "help") == NULL);
	CHECK(strstr(f.printed.at, "config =") == NULL);
	end(&f);
}

static void what_is_printed_reads_back_as_the_same(void **state)
{
	struct fixture f = {0}, g = {0};
	size_t known = 0;

	(void)state;
	CHECK(hold(&f, "user-max = 1\ndb = /a b/c\ncors-origin = *\ncors-origin = http://x\n",
		   LIST("FRUST_DEFLATE=yes"), LIST("frustd", "--listen=[::1]:0", "--port=3")));
	settings_print(&f.settings, &f.printed);
	fr_buf_add_char(&f.printed, '\0');
	CHECK(hold(&g, f.printed.at, NULL, NULL));
	for (size_t i = 0; i < option_count; i++) {
		CHECK(settings_same(&f.settings, &g.settings, &option_specs[i]));
		known += settings_next(&f.settings, &option_specs[i], NULL) != NULL;
	}
	CHECK(known > 20);
	CHECK(hold(&g, "user-max = 2", NULL, NULL));
	CHECK(!settings_same(&f.settings, &g.settings, option_find(FR_STR("user-max"))));
	CHECK(!settings_same(&f.settings, &g.settings, option_find(FR_STR("cors-origin"))));
	end(&f);
	end(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_a_line_for_each_value),
		cmocka_unit_test(what_is_wrong_in_a_file_is_named_by_its_line),
		cmocka_unit_test(the_environment_has_a_variable_for_each_option),
		cmocka_unit_test(
			the_command_line_goes_before_the_environment_and_that_before_the_file),
		cmocka_unit_test(wrong_values_that_do_not_hold_are_let_be),
		cmocka_unit_test(what_is_printed_tells_where_it_comes_from),
		cmocka_unit_test(what_is_printed_reads_back_as_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
