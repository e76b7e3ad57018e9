/*
 * base/json against a second opinion (a naive reader by recursive descent), the tokens' own rules,
 * and itself: what is read and written again is read as the same.
 */
#include "base/json.h"

#include "base/utf8.h"
#include "fuzz/fuzz.h"

#define DEPTH 16
#define TOKENS 400

/* --- the second opinion --- */

struct naive {
	const char *at, *end;
	unsigned depth, deepest, tokens;
};

static bool naive_value(struct naive *n);

static void naive_white(struct naive *n)
{
	while (n->at < n->end && memchr(" \t\n\r", *n->at, 4))
		n->at++;
}

static bool naive_take(struct naive *n, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(n->end - n->at) < len || memcmp(n->at, word, len) != 0)
		return false;
	n->at += len;
	return true;
}

static size_t naive_count(struct naive *n, const char *of)
{
	const char *from = n->at;

	while (n->at < n->end && *n->at && strchr(of, *n->at))
		n->at++;
	return (size_t)(n->at - from);
}

static bool naive_string(struct naive *n)
{
	if (!naive_take(n, "\""))
		return false;
	while (n->at < n->end && *n->at != '"') {
		struct naive hex;

		if ((unsigned char)*n->at < 0x20)
			return false;
		if (*n->at++ != '\\')
			continue;
		if (n->at == n->end || !memchr("\"\\/bfnrtu", *n->at, 9))
			return false;
		if (*n->at++ != 'u')
			continue;
		if (n->end - n->at < 4)
			return false;
		hex = (struct naive){.at = n->at, .end = n->at + 4};
		if (naive_count(&hex, "0123456789abcdefABCDEF") != 4)
			return false;
		n->at += 4;
	}
	return naive_take(n, "\"");
}

static bool naive_number(struct naive *n)
{
	static const char digits[] = "0123456789";
	bool zero;
	size_t count;

	naive_take(n, "-");
	zero = n->at < n->end && *n->at == '0';
	count = naive_count(n, digits);
	if (count == 0 || (zero && count > 1))
		return false;
	if (naive_take(n, ".") && !naive_count(n, digits))
		return false;
	if (!naive_take(n, "e") && !naive_take(n, "E"))
		return true;
	if (!naive_take(n, "+"))
		naive_take(n, "-");
	return naive_count(n, digits) > 0;
}

static bool naive_members(struct naive *n, bool object)
{
	const char *close = object ? "}" : "]";

	naive_white(n);
	if (naive_take(n, close))
		return true;
	do {
		naive_white(n);
		if (object) {
			n->tokens++;
			if (!naive_string(n))
				return false;
			naive_white(n);
			if (!naive_take(n, ":"))
				return false;
		}
		if (!naive_value(n))
			return false;
		naive_white(n);
	} while (naive_take(n, ","));
	return naive_take(n, close);
}

static bool naive_value(struct naive *n)
{
	bool good;

	naive_white(n);
	n->tokens++;
	if (n->at < n->end && *n->at == '"')
		return naive_string(n);
	if (naive_take(n, "true") || naive_take(n, "false") || naive_take(n, "null"))
		return true;
	if (n->at == n->end || (*n->at != '{' && *n->at != '['))
		return naive_number(n);
	if (++n->depth > n->deepest)
		n->deepest = n->depth;
	good = naive_members(n, *n->at++ == '{');
	n->depth--;
	return good;
}

static int naive_result(struct fr_str text, unsigned *tokens)
{
	struct naive n = {.at = text.at, .end = text.at + text.len};
	bool good = fr_utf8_valid(text) && naive_value(&n);

	naive_white(&n);
	*tokens = n.tokens;
	if (!good || n.at != n.end)
		return FR_JSON_BAD;
	return n.deepest > DEPTH || n.tokens > TOKENS ? FR_JSON_TOO_MUCH : FR_JSON_OK;
}

/* --- what was read --- */

static void check_number(const struct fr_json *json, uint32_t value)
{
	struct fr_str raw = fr_json_raw(json, value);
	char text[32];
	int64_t number = 0;
	bool taken = fr_json_int(json, value, &number);

	for (size_t i = 0; i < raw.len; i++)
		if (!strchr("-0123456789", raw.at[i])) {
			FUZZ_CHECK(!taken);
			return;
		}
	if (raw.len >= sizeof(text)) {
		FUZZ_CHECK(!taken);
		return;
	}
	snprintf(text, sizeof(text), "%lld", (long long)number);
	if (taken)
		FUZZ_CHECK(fr_str_eq(raw, fr_str_of(text)) || fr_str_eq(raw, FR_STR("-0")));
	else
		FUZZ_CHECK(raw.len >= 19);
}

