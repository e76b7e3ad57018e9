/*
 * The table, what its kinds of values are, and --help. Where values are said is the business of
 * settings*.c.
 */
#include "options.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

#include <frust/zone.h>

enum kind {
	INT,
	POWER,
	TEXT,
	FLAG,
	LISTEN,
	PORT,
	ORIGIN,
	PROXY,
	ALLOW,
	RECOVERY,
	LANG,
	TIMEZONE,
	LEVEL,
	FORMAT,
	MODE
};

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
	 .initial = "text", .traits = OPTION_RELOAD},
	{"log-file", "FILE", "log into this file, opened anew on SIGHUP, not on standard error",
	 TEXT, .offset = AT(log_file)},
	{"dev", NULL, "development: serve ./frontend, /version, log all", FLAG, .offset = AT(dev)},
	{"web-root", "DIR", "serve this folder as the site", TEXT, .offset = AT(web_root)},
	{"frontend", "DIR", "the same", TEXT, .offset = AT(web_root)},
	{"no-client", NULL, "serve no socket.io.js beside the endpoint", FLAG,
	 .offset = AT(no_client)},
	{"no-web", NULL, "serve no page, only the API", FLAG, .offset = AT(no_web)},
	{"ping-interval", "MS", "between pings", INT, AT(ping_interval), "25000", 10, 86400000,
	 false},
	{"ping-timeout", "MS", "a ping's answer; 0: 20000, or 60000 for old clients", INT,
	 AT(ping_timeout), "0", 0, 86400000, 0},
	{"connect-timeout", "MS", "until a session's Socket.IO connect", INT, AT(connect_timeout),
	 "45000", 10, 86400000, 0},
	{"header-timeout", "MS", "for a request's header", INT, AT(header_timeout), "10000", 10,
	 86400000, 0},
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
	{"message-max", "BYTES", "of one message or POST body", INT, AT(message_max), "1000000",
	 1000, 100000000, 0},
	{"send-window", "BYTES", "of broadcasts kept for slow clients; a power of two", POWER,
	 AT(send_window), "4194304", 65536, 1073741824, 0},
	{"gather", "MS", "that broadcasts wait at most for more under load; 0: never", INT,
	 AT(gather), "5", 0, 1000, 0},
	{"queue-max", "BYTES", "queued for one client beyond that", INT, AT(queue_max), "1048576",
	 65536, 1073741824, 0},
	{"connections-max", "N", "open connections", INT, AT(connections_max), "100000", 1,
	 10000000, 0},
	{"address-connections-max", "N",
	 "of them, and of sessions, of one address (IPv6: a /64); 0: any number", INT,
	 AT(address_connections_max), "10000", 0, 10000000, 0},
	{"address-rate", "N", "new ones of one address a second, ten times as many at once; 0: any",
	 INT, AT(address_rate), "1000", 0, 1000000, 0},
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

static struct net_place local(uint64_t port)
{
	return (struct net_place){.address = {NET_IPV4, (uint16_t)port, {127, 0, 0, 1}}};
}

static bool read_int(const struct option_spec *spec, const char *text, int64_t *out)
{
	char *end;
	long long value = strtoll(text, &end, 10);

	/* Out of range is clamped by strtoll, and no option's range reaches that far. */
	if (isspace((unsigned char)*text) || *text == '+' || end == text || *end ||
	    value < spec->min || value > spec->max)
		return false;
	*out = value;
	return true;
}

static bool read_power(const struct option_spec *spec, const char *text, int64_t *out)
{
	return read_int(spec, text, out) && (*out & (*out - 1)) == 0;
}

static bool read_mode(const char *text, int64_t *out)
{
	char *end;
	unsigned long mode = strtoul(text, &end, 8);

	*out = (int64_t)mode;
	return isdigit((unsigned char)*text) && !*end && mode <= 0777;
}

static bool read_flag(bool *flag, const char *text)
{
	*flag = strcmp(text, "yes") == 0;
	return *flag || strcmp(text, "no") == 0;
}

static bool read_format(const char *text, enum fr_log_format *out)
{
	*out = strcmp(text, "json") == 0 ? FR_LOG_JSON : FR_LOG_TEXT;
	return *out == FR_LOG_JSON || strcmp(text, "text") == 0;
}

static bool read_port(struct options *options, const char *text)
{
	struct net_place *place = &options->listen[options->listen_count];
	uint64_t port;

	if (!fr_str_u64(fr_str_of(text), &port) || port > UINT16_MAX)
		return false;
	*place = local(port);
	options->listen_count++;
	return true;
}

static bool read_listen(struct options *options, const char *text)
{
	if (!net_place_parse(fr_str_of(text), &options->listen[options->listen_count]))
		return false;
	options->listen_count++;
	return true;
}

static bool read_origin(struct options *options, const char *text)
{
	struct fr_str origin = fr_str_of(text);
	bool known = fr_str_eq(origin, FR_STR("*")) || fr_str_eq(origin, FR_STR("null")) ||
		     strstr(text, "://") != NULL;

	/* As browsers send it: without a path. */
	if (!known || text[origin.len - 1] == '/')
		return false;
	options->cors_origins[options->cors_count++] = origin;
	return true;
}

static bool read_proxy(struct options *options, const char *text)
{
	if (!net_cidr_parse(fr_str_of(text), &options->proxies[options->proxy_count]))
		return false;
	options->proxy_count++;
	return true;
}

