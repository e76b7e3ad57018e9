/* frustd's command line: one table from which parsing, defaults and --help come. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdio.h>

#include "app/text.h"
#include "base/log.h"
#include "net/address.h"
#include "sio/server.h"

#define OPTIONS_LISTEN_MAX 16
#define OPTIONS_ORIGINS_MAX 64
#define OPTIONS_PROXIES_MAX 64

/* frustd's exit codes. */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_RUN = 1,      /* failed while starting or running */
	EXIT_USAGE = 2,    /* a bad option */
	EXIT_LISTEN = 3,   /* cannot listen */
	EXIT_DATABASE = 4, /* cannot use the database */
	EXIT_WEB_ROOT = 5, /* the folder to serve is not there */
};

struct options {
	const char *db;
	struct net_address listen[OPTIONS_LISTEN_MAX];
	unsigned listen_count;
	struct fr_str cors_origins[OPTIONS_ORIGINS_MAX];
	unsigned cors_count;
	struct net_cidr proxies[OPTIONS_PROXIES_MAX];
	unsigned proxy_count;
	const char *web_root; /* NULL: none */
	bool no_client;
	bool no_web; /* no page of our own either */
	bool dev;
	enum text_lang lang;
	enum fr_log_level log_level;
	bool log_level_set;
	int64_t ping_interval, ping_timeout, connect_timeout, header_timeout; /* ms */
	int64_t user_max, comment_max, style_max, event_max;                  /* code points */
	int64_t message_max, send_window, queue_max;                          /* bytes */
	int64_t connections_max, writer_queue;
	bool deflate;
	enum sio_recovery recovery;
	int64_t recovery_seconds;
	int64_t clock_shift; /* seconds */
	bool help, version;
};

/*
 * Fills options from the arguments, defaults where there are none; strings point into argv.
 * On failure false, with one line (without newline) in error.
 */
bool options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size);
void options_help(FILE *to);

#endif
