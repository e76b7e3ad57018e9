/* Owns the bytes of a request's head. Knows nothing of what its lines mean. */
#include "httpd/head.h"

void httpd_head_begin(struct httpd_head *head, size_t line_max, size_t fields_max)
{
	struct fr_buf bytes = head->bytes;

	fr_buf_clear(&bytes);
	*head = (struct httpd_head){
		.line_max = line_max,
		.fields_max = fields_max,
		.bytes = bytes,
	};
}

void httpd_head_fini(struct httpd_head *head)
{
	fr_buf_fini(&head->bytes);
}

/* 0 while the head, with n more bytes, keeps within its limits. */
static int over_limit(const struct httpd_head *head, size_t n)
{
	size_t len = head->bytes.len + n;

	if (!head->request_line)
		return len > head->line_max ? 414 : 0;
	return len - head->request_line > head->fields_max ? 431 : 0;
}

/* http-parser takes blanks behind a length or a coding, but not tabs (RFC 9110 §5.6.3). */
static void blank_tabs(char *line, size_t n)
{
	for (size_t i = n; i > 0 && (line[i - 1] == '\t' || line[i - 1] == ' '); i--)
		line[i - 1] = ' ';
}

/* Looks at the line that has just become whole. */
static int end_line(struct httpd_head *head)
{
	char *line = head->bytes.at + head->line_start;
	size_t n = head->bytes.len - head->line_start;

	if (n < 2 || line[n - 2] != '\r' || memchr(line, '\r', n - 2) || line[0] == ' ' ||
	    line[0] == '\t')
		return 400; /* a bare LF or CR, or a folded line (RFC 9112 §2.2, §5.2) */
	if (n == 2 && head->line_start == 0) {
		head->bytes.len = 0; /* an empty line before the request line (RFC 9112 §2.2) */
		return 0;
	}
	if (n == 2)
		head->whole = true;
	else if (!head->request_line)
		head->request_line = head->bytes.len;
	else
		blank_tabs(line, n - 2);
	head->line_start = head->bytes.len;
	return 0;
}

int httpd_head_recv(struct httpd_head *head, const uint8_t *bytes, size_t n, size_t *used)
{
	int status = 0;

	*used = 0;
	while (*used < n && status == 0 && !head->whole) {
		const uint8_t *at = bytes + *used;
		const uint8_t *lf = memchr(at, '\n', n - *used);
		size_t len = lf ? (size_t)(lf - at) + 1 : n - *used;

		status = over_limit(head, len);
		if (status)
			break;
		fr_buf_add(&head->bytes, at, len);
		if (fr_buf_error(&head->bytes) < 0)
			return 503;
		*used += len;
		if (lf)
			status = end_line(head);
	}
	return status;
}
