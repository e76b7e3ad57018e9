#include "config.h"

/* The name of the file to read, or NULL. */
static const char *file_name(const struct settings *settings)
{
	const struct option_spec *spec = option_find(FR_STR("config"));
	const struct setting *best = NULL;

	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->all[i];

		if (setting->spec == spec && (!best || setting->layer >= best->layer))
			best = setting;
	}
	return best ? best->text : NULL;
}

static bool asks_for_help(const struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		struct fr_str name = fr_str_of(settings->all[i].spec->name);

		if (fr_str_eq(name, FR_STR("help")) || fr_str_eq(name, FR_STR("version")))
			return true;
	}
	return false;
}

/* Whether the default is what holds of the places to listen at. */
static bool says_nowhere(const struct settings *settings)
{
	const struct setting *listen = settings_next(settings, option_find(FR_STR("listen")), NULL);

	return listen && listen->layer == SETTING_DEFAULT;
}

static bool load(const struct config *config, struct settings *settings, struct options *options,
		 struct fr_buf *errors)
{
	const char *name;

	settings_defaults(settings, errors);
	settings_command_line(settings, config->argc, config->argv, errors);
	if (!asks_for_help(settings)) {
		settings_environment(settings, config->env, errors);
		name = file_name(settings);
		if (name)
			settings_file(settings, name, errors);
	}
	settings_read(settings, options, errors);
	options->listen_default = says_nowhere(settings);
	return errors->len == 0 && fr_buf_error(errors) == 0;
}

bool config_load(struct config *config, int argc, char *const *argv, char *const *env,
		 struct fr_buf *errors)
{
	*config = (struct config){.argc = argc, .argv = argv, .env = env};
	return load(config, &config->settings, &config->options, errors);
}

void config_fini(struct config *config)
{
	settings_fini(&config->settings);
}

/* Reads what may change into options, and names what differs but may not. */
static bool take(const struct config *config, const struct settings *settings,
		 struct options *options, struct fr_buf *said)
{
	char error[OPTION_ERROR];

	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->all[i];

		if (setting->holds && setting->spec->traits & OPTION_RELOAD &&
		    !option_read(setting->spec, options, setting->text, error))
			return false;
	}
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *spec = &option_specs[i];

		if (!(spec->traits & OPTION_RELOAD) &&
		    !settings_same(&config->settings, settings, spec))
			fr_buf_printf(said, "%s%s", said->len ? ", " : "", spec->name);
	}
	return fr_buf_error(said) == 0;
}

bool config_reload(struct config *config, struct fr_buf *said)
{
	struct settings settings = {0};
	struct options scratch, options = config->options;
	bool fine = load(config, &settings, &scratch, said) &&
		    take(config, &settings, &options, said);

	if (fine)
		config->options = options;
	settings_fini(&settings);
	return fine;
}

void config_tell(const struct fr_buf *errors, const struct fr_log *log)
{
	struct fr_str rest = fr_buf_str(errors);

	while (rest.len > 0) {
		size_t end = fr_str_find(rest, '\n');

		fr_log(log, FR_LOG_ERROR, "%.*s", (int)end, rest.at);
		rest = fr_str_skip(rest, end + 1);
	}
	if (fr_buf_error(errors) < 0)
		fr_log(log, FR_LOG_ERROR, "out of memory");
}
