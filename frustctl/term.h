/* What there is at the other end of a stream: a terminal, how wide, with colours, and a person. */
#ifndef FRUSTCTL_TERM_H
#define FRUSTCTL_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

bool term_is(FILE *stream);
/* Columns; 80 when the terminal does not say. */
size_t term_width(FILE *stream);
/* A terminal that may get bold and colours: NO_COLOR (https://no-color.org) and TERM=dumb forbid.
 */
bool term_colour(FILE *stream);
/* A terminal that may get more than ASCII. */
bool term_unicode(FILE *stream);

/* Asks on stderr and reads a line of stdin; false: it is not a yes. */
bool term_ask(const char *question);

/* A line on stderr that tells how far a long work is, drawn over itself a few times a second. */
struct term_progress {
	const char *what; /* NULL: tells nothing */
	int64_t drawn_ms;
	bool drawn;
};

/* Tells nothing when stderr is no terminal or quiet is asked for. */
void term_progress_init(struct term_progress *progress, const char *what, bool quiet);
/* total 0: unknown */
void term_progress_show(struct term_progress *progress, int64_t done, int64_t total);
/* Wipes the line. */
void term_progress_fini(struct term_progress *progress);

#endif
