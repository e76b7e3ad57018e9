/* Owns JSON's grammar: RFC 8259, sections 2 to 8. One pass, no memory, no recursion. */
#include "base/json_scan.h"

#include "base/utf8.h"

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

static bool is_hex_digit(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
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
		if (scan->at == scan->end || !is_hex_digit(*scan->at++))
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

int fr_json_scan(struct fr_str text, struct fr_json_limits limits, uint32_t *tokens)
{
	struct scan scan = {.limits = limits};
	int result = FR_JSON_OK;

	if (text.len > FR_JSON_LEN_MAX)
		return FR_JSON_TOO_MUCH;
	if (text.len == 0 || !fr_utf8_valid(text))
		return FR_JSON_BAD;
	scan.at = text.at;
	scan.end = text.at + text.len;
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
