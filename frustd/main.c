#include <stdio.h>
#include <unistd.h>

#include <frust/frust.h>

#include "config.h"
#include "daemon.h"

/* Each line of what is wrong is one of the log. */
static void tell(const struct fr_log *log, const struct fr_buf *errors)
{
	struct fr_str rest = fr_buf_str(errors);

	while (rest.len > 0) {
		size_t end = fr_str_find(rest, '\n');

		fr_log(log, FR_LOG_ERROR, "%.*s", (int)end, rest.at);
		rest = fr_str_skip(rest, end + 1);
	}
	if (fr_buf_error(errors) < 0)
		fr_log(log, FR_LOG_ERROR, "out of memory");
}

static int print(const struct config *config)
{
	struct fr_buf out = FR_BUF_INIT;
	int code;

	settings_print(&config->settings, &out);
	code = fr_buf_error(&out) == 0 && fwrite(out.at, 1, out.len, stdout) == out.len &&
			       fflush(stdout) == 0
		       ? EXIT_FINE
		       : EXIT_RUN;
	fr_buf_fini(&out);
	return code;
}

static int run(struct config *config, struct fr_log *log)
{
	const struct options *options = &config->options;

	if (options->help) {
		options_help(stdout);
	} else if (options->version) {
		printf("frustd %s\n", frust_version());
	} else if (options->print_config) {
		return print(config);
	} else if (options->check_config) {
		puts("the configuration is in order");
	} else {
		log->level = options->log_level;
		return daemon_run(options, log);
	}
	return EXIT_FINE;
}

int main(int argc, char **argv)
{
	struct fr_log log = {stderr, FR_LOG_INFO, "frustd"};
	struct fr_buf errors = FR_BUF_INIT;
	struct config config;
	int code = EXIT_USAGE;

	if (config_load(&config, argc, argv, environ, &errors))
		code = run(&config, &log);
	else
		tell(&log, &errors);
	fr_buf_fini(&errors);
	config_fini(&config);
	return code;
}
