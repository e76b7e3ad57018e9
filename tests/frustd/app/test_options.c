#include "options.h"

#include <stdlib.h>

#include "helpers/check.h"

static bool parse(struct options *options, char *error, const char *const *args)
{
	char *argv[OPTIONS_LISTEN_MAX + 8] = {(char *)(uintptr_t) "frustd"};
	int argc = 1;

	for (; args[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)args[argc - 1];
	return options_parse(options, argc, argv, error, 256);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void without_arguments_everything_has_its_default(void **state)
{
	struct options options;
	char error[256], text[NET_ADDRESS_TEXT];

	(void)state;
	CHECK(parse(&options, error, ARGS()));
	CHECK_INT(options.listen_count, 1);
	net_address_text(&options.listen[0], text);
	CHECK_TEXT(text, "127.0.0.1:8080");
	CHECK_TEXT(options.db, "./db.sqlite");
	CHECK(options.web_root == NULL);
	CHECK_INT(options.user_max, 15);
	CHECK_INT(options.comment_max, 75);
	CHECK_INT(options.style_max, 64);
	CHECK_INT(options.event_max, 75);
	CHECK_INT(options.message_max, 1000000);
	CHECK_INT(options.lang, TEXT_DE);
	CHECK_INT(options.log_level, FR_LOG_INFO);
}

static void listeners_add_up(void **state)
{
	struct options options;
	char error[256], text[NET_ADDRESS_TEXT];

	(void)state;
	CHECK(parse(&options, error,
		    ARGS("--listen", "[::1]:9000", "--port=0", "--listen=0.0.0.0:80")));
	CHECK_INT(options.listen_count, 3);
	net_address_text(&options.listen[0], text);
	CHECK_TEXT(text, "[::1]:9000");
	net_address_text(&options.listen[1], text);
	CHECK_TEXT(text, "127.0.0.1");
	net_address_text(&options.listen[2], text);
	CHECK_TEXT(text, "0.0.0.0:80");
}

static void dev_means_a_folder_and_all_of_the_log(void **state)
{
	struct options options;
	char error[256];

	(void)state;
	CHECK(parse(&options, error, ARGS("--dev")));
	CHECK_TEXT(options.web_root, "./frontend");
	CHECK_INT(options.log_level, FR_LOG_DEBUG);
	CHECK(parse(&options, error, ARGS("--dev", "--frontend", "/srv", "--log-level", "warn")));
	CHECK_TEXT(options.web_root, "/srv");
	CHECK_INT(options.log_level, FR_LOG_WARN);
}

static void origins_and_proxies_add_up(void **state)
{
	struct options options;
	char error[256];

	(void)state;
	CHECK(parse(&options, error,
		    ARGS("--cors-origin", "https://x.org", "--cors-origin=*", "--trusted-proxy",
			 "10.0.0.0/8", "--trusted-proxy", "::1")));
	CHECK_INT(options.cors_count, 2);
	CHECK_STR(options.cors_origins[0], "https://x.org");
	CHECK_INT(options.proxy_count, 2);
	CHECK_INT(options.proxies[0].bits, 8);
	CHECK_INT(options.proxies[1].bits, 128);
}

static void bad_arguments_are_named_in_one_line(void **state)
{
	static const struct {
		const char *args[4];
		const char *error;
	} cases[] = {
		{{"--nonsense"}, "unknown option: --nonsense"},
		{{"-x"}, "unknown option: -x"},
		{{"--db"}, "--db needs a value"},
		{{"--db", ""}, "bad value for --db: "},
		{{"extra"}, "unexpected argument: extra"},
		{{"--port", "70000"}, "bad value for --port: 70000"},
		{{"--port", "8a"}, "bad value for --port: 8a"},
		{{"--port", "-1"}, "bad value for --port: -1"},
		{{"--listen", "nowhere"}, "bad value for --listen: nowhere"},
		{{"--listen", "127.0.0.1"}, "bad value for --listen: 127.0.0.1"},
		{{"--cors-origin", "x.org"}, "bad value for --cors-origin: x.org"},
		{{"--cors-origin", "http://x.org/"}, "bad value for --cors-origin: http://x.org/"},
		{{"--trusted-proxy", "10/8"}, "bad value for --trusted-proxy: 10/8"},
		{{"--lang", "fr"}, "bad value for --lang: fr"},
		{{"--log-level", "loud"}, "bad value for --log-level: loud"},
		{{"--ping-interval", "0"}, "bad value for --ping-interval: 0"},
		{{"--ping-interval", "99999999999999999999"},
		 "bad value for --ping-interval: 99999999999999999999"},
		{{"--send-window", "100000"}, "--send-window must be a power of two"},
		{{"--dev=yes"}, "--dev takes no value"},
		{{"-xy"}, "unknown option: -x"},
		{{"--ping-interval", " 50"}, "bad value for --ping-interval:  50"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct options options;
		char error[256] = "";

		CHECK(!parse(&options, error, cases[i].args));
		CHECK_TEXT(error, cases[i].error);
	}
}

static void repeatable_options_have_their_limits(void **state)
{
	const char *args[OPTIONS_LISTEN_MAX + 2] = {NULL};
	struct options options;
	char error[256];

	(void)state;
	for (int i = 0; i <= OPTIONS_LISTEN_MAX; i++)
		args[i] = "--port=0";
	CHECK(!parse(&options, error, args));
	CHECK_TEXT(error, "too many of --port (16 at most)");
}

static void help_names_every_option_that_parses(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	(void)state;
	CHECK(to != NULL);
	options_help(to);
	fclose(to);
	CHECK(strstr(text, "--listen ADDR:PORT") != NULL);
	CHECK(strstr(text, "Exit codes") != NULL);
	CHECK(strstr(text, "(1000000)") != NULL);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_arguments_everything_has_its_default),
		cmocka_unit_test(listeners_add_up),
		cmocka_unit_test(dev_means_a_folder_and_all_of_the_log),
		cmocka_unit_test(origins_and_proxies_add_up),
		cmocka_unit_test(bad_arguments_are_named_in_one_line),
		cmocka_unit_test(repeatable_options_have_their_limits),
		cmocka_unit_test(help_names_every_option_that_parses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