/* Writes a string of the text and reads it again: it stands for the same. */
static void check_string(const struct fr_json *json, uint32_t value)
{
	struct fr_buf scratch = FR_BUF_INIT, written = FR_BUF_INIT, again = FR_BUF_INIT;
	struct fr_str text = fr_json_str(json, value, &scratch), back;
	struct fr_json one = {0};

	FUZZ_CHECK(text.at && text.len + 2 <= fr_json_raw(json, value).len);
	fr_json_add_str(&written, text);
	FUZZ_CHECK(fr_json_parse(&one, fr_buf_str(&written), FR_JSON_LIMITS) == FR_JSON_OK);
	FUZZ_CHECK(fr_json_is(&one, 0, FR_JSON_STRING));
	back = fr_json_str(&one, 0, &again);
	FUZZ_CHECK(fr_str_eq(text, back));
	fr_json_fini(&one);
	fr_buf_fini(&scratch);
	fr_buf_fini(&written);
	fr_buf_fini(&again);
}

/* Each key finds the last member that is called so. */
static void check_keys(const struct fr_json *json, uint32_t object)
{
	uint32_t size = json->tokens[object].size, key = object + 1;

	for (uint32_t i = 0; i < size; i++, key = json->tokens[key + 1].next) {
		struct fr_buf scratch = FR_BUF_INIT;
		struct fr_str name = fr_json_str(json, key, &scratch);
		uint32_t last = FR_JSON_NONE, at = key;

		for (uint32_t k = i; k < size; k++, at = json->tokens[at + 1].next) {
			struct fr_buf other = FR_BUF_INIT;

			if (fr_str_eq(fr_json_str(json, at, &other), name))
				last = at + 1;
			fr_buf_fini(&other);
		}
		FUZZ_CHECK(fr_json_get(json, object, name) == last);
		fr_buf_fini(&scratch);
	}
}

/* A value and all in it; returns the token after it. */
static uint32_t check_value(const struct fr_json *json, uint32_t value)
{
	const struct fr_json_token *token = &json->tokens[value];
	uint32_t at = value + 1;

	FUZZ_CHECK(value < json->count && token->start <= token->end);
	FUZZ_CHECK(token->end <= json->text.len);
	FUZZ_CHECK(token->next > value && token->next <= json->count);
	for (uint32_t i = 0; i < token->size; i++) {
		if (token->type == FR_JSON_OBJECT) {
			FUZZ_CHECK(fr_json_is(json, at, FR_JSON_STRING));
			check_string(json, at++);
		} else {
			FUZZ_CHECK(fr_json_at(json, value, i) == at);
		}
		FUZZ_CHECK(json->tokens[at].start > token->start &&
			   json->tokens[at].end < token->end);
		at = check_value(json, at);
	}
	FUZZ_CHECK(at == token->next);
	if (token->type == FR_JSON_STRING)
		check_string(json, value);
	else if (token->type == FR_JSON_NUMBER)
		check_number(json, value);
	else if (token->type == FR_JSON_OBJECT)
		check_keys(json, value);
	return at;
}

/* Any bytes as a string: what is written is JSON, and the same text again when it was UTF-8. */
static void check_written(struct fr_str text)
{
	struct fr_buf written = FR_BUF_INIT, scratch = FR_BUF_INIT;
	struct fr_json json = {0};
	struct fr_str back;

	fr_json_add_str(&written, text);
	FUZZ_CHECK(fr_json_parse(&json, fr_buf_str(&written), FR_JSON_LIMITS) == FR_JSON_OK);
	back = fr_json_str(&json, 0, &scratch);
	FUZZ_CHECK(!fr_utf8_valid(text) || fr_str_eq(back, text));
	fr_json_fini(&json);
	fr_buf_fini(&written);
	fr_buf_fini(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size);
	struct fr_json json = {0};
	unsigned tokens;
	int expected, result;

	/* The naive reader recurses. */
	if (size > 4096)
		return 0;
	result = fr_json_parse(&json, text, (struct fr_json_limits){DEPTH, TOKENS});
	expected = naive_result(text, &tokens);
	FUZZ_CHECK(result == expected || (result == FR_JSON_TOO_MUCH && expected == FR_JSON_BAD));
	if (result == FR_JSON_OK) {
		FUZZ_CHECK(json.count == tokens);
		FUZZ_CHECK(check_value(&json, 0) == json.count);
	}
	fr_json_fini(&json);
	check_written(text);
	return 0;
}
