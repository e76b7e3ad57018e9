#include "helpers/check.h"

#include <errno.h>

#include "base/base64.h"
#include "helpers/alloc.h"

static const struct {
	struct fr_str bytes, text;
} pairs[] = {
	{{"", 0}, {"", 0}}, /* RFC 4648, section 10 */
	{{"f", 1}, {"Zg==", 4}},
	{{"fo", 2}, {"Zm8=", 4}},
	{{"foo", 3}, {"Zm9v", 4}},
	{{"foob", 4}, {"Zm9vYg==", 8}},
	{{"fooba", 5}, {"Zm9vYmE=", 8}},
	{{"foobar", 6}, {"Zm9vYmFy", 8}},
	{{"\x01\x02\x03\x04", 4}, {"AQIDBA==", 8}},
	{{"\0\0", 2}, {"AAA=", 4}},
	{{"\xff\xff\xff\xfb\xef\xbe", 6}, {"////++++", 8}},
};

static void bytes_are_encoded_with_padding(void **state)
{
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(pairs); i++) {
		fr_buf_clear(&out);
		fr_buf_add_char(&out, 'b');
		fr_base64_encode(&out, pairs[i].bytes.at, pairs[i].bytes.len);
		CHECK_INT(out.len, 1 + FR_BASE64_LEN(pairs[i].bytes.len));
		CHECK(fr_str_eq(fr_str(out.at + 1, out.len - 1), pairs[i].text));
	}
	fr_buf_fini(&out);
}

static void text_is_decoded_with_padding_or_without(void **state)
{
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(pairs); i++) {
		struct fr_str text = pairs[i].text;

		fr_buf_clear(&out);
		CHECK(fr_base64_decode(&out, text));
		CHECK(fr_str_eq(fr_buf_str(&out), pairs[i].bytes));
		text.len = fr_str_find(text, '=');
		CHECK(fr_base64_decode(&out, text));
		CHECK_INT(out.len, 2 * pairs[i].bytes.len);
	}
	fr_buf_fini(&out);
}

static void wrong_text_is_refused_and_appends_nothing(void **state)
{
	static const struct fr_str texts[] = {
		{"A", 1},
		{"AAAAA", 5},
		{"AA=", 3},
		{"AAA==", 5},
		{"A===", 4},
		{"====", 4},
		{"=", 1},
		{"==", 2},
		{"AA==AA==", 8},
		{"AAAA====", 8},
		{"AA=A", 4},
		{"AAAA=", 5},
		{"AAA\n", 4},
		{" AAA", 4},
		{"AA AA", 5},
		{"AA-_", 4},
		{"AAA\0", 4},
		{"AA\xff"
		 "A",
		 4},
		{"AB==", 4},
		{"AAB=", 4},
		{"AB", 2},
		{"AAB", 3},
		{"AAA@", 4},
		{"AAA[", 4},
		{"AAA`", 4},
		{"AAA{", 4},
		{"AAA:", 4},
	};
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	fr_buf_add_str(&out, FR_STR("kept"));
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++) {
		CHECK(!fr_base64_decode(&out, texts[i]));
		CHECK_STR(fr_buf_str(&out), "kept");
	}
	fr_buf_fini(&out);
}

static void all_bytes_survive_the_way_there_and_back(void **state)
{
	struct fr_buf text = FR_BUF_INIT, back = FR_BUF_INIT;
	uint8_t bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		fr_buf_clear(&text);
		fr_buf_clear(&back);
		fr_base64_encode(&text, bytes, n);
		CHECK(fr_base64_decode(&back, fr_buf_str(&text)));
		CHECK_INT(back.len, n);
		CHECK(n == 0 || memcmp(back.at, bytes, n) == 0);
	}
	fr_buf_fini(&text);
	fr_buf_fini(&back);
}

static void the_url_alphabet_has_no_padding(void **state)
{
	char out[8];

	(void)state;
	fr_base64url(out, (const uint8_t *)"\xff\xff\xff\xfb\xef\xbe", 6);
	CHECK_MEM(out, sizeof out, "____----");
	fr_base64url(out, (const uint8_t *)"foobar", 6);
	CHECK_MEM(out, sizeof out, "Zm9vYmFy");
}

static void running_out_of_memory_is_the_buffers_error(void **state)
{
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	alloc_before_failure = 0;
	fr_base64_encode(&out, "foo", 3);
	CHECK_INT(fr_buf_error(&out), -ENOMEM);
	fr_buf_clear(&out);
	CHECK(fr_base64_decode(&out, FR_STR("Zm9v")));
	CHECK_INT(fr_buf_error(&out), -ENOMEM);
	alloc_before_failure = -1;
	fr_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_encoded_with_padding),
		cmocka_unit_test(text_is_decoded_with_padding_or_without),
		cmocka_unit_test(wrong_text_is_refused_and_appends_nothing),
		cmocka_unit_test(all_bytes_survive_the_way_there_and_back),
		cmocka_unit_test(the_url_alphabet_has_no_padding),
		cmocka_unit_test(running_out_of_memory_is_the_buffers_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
