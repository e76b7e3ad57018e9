#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <frust/frust.h>

#include "config.h"
#include "daemon.h"

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
		return daemon_run(config, log);
	}
	return EXIT_FINE;
}

/* The program beside this one; returns when there is none. */
static int run_doctor(char **argv, const struct fr_log *log)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof("-doctor"));

	if (n > 0) {
		memcpy(path + n, "-doctor", sizeof("-doctor"));
		execv(path, argv);
	}
	fr_log(log, FR_LOG_ERROR, "cannot run frustd-doctor, which should be beside frustd: %s",
	       strerror(errno));
	return EXIT_RUN;
}

/* Where the standard descriptors are closed, ours must not get their numbers: the log would go into
 * a socket, or into a pipe that is libuv's. */
static void take_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct fr_log log = {.to = stderr, .level = FR_LOG_INFO, .name = "frustd"};
	struct fr_buf errors = FR_BUF_INIT;
	struct config config;
	int code = EXIT_USAGE;

	take_standard_fds();
	if (argc > 1 && strcmp(argv[1], "doctor") == 0)
		return run_doctor(argv + 1, &log);
	if (config_load(&config, argc, argv, environ, &errors))
		code = run(&config, &log);
	else
		config_tell(&errors, &log);
	fr_buf_fini(&errors);
	config_fini(&config);
	return code;
}
