/* frustctl's moments: what is read from a text is told so that it is read as the same. */
#include "when.h"

#include "fuzz/fuzz.h"

#define NOW 1795373425

static void check_told(int64_t t)
{
	char text[WHEN_SIZE];
	int64_t again = 0;

	memset(text, '!', sizeof(text));
	when_text(NULL, t, text);
	FUZZ_CHECK(memchr(text, '\0', sizeof(text)) != NULL);
	if (strlen(text) == sizeof("2026-11-22T18:20:34Z") - 1 && text[4] == '-' && text[0] != '-')
		FUZZ_CHECK(when_read(text, NULL, NOW, &again) && again == t);
	when_day_text(NULL, t, text);
	when_weekday_text(NULL, t, text);
	when_hour_text(NULL, t, text);
	FUZZ_CHECK(memchr(text, '\0', sizeof(text)) != NULL);
	FUZZ_CHECK(when_hour(NULL, t) >= 0 && when_hour(NULL, t) < 24);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup(data ? (const char *)data : "", size);
	int64_t t = 0;

	FUZZ_CHECK(text != NULL);
	if (when_read(text, NULL, NOW, &t))
		check_told(t);
	if (size == sizeof(t)) {
		memcpy(&t, data, sizeof(t));
		check_told(t);
	}
	free(text);
	return 0;
}
