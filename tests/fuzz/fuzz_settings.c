/* frustd's configuration file: what is taken can be printed, and read again as the same. */
#include "settings.h"

#include "fuzz/fuzz.h"

static bool take(struct settings *settings, struct fr_str text, struct fr_buf *errors)
{
	struct options options;

	settings_defaults(settings, errors);
	settings->file = "file";
	settings_file_text(settings, text, errors);
	settings_read(settings, &options, errors);
	FUZZ_CHECK(fr_buf_error(errors) == 0);
	FUZZ_CHECK(errors->len == 0 || errors->at[errors->len - 1] == '\n');
	return errors->len == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = {0}, again = {0};
	struct fr_buf errors = FR_BUF_INIT, printed = FR_BUF_INIT;

	if (take(&settings, fuzz_input(data, size), &errors)) {
		settings_print(&settings, &printed);
		FUZZ_CHECK(fr_buf_error(&printed) == 0);
		FUZZ_CHECK(take(&again, fr_buf_str(&printed), &errors));
		for (size_t i = 0; i < option_count; i++)
			FUZZ_CHECK(settings_same(&settings, &again, &option_specs[i]));
	}
	settings_fini(&settings);
	settings_fini(&again);
	fr_buf_fini(&errors);
	fr_buf_fini(&printed);
	return 0;
}
