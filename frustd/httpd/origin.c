/* Owns the comparison of an Origin header with the sites it may be. */
#include "httpd/origin.h"

static bool has_control_byte(struct fr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f)
			return true;
	}
	return false;
}

/* Control bytes, or more than one of them. */
static bool malformed(const struct httpd_request *request)
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

/* Whether the origin is the scheme and host. */
static bool same(struct fr_str origin, bool secure, struct fr_str host)
{
	struct fr_str its_host;
	bool its_secure;

	if (!host.len || !split(origin, &its_secure, &its_host) || its_secure != secure)
		return false;
	return fr_str_caseeq(without_default_port(its_host, secure),
			     without_default_port(host, secure));
}

static bool listed(struct fr_str origin, struct fr_str entry)
{
	struct fr_str host;
	bool secure;

	if (fr_str_eq(entry, FR_STR("*")) || fr_str_caseeq(origin, entry))
		return true;
	return split(entry, &secure, &host) && same(origin, secure, host);
}

enum httpd_origin httpd_origin_judge(const struct httpd_request *request,
				     const struct fr_str *allowed, size_t n)
{
	struct fr_str origin = httpd_request_header(request, FR_STR("Origin"));

	if (!origin.at)
		return HTTPD_ORIGIN_NONE;
	if (malformed(request))
		return HTTPD_ORIGIN_MALFORMED;
	if (!origin.len)
		return HTTPD_ORIGIN_NONE;
	if (same(origin, request->secure, request->host))
		return HTTPD_ORIGIN_SAME;
	for (size_t i = 0; i < n; i++)
		if (listed(origin, allowed[i]))
			return HTTPD_ORIGIN_ALLOWED;
	return HTTPD_ORIGIN_OTHER;
}

/* The origin itself and never "*": clients of the 2.x generation send credentials, with which
 * browsers take no "*". */
void httpd_origin_add_lines(const struct httpd_request *request, struct fr_buf *out)
{
	if (request->origin != HTTPD_ORIGIN_ALLOWED)
		return;
	fr_buf_add_str(out, FR_STR("Access-Control-Allow-Origin: "));
	fr_buf_add_str(out, httpd_request_header(request, FR_STR("Origin")));
	fr_buf_add_str(out, FR_STR("\r\nAccess-Control-Allow-Credentials: true\r\n"));
}

bool httpd_origin_is_preflight(const struct httpd_request *request)
{
	return request->method == HTTPD_OPTIONS && request->origin == HTTPD_ORIGIN_ALLOWED &&
	       httpd_request_header(request, FR_STR("Access-Control-Request-Method")).len > 0;
}

void httpd_origin_add_preflight(const struct httpd_request *request, struct fr_str methods,
				struct fr_buf *out)
{
	struct fr_str headers = httpd_request_header(request,
						     FR_STR("Access-Control-Request-Headers"));

	if (request->origin != HTTPD_ORIGIN_ALLOWED)
		return;
	fr_buf_add_str(out, FR_STR("Access-Control-Allow-Methods: "));
	fr_buf_add_str(out, methods);
	if (headers.len && !has_control_byte(headers)) {
		fr_buf_add_str(out, FR_STR("\r\nAccess-Control-Allow-Headers: "));
		fr_buf_add_str(out, headers);
	}
	fr_buf_add_str(out, FR_STR("\r\nAccess-Control-Max-Age: 600\r\n"));
}
