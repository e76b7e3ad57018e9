/* Owns the buffer's memory and its growth; knows nothing of what the bytes mean. */
#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE_FIRST = 64 };

static int fail(struct fr_buf *buf)
{
	buf->failed = true;
	buf->len = 0;
	return -ENOMEM;
}

void fr_buf_fini(struct fr_buf *buf)
{
	free(buf->at);
	*buf = FR_BUF_INIT;
}

void fr_buf_clear(struct fr_buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

int fr_buf_reserve(struct fr_buf *buf, size_t n)
{
	if (buf->failed)
		return -ENOMEM;
	if (n <= buf->size - buf->len)
		return 0;
	if (n > SIZE_MAX / 2 - buf->len)
		return fail(buf);

	size_t size = buf->size ? buf->size * 2 : SIZE_FIRST;
	if (size < buf->len + n)
		size = buf->len + n;
	char *at = realloc(buf->at, size);
	if (!at)
		return fail(buf);
	buf->at = at;
	buf->size = size;
	return 0;
}

void fr_buf_add(struct fr_buf *buf, const void *bytes, size_t n)
{
	if (n == 0 || fr_buf_reserve(buf, n) < 0)
		return;
	memcpy(buf->at + buf->len, bytes, n);
	buf->len += n;
}

void fr_buf_add_str(struct fr_buf *buf, struct fr_str s)
{
	fr_buf_add(buf, s.at, s.len);
}

void fr_buf_add_char(struct fr_buf *buf, char c)
{
	fr_buf_add(buf, &c, 1);
}

void fr_buf_add_u64(struct fr_buf *buf, uint64_t value)
{
	char digits[20]; /* of UINT64_MAX */
	size_t i = sizeof digits;

	do {
		digits[--i] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	fr_buf_add(buf, digits + i, sizeof digits - i);
}

void fr_buf_add_i64(struct fr_buf *buf, int64_t value)
{
	if (value < 0)
		fr_buf_add_char(buf, '-');
	fr_buf_add_u64(buf, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void fr_buf_printf(struct fr_buf *buf, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	/* vsnprintf's NUL needs room too, but does not count. */
	if (n < 0 || fr_buf_reserve(buf, (size_t)n + 1) < 0) {
		fail(buf);
		return;
	}
	va_start(args, format);
	vsnprintf(buf->at + buf->len, (size_t)n + 1, format, args);
	va_end(args);
	buf->len += (size_t)n;
}

void fr_buf_drop(struct fr_buf *buf, size_t n)
{
	if (n == 0 || buf->failed)
		return;
	assert(n <= buf->len);
	memmove(buf->at, buf->at + n, buf->len - n);
	buf->len -= n;
}

int fr_buf_error(const struct fr_buf *buf)
{
	return buf->failed ? -ENOMEM : 0;
}

char *fr_buf_take(struct fr_buf *buf, size_t *len)
{
	char *at = buf->at;

	*len = buf->len;
	if (buf->len == 0)
		return NULL;
	*buf = FR_BUF_INIT;
	return at;
}
