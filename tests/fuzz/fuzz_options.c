/* frustd's command line, a line of the input for each argument. */
#include "settings.h"

#include "fuzz/fuzz.h"

#define ARGS 24

static void check_taken(const struct options *options)
{
	FUZZ_CHECK(options->listen_count >= 1 && options->listen_count <= OPTIONS_LISTEN_MAX);
	for (unsigned i = 0; i < options->listen_count; i++)
		FUZZ_CHECK(options->listen[i].address.family == NET_IPV4 ||
			   options->listen[i].address.family == NET_IPV6 ||
			   (options->listen[i].address.family == NET_UNIX &&
			    *options->listen[i].path));
	FUZZ_CHECK(options->db && *options->db);
	FUZZ_CHECK(!options->web_root || *options->web_root);
	FUZZ_CHECK(options->ping_interval >= 10 && options->ping_timeout >= 0);
	FUZZ_CHECK(options->user_max >= 1 && options->comment_max >= 1);
	FUZZ_CHECK((options->send_window & (options->send_window - 1)) == 0);
	FUZZ_CHECK(options->send_window >= 65536 && options->send_window <= 1 << 30);
	FUZZ_CHECK(options->message_max >= 1000 && options->writer_queue >= 1);
	FUZZ_CHECK(options->log_level >= FR_LOG_ERROR && options->log_level <= FR_LOG_DEBUG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str input = fuzz_input(data, size);
	char *argv[ARGS + 2] = {strdup("frustd")};
	struct settings settings = {0};
	struct fr_buf errors = FR_BUF_INIT;
	struct options options;
	int argc = 1;

	FUZZ_CHECK(argv[0] != NULL);
	while (input.len && argc <= ARGS) {
		struct fr_str line = fuzz_until(&input, '\n');

		argv[argc] = strndup(line.at, line.len);
		FUZZ_CHECK(argv[argc++] != NULL);
	}
	settings_defaults(&settings, &errors);
	settings_command_line(&settings, argc, argv, &errors);
	settings_read(&settings, &options, &errors);
	if (errors.len == 0)
		check_taken(&options);
	else
		FUZZ_CHECK(errors.at[errors.len - 1] == '\n');
	settings_fini(&settings);
	fr_buf_fini(&errors);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}
