#include "options.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

enum kind { INT, TEXT, FLAG, LISTEN, PORT, ORIGIN, PROXY, RECOVERY, LANG, LEVEL };

struct spec {
	const char *name, *arg, *help;
	enum kind kind;
	size_t offset;
	const char *initial; /* as text; NULL: none, a flag's "no" */
	int64_t min, max;    /* INT */
	bool reload;         /* a running server takes a new value */
};

#define OPTION 1 /* what getopt_long returns for each of ours */
#define AT(member) offsetof(struct options, member)

static const struct spec specs[] = {
	{"db", "FILE", "the database; made when it is not there", TEXT, AT(db),
	 .initial = "./db.sqlite"},
	{"listen", "ADDR:PORT", "listen here; may be repeated", LISTEN, AT(listen),
	 .initial = "127.0.0.1:8080"},
	{"port", "N", "the same as --listen 127.0.0.1:N; 0 takes a free port", PORT, AT(listen),
	 .max = UINT16_MAX},
	{"cors-origin", "ORIGIN", "pages of this site may use the server; *: all; may be repeated",
	 ORIGIN, .offset = AT(cors_origins)},
	{"trusted-proxy", "CIDR", "believe this proxy's X-Forwarded-*, Forwarded; may be repeated",
	 PROXY, .offset = AT(proxies)},
	{"lang", "de|en", "the language of the site's messages", LANG, AT(lang), .initial = "de"},
	{"log-level", "LEVEL", "error, warn, info or debug", LEVEL, AT(log_level),
	 .initial = "info", .reload = true},
	{"dev", NULL, "development: serve ./frontend, /version, log all", FLAG, .offset = AT(dev)},
	{"web-root", "DIR", "serve this folder as the site", TEXT, .offset = AT(web_root)},
	{"frontend", "DIR", "the same", TEXT, .offset = AT(web_root)},
	{"no-client", NULL, "serve no socket.io.js beside the endpoint", FLAG,
	 .offset = AT(no_client)},
	{"no-web", NULL, "serve no page, only the API", FLAG, .offset = AT(no_web)},
	{"ping-interval", "MS", "between pings", INT, AT(ping_interval), "25000", 10, 86400000,
	 false},
	{"ping-timeout", "MS", "a ping's answer; 0: 20000, or 60000 for old clients", INT,
	 AT(ping_timeout), "0", 0, 86400000, false},
	{"connect-timeout", "MS", "until a session's Socket.IO connect", INT, AT(connect_timeout),
	 "45000", 10, 86400000, false},
	{"header-timeout", "MS", "for a request's header", INT, AT(header_timeout), "10000", 10,
	 86400000, false},
	{"recovery", "ask|all|off", "clients that may resume after a drop: recovery=1 in the query",
	 RECOVERY, AT(recovery), .initial = "ask"},
	{"recovery-seconds", "N", "how long after it", INT, AT(recovery_seconds), "120", 1, 86400,
	 false},
	{"deflate", NULL, "compress WebSocket messages of 1 KiB on for those who offer it", FLAG,
	 .offset = AT(deflate)},
	{"user-max", "N", "code points of a user's name", INT, AT(user_max), "15", 1, 100000, true},
	{"comment-max", "N", "code points of a comment", INT, AT(comment_max), "75", 1, 100000,
	 true},
	{"style-max", "N", "code points of a style", INT, AT(style_max), "64", 1, 100000, true},
	{"event-max", "N", "code points of an event's name", INT, AT(event_max), "75", 1, 100000,
	 true},
	{"message-max", "BYTES", "of one message or POST body", INT, AT(message_max), "1000000",
	 1000, 100000000, false},
	{"send-window", "BYTES", "of broadcasts kept for slow clients; a power of two", INT,
	 AT(send_window), "4194304", 65536, 1073741824, false},
	{"queue-max", "BYTES", "queued for one client beyond that", INT, AT(queue_max), "1048576",
	 65536, 1073741824, false},
	{"connections-max", "N", "open connections", INT, AT(connections_max), "100000", 1,
	 10000000, false},
	{"writer-queue", "N", "clicks and events waiting for the disk", INT, AT(writer_queue),
	 "100000", 1, 10000000, false},
	{"clock-shift", "SECONDS", "shift the wall clock, for trying out hours and days", INT,
	 AT(clock_shift), "0", -4000000000, 4000000000, false},
	{"help", NULL, "this text", FLAG, .offset = AT(help)},
	{"version", NULL, "the version", FLAG, .offset = AT(version)},
};

#define SPECS FR_ARRAY_LEN(specs)

static struct net_address local(uint64_t port)
{
	return (struct net_address){NET_IPV4, (uint16_t)port, {127, 0, 0, 1}};
}

static bool read_int(const struct spec *spec, const char *text, int64_t *out)
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

