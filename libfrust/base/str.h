/*
 * A view of bytes that somebody else owns, mostly UTF-8. Never NUL-terminated by promise, may hold
 * NUL bytes; `at` NULL stands for "absent" (JSON null), which is not the same as empty.
 */
#ifndef FR_STR_H
#define FR_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fr_str {
	const char *at;
	size_t len; /* bytes */
};

#define FR_STR(literal) ((struct fr_str){(literal), sizeof(literal) - 1})
/* The same as a static initialiser. */
#define FR_STR_INIT(literal)                                                                       \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}
#define FR_STR_NULL ((struct fr_str){NULL, 0})
/* For printf's "%.*s". */
#define FR_STR_ARG(s) (int)(s).len, (s).at ? (s).at : ""

static inline struct fr_str fr_str(const char *at, size_t len)
{
	return (struct fr_str){at, len};
}

static inline struct fr_str fr_str_of(const char *text)
{
	return (struct fr_str){text, text ? strlen(text) : 0};
}

/* Without its first n bytes; n <= s.len. */
static inline struct fr_str fr_str_skip(struct fr_str s, size_t n)
{
	return (struct fr_str){s.at + n, s.len - n};
}

/* Byte for byte; absent equals absent only. */
bool fr_str_eq(struct fr_str a, struct fr_str b);
/* ASCII letters without case; for header names and values that RFC 9110 compares so. */
bool fr_str_caseeq(struct fr_str a, struct fr_str b);
bool fr_str_starts(struct fr_str s, struct fr_str prefix);
/* The offset of the first c, or s.len. */
size_t fr_str_find(struct fr_str s, char c);
/* Without blanks and tabs (RFC 9110's OWS) at either end. */
struct fr_str fr_str_trim_ows(struct fr_str s);
/* Without the characters that Python's str.strip() takes from either end. */
struct fr_str fr_str_trim(struct fr_str s);
/*
 * A decimal number of at most 18 digits, no sign, nothing before or after it.
 * False when s is anything else; *out is untouched then.
 */
bool fr_str_u64(struct fr_str s, uint64_t *out);

#endif
