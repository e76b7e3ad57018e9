/*
 * Time zones: a file of the TZ database ("TZif…"), or a rule as it stands at such a file's end.
 * Whatever they say, days follow one another without a gap, and what the clocks show is what they
 * are asked for.
 */
#include "zone_data.h"

#include "fuzz/fuzz.h"

#define TURN_MAX 4

/* The smallest file with that rule (RFC 8536, version 2). */
static void add_file(struct fr_buf *out, struct fr_str rule)
{
	static const char head[44] = "TZif2";
	char block[44] = "TZif2";

	block[39] = 1; /* one type … */
	block[43] = 1; /* … with a name of one byte */
	fr_buf_add(out, head, sizeof(head));
	fr_buf_add(out, block, sizeof(block));
	fr_buf_add(out, "\0\0\0\0\0\0\0", 7);
	fr_buf_add_char(out, '\n');
	fr_buf_add_str(out, rule);
	fr_buf_add_char(out, '\n');
}

/* The day that t is of. */
static void check_day(const struct frust_zone *zone, int64_t t)
{
	int64_t start = frust_zone_day_start(zone, t), end = frust_zone_day_end(zone, t);

	FUZZ_CHECK(start <= t && t < end);
	FUZZ_CHECK(frust_zone_day_start(zone, start) == start);
	FUZZ_CHECK(frust_zone_day_end(zone, start) == end);
	FUZZ_CHECK(frust_zone_day_end(zone, end - 1) == end);
	FUZZ_CHECK(frust_zone_day_start(zone, end) == end);
	FUZZ_CHECK(frust_zone_day_start(zone, end - 1) == start);
}

/* The moment at which the clocks show what they show at t. */
static void check_time(const struct frust_zone *zone, int64_t t)
{
	int32_t offset = frust_zone_offset(zone, t);
	int64_t local = t + offset, first = frust_zone_time(zone, local);

	FUZZ_CHECK(offset >= -25 * FRUST_HOUR && offset <= 26 * FRUST_HOUR);
	FUZZ_CHECK(first <= t && first + frust_zone_offset(zone, first) >= local);
	FUZZ_CHECK(frust_zone_time(zone, local - 1) <= first);
	FUZZ_CHECK(frust_zone_time(zone, local + 1) >= first);
}

/* Between two turns of a rule nothing changes. */
static void check_rule(const struct frust__zone_rule *rule, int64_t t, struct fuzz_dice *dice)
{
	int64_t next = t, other;
	int32_t offset = 0;

	for (int i = 0; i < 3 && next != INT64_MAX && next < INT64_C(1) << 50; i++) {
		t = next;
		offset = frust__zone_rule_at(rule, t, &next);
		FUZZ_CHECK(next > t && (offset == rule->standard || offset == rule->summer));
		if (next == INT64_MAX)
			continue;
		FUZZ_CHECK(frust__zone_rule_at(rule, next - 1, &other) == offset && other == next);
		t += (int64_t)(fuzz_roll(dice, 1u << 31) % (uint64_t)(next - t));
		FUZZ_CHECK(frust__zone_rule_at(rule, t, &other) == offset && other == next);
	}
}

static void check_zone(const struct frust_zone *zone, struct fuzz_dice *dice)
{
	int64_t moments[4 * TURN_MAX + 8] = {0, 1700000000, -2208988800, INT64_C(1) << 36};
	size_t n = 4;

	for (int i = 0; i < 4; i++)
		moments[n++] = (int64_t)fuzz_roll(dice, 1u << 31) * (i - 1);
	for (size_t i = 0; i < zone->count && i < TURN_MAX; i++) {
		int64_t turn = zone->times[i];

		if (turn > -(INT64_C(1) << 50) && turn < INT64_C(1) << 50) {
			moments[n++] = turn - 1;
			moments[n++] = turn;
			moments[n++] = turn + FRUST_HOUR;
		}
	}
	for (size_t i = 0; i < n; i++) {
		check_day(zone, moments[i]);
		check_time(zone, moments[i]);
		if (zone->ruled)
			check_rule(&zone->rule, moments[i], dice);
	}
	check_day(zone, (INT64_C(1) << 55) - 1000000);
	frust_zone_day_start(zone, INT64_MAX);
	frust_zone_day_end(zone, INT64_MIN);
	frust_zone_time(zone, INT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_dice dice = fuzz_dice_of(data, size);
	struct fr_str input = fuzz_input(data, size);
	struct fr_buf file = FR_BUF_INIT;
	struct frust_zone zone;
	int status;

	if (!fr_str_starts(input, FR_STR("TZif"))) {
		add_file(&file, input);
		input = fr_buf_str(&file);
	}
	status = frust__zone_parse(input, &zone);
	FUZZ_CHECK(status == 0 || (status == FRUST_EFORMAT && !zone.times));
	if (status == 0)
		check_zone(&zone, &dice);
	frust__zone_fini(&zone);
	fr_buf_fini(&file);
	return 0;
}
