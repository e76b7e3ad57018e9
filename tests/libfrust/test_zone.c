#include "helpers/check.h"
#include "internal.h"
#include "zone_data.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {"Europe/Berlin",  "Asia/Kolkata",       "Pacific/Apia",
				    "America/Havana", "America/St_Johns",   "Europe/Dublin",
				    "America/Nuuk",   "Australia/Lord_Howe"};

static struct frust_zone *open_zone(const char *name)
{
	struct frust_zone *zone;
	struct frust_error err = {0};

	if (frust_zone_open(name, &zone, &err))
		fail_msg("%s: %s", name, err.text);
	return zone;
}

/* The time of a date and time of UTC. */
static int64_t utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = {.tm_year = year - 1900,
			.tm_mon = month - 1,
			.tm_mday = day,
			.tm_hour = hour,
			.tm_min = minute};

	return timegm(&tm);
}

static void no_zone_is_utc(void **state)
{
	struct frust_zone *zone = open_zone("UTC");

	(void)state;
	CHECK_INT(frust_zone_offset(NULL, 0), 0);
	CHECK_INT(frust_zone_offset(zone, utc(2026, 7, 1, 0, 0)), 0);
	CHECK_INT(frust_zone_day_start(NULL, utc(2026, 7, 1, 23, 59)), utc(2026, 7, 1, 0, 0));
	CHECK_INT(frust_zone_day_end(NULL, utc(2026, 7, 1, 0, 0)), utc(2026, 7, 2, 0, 0));
	CHECK_INT(frust_zone_day_start(zone, -1), -FRUST_DAY);
	CHECK_INT(frust_zone_time(zone, 12345), 12345);
	frust_zone_close(zone);
	frust_zone_close(NULL);
}

static void days_begin_where_the_clocks_first_show_their_date(void **state)
{
	static const struct {
		const char *name;
		int t[5], start[5], end[5];
	} rows[] = {
		/* 23, 25 and 24 hours */
		{"Europe/Berlin", {2026, 3, 29, 12, 0}, {2026, 3, 28, 23, 0}, {2026, 3, 29, 22, 0}},
		{"Europe/Berlin",
		 {2026, 10, 25, 12, 0},
		 {2026, 10, 24, 22, 0},
		 {2026, 10, 25, 23, 0}},
		{"Europe/Berlin", {2026, 1, 1, 0, 0}, {2025, 12, 31, 23, 0}, {2026, 1, 1, 23, 0}},
		/* far beyond the turns that the file lists */
		{"Europe/Berlin", {2126, 7, 1, 22, 0}, {2126, 7, 1, 22, 0}, {2126, 7, 2, 22, 0}},
		/* not on the whole hour */
		{"Asia/Kolkata", {2026, 7, 1, 18, 29}, {2026, 6, 30, 18, 30}, {2026, 7, 1, 18, 30}},
		/* midnight is skipped: the day begins at 1:00 */
		{"America/Havana", {2026, 3, 8, 12, 0}, {2026, 3, 8, 5, 0}, {2026, 3, 9, 4, 0}},
		/* midnight comes twice: the day begins at the first one */
		{"America/Havana", {2026, 11, 1, 5, 30}, {2026, 11, 1, 4, 0}, {2026, 11, 2, 5, 0}},
		/* at 0:01 the clocks went back into the day before: the new one goes on */
		{"America/St_Johns",
		 {2005, 10, 30, 2, 45},
		 {2005, 10, 30, 2, 30},
		 {2005, 10, 31, 3, 30}},
		{"America/St_Johns",
		 {2005, 10, 30, 2, 29},
		 {2005, 10, 29, 2, 30},
		 {2005, 10, 30, 2, 30}},
		/* 30 December 2011 was left out */
		{"Pacific/Apia",
		 {2011, 12, 30, 9, 59},
		 {2011, 12, 29, 10, 0},
		 {2011, 12, 30, 10, 0}},
		{"Pacific/Apia",
		 {2011, 12, 30, 10, 0},
		 {2011, 12, 30, 10, 0},
		 {2011, 12, 31, 10, 0}},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_zone *zone = open_zone(rows[i].name);
		const int *t = rows[i].t, *s = rows[i].start, *e = rows[i].end;
		int64_t at = utc(t[0], t[1], t[2], t[3], t[4]);

		print_message("%s %d-%d-%d\n", rows[i].name, t[0], t[1], t[2]);
		CHECK_INT(frust_zone_day_start(zone, at), utc(s[0], s[1], s[2], s[3], s[4]));
		CHECK_INT(frust_zone_day_end(zone, at), utc(e[0], e[1], e[2], e[3], e[4]));
		frust_zone_close(zone);
	}
}

