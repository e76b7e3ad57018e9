/*
 * JSON (RFC 8259). Writing appends to a buffer. Reading is strict: one value, UTF-8, bounded depth
 * and token count; tokens are a flat array in document order (jsmn's, checked and linked), and
 * strings are unescaped on demand. jsmn.h is included by json.c alone.
 *
 * A value from outside never asserts and never reads past its end.
 */
#ifndef FR_JSON_H
#define FR_JSON_H

#include "buf.h"

/* --- writing --- */

/* A string with its quotes, or null when s is absent. Bytes that are not UTF-8 are written as
 * U+FFFD; a lone surrogate in WTF-8 as its escape. Control characters, '"' and '\' are escaped;
 * '/' is not; U+2028 and U+2029 stay as they are. */
void fr_json_add_str(struct fr_buf *out, struct fr_str s);

/* --- reading --- */

enum fr_json_type {
	FR_JSON_NULL,
	FR_JSON_BOOL,
	FR_JSON_NUMBER,
	FR_JSON_STRING,
	FR_JSON_ARRAY,
	FR_JSON_OBJECT
};

struct fr_json_token {
	enum fr_json_type type;
	uint32_t start, end; /* in the text; of a string: without its quotes */
	uint32_t size;       /* members of an array or an object */
	uint32_t next;       /* index of the token after this value and all in it */
};

/* Reused from text to text; keeps its memory. */
struct fr_json {
	struct fr_str text; /* borrowed from fr_json_parse's caller */
	struct fr_json_token *tokens;
	uint32_t count, size;
};

/* Whatever the limits say. */
#define FR_JSON_DEPTH_MAX 256
#define FR_JSON_LEN_MAX INT32_MAX /* bytes */

struct fr_json_limits {
	uint32_t depth;  /* nested arrays and objects, at least 1 */
	uint32_t tokens; /* values and keys in all */
};

#define FR_JSON_LIMITS ((struct fr_json_limits){64, 10000})

enum fr_json_result {
	FR_JSON_OK = 0,
	FR_JSON_BAD = 1,      /* not JSON, or not UTF-8 */
	FR_JSON_TOO_MUCH = 2, /* JSON maybe, but beyond the limits */
};

/* Parses text, which must outlive the use of json. An enum fr_json_result, or -ENOMEM. */
int fr_json_parse(struct fr_json *json, struct fr_str text,
		  struct fr_json_limits limits) FR_MUST_CHECK;
/* Frees the tokens. Takes a zeroed struct. */
void fr_json_fini(struct fr_json *json);

/* Values are token indexes; 0 is the root. FR_JSON_NONE says "no such value". */
#define FR_JSON_NONE UINT32_MAX

/* The value's own text, quotes included. */
struct fr_str fr_json_raw(const struct fr_json *json, uint32_t value);
/* The i-th element of an array, or FR_JSON_NONE. Steps over those before it: who walks a whole
 * array goes from token to token by their `next`. */
uint32_t fr_json_at(const struct fr_json *json, uint32_t array, uint32_t i);
/* The value of the last member of that name (as JavaScript and Python take it), or FR_JSON_NONE. */
uint32_t fr_json_get(const struct fr_json *json, uint32_t object, struct fr_str key);
bool fr_json_is(const struct fr_json *json, uint32_t value, enum fr_json_type type);
/*
 * The unescaped string: a view of the text where it has no escapes, otherwise appended to scratch
 * (and valid while scratch is not changed). Never longer than the raw text: with that much room
 * reserved in scratch for several strings, all their views hold. Lone surrogate escapes become
 * WTF-8, see utf8.h. The value must be a string. Absent when memory ran out: check
 * fr_buf_error(scratch).
 */
struct fr_str fr_json_str(const struct fr_json *json, uint32_t value, struct fr_buf *scratch);
/* True and *out when the value is a number without fraction or exponent that fits. */
bool fr_json_int(const struct fr_json *json, uint32_t value, int64_t *out);

#endif
