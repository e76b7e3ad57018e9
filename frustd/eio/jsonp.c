/* Owns the escaping of payloads in scripts and forms. */
#include "eio/jsonp.h"

#include "base/json.h"
#include "httpd/query.h"

bool eio_jsonp_index(const struct httpd_request *request, struct fr_buf *scratch, uint64_t *index)
{
	struct fr_str value;

	fr_buf_clear(scratch);
	if (!httpd_query_get(request->query, FR_STR("j"), scratch, &value))
		return false;
	if (!fr_str_u64(value, index))
		*index = EIO_JSONP_BAD;
	return true;
}

/* JSON allows U+2028 and U+2029 in strings as they are, old JavaScript takes them for line ends. */
static void escape_line_ends(struct fr_buf *out, struct fr_str json)
{
	for (size_t i = 0; i < json.len; i++) {
		struct fr_str rest = fr_str_skip(json, i);

		if (fr_str_starts(rest, FR_STR("\xe2\x80\xa8"))) {
			fr_buf_add_str(out, FR_STR("\\u2028"));
			i += 2;
		} else if (fr_str_starts(rest, FR_STR("\xe2\x80\xa9"))) {
			fr_buf_add_str(out, FR_STR("\\u2029"));
			i += 2;
		} else {
			fr_buf_add_char(out, json.at[i]);
		}
	}
}

void eio_jsonp_wrap(struct fr_buf *out, uint64_t index, struct fr_str payload)
{
	struct fr_buf json = FR_BUF_INIT;

	fr_json_add_str(&json, payload);
	fr_buf_add_str(out, FR_STR("___eio["));
	fr_buf_add_u64(out, index);
	fr_buf_add_str(out, FR_STR("]("));
	escape_line_ends(out, fr_buf_str(&json));
	fr_buf_add_str(out, FR_STR(");"));
	out->failed = out->failed || json.failed;
	fr_buf_fini(&json);
}

bool eio_jsonp_is_form(struct fr_str body)
{
	return fr_str_starts(body, FR_STR("d="));
}

static void unescape_newlines(struct fr_buf *out, struct fr_str text)
{
	while (text.len) {
		if (fr_str_starts(text, FR_STR("\\\\n"))) {
			fr_buf_add_str(out, FR_STR("\\n"));
			text = fr_str_skip(text, 3);
		} else if (fr_str_starts(text, FR_STR("\\n"))) {
			fr_buf_add_char(out, '\n');
			text = fr_str_skip(text, 2);
		} else {
			fr_buf_add_char(out, *text.at);
			text = fr_str_skip(text, 1);
		}
	}
}

void eio_jsonp_unwrap(struct fr_buf *out, struct fr_str form)
{
	struct fr_buf decoded = FR_BUF_INIT;
	struct fr_str field = fr_str_skip(form, 2);

	field.len = fr_str_find(field, '&');
	unescape_newlines(out, httpd_percent_decode(&decoded, field, true));
	out->failed = out->failed || decoded.failed;
	fr_buf_fini(&decoded);
}
