/* Splits request targets. */
#include "httpd/target.h"

#include "httpd/query.h"
#include "net/address.h"

static bool starts_with_scheme(struct fr_str target, struct fr_str scheme)
{
	return target.len >= scheme.len && fr_str_caseeq(fr_str(target.at, scheme.len), scheme);
}

static struct fr_str skip(struct fr_str s, size_t n)
{
	return fr_str(s.at + n, s.len - n);
}

/* No blanks and no control bytes; anything from 0x80 up is tolerated, as it is just a path that may
 * or may not exist. */
static bool sane(struct fr_str target)
{
	for (size_t i = 0; i < target.len; i++)
		if ((uint8_t)target.at[i] <= ' ' || target.at[i] == 0x7f)
			return false;
	return target.len > 0;
}

/* Takes "http://authority" off an absolute target. */
static struct fr_str take_authority(struct fr_str *target)
{
	struct fr_str authority = FR_STR_NULL;

	if (starts_with_scheme(*target, FR_STR("http://")))
		authority = skip(*target, sizeof("http://") - 1);
	else if (starts_with_scheme(*target, FR_STR("https://")))
		authority = skip(*target, sizeof("https://") - 1);
	else
		return authority;
	*target = authority;
	for (authority.len = 0; authority.len < target->len; authority.len++)
		if (memchr("/?#", authority.at[authority.len], 3))
			break;
	*target = skip(*target, authority.len);
	return authority;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* RFC 3986 §3.2.2, but for the comma: that is a list. */
static bool is_name(struct fr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		bool alnum = is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (c == '%' && i + 2 < s.len && is_hex(s.at[i + 1]) && is_hex(s.at[i + 2]))
			i += 2;
		else if (!alnum && (c == '\0' || !strchr("-._~!$&'()*+;=", c)))
			return false;
	}
	return s.len > 0;
}

static bool is_ipv6(struct fr_str s)
{
	struct net_address address;

	for (size_t i = 0; i < s.len; i++)
		if (!is_hex(s.at[i]) && s.at[i] != ':' && s.at[i] != '.')
			return false;
	return fr_str_find(s, ':') < s.len && net_address_parse_host(s, &address);
}

bool httpd_target_is_host(struct fr_str host)
{
	bool bracketed = host.len > 0 && host.at[0] == '[';
	size_t end = fr_str_find(host, bracketed ? ']' : ':');
	struct fr_str port;

	if (bracketed && end == host.len)
		return false;
	port = fr_str_skip(host, end + bracketed);
	for (size_t i = 0; i < port.len; i++)
		if (i == 0 ? port.at[i] != ':' : !is_digit(port.at[i]))
			return false;
	if (bracketed)
		return is_ipv6(fr_str(host.at + 1, end - 1));
	return host.len == 0 || is_name(fr_str(host.at, end));
}

bool httpd_target_split(struct fr_str target, struct fr_buf *scratch, struct httpd_target *out)
{
	struct fr_str rest = target;
	size_t at;

	if (!sane(target))
		return false;
	out->authority = take_authority(&rest);
	if (out->authority.at && (out->authority.len == 0 || !httpd_target_is_host(out->authority)))
		return false;
	rest.len = fr_str_find(rest, '#');
	at = fr_str_find(rest, '?');
	out->query = at < rest.len ? skip(rest, at + 1) : FR_STR("");
	rest.len = at;
	if (rest.len == 0 && out->authority.at)
		rest = FR_STR("/");
	if (rest.len == 0 || rest.at[0] != '/')
		return false;
	out->path = httpd_percent_decode(scratch, rest, false);
	return true;
}
