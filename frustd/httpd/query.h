/* Query strings and percent-encoding (RFC 3986). */
#ifndef HTTPD_QUERY_H
#define HTTPD_QUERY_H

#include "base/buf.h"

/*
 * Percent-decodes text into out; a '%' without two hexadecimal digits stands for itself. plus: '+'
 * is a blank (forms). The result is a view of out's new bytes, or of text itself when there was
 * nothing to decode.
 */
struct fr_str httpd_percent_decode(struct fr_buf *out, struct fr_str text, bool plus);

/* Steps through "a=1&b=2": *rest starts as the query. False at the end. Raw, not decoded. */
bool httpd_query_next(struct fr_str *rest, struct fr_str *name, struct fr_str *value);
/* The first parameter of that name, decoded (see above); false when there is none. */
bool httpd_query_get(struct fr_str query, struct fr_str name, struct fr_buf *scratch,
		     struct fr_str *value);

#endif
