/* The table, --help, and which values go together. What a value may be is option_values.c's. */
#include "options.h"

#include "options_internal.h"

#define AT(member) offsetof(struct options, member)

const struct option_spec option_specs[] = {
	{"config", "FILE", "a file of options, for what is not said here", TEXT, AT(config),
	 .traits = OPTION_OUTSIDE},
	{"db", "FILE", "the database; made when it is not there", TEXT, AT(db),
	 .initial = "./db.sqlite"},
	{"listen", "ADDR:PORT", "listen here, or at unix:PATH; may be repeated", LISTEN, AT(listen),
	 .initial = "127.0.0.1:8080"},
	{"port", "N", "the same as --listen 127.0.0.1:N; 0 takes a free port", PORT, AT(listen),
	 .max = UINT16_MAX},
	{"socket-mode", "MODE", "of a Unix socket's file", MODE, AT(socket_mode),
	 .initial = "0660"},
	{"cors-origin", "ORIGIN", "pages of this site may use the server; *: all; may be repeated",
	 ORIGIN, .offset = AT(cors_origins)},
	{"trusted-proxy", "CIDR", "believe this proxy's X-Forwarded-*, Forwarded; may be repeated",
	 PROXY, .offset = AT(proxies)},
	{"metrics-allow", "CIDR", "who else may see /metrics; may be repeated", ALLOW,
	 .offset = AT(metrics_allowed)},
	{"lang", "de|en", "the language of the site's messages", LANG, AT(lang), .initial = "de"},
	{"timezone", "ZONE", "whose days the site counts: a name as Europe/Berlin", TIMEZONE,
	 AT(timezone), .initial = "UTC"},
	{"log-level", "LEVEL", "error, warn, info, debug or trace", LEVEL, AT(log_level),
	 .initial = "info", .traits = OPTION_RELOAD},
	{"log-format", "text|json", "lines for people, or an object a line", FORMAT, AT(log_format),
	 .initial = "text"},
	{"log-file", "FILE", "log into this file, opened anew on SIGHUP, not on standard error",
	 TEXT, .offset = AT(log_file)},
	{"dev", NULL, "development: serve ./frontend, /version, log all", FLAG, .offset = AT(dev)},
	{"web-root", "DIR", "serve this folder as the site", TEXT, .offset = AT(web_root)},
	{"frontend", "DIR", "the same", TEXT, .offset = AT(web_root)},
	{"no-client", NULL, "serve no socket.io.js beside the endpoint", FLAG,
	 .offset = AT(no_client)},
	{"no-web", NULL, "serve no page, only the API", FLAG, .offset = AT(no_web)},
	{"ping-interval", "MS", "between pings", INT, AT(ping_interval), "25000", 10, 86400000, 0},
	{"ping-timeout", "MS", "a ping's answer; 0: 20000, or 60000 for old clients", INT,
	 AT(ping_timeout), "0", 0, 86400000, 0},
	{"connect-timeout", "MS", "until a session's Socket.IO connect", INT, AT(connect_timeout),
	 "45000", 10, 86400000, 0},
	{"header-timeout", "MS", "for a request's header", INT, AT(header_timeout), "10000", 10,
	 86400000, 0},
	{"body-timeout", "MS", "for a request's body, and for a client to take some of an answer",
	 INT, AT(body_timeout), "30000", 10, 86400000, 0},
	{"keep-alive", "MS", "between two requests of a connection", INT, AT(keep_alive), "75000",
	 10, 86400000, 0},
	{"upgrade-timeout", "MS", "for an upgrade from polling to WebSocket", INT,
	 AT(upgrade_timeout), "10000", 10, 86400000, 0},
	{"recovery", "ask|all|off", "clients that may resume after a drop: recovery=1 in the query",
	 RECOVERY, AT(recovery), .initial = "ask"},
	{"recovery-seconds", "N", "how long after it", INT, AT(recovery_seconds), "120", 1, 86400,
	 false},
	{"deflate", NULL, "compress WebSocket messages of 1 KiB on for those who offer it", FLAG,
	 .offset = AT(deflate)},
	{"user-max", "N", "code points of a user's name", INT, AT(user_max), "15", 1, 100000,
	 OPTION_RELOAD},
	{"comment-max", "N", "code points of a comment", INT, AT(comment_max), "75", 1, 100000,
	 OPTION_RELOAD},
	{"style-max", "N", "code points of a style", INT, AT(style_max), "64", 1, 100000,
	 OPTION_RELOAD},
	{"event-max", "N", "code points of an event's name", INT, AT(event_max), "75", 1, 100000,
	 OPTION_RELOAD},
	{"request-line-max", "BYTES", "of a request's first line", INT, AT(request_line_max),
	 "8192", 1000, 1000000, 0},
	{"header-max", "BYTES", "of a request's header after it", INT, AT(header_max), "16384",
	 1000, 1000000, 0},
	{"message-max", "BYTES", "of one message or POST body", INT, AT(message_max), "1000000",
	 1000, 100000000, 0},
	{"incoming-max", "BYTES", "of bodies that are not whole yet, and as many of messages", INT,
	 AT(incoming_max), "67108864", 65536, 1099511627776, 0},
	{"attachments-max", "N", "of one Socket.IO packet, message-max bytes with them", INT,
	 AT(attachments_max), "10", 0, 1000, 0},
	{"namespaces-max", "N", "that one client may be in", INT, AT(namespaces_max), "16", 1, 1000,
	 0},
	{"packet-rate", "N", "packets a second of a client, ten times as many at once; 0: all", INT,
	 AT(packet_rate), "200", 0, 1000000, 0},
	{"send-window", "BYTES", "of broadcasts kept for slow clients; a power of two", POWER,
	 AT(send_window), "4194304", 65536, 1073741824, 0},
	{"gather", "MS", "that broadcasts wait at most for more under load; 0: never", INT,
	 AT(gather), "5", 0, 1000, 0},
	{"queue-max", "BYTES", "queued for one client beyond that", INT, AT(queue_max), "1048576",
	 65536, 1073741824, 0},
	{"connections-max", "N", "open connections", INT, AT(connections_max), "100000", 1,
	 10000000, OPTION_RELOAD},
	{"address-connections-max", "N",
	 "of them, and of sessions, of one address (IPv6: a /64); 0: any number", INT,
	 AT(address_connections_max), "10000", 0, 10000000, OPTION_RELOAD},
	{"address-rate", "N", "new ones of one address a second, ten times as many at once; 0: any",
	 INT, AT(address_rate), "1000", 0, 1000000, OPTION_RELOAD},
	{"threads", "N", "loops, each on a thread; 0: one for each processor", INT, AT(threads),
	 "0", 0, EIO_LOOPS_MAX, 0},
	{"writer-queue", "N", "clicks and events waiting for the disk", INT, AT(writer_queue),
	 "100000", 1, 10000000, 0},
	{"click-rate", "N",
	 "clicks and events a second a client, ten times as many at once; 0: all", INT,
	 AT(click_rate), "30", 0, 1000000, OPTION_RELOAD},
	{"address-click-rate", "N", "the same for all clients of an address together", INT,
	 AT(address_click_rate), "10000", 0, 1000000, OPTION_RELOAD},
	{"feed-rate", "N", "clicks a second that all are shown, a fair sample of more; 0: all", INT,
	 AT(feed_rate), "1000", 0, 10000000, OPTION_RELOAD},
	{"clock-shift", "SECONDS", "shift the wall clock, for trying out hours and days", INT,
	 AT(clock_shift), "0", -4000000000, 4000000000, 0},
	{"check-config", NULL, "say whether options, variables and file are in order, do no more",
	 FLAG, AT(check_config), .traits = OPTION_COMMAND},
	{"print-config", NULL, "print what holds, as a file, and where each value comes from", FLAG,
	 AT(print_config), .traits = OPTION_COMMAND},
	{"help", NULL, "this text", FLAG, AT(help), .traits = OPTION_COMMAND},
	{"version", NULL, "the version", FLAG, AT(version), .traits = OPTION_COMMAND},
};

