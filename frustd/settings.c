/* What holds of all that was said, and how it is told. */
#include "settings.h"

#include <errno.h>
#include <stdlib.h>

#include "settings_internal.h"

void settings_fini(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++)
		free(settings->all[i].text);
	free(settings->all);
	*settings = (struct settings){0};
}

int settings_add(struct settings *settings, const struct option_spec *spec,
		 enum setting_layer layer, unsigned line, struct fr_str text)
{
	if (settings->count == settings->size) {
		size_t size = settings->size ? 2 * settings->size : 64;
		struct setting *all = realloc(settings->all, size * sizeof(*all));

		if (!all)
			return -ENOMEM;
		settings->all = all;
		settings->size = size;
	}

	char *copy = strndup(text.at, text.len);

	if (!copy)
		return -ENOMEM;
	settings->all[settings->count++] = (struct setting){spec, layer, line, false, copy};
	return 0;
}

void settings_put(struct settings *settings, const struct option_spec *spec,
		  enum setting_layer layer, unsigned line, struct fr_str text,
		  struct fr_buf *errors)
{
	if (settings_add(settings, spec, layer, line, text) < 0)
		errors->failed = true;
}

void settings_defaults(struct settings *settings, struct fr_buf *errors)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *spec = &option_specs[i];
		const char *text = spec->arg ? spec->initial : "no";

		if (text && !(spec->traits & OPTION_COMMAND))
			settings_put(settings, spec, SETTING_DEFAULT, 0, fr_str_of(text), errors);
	}
}

/* Of all that was said about one thing: what comes from the topmost layer, and of a single value
 * the last. */
static void decide(struct settings *settings, const struct option_spec *spec)
{
	enum setting_layer top = SETTING_DEFAULT;
	size_t last = 0;

	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->all[i];

		if (setting->spec->offset == spec->offset && setting->layer >= top) {
			top = setting->layer;
			last = i;
		}
	}
	for (size_t i = 0; i < settings->count; i++) {
		struct setting *setting = &settings->all[i];

		if (setting->spec->offset == spec->offset)
			setting->holds = setting->layer == top &&
					 (i == last || option_repeats(spec));
	}
}

/* --dev is short for more. */
static void add_dev(struct settings *settings, struct fr_buf *errors)
{
	const struct option_spec *dev = option_find(FR_STR("dev"));
	const struct setting *setting;

	decide(settings, dev);
	setting = settings_next(settings, dev, NULL);
	if (!setting || strcmp(setting->text, "yes") != 0)
		return;
	settings_put(settings, option_find(FR_STR("web-root")), SETTING_DEV, 0,
		     FR_STR("./frontend"), errors);
	settings_put(settings, option_find(FR_STR("log-level")), SETTING_DEV, 0, FR_STR("debug"),
		     errors);
}

static void add_origin(const struct settings *settings, const struct setting *setting,
		       struct fr_buf *out)
{
	const char *name = setting->spec->name;

	switch (setting->layer) {
	case SETTING_DEFAULT:
		fr_buf_add_str(out, FR_STR("default"));
		break;
	case SETTING_DEV:
		fr_buf_add_str(out, FR_STR("--dev"));
		break;
	case SETTING_FILE:
		fr_buf_printf(out, "%s:%u", settings->file, setting->line);
		break;
	case SETTING_ENVIRONMENT:
		settings_variable(setting->spec, out);
		break;
	case SETTING_COMMAND:
		fr_buf_printf(out, "--%s", name);
		break;
	}
}

static void add_wrong(const struct settings *settings, const struct setting *setting,
		      const char *error, struct fr_buf *errors)
{
	add_origin(settings, setting, errors);
	if (setting->layer == SETTING_FILE)
		fr_buf_printf(errors, ": %s", setting->spec->name);
	fr_buf_printf(errors, ": %s\n", error);
}

void settings_read(struct settings *settings, struct options *options, struct fr_buf *errors)
{
	const struct option_spec *clash;
	char error[OPTION_ERROR];

	add_dev(settings, errors);
	for (size_t i = 0; i < option_count; i++)
		decide(settings, &option_specs[i]);
	*options = (struct options){0};
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->all[i];

		if (!setting->holds || option_read(setting->spec, options, setting->text, error))
			continue;
		add_wrong(settings, setting, error, errors);
	}
	if (errors->len > 0 || errors->failed)
		return;
	clash = options_clash(options, error);
	if (clash)
		add_wrong(settings, settings_next(settings, clash, NULL), error, errors);
}

const struct setting *settings_next(const struct settings *settings, const struct option_spec *spec,
				    const struct setting *after)
{
	for (size_t i = after ? (size_t)(after - settings->all) + 1 : 0; i < settings->count; i++)
		if (settings->all[i].holds && settings->all[i].spec == spec)
			return &settings->all[i];
	return NULL;
}

bool settings_same(const struct settings *a, const struct settings *b,
		   const struct option_spec *spec)
{
	const struct setting *x = settings_next(a, spec, NULL), *y = settings_next(b, spec, NULL);

	while (x && y && strcmp(x->text, y->text) == 0) {
		x = settings_next(a, spec, x);
		y = settings_next(b, spec, y);
	}
	return !x && !y;
}

static void print_option(const struct settings *settings, const struct option_spec *spec,
			 struct fr_buf *out)
{
	const struct setting *setting = settings_next(settings, spec, NULL);

	if (!setting)
		fr_buf_printf(out, "# %s = %s\n", spec->name, spec->arg);
	for (; setting; setting = settings_next(settings, spec, setting)) {
		size_t start = out->len;

		fr_buf_printf(out, "%s = %s ", spec->name, setting->text);
		while (out->len - start < 40 && !out->failed)
			fr_buf_add_char(out, ' ');
		fr_buf_add_str(out, FR_STR("# "));
		add_origin(settings, setting, out);
		fr_buf_add_char(out, '\n');
	}
}

void settings_print(const struct settings *settings, struct fr_buf *out)
{
	for (size_t i = 0; i < option_count; i++)
		if (!(option_specs[i].traits & (OPTION_OUTSIDE | OPTION_COMMAND)))
			print_option(settings, &option_specs[i], out);
}
