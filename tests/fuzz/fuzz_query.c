/* httpd/query and httpd/target: any text as a query, a path and a whole target. */
#include "httpd/query.h"

#include "fuzz/fuzz.h"
#include "httpd/target.h"

/* A hexadecimal digit's value, or 16. */
static unsigned digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (unsigned)(at - digits) % 16 : 16;
}

static void naive_decode(struct fr_buf *out, struct fr_str s, bool plus)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (c == '%' && i + 2 < s.len && digit(s.at[i + 1]) < 16 &&
		    digit(s.at[i + 2]) < 16) {
			c = (char)(digit(s.at[i + 1]) * 16 + digit(s.at[i + 2]));
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		fr_buf_add_char(out, c);
	}
}

static void check_decode(struct fr_str s, bool plus)
{
	struct fr_buf out = FR_BUF_INIT, expected = FR_BUF_INIT, encoded = FR_BUF_INIT;
	struct fr_str decoded;

	naive_decode(&expected, s, plus);
	fr_buf_add_str(&out, FR_STR("before"));
	decoded = httpd_percent_decode(&out, s, plus);
	FUZZ_CHECK(fr_str_eq(decoded, fr_buf_str(&expected)));
	FUZZ_CHECK(fr_str_starts(fr_buf_str(&out), FR_STR("before")));

	/* Everything encoded comes back. */
	for (size_t i = 0; i < s.len; i++)
		fr_buf_printf(&encoded, "%%%02X", (unsigned)(uint8_t)s.at[i]);
	fr_buf_clear(&out);
	FUZZ_CHECK(fr_str_eq(httpd_percent_decode(&out, fr_buf_str(&encoded), plus), s));
	fr_buf_fini(&out);
	fr_buf_fini(&expected);
	fr_buf_fini(&encoded);
}

/* Every parameter is found by its name: the first of that name, with its value. */
static void check_found(struct fr_str query, struct fr_str raw_name)
{
	struct fr_buf name = FR_BUF_INIT, scratch = FR_BUF_INIT, other = FR_BUF_INIT;
	struct fr_str rest = query, at_name, at_value, value;
	bool found = false;

	naive_decode(&name, raw_name, true);
	FUZZ_CHECK(httpd_query_get(query, fr_buf_str(&name), &scratch, &value));
	while (!found && httpd_query_next(&rest, &at_name, &at_value)) {
		fr_buf_clear(&other);
		naive_decode(&other, at_name, true);
		found = fr_str_eq(fr_buf_str(&other), fr_buf_str(&name));
	}
	FUZZ_CHECK(found);
	fr_buf_clear(&other);
	naive_decode(&other, at_value, true);
	FUZZ_CHECK(fr_str_eq(value, fr_buf_str(&other)));
	fr_buf_fini(&name);
	fr_buf_fini(&scratch);
	fr_buf_fini(&other);
}

static void check_query(struct fr_str query)
{
	struct fr_str rest = query, name, value;
	size_t bytes = 0, parameters = 0;

	while (httpd_query_next(&rest, &name, &value)) {
		FUZZ_CHECK(fuzz_within(name, query) && fuzz_within(value, query));
		FUZZ_CHECK(fr_str_find(name, '&') == name.len &&
			   fr_str_find(name, '=') == name.len);
		FUZZ_CHECK(fr_str_find(value, '&') == value.len);
		bytes += name.len + value.len;
		if (++parameters <= 8)
			check_found(query, name);
	}
	FUZZ_CHECK(bytes + parameters <= query.len + 1);
}

static void check_target(struct fr_str text)
{
	struct fr_buf scratch = FR_BUF_INIT, decoded = FR_BUF_INIT;
	struct httpd_target target = {0};
	size_t mark;

	if (!httpd_target_split(text, &scratch, &target))
		goto out;
	FUZZ_CHECK(target.path.len > 0 && target.path.at[0] == '/');
	FUZZ_CHECK(fuzz_within(target.query, text) || target.query.len == 0);
	FUZZ_CHECK(fr_str_find(target.query, '#') == target.query.len);
	FUZZ_CHECK(!target.authority.at ||
		   (target.authority.len > 0 && fuzz_within(target.authority, text)));
	FUZZ_CHECK(target.authority.at || text.at[0] == '/');
	if (!target.authority.at) {
		mark = fr_str_find(text, '#');
		text.len = mark;
		naive_decode(&decoded, fr_str(text.at, fr_str_find(text, '?')), false);
		FUZZ_CHECK(fr_str_eq(target.path, fr_buf_str(&decoded)));
	}
out:
	fr_buf_fini(&scratch);
	fr_buf_fini(&decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size);

	if (size > 4096)
		return 0;
	check_decode(text, false);
	check_decode(text, true);
	check_query(text);
	check_target(text);
	return 0;
}
