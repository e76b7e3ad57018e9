#include "config.h"

#include <stdlib.h>

#include "helpers/check.h"

/* As at the start, without environment. What options borrow lives until the next call. */
static bool parse(struct config *config, struct fr_buf *errors, const char *const *args)
{
	char *argv[OPTIONS_LISTEN_MAX + 8] = {(char *)(uintptr_t) "frustd"};
	char *const env[] = {NULL};
	int argc = 1;

	for (; args[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)args[argc - 1];
	config_fini(config);
	fr_buf_clear(errors);
	return config_load(config, argc, argv, env, errors);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void without_arguments_everything_has_its_default(void **state)
{
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;
	const struct options *options = &config.options;
	char text[NET_PLACE_TEXT];

	(void)state;
	CHECK(parse(&config, &errors, ARGS()));
	CHECK_INT(options->listen_count, 1);
	net_place_text(&options->listen[0], text);
	CHECK_TEXT(text, "127.0.0.1:8080");
	CHECK(options->listen_default);
	CHECK_INT(options->socket_mode, 0660);
	CHECK_TEXT(options->db, "./db.sqlite");
	CHECK(options->web_root == NULL);
	CHECK_INT(options->user_max, 15);
	CHECK_INT(options->comment_max, 75);
	CHECK_INT(options->style_max, 64);
	CHECK_INT(options->event_max, 75);
	CHECK_INT(options->message_max, 1000000);
	CHECK_INT(options->lang, TEXT_DE);
	CHECK_INT(options->log_level, FR_LOG_INFO);
	config_fini(&config);
	fr_buf_fini(&errors);
}

static void listeners_add_up(void **state)
{
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;
	const struct options *options = &config.options;
	char text[NET_PLACE_TEXT];

	(void)state;
	CHECK(parse(&config, &errors,
		    ARGS("--listen", "[::1]:9000", "--port=0", "--listen=0.0.0.0:80",
			 "--listen=unix:/run/f.sock")));
	CHECK_INT(options->listen_count, 4);
	net_place_text(&options->listen[0], text);
	CHECK_TEXT(text, "[::1]:9000");
	net_place_text(&options->listen[1], text);
	CHECK_TEXT(text, "127.0.0.1");
	net_place_text(&options->listen[2], text);
	CHECK_TEXT(text, "0.0.0.0:80");
	net_place_text(&options->listen[3], text);
	CHECK_TEXT(text, "unix:/run/f.sock");
	CHECK(!options->listen_default);
	config_fini(&config);
	fr_buf_fini(&errors);
}

static void dev_means_a_folder_and_all_of_the_log(void **state)
{
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;
	const struct options *options = &config.options;

	(void)state;
	CHECK(parse(&config, &errors, ARGS("--dev")));
	CHECK_TEXT(options->web_root, "./frontend");
	CHECK_INT(options->log_level, FR_LOG_DEBUG);
	CHECK(parse(&config, &errors, ARGS("--dev", "--frontend", "/srv", "--log-level", "warn")));
	CHECK_TEXT(options->web_root, "/srv");
	CHECK_INT(options->log_level, FR_LOG_WARN);
	config_fini(&config);
	fr_buf_fini(&errors);
}

static void a_flag_can_be_taken_back(void **state)
{
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;
	const struct options *options = &config.options;

	(void)state;
	CHECK(parse(&config, &errors, ARGS("--dev", "--deflate", "--dev=no")));
	CHECK(!options->dev);
	CHECK(options->deflate);
	CHECK(options->web_root == NULL);
	config_fini(&config);
	fr_buf_fini(&errors);
}

static void origins_and_proxies_add_up(void **state)
{
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;
	const struct options *options = &config.options;

	(void)state;
	CHECK(parse(&config, &errors,
		    ARGS("--cors-origin", "https://x.org", "--cors-origin=*", "--trusted-proxy",
			 "10.0.0.0/8", "--trusted-proxy", "::1")));
	CHECK_INT(options->cors_count, 2);
	CHECK_STR(options->cors_origins[0], "https://x.org");
	CHECK_INT(options->proxy_count, 2);
	CHECK_INT(options->proxies[0].bits, 8);
	CHECK_INT(options->proxies[1].bits, 128);
	config_fini(&config);
	fr_buf_fini(&errors);
}

static void each_bad_argument_is_named_in_a_line(void **state)
{
	static const struct {
		const char *args[4];
		const char *error;
	} cases[] = {
		{{"--nonsense"}, "unknown option: --nonsense (see frustd --help)\n"},
		{{"-x"}, "unknown option: -x (see frustd --help)\n"},
		{{"--prot", "9000"}, "unknown option: --prot (see frustd --help)\n"},
		{{"-port", "9000"}, "unknown option: -port (see frustd --help)\n"},
		{{"extra", "-x"},
		 "unexpected argument: extra (see frustd --help)\n"
		 "unknown option: -x (see frustd --help)\n"},
		{{"--dev", "--", "--db"}, "unexpected argument: --db (see frustd --help)\n"},
		{{"--db"}, "--db needs a value (see frustd --help)\n"},
		{{"--db", ""}, "--db: \"\" is not a name\n"},
		{{"extra"}, "unexpected argument: extra (see frustd --help)\n"},
		{{"--port", "70000"}, "--port: \"70000\" is not a number from 0 to 65535\n"},
		{{"--port", "8a"}, "--port: \"8a\" is not a number from 0 to 65535\n"},
		{{"--port", "-1"}, "--port: \"-1\" is not a number from 0 to 65535\n"},
		{{"--listen", "nowhere"},
		 "--listen: \"nowhere\" is not ADDR:PORT, with a numeric address and [] around an "
		 "IPv6 one, nor unix:PATH\n"},
		{{"--socket-mode", "888"},
		 "--socket-mode: \"888\" is not an octal number from 0 to 0777\n"},
		{{"--socket-mode", "1777"},
		 "--socket-mode: \"1777\" is not an octal number from 0 to 0777\n"},
		{{"--socket-mode", "-1"},
		 "--socket-mode: \"-1\" is not an octal number from 0 to 0777\n"},
		{{"--cors-origin", "http://x.org/"},
		 "--cors-origin: \"http://x.org/\" is not a site without a path, such as "
		 "https://example.org, nor *\n"},
		{{"--trusted-proxy", "10/8"},
		 "--trusted-proxy: \"10/8\" is not an address or a network such as 10.0.0.0/8\n"},
		{{"--lang", "fr"}, "--lang: \"fr\" is not de|en\n"},
		{{"--timezone", "local"},
		 "--timezone: \"local\" is not a zone of the TZ database, such as Europe/Berlin\n"},
		{{"--timezone", "localtime"},
		 "--timezone: \"localtime\" is not a zone of the TZ database, such as "
		 "Europe/Berlin\n"},
		{{"--log-level", "loud"},
		 "--log-level: \"loud\" is not error, warn, info, debug or trace\n"},
		{{"--user-max", "0"}, "--user-max: \"0\" is not a number from 1 to 100000\n"},
		{{"--user-max", "99999999999999999999"},
		 "--user-max: \"99999999999999999999\" is not a number from 1 to 100000\n"},
		{{"--user-max", " 50"}, "--user-max: \" 50\" is not a number from 1 to 100000\n"},
		{{"--send-window", "100000"},
		 "--send-window: \"100000\" is not a power of two from 65536 to 1073741824\n"},
		{{"--dev=maybe"}, "--dev: \"maybe\" is not yes or no\n"},
		{{"--help=yes"}, "--help takes no value (see frustd --help)\n"},
		{{"--no-web", "--dev"}, "--no-web: not with a folder to serve (web-root, dev)\n"},
		{{"-x", "--lang=x"},
		 "unknown option: -x (see frustd --help)\n--lang: \"x\" is not de|en\n"},
	};
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		CHECK(!parse(&config, &errors, cases[i].args));
		CHECK_STR(fr_buf_str(&errors), cases[i].error);
	}
	config_fini(&config);
	fr_buf_fini(&errors);
}

static void repeatable_options_have_their_limits(void **state)
{
	const char *args[OPTIONS_LISTEN_MAX + 2] = {NULL};
	struct config config = {0};
	struct fr_buf errors = FR_BUF_INIT;

	(void)state;
	for (int i = 0; i <= OPTIONS_LISTEN_MAX; i++)
		args[i] = "--port=0";
	CHECK(!parse(&config, &errors, args));
	CHECK_STR(fr_buf_str(&errors), "--port: more than 16 are too many\n");
	config_fini(&config);
	fr_buf_fini(&errors);
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
		cmocka_unit_test(a_flag_can_be_taken_back),
		cmocka_unit_test(origins_and_proxies_add_up),
		cmocka_unit_test(each_bad_argument_is_named_in_a_line),
		cmocka_unit_test(repeatable_options_have_their_limits),
		cmocka_unit_test(help_names_every_option_that_parses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
