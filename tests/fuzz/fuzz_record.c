/*
 * What people send: libfrust's rules for clicks and events, and the JSON that comes of them. The
 * input is a byte that chooses kind and limits, then user, comment or name, and style, each ended
 * by a byte ff.
 */
#include <frust/frust.h>

#include "base/json.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"

static struct frust_str text_of(struct fr_str *input)
{
	struct fr_str s = fuzz_until(input, '\xff');

	/* "absent" has its own way to be said */
	return fr_str_eq(s, FR_STR("-")) ? (struct frust_str){NULL, 0}
					 : (struct frust_str){s.at, s.len};
}

static struct fr_str str_of(struct frust_str s)
{
	return fr_str(s.at, s.len);
}

/* What every text keeps to that was let through. */
static void check_text(struct frust_str text, struct frust_str from, uint32_t limit, bool must)
{
	struct fr_str s = str_of(text);

	FUZZ_CHECK(!must || text.at);
	FUZZ_CHECK((text.at == NULL) == (text.len == 0));
	if (!text.at)
		return;
	FUZZ_CHECK(fuzz_within(s, str_of(from)));
	FUZZ_CHECK(fr_utf8_valid(s) && fr_utf8_count(s) <= limit);
	FUZZ_CHECK(fr_str_eq(fr_str_trim(s), s));
	for (size_t i = 0; i < s.len; i++)
		FUZZ_CHECK((uint8_t)s.at[i] >= ' ' || strchr("\t\n\r", s.at[i]));
}

/* A text of few, harmless characters has no reason to be refused. */
static bool harmless(struct frust_str text, uint32_t limit, bool must)
{
	struct fr_str s = fr_str_trim(str_of(text));

	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < ' ' || s.at[i] > '~')
			return false;
	return s.len <= limit && (s.len > 0 || !must);
}

static void check_member(const struct fr_json *json, const char *name, struct frust_str text)
{
	uint32_t value = fr_json_get(json, 0, fr_str_of(name));
	struct fr_buf scratch = FR_BUF_INIT;

	FUZZ_CHECK(value != FR_JSON_NONE);
	if (!text.at)
		FUZZ_CHECK(fr_json_is(json, value, FR_JSON_NULL));
	else if (fr_utf8_valid(str_of(text)))
		FUZZ_CHECK(fr_str_eq(fr_json_str(json, value, &scratch), str_of(text)));
	else
		FUZZ_CHECK(fr_json_is(json, value, FR_JSON_STRING));
	fr_buf_fini(&scratch);
}

/* Of any record, as old rows break every rule. */
static void check_json(const struct frust_record *record)
{
	size_t n = frust_record_json(NULL, 0, record);
	char *whole = malloc(n + 1), *part = malloc(n + 1);
	struct fr_json json = {0};

	FUZZ_CHECK(whole && part && n > 0);
	FUZZ_CHECK(frust_record_json(whole, n + 1, record) == n && whole[n] == '\0');
	memset(part, '!', n + 1);
	FUZZ_CHECK(frust_record_json(part, n / 2 + 1, record) == n);
	FUZZ_CHECK(part[n / 2] == '\0' && memcmp(part, whole, n / 2) == 0);
	FUZZ_CHECK(n / 2 == n || part[n / 2 + 1] == '!');
	FUZZ_CHECK(fr_json_parse(&json, fr_str(whole, n), FR_JSON_LIMITS) == FR_JSON_OK);
	check_member(&json, "user", record->user);
	if (record->kind == FRUST_EVENT) {
		check_member(&json, "name", record->name);
	} else {
		check_member(&json, "comment", record->comment);
		check_member(&json, "style", record->style);
	}
	fr_json_fini(&json);
	free(whole);
	free(part);
}

static void check_clean(const struct frust_record *from, const struct frust_limits *limits)
{
	struct frust_record record = *from, again;
	int refusal = frust_record_clean(&record, limits);
	bool click = from->kind == FRUST_CLICK;

	FUZZ_CHECK(refusal >= 0 && *frust_refusal_text(refusal));
	FUZZ_CHECK((refusal == 0) == (strcmp(frust_refusal_text(refusal), "refused") == 0));
	if (harmless(from->user, limits->user, true) &&
	    (click ? harmless(from->comment, limits->comment, false) &&
			     harmless(from->style, limits->style, false)
		   : harmless(from->name, limits->name, true)))
		FUZZ_CHECK(refusal == 0);
	if (refusal)
		return;
	check_text(record.user, from->user, limits->user, true);
	check_text(record.comment, from->comment, limits->comment, false);
	check_text(record.style, from->style, limits->style, false);
	check_text(record.name, from->name, limits->name, !click);
	again = record;
	FUZZ_CHECK(frust_record_clean(&again, limits) == 0);
	FUZZ_CHECK(memcmp(&again, &record, sizeof(record)) == 0);
	check_json(&record);
}

static void check_hours(int64_t t)
{
	int64_t hour = frust_hour_start(t), day = frust_day_start(t);

	FUZZ_CHECK(hour <= t && day <= hour);
	FUZZ_CHECK(hour == INT64_MIN || (hour % FRUST_HOUR == 0 && t - hour < FRUST_HOUR));
	FUZZ_CHECK(day == INT64_MIN || (day % FRUST_DAY == 0 && hour - day < FRUST_DAY));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str input = fuzz_input(data, size);
	uint8_t choice = fuzz_byte(&input);
	struct frust_limits limits = FRUST_LIMITS_INIT;
	struct frust_record record = {.kind = choice & 1 ? FRUST_EVENT : FRUST_CLICK};
	int64_t t = 0;

	if (choice & 2)
		limits.user = limits.comment = limits.style = limits.name = 3;
	memcpy(&t, data ? data : (const uint8_t *)"", size < sizeof(t) ? size : sizeof(t));
	record.timestamp = t;
	record.user = text_of(&input);
	if (record.kind == FRUST_EVENT) {
		record.name = text_of(&input);
	} else {
		record.comment = text_of(&input);
		record.style = text_of(&input);
	}
	check_clean(&record, &limits);
	check_json(&record);
	check_hours(t);
	return 0;
}
