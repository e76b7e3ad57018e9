#include "helpers/check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "helpers/alloc.h"

static void a_zeroed_buffer_is_empty_and_can_be_freed(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	CHECK_STR(fr_buf_str(&buf), "");
	CHECK_INT(fr_buf_error(&buf), 0);
	fr_buf_fini(&buf);
	fr_buf_fini(&buf);
}

static void appends_follow_each_other(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	fr_buf_add(&buf, "ab\0c", 4);
	fr_buf_add_char(&buf, '-');
	fr_buf_add_str(&buf, FR_STR("xyz"));
	fr_buf_add_str(&buf, FR_STR_NULL);
	fr_buf_add(&buf, NULL, 0);
	fr_buf_printf(&buf, " %s=%d", "n", 7);
	CHECK_MEM(buf.at, buf.len, "ab\0c-xyz n=7");
	CHECK_INT(fr_buf_error(&buf), 0);
	fr_buf_fini(&buf);
}

static void one_large_append_is_taken_whole(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;
	char bytes[5000];

	(void)state;
	memset(bytes, 'b', sizeof bytes);
	fr_buf_add_char(&buf, 'a');
	fr_buf_add(&buf, bytes, sizeof bytes);
	CHECK_INT(buf.len, 5001);
	CHECK_MEM(buf.at, 2, "ab");
	CHECK_INT(buf.at[5000], 'b');
	CHECK_INT(fr_buf_reserve(&buf, 0), 0);
	CHECK_INT(fr_buf_reserve(&buf, 100000), 0);
	fr_buf_fini(&buf);
}

static void numbers_are_written_in_decimal(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} cases[] = {
		{0, "0"},
		{7, "7"},
		{-1, "-1"},
		{1234567890, "1234567890"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		fr_buf_clear(&buf);
		fr_buf_add_i64(&buf, cases[i].value);
		CHECK_STR(fr_buf_str(&buf), cases[i].text);
	}
	fr_buf_clear(&buf);
	fr_buf_add_u64(&buf, UINT64_MAX);
	CHECK_STR(fr_buf_str(&buf), "18446744073709551615");
	fr_buf_fini(&buf);
}

static void growing_keeps_the_content(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		fr_buf_add_char(&buf, (char)(i % 251));
	CHECK_INT(buf.len, 100000);
	for (int i = 0; i < 100000; i++)
		CHECK_INT((uint8_t)buf.at[i], i % 251);
	fr_buf_fini(&buf);
}

static void printf_fits_at_every_fill_of_the_buffer(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	for (size_t filled = 0; filled < 130; filled++) {
		fr_buf_fini(&buf);
		for (size_t i = 0; i < filled; i++)
			fr_buf_add_char(&buf, '.');
		fr_buf_printf(&buf, "%s", "");
		fr_buf_printf(&buf, "%010d", 42);
		CHECK_INT(buf.len, filled + 10);
		CHECK_MEM(buf.at + filled, buf.len - filled, "0000000042");
	}
	fr_buf_fini(&buf);
}

static void dropping_moves_the_rest_to_the_front(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	fr_buf_drop(&buf, 0);
	fr_buf_add_str(&buf, FR_STR("abcdef"));
	fr_buf_drop(&buf, 2);
	CHECK_STR(fr_buf_str(&buf), "cdef");
	fr_buf_drop(&buf, 0);
	fr_buf_drop(&buf, 4);
	CHECK_STR(fr_buf_str(&buf), "");
	while (buf.len < buf.size)
		fr_buf_add_char(&buf, 'x');
	fr_buf_drop(&buf, buf.len - 1);
	CHECK_STR(fr_buf_str(&buf), "x");
	fr_buf_fini(&buf);
}

static void taking_hands_over_the_bytes(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;
	size_t len = 99;
	char *at;

	(void)state;
	CHECK(fr_buf_take(&buf, &len) == NULL);
	CHECK_INT(len, 0);
	fr_buf_add_str(&buf, FR_STR("hers"));
	at = fr_buf_take(&buf, &len);
	CHECK_MEM(at, len, "hers");
	free(at);
	CHECK_STR(fr_buf_str(&buf), "");
	fr_buf_add_str(&buf, FR_STR("mine"));
	CHECK_STR(fr_buf_str(&buf), "mine");
	fr_buf_clear(&buf);
	CHECK(fr_buf_take(&buf, &len) == NULL);
	fr_buf_fini(&buf);
}

static void a_failure_sticks_until_the_buffer_is_cleared(void **state)
{
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	fr_buf_add_str(&buf, FR_STR("before"));
	alloc_before_failure = 0;
	CHECK_INT(fr_buf_reserve(&buf, 1000), -ENOMEM);
	alloc_before_failure = -1;

	fr_buf_add_str(&buf, FR_STR("after"));
	fr_buf_add_u64(&buf, 1);
	fr_buf_printf(&buf, "%d", 1);
	fr_buf_drop(&buf, 6);
	CHECK_STR(fr_buf_str(&buf), "");
	CHECK_INT(fr_buf_error(&buf), -ENOMEM);
	CHECK_INT(fr_buf_reserve(&buf, 0), -ENOMEM);

	fr_buf_clear(&buf);
	fr_buf_add_str(&buf, FR_STR("again"));
	CHECK_STR(fr_buf_str(&buf), "again");
	CHECK_INT(fr_buf_error(&buf), 0);
	fr_buf_fini(&buf);
}

static void room_beyond_all_memory_is_refused(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 3, SIZE_MAX / 2};
	struct fr_buf buf = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(sizes); i++) {
		fr_buf_clear(&buf);
		fr_buf_add_str(&buf, FR_STR("abc"));
		CHECK_INT(fr_buf_reserve(&buf, sizes[i]), -ENOMEM);
		CHECK_INT(fr_buf_error(&buf), -ENOMEM);
	}
	fr_buf_fini(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zeroed_buffer_is_empty_and_can_be_freed),
		cmocka_unit_test(appends_follow_each_other),
		cmocka_unit_test(one_large_append_is_taken_whole),
		cmocka_unit_test(numbers_are_written_in_decimal),
		cmocka_unit_test(growing_keeps_the_content),
		cmocka_unit_test(printf_fits_at_every_fill_of_the_buffer),
		cmocka_unit_test(dropping_moves_the_rest_to_the_front),
		cmocka_unit_test(taking_hands_over_the_bytes),
		cmocka_unit_test(a_failure_sticks_until_the_buffer_is_cleared),
		cmocka_unit_test(room_beyond_all_memory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
