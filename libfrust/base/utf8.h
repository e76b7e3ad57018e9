/*
 * UTF-8 (RFC 3629). A *lone surrogate* that came in as a JSON escape is kept in the three bytes it
 * would have had (ED A0..BF xx, "WTF-8"), so that it can be told and refused later: such bytes are
 * not valid UTF-8, and fr_utf8_valid says so.
 */
#ifndef FR_UTF8_H
#define FR_UTF8_H

#include "str.h"

/* What may follow when text arrives in pieces: 0 is a clean border. Start with 0. */
#define FR_UTF8_START 0u
#define FR_UTF8_BAD UINT32_MAX

bool fr_utf8_valid(struct fr_str s);
/*
 * Validates a piece of a longer text. state: FR_UTF8_START or what the call before returned.
 * Returns FR_UTF8_BAD once and for all at the first invalid byte; the text is whole when it ends
 * with FR_UTF8_START.
 */
uint32_t fr_utf8_check(uint32_t state, const char *at, size_t len);
/* Code points in valid text; in other text the bytes that are not continuations. */
size_t fr_utf8_count(struct fr_str s);
/* UTF-16 code units, as JavaScript's String.length counts them. s is valid UTF-8. */
size_t fr_utf8_units16(struct fr_str s);
/*
 * The bytes of s that hold its first `units` UTF-16 code units; SIZE_MAX when s has fewer or when
 * that border falls inside a surrogate pair. s is valid UTF-8.
 */
size_t fr_utf8_span16(struct fr_str s, size_t units);
/*
 * Decodes the code point at the start of s (s.len > 0) into *point and returns its length in bytes;
 * an invalid byte decodes as U+FFFD with length 1.
 */
size_t fr_utf8_decode(struct fr_str s, uint32_t *point);
/* Encodes a code point (surrogates included, see above) into out; returns 1 to 4. */
size_t fr_utf8_encode(uint32_t point, char out[4]);

#endif
