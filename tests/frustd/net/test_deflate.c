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

/* --- messages --- */

/* Text that shrinks, with references of any distance. */
static struct fr_buf text_of(size_t n, uint32_t seed)
{
	static const char *const words[] = {"click ", "comment ", "\"user\":", "null,",
					    "1795406810 "};
	struct fr_buf text = FR_BUF_INIT;

	while (text.len < n) {
		seed = seed * 1664525u + 1013904223u;
		fr_buf_add_str(&text, fr_str_of(words[(seed >> 24) % FR_ARRAY_LEN(words)]));
		if (seed % 7 == 0)
			fr_buf_add_char(&text, (char)(seed >> 16));
	}
	text.len = n;
	return text;
}

static void check_inflated(struct net_inflater *inflater, struct fr_str bytes, struct fr_str plain)
{
	struct fr_buf out = FR_BUF_INIT;

	fr_buf_add_str(&out, FR_STR("before"));
	CHECK_INT(net_inflate(inflater, bytes, plain.len, &out), 0);
	CHECK_MEM(out.at, 6, "before");
	CHECK_INT(out.len - 6, plain.len);
	CHECK(memcmp(out.at + 6, plain.at, plain.len) == 0);
	fr_buf_fini(&out);
}

static void a_message_of_any_window_inflates_to_itself(void **state)
{
	static const size_t sizes[] = {0, 1, 1024, 16383, 16384, 16385, 100000, 1000000};
	struct net_deflater *deflater = net_deflater_new();
	struct net_inflater *inflater = net_inflater_new();

	(void)state;
	for (int window = NET_WINDOW_MAX; window >= NET_WINDOW_MIN; window--)
		for (size_t i = 0; i < FR_ARRAY_LEN(sizes); i++) {
			struct fr_buf text = text_of(sizes[i], (uint32_t)window);
			struct fr_str plain = fr_buf_str(&text);
			const struct fr_str parts[] = {
				{plain.at, plain.len / 3},
				FR_STR_NULL,
				fr_str_skip(plain, plain.len / 3),
			};
			struct fr_buf out = FR_BUF_INIT;

			fr_buf_add_str(&out, FR_STR("before"));
			CHECK_INT(net_deflate(deflater, window, parts, 3, &out), 0);
			CHECK_MEM(out.at, 6, "before");
			CHECK(sizes[i] < 1000 || out.len < sizes[i] / 2);
			check_inflated(inflater, fr_str(out.at + 6, out.len - 6), plain);
			fr_buf_fini(&out);
			fr_buf_fini(&text);
		}
	net_deflater_free(deflater);
	net_inflater_free(inflater);
}

/* What a peer with that window inflates, in zlib's own words. */
static void no_reference_reaches_beyond_the_window(void **state)
{
	struct net_deflater *deflater = net_deflater_new();
	struct fr_buf text = text_of(50000, 1);
	struct fr_str plain = fr_buf_str(&text);
	char *out = malloc(text.len);

	(void)state;
	for (int window = NET_WINDOW_MIN; window <= NET_WINDOW_MAX; window++) {
		struct fr_buf bytes = FR_BUF_INIT;
		z_stream z = {0};

		CHECK_INT(net_deflate(deflater, window, &plain, 1, &bytes), 0);
		CHECK_INT(inflateInit2(&z, -window), Z_OK);
		z.next_in = (Bytef *)bytes.at;
		z.avail_in = (uInt)bytes.len;
		/* In small pieces, so that only the window is there to refer to. */
		for (size_t n = 0; n < text.len; n += z.avail_out == 0 ? 100 : 0) {
			z.next_out = (Bytef *)out + n;
			z.avail_out = 100;
			CHECK_INT(inflate(&z, Z_SYNC_FLUSH), Z_OK);
		}
		CHECK(memcmp(out, plain.at, plain.len) == 0);
		inflateEnd(&z);
		fr_buf_fini(&bytes);
	}
	free(out);
	fr_buf_fini(&text);
	net_deflater_free(deflater);
}

