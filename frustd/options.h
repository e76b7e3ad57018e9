/*
 * frustd's options: one table, from which command line, environment, configuration file, defaults
 * and --help come, and the struct that their values end in.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdio.h>

#include "app/text.h"
#include "base/log.h"
#include "net/place.h"
#include "sio/server.h"

#define OPTIONS_LISTEN_MAX 16
#define OPTIONS_ORIGINS_MAX 64
#define OPTIONS_PROXIES_MAX 64
#define OPTIONS_METRICS_MAX 64

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
	struct net_place listen[OPTIONS_LISTEN_MAX];
	unsigned listen_count;
	bool listen_default; /* nobody said where */
	int64_t socket_mode; /* of a Unix socket's file */
	struct fr_str cors_origins[OPTIONS_ORIGINS_MAX];
	unsigned cors_count;
	struct net_cidr proxies[OPTIONS_PROXIES_MAX];
	unsigned proxy_count;
	struct net_cidr metrics_allowed[OPTIONS_METRICS_MAX]; /* who may see /metrics */
	unsigned metrics_allowed_count;
	const char *web_root; /* NULL: none */
	bool no_client;
	bool no_web; /* no page of our own either */
	bool dev;
	enum text_lang lang;
	const char *timezone; /* as frust_zone_open takes it */
	enum fr_log_level log_level;
	enum fr_log_format log_format;
	const char *log_file; /* NULL: standard error */
	int64_t ping_interval, ping_timeout, connect_timeout, header_timeout; /* ms */
	int64_t body_timeout, keep_alive, upgrade_timeout;                    /* ms */
	int64_t request_line_max, header_max, incoming_max;                   /* bytes */
	int64_t attachments_max, namespaces_max, packet_rate;
	int64_t user_max, comment_max, style_max, event_max;            /* code points */
	int64_t message_max, send_window, queue_max;                    /* bytes */
	int64_t connections_max, address_connections_max, address_rate; /* see net/peers.h */
	int64_t gather;                                                 /* ms */
	int64_t threads, writer_queue;
	int64_t click_rate, address_click_rate, feed_rate; /* a second; 0: no limit */
	bool deflate;
	enum sio_recovery recovery;
	int64_t recovery_seconds;
	int64_t clock_shift; /* seconds */
	const char *config;  /* NULL: none */
	bool check_config, print_config, help, version;
};

enum option_trait {
	OPTION_RELOAD = 1 << 0, /* a running server takes a new value */
	OPTION_OUTSIDE = 1
			 << 1, /* said on the command line or in the environment, not in the file */
	OPTION_COMMAND = 1 << 2, /* said on the command line only */
};

struct option_spec {
	const char *name, *arg, *help; /* arg NULL: a flag, "yes" or "no" */
	int kind;                      /* options.c's own */
	size_t offset;       /* in struct options; those that share it are names of one thing */
	const char *initial; /* as text; NULL: none, a flag's "no" */
	int64_t min, max;    /* of a number */
	unsigned traits;     /* enum option_trait */
};

extern const struct option_spec option_specs[];
extern const size_t option_count;

#define OPTION_ERROR 256

/* The option of that long name, without dashes, or NULL. */
const struct option_spec *option_find(struct fr_str name);
/* Whether each value is one more. */
bool option_repeats(const struct option_spec *spec);
/* Sets (or adds) the value, which is borrowed as long as options are used. false: error says what
 * it should be. */
bool option_read(const struct option_spec *spec, struct options *options, const char *text,
		 char error[OPTION_ERROR]);
/* The option whose value does not go with others', and error why; NULL: they go together. */
const struct option_spec *options_clash(const struct options *options, char error[OPTION_ERROR]);
void options_help(FILE *to);

#endif