static void days_leave_no_gap_and_never_overlap(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++) {
		struct frust_zone *zone = open_zone(names[i]);
		int64_t day = frust_zone_day_start(zone, utc(1960, 1, 1, 12, 0));

		while (day < utc(2045, 1, 1, 0, 0)) {
			int64_t next = frust_zone_day_end(zone, day);

			CHECK(next > day && next - day <= 49 * FRUST_HOUR);
			CHECK_INT(frust_zone_day_start(zone, day), day);
			CHECK_INT(frust_zone_day_start(zone, next - 1), day);
			day = next;
		}
		frust_zone_close(zone);
	}
}

static void clocks_show_what_the_c_library_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++) {
		struct frust_zone *zone = open_zone(names[i]);

		setenv("TZ", names[i], 1);
		tzset();
		for (time_t t = utc(1950, 1, 1, 0, 0); t < utc(2450, 1, 1, 0, 0); t += 98765) {
			struct tm tm;

			localtime_r(&t, &tm);
			if (frust_zone_offset(zone, t) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, not %ld", names[i], (long long)t,
					 frust_zone_offset(zone, t), tm.tm_gmtoff);
		}
		frust_zone_close(zone);
	}
}

static void a_local_time_is_found_also_where_clocks_jump(void **state)
{
	struct frust_zone *zone = open_zone("Europe/Berlin");

	(void)state;
	CHECK_INT(frust_zone_time(zone, utc(2026, 7, 1, 12, 0)), utc(2026, 7, 1, 10, 0));
	CHECK_INT(frust_zone_time(zone, utc(2026, 3, 29, 2, 30)), utc(2026, 3, 29, 1, 0));
	CHECK_INT(frust_zone_time(zone, utc(2026, 10, 25, 2, 30)), utc(2026, 10, 25, 0, 30));
	frust_zone_close(zone);
}

static void the_ends_of_time_are_survived(void **state)
{
	static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -1, INT64_MAX - 1, INT64_MAX};

	(void)state;
	for (size_t n = 0; n < FR_ARRAY_LEN(names); n++) {
		struct frust_zone *zone = open_zone(names[n]);

		for (size_t i = 0; i < FR_ARRAY_LEN(times); i++) {
			int64_t start = frust_zone_day_start(zone, times[i]);

			CHECK(frust_zone_day_end(zone, times[i]) > start);
			CHECK(frust_zone_time(zone, times[i]) / 2 < INT64_MAX / 2);
			CHECK(frust_zone_offset(zone, times[i]) < FRUST_DAY);
		}
		frust_zone_close(zone);
	}
}

static void names_are_looked_up_in_the_database_of_zones_only(void **state)
{
	static const struct {
		const char *name;
		int status;
	} rows[] = {
		{"", FRUST_EINVAL},
		{"/etc/localtime", FRUST_EINVAL},
		{"../zoneinfo/Europe/Berlin", FRUST_EINVAL},
		{"Europe/../Europe/Berlin", FRUST_EINVAL},
		{"Europe/Berlin ", FRUST_EINVAL},
		{"Europe/Atlantis", FRUST_ENOENT},
		{"Europe", FRUST_ENOENT},
		{"Europe/Berlin/Mitte", FRUST_ENOENT},
	};
	struct frust_zone *zone;
	struct frust_error err;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		err = (struct frust_error){0};
		CHECK_INT(frust_zone_open(rows[i].name, &zone, &err), rows[i].status);
		CHECK_INT(err.code, rows[i].status);
		CHECK(zone == NULL && err.text[0]);
	}
	CHECK_INT(frust_zone_open(NULL, &zone, NULL), FRUST_EINVAL);
	CHECK_INT(frust_zone_open("UTC", NULL, NULL), FRUST_EINVAL);
}

static void what_is_no_zone_is_refused(void **state)
{
	char folder[] = "/tmp/frust-zone-XXXXXX", path[64];
	struct frust_zone *zone;
	FILE *file;

	(void)state;
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/X", folder);
	file = fopen(path, "w");
	fputs("TZif2 and nothing else", file);
	fclose(file);
	setenv("TZDIR", folder, 1);
	CHECK_INT(frust_zone_open("X", &zone, NULL), FRUST_EFORMAT);
	setenv("TZDIR", TESTS_DATA "/zoneinfo", 1);
	unlink(path);
	rmdir(folder);
}

static void any_damage_is_survived(void **state)
{
	char bytes[4096], copy[4096];
	size_t n;
	FILE *file = fopen(TESTS_DATA "/zoneinfo/Europe/Berlin", "rb");
	unsigned seed = 1;

	(void)state;
	CHECK(file != NULL);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t cut = 0; cut < n; cut++) {
		struct frust_zone zone;

		CHECK_INT(frust__zone_parse(fr_str(bytes, cut), &zone), FRUST_EFORMAT);
	}
	for (int round = 0; round < 20000; round++) {
		struct frust_zone zone;

		memcpy(copy, bytes, n);
		for (int i = 0; i < 3; i++)
			copy[(size_t)rand_r(&seed) % (round % 2 ? n : 100)] = (char)rand_r(&seed);
		if (frust__zone_parse(fr_str(copy, n), &zone))
			continue;
		CHECK(frust_zone_day_end(&zone, 0) > frust_zone_day_start(&zone, 0));
		frust__zone_fini(&zone);
	}
}

