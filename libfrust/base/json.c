/*
 * Owns the tokens of a text and what they stand for. jsmn finds them, but it lets much pass that is
 * not JSON, bounds nothing, and goes quadratic on some of it: it gets to see a text only when the
 * scan before has found it correct and within its limits. (JSMN_STRICT would add nothing to that,
 * and refuses a number at the text's very end.)
 */
#include "base/json.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "base/json_scan.h"
#include "base/utf8.h"

/* jsmn writes its tokens where ours will be: no second array for each text. */
_Static_assert(sizeof(jsmntok_t) == sizeof(struct fr_json_token), "tokens are converted in place");
/* jsmn's offsets are ints. */
_Static_assert(FR_JSON_LEN_MAX <= INT_MAX, "every offset fits");

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
	if (count < json->size * 2)
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
	result = fr_json_scan(text, limits, &count);
	if (result == FR_JSON_OK)
		result = reserve(json, count);
	if (result != 0)
		return result;

	jsmn_init(&parser);
	result = jsmn_parse(&parser, text.at, text.len, (jsmntok_t *)(void *)json->tokens, count);
	if (result != (int)count) /* never, unless the scan and jsmn disagree */
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

/* Of a digit that was checked. */
static uint32_t hex_value(char c)
{
	return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* The UTF-16 unit of the escape "\uXXXX" at the start of s; UINT32_MAX when there is none. */
static uint32_t unit_escape(struct fr_str s)
{
	uint32_t unit = 0;

	if (s.len < 6 || s.at[0] != '\\' || s.at[1] != 'u')
		return UINT32_MAX;
	for (int i = 2; i < 6; i++)
		unit = unit << 4 | hex_value(s.at[i]);
	return unit;
}

/* Takes one byte or escape from a checked string's front; writes what it stands for, at most as
 * many bytes as it takes and at most four, and returns how many. */
static size_t unescape(struct fr_str *s, char *out)
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
			low = unit_escape(fr_str_skip(*s, taken));
		if (low >= 0xdc00 && low <= 0xdfff) {
			unit = 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
			taken = 12;
		}
		n = fr_utf8_encode(unit, out);
	}
	*s = fr_str_skip(*s, taken);
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
		text = fr_str_skip(text, n);
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
	/* No escape is shorter than what it stands for. */
	if (fr_buf_reserve(scratch, text.len) < 0)
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
		if (text.at[i] < '0' || text.at[i] > '9' ||
		    __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_sub_overflow(number, text.at[i] - '0', &number))
			return false;
	}
	if (!minus && __builtin_sub_overflow(0, number, &number))
		return false;
	*out = number;
	return true;
}
