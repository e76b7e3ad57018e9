/* The terminal. */
#include "term.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_MS 100

bool term_is(FILE *stream)
{
	return isatty(fileno(stream));
}

size_t term_width(FILE *stream)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || strcmp(term, "dumb") == 0;
}

bool term_colour(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	return term_is(stream) && !(no_color && *no_color) && !is_dumb();
}

bool term_unicode(FILE *stream)
{
	return term_is(stream) && !is_dumb();
}

bool term_ask(const char *question)
{
	char line[16] = "";
	bool yes;
	int c = '\n';

	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (!fgets(line, sizeof(line), stdin))
		fputc('\n', stderr);
	else if (!strchr(line, '\n'))
		while ((c = getchar()) != EOF && c != '\n')
			;
	line[strcspn(line, "\n")] = '\0';
	yes = strcmp(line, "y") == 0 || strcmp(line, "yes") == 0;
	return yes || strcmp(line, "Y") == 0;
}

/* --- progress --- */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void term_progress_init(struct term_progress *progress, const char *what, bool quiet)
{
	bool tell = !quiet && term_is(stderr) && !is_dumb();

	*progress = (struct term_progress){.what = tell ? what : NULL, .drawn_ms = now_ms()};
}

void term_progress_show(struct term_progress *progress, int64_t done, int64_t total)
{
	int64_t now;

	if (!progress->what)
		return;
	now = now_ms();
	if (now - progress->drawn_ms < REDRAW_MS)
		return;
	progress->drawn_ms = now;
	progress->drawn = true;
	fprintf(stderr, "\r\033[K%s %" PRId64, progress->what, done);
	if (total > 0)
		fprintf(stderr, " of %" PRId64 " (%d %%)", total,
			(int)((double)done * 100 / (double)total));
	fflush(stderr);
}

void term_progress_fini(struct term_progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
