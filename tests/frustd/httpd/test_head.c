/* Heads well and badly formed, in pieces of every size. */
#include "helpers/check.h"

#include "base/attr.h"
#include "httpd/head.h"

#define REQUEST_LINE_MAX 20
#define FIELDS_MAX 24

/* What becomes of the text, given in pieces of that size. */
static int recv_pieces(struct httpd_head *head, struct fr_str text, size_t piece, size_t *used)
{
	int status = 0;

	httpd_head_begin(head, REQUEST_LINE_MAX, FIELDS_MAX);
	*used = 0;
	while (status == 0 && !head->whole && *used < text.len) {
		size_t n = text.len - *used < piece ? text.len - *used : piece, took;

		status = httpd_head_recv(head, (const uint8_t *)text.at + *used, n, &took);
		*used += took;
	}
	return status;
}

static void a_head_is_the_same_wherever_it_is_cut(void **state)
{
	static const struct {
		const char *text;
		int status;
		const char *bytes; /* what is gathered when it is whole */
		size_t request_line;
	} cases[] = {
		{"GET / HTTP/1.1\r\n\r\n", 0, "GET / HTTP/1.1\r\n\r\n", 16},
		{"a\r\nb\r\n\r\nthe next", 0, "a\r\nb\r\n\r\n", 3},
		{"\r\n\r\na\r\n\r\n", 0, "a\r\n\r\n", 3},
		{"a\r\nb: 1\t \t\r\n\r\n", 0, "a\r\nb: 1   \r\n\r\n", 3},
		{"a\t\r\nb\tc\r\n\r\n", 0, "a\t\r\nb\tc\r\n\r\n", 4},
		{"a\r\nb", 0, NULL, 3},
		{"a", 0, NULL, 0},
		{"a\n\n", 400, NULL, 0},
		{"\n", 400, NULL, 0},
		{"a\r\nb\n\r\n", 400, NULL, 3},
		{"a\rb\r\n\r\n", 400, NULL, 0},
		{"a\r\r\n\r\n", 400, NULL, 0},
		{" a\r\n\r\n", 400, NULL, 0},
		{"a\r\n b\r\n\r\n", 400, NULL, 3},
		{"a\r\n\tb\r\n\r\n", 400, NULL, 3},
		{"123456789012345678\r\n\r\n", 0, "123456789012345678\r\n\r\n", 20},
		{"1234567890123456789\r\n\r\n", 414, NULL, 0},
		{"a\r\n12345678901234567890\r\n\r\n", 0, "a\r\n12345678901234567890\r\n\r\n", 3},
		{"a\r\n123456789012345678901\r\n\r\n", 431, NULL, 3},
	};
	struct httpd_head head = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_str text = fr_str_of(cases[i].text);

		for (size_t piece = 1; piece <= text.len; piece++) {
			size_t used;

			CHECK_INT(recv_pieces(&head, text, piece, &used), cases[i].status);
			CHECK_INT(head.whole, cases[i].bytes != NULL);
			if (cases[i].bytes)
				CHECK_STR(fr_buf_str(&head.bytes), cases[i].bytes);
			CHECK_INT(head.request_line, cases[i].request_line);
		}
	}
	httpd_head_fini(&head);
}

static void what_comes_after_the_head_is_not_taken(void **state)
{
	struct httpd_head head = {0};
	size_t used;

	(void)state;
	CHECK_INT(recv_pieces(&head, FR_STR("a\r\n\r\nbody"), 100, &used), 0);
	CHECK(head.whole);
	CHECK_INT(used, 5);
	httpd_head_fini(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_the_same_wherever_it_is_cut),
		cmocka_unit_test(what_comes_after_the_head_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
