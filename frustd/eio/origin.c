/* Owns the comparison of an Origin header with the site it should be. */
#include "eio/origin.h"

#include "httpd/exchange.h"

struct fr_str eio_origin_of(const struct httpd_request *request)
{
	struct fr_str origin = httpd_request_header(request, FR_STR("Origin"));

	return origin.len ? origin : FR_STR_NULL;
}

static bool has_control_byte(struct fr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f)
			return true;
	}
	return false;
}

bool eio_origin_malformed(const struct httpd_request *request)
{
	size_t origins = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		if (!fr_str_caseeq(request->headers[i].name, FR_STR("Origin")))
			continue;
		if (++origins > 1 || has_control_byte(request->headers[i].value))
			return true;
	}
	return false;
}

/* Splits "scheme://host"; false for other schemes. */
static bool split(struct fr_str origin, bool *secure, struct fr_str *host)
{
	static const struct {
		struct fr_str prefix;
		bool secure;
	} schemes[] = {
		{FR_STR_INIT("http://"), false},
		{FR_STR_INIT("https://"), true},
		{FR_STR_INIT("ws://"), false},
		{FR_STR_INIT("wss://"), true},
	};

	for (size_t i = 0; i < FR_ARRAY_LEN(schemes); i++) {
		size_t n = schemes[i].prefix.len;

		if (origin.len <= n || !fr_str_caseeq(fr_str(origin.at, n), schemes[i].prefix))
			continue;
		*secure = schemes[i].secure;
		*host = fr_str_skip(origin, n);
		return true;
	}
	return false;
}

static struct fr_str without_default_port(struct fr_str host, bool secure)
{
	struct fr_str port = secure ? FR_STR(":443") : FR_STR(":80");

	if (host.len > port.len && memcmp(host.at + host.len - port.len, port.at, port.len) == 0)
		host.len -= port.len;
	return host;
}

bool eio_origin_same(struct fr_str origin, const struct eio_forwarded *site)
{
	struct fr_str host;
	bool secure;

	if (!split(origin, &secure, &host) || secure != site->secure || !site->host.len)
		return false;
	return fr_str_caseeq(without_default_port(host, secure),
			     without_default_port(site->host, secure));
}
