/* Findings: what check tells and repair did, in words. */
#ifndef FRUST_FINDING_H
#define FRUST_FINDING_H

#include "internal.h"

struct frust__findings {
	frust_finding_fn fn; /* NULL: nobody hears */
	void *ctx;
	int64_t problems, notes;
};

/* Gives a finding whose text is made from the format; returns what fn does. */
int frust__find(struct frust__findings *findings, struct frust_finding finding, const char *format,
		...) FR_PRINTF(3, 4) FR_MUST_CHECK;

#define FRUST__TIME_TEXT 80
/* "2026-11-22 18:00 UTC", or the number where there is no such date. */
const char *frust__time_text(int64_t t, char out[FRUST__TIME_TEXT]);
/* The name for a sentence: short, and whatever it holds on one line. */
#define FRUST__NAME_TEXT 128
const char *frust__name_text(struct frust_str name, char out[FRUST__NAME_TEXT]);

#endif
