/* base/utf8, base64, str and log against naive versions, and against themselves. */
#include "base/base64.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"

/* --- UTF-8 --- */

/* The code point at the start by RFC 3629's table, or UINT32_MAX; *len is its bytes. */
static uint32_t naive_point(struct fr_str s, size_t *len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = (uint8_t)s.at[0];
	uint32_t point;

	*len = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (*len == 1)
		return first;
	if (*len == 0 || first > 0xf7 || s.len < *len)
		return UINT32_MAX;
	point = first & (0xffu >> (*len + 1));
	for (size_t i = 1; i < *len; i++) {
		if (((uint8_t)s.at[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		point = point << 6 | ((uint8_t)s.at[i] & 0x3f);
	}
	if (point < least[*len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return UINT32_MAX;
	return point;
}

struct counts {
	size_t points, units;
};

static bool naive_valid(struct fr_str s, struct counts *counts)
{
	*counts = (struct counts){0, 0};
	while (s.len) {
		size_t len, decoded;
		uint32_t point = naive_point(s, &len), other;
		char bytes[4];

		decoded = fr_utf8_decode(s, &other);
		if (point == UINT32_MAX) {
			FUZZ_CHECK(decoded == 1 && other == 0xfffd);
			return false;
		}
		FUZZ_CHECK(decoded == len && other == point);
		FUZZ_CHECK(fr_utf8_encode(point, bytes) == len && memcmp(bytes, s.at, len) == 0);
		counts->points++;
		counts->units += point > 0xffff ? 2 : 1;
		s = fr_str_skip(s, len);
	}
	return true;
}

static void check_pieces(struct fr_str s, bool valid, struct fuzz_dice dice, unsigned mode)
{
	uint32_t state = FR_UTF8_START;

	for (size_t at = 0; at < s.len;) {
		size_t n = fuzz_piece(&dice, mode, s.len - at);

		state = fr_utf8_check(state, s.at + at, n);
		at += n;
	}
	FUZZ_CHECK((state == FR_UTF8_START) == valid);
}

static void check_spans(struct fr_str s, size_t units)
{
	size_t before = 0;

	for (size_t i = 0; i <= units && i < 300; i++) {
		size_t n = fr_utf8_span16(s, i);

		if (n == SIZE_MAX) /* inside a pair */
			continue;
		FUZZ_CHECK(n >= before && n <= s.len);
		FUZZ_CHECK(fr_utf8_units16(fr_str(s.at, n)) == i);
		before = n;
	}
	FUZZ_CHECK(fr_utf8_span16(s, units) == s.len);
	FUZZ_CHECK(fr_utf8_span16(s, units + 1) == SIZE_MAX);
}

static void check_utf8(struct fr_str s, struct fuzz_dice dice)
{
	struct counts counts;
	bool valid = naive_valid(s, &counts);

	FUZZ_CHECK(fr_utf8_valid(s) == valid);
	for (unsigned mode = 0; mode < 4; mode++)
		check_pieces(s, valid, dice, mode);
	if (!valid)
		return;
	FUZZ_CHECK(fr_utf8_count(s) == counts.points);
	FUZZ_CHECK(fr_utf8_units16(s) == counts.units);
	check_spans(s, counts.units);
}

/* --- base64 --- */

static void check_base64(struct fr_str s)
{
	struct fr_buf text = FR_BUF_INIT, bytes = FR_BUF_INIT;

	fr_base64_encode(&text, s.at, s.len);
	FUZZ_CHECK(text.len == FR_BASE64_LEN(s.len));
	FUZZ_CHECK(fr_base64_decode(&bytes, fr_buf_str(&text)));
	FUZZ_CHECK(fr_str_eq(fr_buf_str(&bytes), s));

	/* The input as base64: what it decodes to is encoded as it was, but for the padding. */
	fr_buf_clear(&text);
	fr_buf_clear(&bytes);
	fr_buf_add_char(&bytes, '!');
	if (!fr_base64_decode(&bytes, s)) {
		FUZZ_CHECK(bytes.len == 1);
	} else {
		fr_base64_encode(&text, bytes.at + 1, bytes.len - 1);
		while (text.len > s.len && text.at[text.len - 1] == '=')
			text.len--;
		FUZZ_CHECK(fr_str_eq(fr_buf_str(&text), s));
	}
	fr_buf_fini(&text);
	fr_buf_fini(&bytes);
}

/* --- str --- */

/* Python's str.isspace, which str.strip goes by. */
static bool naive_space(uint32_t point)
{
	static const uint32_t spaces[] = {0x20,   0x85,   0xa0,   0x1680, 0x2028,
					  0x2029, 0x202f, 0x205f, 0x3000};

	for (size_t i = 0; i < FR_ARRAY_LEN(spaces); i++)
		if (point == spaces[i])
			return true;
	return (point >= 9 && point <= 13) || (point >= 0x1c && point <= 0x1f) ||
	       (point >= 0x2000 && point <= 0x200a);
}

static struct fr_str naive_trim(struct fr_str s)
{
	size_t len, end = 0;
	uint32_t point;

	while (s.len && naive_space(naive_point(s, &len)))
		s = fr_str_skip(s, len);
	for (size_t at = 0; at < s.len; at += len) {
		point = naive_point(fr_str_skip(s, at), &len);
		if (!naive_space(point))
			end = at + len;
	}
	return fr_str(s.at, end);
}

static void check_str(struct fr_str s)
{
	struct fr_str trimmed = fr_str_trim(s), ows = fr_str_trim_ows(s);
	struct counts counts;
	uint64_t number = 0;
	char again[24];

	FUZZ_CHECK(fuzz_within(trimmed, s) && fuzz_within(ows, s));
	FUZZ_CHECK(fr_str_eq(fr_str_trim(trimmed), trimmed));
	FUZZ_CHECK(fr_str_eq(fr_str_trim_ows(ows), ows));
	if (naive_valid(s, &counts))
		FUZZ_CHECK(fr_str_eq(trimmed, naive_trim(s)));
	if (!fr_str_u64(s, &number))
		return;
	FUZZ_CHECK(s.len >= 1 && s.len <= 18);
	snprintf(again, sizeof(again), "%0*llu", (int)s.len, (unsigned long long)number);
	FUZZ_CHECK(fr_str_eq(s, fr_str_of(again)));
}

/* --- log --- */

/* Such a line must be an object whose text is what was logged, as far as a C string shows it. */
static void check_object(struct fr_str line, struct fr_str logged)
{
	static const struct fr_json_limits limits = {.depth = 2, .tokens = 16};
	struct fr_buf scratch = FR_BUF_INIT;
	struct fr_json json = {0};
	struct fr_str text;

	FUZZ_CHECK(fr_json_parse(&json, line, limits) == FR_JSON_OK);
	text = fr_json_str(&json, fr_json_get(&json, 0, FR_STR("text")), &scratch);
	logged.len = strnlen(logged.at ? logged.at : "", logged.len);
	if (fr_utf8_valid(logged) && logged.len < 1024)
		FUZZ_CHECK(fr_str_eq(text, logged));
	fr_buf_fini(&scratch);
	fr_json_fini(&json);
}

/* Whatever is logged is one line. */
static void check_log(struct fr_str s, enum fr_log_format format)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	const struct fr_log log = {
		.to = to, .level = FR_LOG_INFO, .name = "fuzz", .format = format};

	FUZZ_CHECK(to != NULL);
	fr_log(&log, FR_LOG_WARN, "%.*s", FR_STR_ARG(s));
	FUZZ_CHECK(fclose(to) == 0 && size > 0 && text[size - 1] == '\n');
	for (size_t i = 0; i + 1 < size; i++)
		FUZZ_CHECK((uint8_t)text[i] >= ' ' && text[i] != 0x7f);
	if (format == FR_LOG_JSON)
		check_object(fr_str(text, size - 1), s);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str s = fuzz_input(data, size);

	check_utf8(s, fuzz_dice_of(data, size));
	check_base64(s);
	check_str(s);
	check_log(s, FR_LOG_TEXT);
	check_log(s, FR_LOG_JSON);
	return 0;
}