static void each_message_stands_alone(void **state)
{
	struct net_deflater *deflater = net_deflater_new();
	struct net_inflater *inflater = net_inflater_new();
	struct fr_buf text = text_of(3000, 5), first = FR_BUF_INIT, second = FR_BUF_INIT;
	struct fr_str plain = fr_buf_str(&text);

	(void)state;
	CHECK_INT(net_deflate(deflater, 12, &plain, 1, &first), 0);
	CHECK_INT(net_deflate(deflater, 12, &plain, 1, &second), 0);
	CHECK(fr_str_eq(fr_buf_str(&first), fr_buf_str(&second)));
	check_inflated(inflater, fr_buf_str(&second), plain);
	net_deflater_free(deflater);
	net_inflater_free(inflater);
	fr_buf_fini(&text);
	fr_buf_fini(&first);
	fr_buf_fini(&second);
}

static void what_inflates_to_too_much_is_told_at_the_limit(void **state)
{
	static const size_t sizes[] = {1, 100, 16383, 16384, 16385, 32768, 100000};
	struct net_deflater *deflater = net_deflater_new();
	struct net_inflater *inflater = net_inflater_new();

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(sizes); i++) {
		struct fr_buf text = text_of(sizes[i], 3), bytes = FR_BUF_INIT, out = FR_BUF_INIT;
		struct fr_str plain = fr_buf_str(&text);

		CHECK_INT(net_deflate(deflater, 15, &plain, 1, &bytes), 0);
		CHECK_INT(net_inflate(inflater, fr_buf_str(&bytes), plain.len - 1, &out),
			  NET_INFLATE_TOO_LARGE);
		CHECK(out.len <= plain.len - 1);
		/* and nothing of it is left for the next one */
		check_inflated(inflater, fr_buf_str(&bytes), plain);
		fr_buf_fini(&text);
		fr_buf_fini(&bytes);
		fr_buf_fini(&out);
	}
	net_deflater_free(deflater);
	net_inflater_free(inflater);
}

static void what_is_no_whole_message_is_bad(void **state)
{
	struct net_deflater *deflater = net_deflater_new();
	struct net_inflater *inflater = net_inflater_new();
	struct fr_buf text = text_of(2000, 9), bytes = FR_BUF_INIT;
	struct fr_str plain = fr_buf_str(&text);

	(void)state;
	CHECK_INT(net_deflate(deflater, 15, &plain, 1, &bytes), 0);
	for (size_t n = 0; n < bytes.len; n++) {
		char *copy = malloc(n + !n); /* so that reading past it is seen */
		struct fr_buf out = FR_BUF_INIT;

		memcpy(copy, bytes.at, n);
		CHECK_INT(net_inflate(inflater, fr_str(copy, n), 1000000, &out), NET_INFLATE_BAD);
		free(copy);
		fr_buf_fini(&out);
	}
	net_deflater_free(deflater);
	net_inflater_free(inflater);
	fr_buf_fini(&text);
	fr_buf_fini(&bytes);
}

static void damaged_messages_harm_nobody(void **state)
{
	struct net_deflater *deflater = net_deflater_new();
	struct net_inflater *inflater = net_inflater_new();
	struct fr_buf text = text_of(2000, 11), bytes = FR_BUF_INIT;
	struct fr_str plain = fr_buf_str(&text);
	int bad = 0;

	(void)state;
	CHECK_INT(net_deflate(deflater, 15, &plain, 1, &bytes), 0);
	for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
		struct fr_buf out = FR_BUF_INIT;
		int r;

		bytes.at[bit / 8] ^= (char)(1 << bit % 8);
		r = net_inflate(inflater, fr_buf_str(&bytes), 5000, &out);
		CHECK(r >= 0);
		CHECK(out.len <= 5000);
		bad += r != 0;
		bytes.at[bit / 8] ^= (char)(1 << bit % 8);
		fr_buf_fini(&out);
	}
	CHECK(bad > 0);
	check_inflated(inflater, fr_buf_str(&bytes), plain);
	net_deflater_free(deflater);
	net_inflater_free(inflater);
	fr_buf_fini(&text);
	fr_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_zipped_unzips_to_itself),
		cmocka_unit_test(nothing_can_be_zipped_too),
		cmocka_unit_test(a_message_of_any_window_inflates_to_itself),
		cmocka_unit_test(no_reference_reaches_beyond_the_window),
		cmocka_unit_test(each_message_stands_alone),
		cmocka_unit_test(what_inflates_to_too_much_is_told_at_the_limit),
		cmocka_unit_test(what_is_no_whole_message_is_bad),
		cmocka_unit_test(damaged_messages_harm_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
