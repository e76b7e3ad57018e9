/*
 * A growing byte buffer with a sticky error: after a failed allocation it stays empty and every
 * append is ignored, so that a writer checks fr_buf_error() once, at the end.
 */
#ifndef FR_BUF_H
#define FR_BUF_H

#include <stdarg.h>

#include "attr.h"
#include "str.h"

struct fr_buf {
	char *at;
	size_t len;
	size_t size; /* allocated */
	bool failed;
};

#define FR_BUF_INIT ((struct fr_buf){NULL, 0, 0, false})

/* Frees the bytes; the buffer can be used again, its error is gone. Takes a zeroed buffer. */
void fr_buf_fini(struct fr_buf *buf);
/* Forgets the content and the error, keeps the memory. */
void fr_buf_clear(struct fr_buf *buf);
/* Makes room for n more bytes; 0 or -ENOMEM. The room starts at buf->at + buf->len. */
int fr_buf_reserve(struct fr_buf *buf, size_t n);
void fr_buf_add(struct fr_buf *buf, const void *bytes, size_t n);
void fr_buf_add_str(struct fr_buf *buf, struct fr_str s);
void fr_buf_add_char(struct fr_buf *buf, char c);
void fr_buf_add_u64(struct fr_buf *buf, uint64_t value);
void fr_buf_add_i64(struct fr_buf *buf, int64_t value);
void fr_buf_printf(struct fr_buf *buf, const char *format, ...) FR_PRINTF(2, 3);
/* Drops the first n bytes (n <= len); the rest moves to the front. */
void fr_buf_drop(struct fr_buf *buf, size_t n);
/* 0, or -ENOMEM when any append since init or clear failed. */
int fr_buf_error(const struct fr_buf *buf) FR_MUST_CHECK;
/* A view of the content, valid until the next change. */
static inline struct fr_str fr_buf_str(const struct fr_buf *buf)
{
	return (struct fr_str){buf->at ? buf->at : "", buf->len};
}
/* Hands the bytes over (to be freed with free()); the buffer is empty then. NULL when empty. */
char *fr_buf_take(struct fr_buf *buf, size_t *len);

#endif
