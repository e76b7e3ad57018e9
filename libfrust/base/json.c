/*
 * Owns JSON's grammar, both ways. jsmn finds the tokens, but it lets much pass that is not JSON,
 * bounds nothing, and goes quadratic on some of it: it gets to see a text only when the check
 * before has found it correct and within its limits. (In JSMN_STRICT, which would add nothing to
 * that, it refuses a number at the text's very end.)
 */
#include "base/json.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "base/utf8.h"

/* jsmn writes its tokens where ours will be: no second array for each text. */
_Static_assert(sizeof(jsmntok_t) == sizeof(struct fr_json_token), "tokens are converted in place");

/* --- writing --- */

static bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\' && byte < 0x80;
}

static void add_ascii_escape(struct fr_buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *short_form = c ? strchr(from, c) : NULL;

	if (short_form) {
		fr_buf_add_char(out, '\\');
		fr_buf_add_char(out, to[short_form - from]);
	} else {
		fr_buf_printf(out, "\\u%04x", (unsigned)c);
	}
}

/* The bytes of the surrogate at the start of s, in WTF-8, or 0. */
static size_t decode_surrogate(struct fr_str s, unsigned *unit)
{
	if (s.len < 3 || (uint8_t)s.at[0] != 0xed || (s.at[1] & 0xe0) != 0xa0 ||
	    (s.at[2] & 0xc0) != 0x80)
		return 0;
	*unit = 0xd000u | (unsigned)(s.at[1] & 0x3f) << 6 | (unsigned)(s.at[2] & 0x3f);
	return 3;
}

void fr_json_add_str(struct fr_buf *out, struct fr_str s)
{
	size_t done = 0, i = 0; /* s[done..i) can be written as it is */

	if (!s.at) {
		fr_buf_add_str(out, FR_STR("null"));
		return;
	}
	fr_buf_add_char(out, '"');
	while (i < s.len) {
		struct fr_str rest = fr_str(s.at + i, s.len - i);
		uint32_t point;
		unsigned unit;
		size_t n = fr_utf8_decode(rest, &point);

		if (n > 1 || is_plain((uint8_t)*rest.at)) {
			i += n;
			continue;
		}
		fr_buf_add(out, s.at + done, i - done);
		if (point < 0x80) {
			add_ascii_escape(out, *rest.at);
		} else if (decode_surrogate(rest, &unit)) {
			fr_buf_printf(out, "\\u%04x", unit);
			n = 3;
		} else {
			fr_buf_add_str(out, FR_STR("\xef\xbf\xbd"));
		}
		done = i += n;
	}
	fr_buf_add(out, s.at + done, i - done);
	fr_buf_add_char(out, '"');
}

/* --- checking (RFC 8259, sections 2 to 8) --- */

/* What may come next in the text, white space apart. */
enum expect {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_END, /* after '[' */
	EXPECT_KEY,
	EXPECT_KEY_OR_END, /* after '{' */
	EXPECT_COLON,
	EXPECT_COMMA_OR_END,
	EXPECT_NOTHING,
};