static bool read_allow(struct options *options, const char *text)
{
	if (!net_cidr_parse(fr_str_of(text),
			    &options->metrics_allowed[options->metrics_allowed_count]))
		return false;
	options->metrics_allowed_count++;
	return true;
}

static bool read_recovery(struct options *options, const char *text)
{
	static const char *const names[] = {
		[SIO_RECOVERY_OFF] = "off", [SIO_RECOVERY_ASK] = "ask", [SIO_RECOVERY_ALL] = "all"};

	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++) {
		if (strcmp(text, names[i]) == 0) {
			options->recovery = (enum sio_recovery)i;
			return true;
		}
	}
	return false;
}

/* By name: who looks at the site from elsewhere has another "local". */
static bool is_timezone(const char *name)
{
	struct frust_zone *zone;
	int err = strcmp(name, "local") == 0 ? FRUST_EINVAL : frust_zone_open(name, &zone, NULL);

	if (!err)
		frust_zone_close(zone);
	return !err;
}

static bool read_value(struct options *options, const struct option_spec *spec, const char *text)
{
	char *at = (char *)options + spec->offset;

	switch ((enum kind)spec->kind) {
	case INT:
		return read_int(spec, text, (int64_t *)(void *)at);
	case POWER:
		return read_power(spec, text, (int64_t *)(void *)at);
	case TEXT:
		*(const char **)(void *)at = text;
		return *text != '\0';
	case MODE:
		return read_mode(text, (int64_t *)(void *)at);
	case FLAG:
		return read_flag((bool *)(void *)at, text);
	case LISTEN:
		return read_listen(options, text);
	case PORT:
		return read_port(options, text);
	case ORIGIN:
		return read_origin(options, text);
	case PROXY:
		return read_proxy(options, text);
	case ALLOW:
		return read_allow(options, text);
	case RECOVERY:
		return read_recovery(options, text);
	case LANG:
		return text_lang_parse(text, &options->lang);
	case TIMEZONE:
		options->timezone = text;
		return is_timezone(text);
	case LEVEL:
		return fr_log_level_parse(text, &options->log_level);
	case FORMAT:
		return read_format(text, &options->log_format);
	}
	return false;
}

/* How many values a repeatable option has, and may have; 0 of 0 for the others. */
static unsigned count_of(const struct options *options, int kind, unsigned *most)
{
	switch (kind) {
	case LISTEN:
	case PORT:
		*most = OPTIONS_LISTEN_MAX;
		return options->listen_count;
	case ORIGIN:
		*most = OPTIONS_ORIGINS_MAX;
		return options->cors_count;
	case PROXY:
		*most = OPTIONS_PROXIES_MAX;
		return options->proxy_count;
	case ALLOW:
		*most = OPTIONS_METRICS_MAX;
		return options->metrics_allowed_count;
	default:
		*most = 0;
		return 0;
	}
}

bool option_repeats(const struct option_spec *spec)
{
	const struct options none = {0};
	unsigned most;

	count_of(&none, spec->kind, &most);
	return most > 0;
}

const struct option_spec *option_find(struct fr_str name)
{
	for (size_t i = 0; i < option_count; i++)
		if (fr_str_eq(name, fr_str_of(option_specs[i].name)))
			return &option_specs[i];
	return NULL;
}

/* What a good value is, as the end of "… is not". */
static const char *expected(const struct option_spec *spec, char *number, size_t size)
{
	switch ((enum kind)spec->kind) {
	case INT:
	case POWER:
	case PORT:
		snprintf(number, size, "a %s from %lld to %lld",
			 (enum kind)spec->kind == POWER ? "power of two" : "number",
			 (long long)spec->min, (long long)spec->max);
		return number;
	case FLAG:
		return "yes or no";
	case LISTEN:
		return "ADDR:PORT, with a numeric address and [] around an IPv6 one, nor unix:PATH";
	case MODE:
		return "an octal number from 0 to 0777";
	case ORIGIN:
		return "a site without a path, such as https://example.org, nor *";
	case PROXY:
	case ALLOW:
		return "an address or a network such as 10.0.0.0/8";
	case TEXT:
		return "a name";
	case RECOVERY:
	case LANG:
	case FORMAT:
		return spec->arg;
	case TIMEZONE:
		return "a zone of the TZ database, such as Europe/Berlin";
	case LEVEL:
		return spec->help;
	}
	return spec->arg;
}

bool option_read(const struct option_spec *spec, struct options *options, const char *text,
		 char error[OPTION_ERROR])
{
	unsigned most, count = count_of(options, spec->kind, &most);
	char number[64];

	if (most > 0 && count == most)
		snprintf(error, OPTION_ERROR, "more than %u are too many", most);
	else if (!read_value(options, spec, text))
		snprintf(error, OPTION_ERROR, "\"%.100s\" is not %s", text,
			 expected(spec, number, sizeof(number)));
	else
		return true;
	return false;
}

bool options_check(const struct options *options, char error[OPTION_ERROR])
{
	if (options->no_web && (options->web_root || options->dev)) {
		snprintf(error, OPTION_ERROR, "no-web and a folder to serve exclude each other");
		return false;
	}
	return true;
}

void options_help(FILE *to)
{
	fputs("frustd: shows every press to everybody, and stores it first\n\n"
	      "usage: frustd [OPTION…]\n\n",
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
