#include <stdio.h>

#include <frust/frust.h>

#include "daemon.h"
#include "options.h"

int main(int argc, char **argv)
{
	struct fr_log log = {stderr, FR_LOG_INFO, "frustd"};
	struct options options;
	char error[256];

	if (!options_parse(&options, argc, argv, error, sizeof(error))) {
		fr_log(&log, FR_LOG_ERROR, "%s (see frustd --help)", error);
		return EXIT_USAGE;
	}
	if (options.help) {
		options_help(stdout);
		return EXIT_FINE;
	}
	if (options.version) {
		printf("frustd %s\n", frust_version());
		return EXIT_FINE;
	}
	log.level = options.log_level;
	return daemon_run(&options, &log);
}
