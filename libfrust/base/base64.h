/* Base64 (RFC 4648): the standard alphabet with padding, and base64url without, for ids. */
#ifndef FR_BASE64_H
#define FR_BASE64_H

#include "buf.h"

#define FR_BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Appends FR_BASE64_LEN(n) characters. */
void fr_base64_encode(struct fr_buf *out, const void *bytes, size_t n);
/* Appends the bytes that text stands for. Strict: false for other characters, wrong padding or
 * left-over bits; out keeps its length then. Padding may be absent altogether. True when memory
 * runs out: that is out's own error. */
bool fr_base64_decode(struct fr_buf *out, struct fr_str text) FR_MUST_CHECK;
/* Base64url without padding; n is a multiple of 3, out has room for n / 3 * 4 characters. */
void fr_base64url(char *out, const uint8_t *bytes, size_t n);

#endif