const size_t option_count = FR_ARRAY_LEN(option_specs);

const struct option_spec *option_find(struct fr_str name)
{
	for (size_t i = 0; i < option_count; i++)
		if (fr_str_eq(name, fr_str_of(option_specs[i].name)))
			return &option_specs[i];
	return NULL;
}

const struct option_spec *options_clash(const struct options *options, char error[OPTION_ERROR])
{
	if (options->no_web && (options->web_root || options->dev)) {
		snprintf(error, OPTION_ERROR, "not with a folder to serve (web-root, dev)");
		return option_find(FR_STR("no-web"));
	}
	return NULL;
}

void options_help(FILE *to)
{
	fputs("frustd: shows every press to everybody, and stores it first\n\n"
	      "usage: frustd [OPTION…]\n"
	      "       frustd doctor URL   looks at a deployed site from outside\n\n",
	      to);
	for (size_t i = 0; i < option_count; i++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s %s", option_specs[i].name,
			 option_specs[i].arg ? option_specs[i].arg : "");
		fprintf(to, "  %-24s %s", left, option_specs[i].help);
		if (option_specs[i].initial && strcmp(option_specs[i].initial, "0") != 0)
			fprintf(to, " (%s)", option_specs[i].initial);
		fputc('\n', to);
	}
	fputs("\nEach but the last four may also stand in the file, as lines such as \"port = 80\" "
	      "and\n"
	      "\"dev = yes\", and in the environment, as FRUST_PORT=80. What is said here goes "
	      "before\n"
	      "the environment, and that before the file (FRUST_CONFIG).\n"
	      "\nExit codes: 0 fine, 1 failed while running, 2 bad option, 3 cannot listen,\n"
	      "4 cannot use the database, 5 the folder to serve is not there.\n",
	      to);
}
