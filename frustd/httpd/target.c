/* Splits request targets. */
#include "httpd/target.h"

#include "httpd/query.h"

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

bool httpd_target_split(struct fr_str target, struct fr_buf *scratch, struct httpd_target *out)
{
	struct fr_str rest = target;
	size_t at;

	if (!sane(target))
		return false;
	out->authority = take_authority(&rest);
	if (out->authority.at && out->authority.len == 0)
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