static bool read_port(struct options *options, const char *text)
{
	struct net_address *address = &options->listen[options->listen_count];
	uint64_t port;

	if (!fr_str_u64(fr_str_of(text), &port) || port > UINT16_MAX)
		return false;
	*address = local(port);
	options->listen_count++;
	return true;
}

static bool read_listen(struct options *options, const char *text)
{
	if (!net_address_parse(fr_str_of(text), &options->listen[options->listen_count]))
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

static bool read_value(struct options *options, const struct spec *spec, const char *text)
{
	char *at = (char *)options + spec->offset;

	switch (spec->kind) {
	case INT:
		return read_int(spec, text, (int64_t *)(void *)at);
	case TEXT:
		*(const char **)(void *)at = text;
		return *text != '\0';
	case FLAG:
		*(bool *)at = true;
		return true;
	case LISTEN:
		return read_listen(options, text);
	case PORT:
		return read_port(options, text);
	case ORIGIN:
		return read_origin(options, text);
	case PROXY:
		return read_proxy(options, text);
	case RECOVERY:
		return read_recovery(options, text);
	case LANG:
		return text_lang_parse(text, &options->lang);
	case LEVEL:
		options->log_level_set = true;
		return fr_log_level_parse(text, &options->log_level);
	}
	return false;
}

static void set_defaults(struct options *options)
{
	memset(options, 0, sizeof(*options));
	for (size_t i = 0; i < SPECS; i++)
		if (specs[i].initial && specs[i].kind != LISTEN)
			read_value(options, &specs[i], specs[i].initial);
	options->log_level_set = false;
}

static bool check(struct options *options, char *error, size_t size)
{
	if (options->send_window & (options->send_window - 1)) {
		snprintf(error, size, "--send-window must be a power of two");
		return false;
	}
	if (options->no_web && (options->web_root || options->dev)) {
		snprintf(error, size, "--no-web and a folder to serve exclude each other");
		return false;
	}
	if (options->listen_count == 0)
		options->listen[options->listen_count++] = local(8080);
	if (options->dev && !options->web_root)
		options->web_root = "./frontend";
	if (options->dev && !options->log_level_set)
		options->log_level = FR_LOG_DEBUG;
	return true;
}

/* How many values a repeatable option has, and may have; 0 of 0 for the others. */
static unsigned count_of(const struct options *options, enum kind kind, unsigned *most)
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
	default:
		*most = UINT_MAX;
		return 0;
	}
}

/* What getopt_long stopped at. */
static void explain(int found, char *const *argv, char *error, size_t size)
{
	const char *text = argv[optind - 1];

	if (found == ':')
		snprintf(error, size, "%s needs a value", text);
	else if (optopt == OPTION)
		snprintf(error, size, "%.*s takes no value", (int)strcspn(text, "="), text);
	else if (optopt)
		snprintf(error, size, "unknown option: -%c", optopt);
	else
		snprintf(error, size, "unknown option: %s", text);
}

static bool take(struct options *options, const struct spec *spec, const char *text, char *error,
		 size_t size)
{
	unsigned most, count = count_of(options, spec->kind, &most);

	if (count == most)
		snprintf(error, size, "too many of --%s (%u at most)", spec->name, most);
	else if (!read_value(options, spec, text))
		snprintf(error, size, "bad value for --%s: %s", spec->name, text);
	else
		return true;
	return false;
}

bool options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size)
{
	struct option longs[SPECS + 1] = {0};
	int index, found;

	set_defaults(options);
	for (size_t i = 0; i < SPECS; i++)
		longs[i] = (struct option){specs[i].name,
					   specs[i].arg ? required_argument : no_argument, NULL,
					   OPTION};
	opterr = 0;
	optind = 0; /* glibc: from the beginning */
	while ((found = getopt_long(argc, argv, ":", longs, &index)) != -1) {
		if (found != OPTION) {
			explain(found, argv, error, error_size);
			return false;
		}
		if (!take(options, &specs[index], optarg, error, error_size))
			return false;
	}
	if (optind < argc) {
		snprintf(error, error_size, "unexpected argument: %s", argv[optind]);
		return false;
	}
	return check(options, error, error_size);
}

void options_help(FILE *to)
{
	fputs("frustd: shows every press to everybody, and stores it first\n\n"
	      "usage: frustd [OPTION…]\n\n",
	      to);
	for (size_t i = 0; i < SPECS; i++) {
		char left[40];

		snprintf(left, sizeof(left), "--%s %s", specs[i].name,
			 specs[i].arg ? specs[i].arg : "");
		fprintf(to, "  %-24s %s", left, specs[i].help);
		if (specs[i].initial && strcmp(specs[i].initial, "0") != 0)
			fprintf(to, " (%s)", specs[i].initial);
		fputc('\n', to);
	}
	fputs("\nExit codes: 0 fine, 1 failed while running, 2 bad option, 3 cannot listen,\n"
	      "4 cannot use the database, 5 the folder to serve is not there.\n",
	      to);
}
