/* Chunked bodies well and badly formed, each cut at every byte. */
#include "helpers/check.h"

#include "base/attr.h"
#include "httpd/chunked.h"

#define BODY_MAX 20
#define EXTRA_MAX 40

enum { WHOLE = 0, PARTIAL = -1 };

/* WHOLE, PARTIAL, or the status of the refusal, when the first piece ends at `cut`. */
static int recv_cut(struct httpd_chunked *chunked, struct fr_str bytes, size_t cut,
		    struct fr_buf *body, size_t *taken)
{
	int status = 0;

	httpd_chunked_begin(chunked, BODY_MAX, EXTRA_MAX);
	fr_buf_clear(body);
	*taken = 0;
	while (*taken < bytes.len && status == 0 && chunked->state != HTTPD_CHUNKED_END) {
		size_t end = *taken < cut ? cut : bytes.len, used;

		status = httpd_chunked_recv(chunked, (const uint8_t *)bytes.at + *taken,
					    end - *taken, body, &used);
		*taken += used;
	}
	if (status)
		return status;
	return chunked->state == HTTPD_CHUNKED_END ? WHOLE : PARTIAL;
}

static void bodies_are_taken_or_refused_however_they_are_cut(void **state)
{
	static const struct {
		int result;
		const char *bytes;
	} cases[] = {
		{WHOLE, "0\r\n\r\n"},
		{WHOLE, "00\r\n\r\n"},
		{WHOLE, "2\r\n40\r\n0\r\n\r\n"},
		{WHOLE, "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"},
		{WHOLE, "0000000000000002\r\n\r\n\r\n0\r\n\r\n"},
		{WHOLE, "2;a=b\r\n40\r\n0;\"c\td\" ;e\r\n\r\n"},
		{WHOLE, "2 ;a\r\n40\r\n0\t;b\r\n\r\n"},
		{WHOLE, "0\r\nA: b\r\nC:\r\nD: \t\xff\r\n\r\n"},
		{PARTIAL, "2\r\n40\r\n0\r\nA: b\r\n"},
		{PARTIAL, "2\r\n40\r\n"},
		{PARTIAL, "2\r\n4"},
		{PARTIAL, "2\r"},

		/* sizes */
		{400, "\r\n"},
		{400, ";a\r\n"},
		{400, "g\r\n"},
		{400, "0x2\r\n"},
		{400, "+2\r\n"},
		{400, "-2\r\n"},
		{400, " 2\r\n"},
		{400, "2 \r\n"},
		{400, "2 zzz\r\n"},
		{400, "2zzz\r\n"},
		{400, "2,2\r\n"},
		{400, "00000000000000002\r\n"},
		{400, "10000000000000000\r\n"},
		{413, "ffffffffffffffff\r\n"},
		{413, "15\r\n"},
		{413, "a\r\n0123456789\r\nb\r\n"},

		/* http-parser takes any byte from 0x80 on for a digit */
		{400, "\xbf\r\n\r\n"},
		{400, "2\x80\r\n"},

		/* ends of lines and of data */
		{400, "2\n40\r\n0\r\n\r\n"},
		{400, "2\r\n40\n0\r\n\r\n"},
		{400, "2\r\n40XX0\r\n\r\n"},
		{400, "2\r\n40X"},
		{400, "2\r\n400\r\n\r\n"},
		{400, "2\r\n40\r\r"},
		{400, "2\rX40\r\n0\r\n\r\n"},
		{400, "2\r\r\n"},
		{400, "0\n\r\n"},
		{400, "0\r\n\n"},
		{400, "0\r\n\rX"},
		{400, "0\r\nA: b\n\r\n"},

		/* extensions and trailers */
		{400, "2;a\x01\r\n"},
		{400, "2;a\x7f\r\n"},
		{400, "2;a\xc3\xa4\r\n"},
		{400, "2;a\n40\r\n"},
		{400, "2;a\rb\r\n"},
		{400, "0\r\nA : b\r\n\r\n"},
		{400, "0\r\nA\r\n\r\n"},
		{400, "0\r\n: b\r\n\r\n"},
		{400, "0\r\nA: b\r\n c\r\n\r\n"},
		{400, "0\r\nA: b\r\n\tc: d\r\n\r\n"},
		{400, "0\r\nA: b\rc\r\n\r\n"},
		{400, "0\r\nA: \x01\r\n\r\n"},
		{400, "0\r\nContent-Length: 5\r\n\r\n"},
		{400, "0\r\ntransfer-encoding: chunked\r\n\r\n"},
		{400, "0\r\nHOST: a\r\n\r\n"},

		/* all of them together have a limit */
		{WHOLE, "0;456789012345678901234567890123456789012\r\n\r\n"},
		{431, "0;4567890123456789012345678901234567890123\r\n"},
		{431, "2;4567890123456789\r\n40\r\n0;34567890123456789012345\r\n"},
		{431, "0;0123456789012345678901234567890123456789012345678901234567890"},
		{WHOLE, "0\r\nA: 45678901234567890123456789012345678\r\n\r\n"},
		{431, "0\r\nA: 456789012345678901234567890123456789\r\n"},
		{431, "0\r\nA: 456789012345678\r\nA: 4567890123456789\r\n"},
	};
	struct httpd_chunked chunked = {0};
	struct fr_buf body = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_str bytes = fr_str_of(cases[i].bytes);

		for (size_t cut = 1; cut <= bytes.len; cut++) {
			size_t taken;
			int result = recv_cut(&chunked, bytes, cut, &body, &taken);

			if (result != cases[i].result)
				print_error("of %s\n", cases[i].bytes);
			CHECK_INT(result, cases[i].result);
			if (result == WHOLE)
				CHECK_INT(taken, bytes.len);
		}
	}
	CHECK_INT(recv_cut(&chunked, FR_STR("2;\0\r\n"), 1, &body, &(size_t){0}), 400);
	fr_buf_fini(&body);
	httpd_chunked_fini(&chunked);
}

static void the_body_is_the_data_and_ends_where_it_ends(void **state)
{
	struct fr_str bytes = FR_STR("3;x\r\na\r\n\r\n2\r\nbc\r\n0\r\nT: x\r\n\r\n0\r\n\r\n");
	struct httpd_chunked chunked = {0};
	struct fr_buf body = FR_BUF_INIT;

	(void)state;
	for (size_t cut = 1; cut <= bytes.len; cut++) {
		size_t taken;

		CHECK_INT(recv_cut(&chunked, bytes, cut, &body, &taken), WHOLE);
		CHECK_STR(fr_buf_str(&body), "a\r\nbc");
		CHECK_INT(bytes.len - taken, 5);
	}
	fr_buf_fini(&body);
	httpd_chunked_fini(&chunked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_taken_or_refused_however_they_are_cut),
		cmocka_unit_test(the_body_is_the_data_and_ends_where_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
