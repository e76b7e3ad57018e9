#include "helpers/check.h"

#include <stdlib.h>
#include <zlib.h>

#include "net/deflate.h"

static void check_inflates_to(struct fr_str zipped, struct fr_str expected)
{
	z_stream z = {0};
	char *plain = malloc(expected.len + 1);

	CHECK(plain != NULL);
	CHECK_INT(inflateInit2(&z, 15 + 16), Z_OK); /* gzip only */
	z.next_in = (Bytef *)(uintptr_t)zipped.at;
	z.avail_in = (uInt)zipped.len;
	z.next_out = (Bytef *)plain;
	z.avail_out = (uInt)expected.len + 1;
	CHECK_INT(inflate(&z, Z_FINISH), Z_STREAM_END);
	CHECK_INT(z.avail_in, 0);
	CHECK_INT(z.total_out, expected.len);
	CHECK(memcmp(plain, expected.at, expected.len) == 0);
	inflateEnd(&z);
	free(plain);
}

static void what_is_zipped_unzips_to_itself(void **state)
{
	struct fr_buf out = FR_BUF_INIT, text = FR_BUF_INIT;

	(void)state;
	fr_buf_add_str(&out, FR_STR("before"));
	for (uint32_t i = 0, x = 1; i < 100000; i++, x = x * 1664525u + 1013904223u)
		fr_buf_add_char(&text, (char)(i < 50000 ? i / 100 : x >> 24));
	for (int level = 1; level <= 9; level += 4) {
		out.len = 6;
		CHECK_INT(net_gzip(&out, fr_buf_str(&text), level), 0);
		CHECK_MEM(out.at, 6, "before");
		check_inflates_to(fr_str(out.at + 6, out.len - 6), fr_buf_str(&text));
	}
	fr_buf_fini(&out);
	fr_buf_fini(&text);
}

static void nothing_can_be_zipped_too(void **state)
{
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	CHECK_INT(net_gzip(&out, FR_STR(""), 6), 0);
	check_inflates_to(fr_buf_str(&out), FR_STR(""));
	fr_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_zipped_unzips_to_itself),
		cmocka_unit_test(nothing_can_be_zipped_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
