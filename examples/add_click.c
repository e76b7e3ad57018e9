/*
 * add_click FILE USER [COMMENT [STYLE]]: stores a click and prints it as JSON.
 *
 * Shows the rules for what people send (frust_record_clean), then one transaction (frust_apply):
 * when it returns 0 the click is on the disk. A frustd that runs on the same file notices it.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <frust/frust.h>

static struct frust_str view(const char *text)
{
	struct frust_str str = {text, text ? strlen(text) : 0};

	return str;
}

static int store(const char *path, struct frust_record *click, struct frust_error *err)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db;
	int r;

	options.mode = FRUST_CREATE;
	r = frust_open(path, &options, &db, err);
	if (r < 0)
		return r;
	r = frust_apply(db, click, 1, err);
	frust_close(db);
	return r;
}

int main(int argc, char **argv)
{
	struct frust_record click = {.kind = FRUST_CLICK};
	struct frust_error err;
	char json[2048];
	int r;

	if (argc < 3 || argc > 5) {
		fprintf(stderr, "usage: add_click FILE USER [COMMENT [STYLE]]\n");
		return 2;
	}
	click.user = view(argv[2]);
	click.comment = view(argc > 3 ? argv[3] : NULL);
	click.style = view(argc > 4 ? argv[4] : NULL);
	click.timestamp = (int64_t)time(NULL);

	r = frust_record_clean(&click, NULL);
	if (r != 0) {
		fprintf(stderr, "add_click: %s\n",
			r > 0 ? frust_refusal_text(r) : frust_strerror(r));
		return 1;
	}
	if (store(argv[1], &click, &err) < 0) {
		fprintf(stderr, "add_click: %s\n", err.text);
		return 1;
	}
	/* After cleaning by the default limits the JSON is shorter than the buffer, escapes and
	 * all. */
	frust_record_json(json, sizeof(json), &click);
	puts(json);
	return 0;
}
