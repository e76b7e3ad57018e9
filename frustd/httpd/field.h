/* The syntax of header and trailer fields (RFC 9110 §5). */
#ifndef HTTPD_FIELD_H
#define HTTPD_FIELD_H

#include "base/str.h"

/* What names of fields, methods and parameters are made of (§5.6.2); not empty. */
bool httpd_is_token(struct fr_str s);
/* No control bytes but tabs (§5.5). */
bool httpd_is_field_value(struct fr_str s);

#endif