struct scan {
	const char *at, *end;
	struct fr_json_limits limits;
	uint32_t depth, tokens;
	enum expect expect;
	uint64_t in_object[FR_JSON_DEPTH_MAX / 64]; /* a bit for each level: object or array */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool scan_char(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool scan_digits(struct scan *scan)
{
	const char *from = scan->at;

	while (scan->at < scan->end && is_digit(*scan->at))
		scan->at++;
	return scan->at > from;
}

static bool scan_number(struct scan *scan)
{
	scan_char(scan, '-');
	if (!scan_char(scan, '0') && !scan_digits(scan))
		return false;
	if (scan_char(scan, '.') && !scan_digits(scan))
		return false;
	if (scan_char(scan, 'e') || scan_char(scan, 'E')) {
		if (!scan_char(scan, '+'))
			scan_char(scan, '-');
		return scan_digits(scan);
	}
	return true;
}

static bool scan_word(struct scan *scan, struct fr_str word)
{
	if (!fr_str_starts(fr_str(scan->at, (size_t)(scan->end - scan->at)), word))
		return false;
	scan->at += word.len;
	return true;
}

static bool scan_escape(struct scan *scan)
{
	if (scan->at == scan->end)
		return false;
	char c = *scan->at++;
	if (c != 'u')
		return c && strchr("\"\\/bfnrt", c);
	for (int i = 0; i < 4; i++)
		if (scan->at == scan->end || hex_digit(*scan->at++) < 0)
			return false;
	return true;
}

/* From after the opening quote to after the closing one. */
static bool scan_string(struct scan *scan)
{
	while (scan->at < scan->end) {
		char c = *scan->at++;

		if (c == '"')
			return true;
		if ((uint8_t)c < 0x20 || (c == '\\' && !scan_escape(scan)))
			return false;
	}
	return false;
}

static void scan_white(struct scan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r'))
		scan->at++;
}

static bool in_object(const struct scan *scan)
{
	uint32_t level = scan->depth - 1;

	return scan->in_object[level / 64] >> level % 64 & 1;
}

static void value_ended(struct scan *scan)
{
	scan->expect = scan->depth ? EXPECT_COMMA_OR_END : EXPECT_NOTHING;
}

static int scan_open(struct scan *scan, bool object)
{
	uint32_t level = scan->depth;
	uint64_t bit = UINT64_C(1) << level % 64;

	if (level == scan->limits.depth || level == FR_JSON_DEPTH_MAX)
		return FR_JSON_TOO_MUCH;
	scan->in_object[level / 64] &= ~bit;
	scan->in_object[level / 64] |= object ? bit : 0;
	scan->depth++;
	scan->expect = object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
	return FR_JSON_OK;
}

static int scan_close(struct scan *scan, char c)
{
	if (in_object(scan) != (c == '}'))
		return FR_JSON_BAD;
	scan->at++;
	scan->depth--;
	value_ended(scan);
	return FR_JSON_OK;
}

static int scan_value(struct scan *scan)
{
	bool right;

	if (scan->tokens++ == scan->limits.tokens)
		return FR_JSON_TOO_MUCH;
	switch (*scan->at) {
	case '{':
	case '[':
		return scan_open(scan, *scan->at++ == '{');
	case '"':
		scan->at++;
		right = scan_string(scan);
		break;
	case 't':
		right = scan_word(scan, FR_STR("true"));
		break;
	case 'f':
		right = scan_word(scan, FR_STR("false"));
		break;
	case 'n':
		right = scan_word(scan, FR_STR("null"));
		break;
	default:
		right = scan_number(scan);
	}
	value_ended(scan);
	return right ? FR_JSON_OK : FR_JSON_BAD;
}

static int scan_key(struct scan *scan)
{
	if (scan->tokens++ == scan->limits.tokens)
		return FR_JSON_TOO_MUCH;
	scan->expect = EXPECT_COLON;
	return scan_char(scan, '"') && scan_string(scan) ? FR_JSON_OK : FR_JSON_BAD;
}

/* One token, or one of ":,]}"; there is a byte to look at. */
static int scan_next(struct scan *scan)
{
	char c = *scan->at;

	switch (scan->expect) {
	case EXPECT_VALUE_OR_END:
		return c == ']' ? scan_close(scan, c) : scan_value(scan);
	case EXPECT_VALUE:
		return scan_value(scan);
	case EXPECT_KEY_OR_END:
		return c == '}' ? scan_close(scan, c) : scan_key(scan);
	case EXPECT_KEY:
		return scan_key(scan);
	case EXPECT_COLON:
		scan->expect = EXPECT_VALUE;
		return scan_char(scan, ':') ? FR_JSON_OK : FR_JSON_BAD;
	case EXPECT_COMMA_OR_END:
		if (c == ']' || c == '}')
			return scan_close(scan, c);
		scan->expect = in_object(scan) ? EXPECT_KEY : EXPECT_VALUE;
		return scan_char(scan, ',') ? FR_JSON_OK : FR_JSON_BAD;
	case EXPECT_NOTHING:
		break;
	}
	return FR_JSON_BAD;
}

/* Whether text is one value within the limits, and how many tokens it has. */
static int check(struct fr_str text, struct fr_json_limits limits, uint32_t *tokens)
{
	struct scan scan = {.at = text.at, .end = text.at + text.len, .limits = limits};
	int result = FR_JSON_OK;

	if (text.len > INT_MAX) /* jsmn's offsets */
		return FR_JSON_TOO_MUCH;
	if (!fr_utf8_valid(text))
		return FR_JSON_BAD;
	scan_white(&scan);
	while (result == FR_JSON_OK && scan.at < scan.end) {
		result = scan_next(&scan);
		scan_white(&scan);
	}
	if (result == FR_JSON_OK && scan.expect != EXPECT_NOTHING)
		result = FR_JSON_BAD;
	*tokens = scan.tokens;
	return result;
}

/* --- reading --- */

static enum fr_json_type type_of(const jsmntok_t *token, char first)
{
	switch (token->type) {
	case JSMN_OBJECT:
		return FR_JSON_OBJECT;
	case JSMN_ARRAY:
		return FR_JSON_ARRAY;
	case JSMN_STRING:
		return FR_JSON_STRING;
	default:
		return first == 'n'                   ? FR_JSON_NULL
		       : first == 't' || first == 'f' ? FR_JSON_BOOL
						      : FR_JSON_NUMBER;
	}
}

/* Turns jsmn's i-th token into ours. All after it have been turned. */
static void convert(struct fr_json *json, uint32_t i)
{
	struct fr_json_token *token = &json->tokens[i];
	jsmntok_t from;
	enum fr_json_type type;
	uint32_t size, next = i + 1;

	memcpy(&from, token, sizeof from);
	type = type_of(&from, json->text.at[from.start]);
	/* To jsmn a key has its value for a member. */
	size = type == FR_JSON_ARRAY || type == FR_JSON_OBJECT ? (uint32_t)from.size : 0;
	for (uint32_t n = 0; n < size; n++)
		next = json->tokens[type == FR_JSON_OBJECT ? next + 1 : next].next;
	*token = (struct fr_json_token){type, (uint32_t)from.start, (uint32_t)from.end, size, next};
}

static int reserve(struct fr_json *json, uint32_t count)
{
	struct fr_json_token *tokens;

	if (count <= json->size)
		return 0;
	if (count < UINT32_MAX / 2 && count < json->size * 2)
		count = json->size * 2;
	tokens = realloc(json->tokens, count * sizeof *tokens);
	if (!tokens)
		return -ENOMEM;
	json->tokens = tokens;
	json->size = count;
	return 0;
}

int fr_json_parse(struct fr_json *json, struct fr_str text, struct fr_json_limits limits)
{
	jsmn_parser parser;
	uint32_t count;
	int result;

	json->text = text;
	json->count = 0;
	result = check(text, limits, &count);
	if (result == FR_JSON_OK)
		result = reserve(json, count);
	if (result != 0)
		return result;

	jsmn_init(&parser);
	result = jsmn_parse(&parser, text.at, text.len, (jsmntok_t *)(void *)json->tokens, count);
	if (result < 0 || (uint32_t)result != count)
		return FR_JSON_BAD;
	for (uint32_t i = count; i-- > 0;)
		convert(json, i);
	json->count = count;
	return FR_JSON_OK;
}

void fr_json_fini(struct fr_json *json)
{
	free(json->tokens);
	*json = (struct fr_json){0};
}

bool fr_json_is(const struct fr_json *json, uint32_t value, enum fr_json_type type)
{
	return value < json->count && json->tokens[value].type == type;
}

/* The token's text, without a string's quotes. */
static struct fr_str text_of(const struct fr_json *json, uint32_t value)
{
	const struct fr_json_token *token = &json->tokens[value];

	return fr_str(json->text.at + token->start, token->end - token->start);
}

struct fr_str fr_json_raw(const struct fr_json *json, uint32_t value)
{
	if (value >= json->count)
		return FR_STR_NULL;

	struct fr_str text = text_of(json, value);
	return json->tokens[value].type == FR_JSON_STRING ? fr_str(text.at - 1, text.len + 2)
							  : text;
}

uint32_t fr_json_at(const struct fr_json *json, uint32_t array, uint32_t i)
{
	uint32_t value = array + 1;

	if (!fr_json_is(json, array, FR_JSON_ARRAY) || i >= json->tokens[array].size)
		return FR_JSON_NONE;
	while (i-- > 0)
		value = json->tokens[value].next;
	return value;
}

/* The UTF-16 unit of the escape "\uXXXX" at the start of s; UINT32_MAX when there is none. */
static uint32_t unit_escape(struct fr_str s)
{
	uint32_t unit = 0;

	if (s.len < 6 || s.at[0] != '\\' || s.at[1] != 'u')
		return UINT32_MAX;
	for (int i = 2; i < 6; i++)
		unit = unit << 4 | (uint32_t)hex_digit(s.at[i]);
	return unit;
}

/* Takes one character or escape from a checked string's front; returns its bytes in out. */
static size_t unescape(struct fr_str *s, char out[4])
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t taken = 1, n = 1;

	if (s->at[0] != '\\') {
		out[0] = s->at[0];
	} else if (s->at[1] != 'u') {
		out[0] = to[strchr(from, s->at[1]) - from];
		taken = 2;
	} else {
		uint32_t unit = unit_escape(*s), low = UINT32_MAX;

		taken = 6;
		if (unit >= 0xd800 && unit <= 0xdbff)
			low = unit_escape(fr_str(s->at + 6, s->len - 6));
		if (low >= 0xdc00 && low <= 0xdfff) {
			unit = 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
			taken = 12;
		}
		n = fr_utf8_encode(unit, out);
	}
	*s = fr_str(s->at + taken, s->len - taken);
	return n;
}

/* Whether the string stands for text, escapes or not. */
static bool stands_for(struct fr_str string, struct fr_str text)
{
	char bytes[4];

	while (string.len > 0) {
		size_t n = unescape(&string, bytes);

		if (!fr_str_starts(text, fr_str(bytes, n)))
			return false;
		text = fr_str(text.at + n, text.len - n);
	}
	return text.len == 0;
}

uint32_t fr_json_get(const struct fr_json *json, uint32_t object, struct fr_str key)
{
	uint32_t found = FR_JSON_NONE, at = object + 1;

	if (!fr_json_is(json, object, FR_JSON_OBJECT))
		return FR_JSON_NONE;
	for (uint32_t n = json->tokens[object].size; n > 0; n--) {
		if (stands_for(text_of(json, at), key))
			found = at + 1;
		at = json->tokens[at + 1].next;
	}
	return found;
}

struct fr_str fr_json_str(const struct fr_json *json, uint32_t value, struct fr_buf *scratch)
{
	assert(fr_json_is(json, value, FR_JSON_STRING));
	struct fr_str text = text_of(json, value);
	size_t from = scratch->len;

	if (fr_str_find(text, '\\') == text.len)
		return text;
	/* Four bytes more than it can become: unescape writes into a whole char[4]. */
	if (fr_buf_reserve(scratch, text.len + 4) < 0)
		return FR_STR_NULL;
	while (text.len > 0)
		scratch->len += unescape(&text, scratch->at + scratch->len);
	return fr_str(scratch->at + from, scratch->len - from);
}

bool fr_json_int(const struct fr_json *json, uint32_t value, int64_t *out)
{
	if (!fr_json_is(json, value, FR_JSON_NUMBER))
		return false;

	struct fr_str text = text_of(json, value);
	bool minus = text.at[0] == '-';
	int64_t number = 0;

	/* Counted below zero, where there is one number more. */
	for (size_t i = minus; i < text.len; i++) {
		if (!is_digit(text.at[i]) || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_sub_overflow(number, text.at[i] - '0', &number))
			return false;
	}
	if (!minus && __builtin_sub_overflow(0, number, &number))
		return false;
	*out = number;
	return true;
}
