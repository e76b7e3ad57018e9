/* The kinds of values: how each is read, and what it should be. */
#include "options.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

#include <frust/zone.h>

#include "options_internal.h"

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
	bool theirs = strncmp(name, "local", 5) == 0; /* as localtime is, too */
	int err = theirs ? FRUST_EINVAL : frust_zone_open(name, &zone, NULL);

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
