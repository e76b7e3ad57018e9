/* What the files of settings share. */
#ifndef SETTINGS_INTERNAL_H
#define SETTINGS_INTERNAL_H

#include "settings.h"

/* settings_add, whose failure is the errors'. */
void settings_put(struct settings *settings, const struct option_spec *spec,
		  enum setting_layer layer, unsigned line, struct fr_str text,
		  struct fr_buf *errors);
/* Appends the option's variable: FRUST_USER_MAX. */
void settings_variable(const struct option_spec *spec, struct fr_buf *out);

#endif
