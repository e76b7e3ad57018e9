/* Owns which bytes a field may have. Knows no field by name. */
#include "httpd/field.h"

bool httpd_is_token(struct fr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		bool alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return s.len > 0;
}

/* Without a way out early, so that it vectorises. */
bool httpd_is_field_value(struct fr_str s)
{
	bool bad = false;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.at[i];

		bad |= (c < 0x20 && c != '\t') || c == 0x7f;
	}
	return !bad;
}