static void rules_are_read_strictly(void **state)
{
	static const struct {
		const char *text;
		bool fine;
	} rows[] = {
		{"CET-1CEST,M3.5.0,M10.5.0/3", true},
		{"<+0330>-3:30", true},
		{"XXX3EDT4,0/0,J365/23", true},
		{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true},
		{"ABC-24:59:59", true},
		{"", false},
		{"CET", false},
		{"C-1", false},
		{"<CET-1", false},
		{"<>-1", false},
		{"CET-25", false},
		{"CET-1:60", false},
		{"CET-1CEST", false},
		{"CET-1CEST,M3.5.0", false},
		{"CET-1CEST,M13.5.0,M10.5.0", false},
		{"CET-1CEST,M0.5.0,M10.5.0", false},
		{"CET-1CEST,M3.0.0,M10.5.0", false},
		{"CET-1CEST,M3.5.7,M10.5.0", false},
		{"CET-1CEST,J0,M10.5.0", false},
		{"CET-1CEST,J366,M10.5.0", false},
		{"CET-1CEST,M3.5.0/168,M10.5.0", false},
		{"CET-1CEST,M3.5.0,M10.5.0 ", false},
	};
	struct frust__zone_rule rule;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].text);
		CHECK_INT(frust__zone_rule_parse(fr_str_of(rows[i].text), &rule), rows[i].fine);
	}
}

static void each_kind_of_day_has_its_turns(void **state)
{
	static const struct {
		const char *text;
		int t[5];
		int32_t offset;
	} rows[] = {
		/* J60 is 1 March in every year, 59 is 29 February in a leap year */
		{"AAA0BBB,J60/0,J300", {2028, 2, 29, 23, 59}, 0},
		{"AAA0BBB,J60/0,J300", {2028, 3, 1, 0, 0}, FRUST_HOUR},
		{"AAA0BBB,59/0,300", {2028, 2, 29, 0, 0}, FRUST_HOUR},
		{"AAA0BBB,59/0,300", {2027, 2, 28, 23, 59}, 0},
		/* summer all the year round */
		{"XXX3EDT4,0/0,J365/23", {2027, 12, 31, 23, 59}, -4 * FRUST_HOUR},
		{"XXX3EDT4,0/0,J365/23", {2028, 1, 1, 4, 0}, -4 * FRUST_HOUR},
		/* the south: summer over the new year */
		{"AAA-10BBB,M10.1.0,M4.1.0/3", {2027, 1, 1, 0, 0}, 11 * FRUST_HOUR},
		{"AAA-10BBB,M10.1.0,M4.1.0/3", {2027, 7, 1, 0, 0}, 10 * FRUST_HOUR},
		/* a summer that ends when the next has begun: none is left of that one */
		{"EST5EDT,0/1,J365/30", {2025, 12, 31, 23, 59}, -5 * FRUST_HOUR},
		{"EST5EDT,0/1,J365/30", {2026, 1, 1, 0, 0}, -5 * FRUST_HOUR},
		/* before 1970, and in years that are and are not leap ones */
		{"CET-1CEST,M3.5.0,M10.5.0/3", {1900, 3, 25, 1, 0}, 2 * FRUST_HOUR},
		{"CET-1CEST,M3.5.0,M10.5.0/3", {1900, 3, 25, 0, 59}, FRUST_HOUR},
	};
	struct frust__zone_rule rule;
	int64_t next;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		const int *t = rows[i].t;

		CHECK(frust__zone_rule_parse(fr_str_of(rows[i].text), &rule));
		CHECK_INT(frust__zone_rule_at(&rule, utc(t[0], t[1], t[2], t[3], t[4]), &next),
			  rows[i].offset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_zone_is_utc),
		cmocka_unit_test(days_begin_where_the_clocks_first_show_their_date),
		cmocka_unit_test(days_leave_no_gap_and_never_overlap),
		cmocka_unit_test(clocks_show_what_the_c_library_says),
		cmocka_unit_test(a_local_time_is_found_also_where_clocks_jump),
		cmocka_unit_test(the_ends_of_time_are_survived),
		cmocka_unit_test(names_are_looked_up_in_the_database_of_zones_only),
		cmocka_unit_test(what_is_no_zone_is_refused),
		cmocka_unit_test(any_damage_is_survived),
		cmocka_unit_test(rules_are_read_strictly),
		cmocka_unit_test(each_kind_of_day_has_its_turns),
	};

	setenv("TZDIR", TESTS_DATA "/zoneinfo", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
