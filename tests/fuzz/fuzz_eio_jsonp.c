/* eio/jsonp: any payload survives the way out as a script and the way in as a form. */
#include "eio/jsonp.h"

#include "base/json.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"

#define HEAD "___eio[12]("

static bool holds(struct fr_str s, const char *text)
{
	return memmem(s.at, s.len, text, strlen(text)) != NULL;
}

static void check_script(struct fr_str payload)
{
	struct fr_buf out = FR_BUF_INIT, scratch = FR_BUF_INIT;
	struct fr_json json = {0};
	struct fr_str script, text;

	eio_jsonp_wrap(&out, 12, payload);
	script = fr_buf_str(&out);
	FUZZ_CHECK(fr_str_starts(script, FR_STR(HEAD)) && script.len >= sizeof(HEAD) + 3);
	FUZZ_CHECK(memcmp(script.at + script.len - 2, ");", 2) == 0);
	script = fr_str(script.at + sizeof(HEAD) - 1, script.len - sizeof(HEAD) - 1);
	/* An old script engine takes the string for what JSON takes it for. */
	FUZZ_CHECK(!holds(script, "\n") && !holds(script, "\xe2\x80\xa8"));
	FUZZ_CHECK(!holds(script, "\xe2\x80\xa9"));
	FUZZ_CHECK(fr_json_parse(&json, script, FR_JSON_LIMITS) == FR_JSON_OK);
	FUZZ_CHECK(json.count == 1 && fr_json_is(&json, 0, FR_JSON_STRING));
	text = fr_json_str(&json, 0, &scratch);
	FUZZ_CHECK(!fr_utf8_valid(payload) || fr_str_eq(text, payload));
	fr_json_fini(&json);
	fr_buf_fini(&out);
	fr_buf_fini(&scratch);
}

/* What the client makes of a payload. */
static void encode(struct fr_buf *form, struct fr_str payload)
{
	fr_buf_add_str(form, FR_STR("d="));
	for (size_t i = 0; i < payload.len; i++) {
		if (fr_str_starts(fr_str_skip(payload, i), FR_STR("\\n"))) {
			fr_buf_add_str(form, FR_STR("%5C%5Cn"));
			i++;
		} else if (payload.at[i] == '\n') {
			fr_buf_add_str(form, FR_STR("%5Cn"));
		} else if (payload.at[i] == ' ') {
			fr_buf_add_char(form, '+');
		} else {
			fr_buf_printf(form, "%%%02x", (unsigned)(uint8_t)payload.at[i]);
		}
	}
}

static void check_form(struct fr_str payload)
{
	struct fr_buf form = FR_BUF_INIT, out = FR_BUF_INIT;

	encode(&form, payload);
	fr_buf_add_str(&form, FR_STR("&x=1"));
	FUZZ_CHECK(eio_jsonp_is_form(fr_buf_str(&form)));
	eio_jsonp_unwrap(&out, fr_buf_str(&form));
	/* A backslash before a newline or an escape cannot be told from what the client makes. */
	if (!holds(payload, "\\\n") && !holds(payload, "\\\\n"))
		FUZZ_CHECK(fr_str_eq(fr_buf_str(&out), payload));
	fr_buf_fini(&form);
	fr_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size);
	struct httpd_request request = {.query = text};
	struct fr_buf scratch = FR_BUF_INIT, out = FR_BUF_INIT;
	uint64_t index = 0;

	check_script(text);
	check_form(text);
	if (eio_jsonp_index(&request, &scratch, &index))
		FUZZ_CHECK(index == EIO_JSONP_BAD || index < 1000000000000000000u);
	if (eio_jsonp_is_form(text)) {
		eio_jsonp_unwrap(&out, text);
		FUZZ_CHECK(out.len <= text.len - 2);
	}
	fr_buf_fini(&scratch);
	fr_buf_fini(&out);
	return 0;
}
