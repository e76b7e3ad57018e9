#include "app/files.h"

#include "helpers/check.h"

static void one_range_is_served(void **state)
{
	static const struct {
		const char *header;
		uint64_t size;
		enum files_range result;
		uint64_t from, to;
	} cases[] = {
		{"bytes=0-9", 100, FILES_RANGE_OK, 0, 9},
		{"bytes=90-", 100, FILES_RANGE_OK, 90, 99},
		{"bytes=90-200", 100, FILES_RANGE_OK, 90, 99},
		{"bytes=0-0", 1, FILES_RANGE_OK, 0, 0},
		{"bytes=-10", 100, FILES_RANGE_OK, 90, 99},
		{"bytes=-200", 100, FILES_RANGE_OK, 0, 99},
		{"bytes=-0", 100, FILES_RANGE_BEYOND, 0, 0},
		{"bytes=100-", 100, FILES_RANGE_BEYOND, 0, 0},
		{"bytes=0-", 0, FILES_RANGE_BEYOND, 0, 0},
		{"bytes=-1", 0, FILES_RANGE_BEYOND, 0, 0},
		{"bytes=9-5", 100, FILES_RANGE_NONE, 0, 0},
		{"bytes=0-1,3-4", 100, FILES_RANGE_NONE, 0, 0},
		{"bytes=-", 100, FILES_RANGE_NONE, 0, 0},
		{"bytes=", 100, FILES_RANGE_NONE, 0, 0},
		{"bytes=a-b", 100, FILES_RANGE_NONE, 0, 0},
		{"bytes=99999999999999999999-", 100, FILES_RANGE_NONE, 0, 0},
		{"lines=0-9", 100, FILES_RANGE_NONE, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		uint64_t from = 0, to = 0;
		enum files_range result = files_range(fr_str_of(cases[i].header), cases[i].size,
						      &from, &to);

		if (result != cases[i].result ||
		    (result == FILES_RANGE_OK && (from != cases[i].from || to != cases[i].to)))
			fail_msg("Range: %s of %d gives %d, %d to %d", cases[i].header,
				 (int)cases[i].size, (int)result, (int)from, (int)to);
	}
}

static void the_type_comes_from_the_ending(void **state)
{
	(void)state;
	CHECK_STR(files_type(FR_STR("/index.html")), "text/html; charset=utf-8");
	CHECK_STR(files_type(FR_STR("/a/B.JS")), "text/javascript; charset=utf-8");
	CHECK_STR(files_type(FR_STR("/site.webmanifest")), "application/manifest+json");
	CHECK_STR(files_type(FR_STR("/x.unknown")), "application/octet-stream");
	CHECK_STR(files_type(FR_STR("/html")), "application/octet-stream");
	CHECK_STR(files_type(FR_STR("")), "application/octet-stream");
}

static void a_missing_folder_is_an_error(void **state)
{
	(void)state;
	CHECK(files_new("/nowhere/at/all") == NULL);
	CHECK(files_new("/dev/null") == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_range_is_served),
		cmocka_unit_test(the_type_comes_from_the_ending),
		cmocka_unit_test(a_missing_folder_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
