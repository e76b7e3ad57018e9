/*
 * How every command that changes something goes about it: the change is tried and taken back, what
 * it would do is told, the person is asked (or --yes was given), and then it is done and told.
 */
#ifndef FRUSTCTL_CHANGE_H
#define FRUSTCTL_CHANGE_H

#include "cmd.h"
#include "term.h"

/* Which numbers of a receipt a command has. */
enum {
	CHANGE_CLICKS = 1 << 0,
	CHANGE_EVENTS = 1 << 1,
	CHANGE_CLICKS_KNOWN = 1 << 2,
	CHANGE_EVENTS_KNOWN = 1 << 3,
	CHANGE_USERS = 1 << 4,
	CHANGE_HOURS = 1 << 5,
	CHANGE_UNSAVED = 1 << 6,
	CHANGE_BANS = 1 << 7,
	CHANGE_BYTES = 1 << 8, /* before and after */
	CHANGE_BYTES_AFTER = 1 << 9,
	CHANGE_SCHEMA = 1 << 10, /* before and after */
};

struct change {
	const char *verb, *past; /* "erase user", "erased user" */
	const char *whom;        /* "Anna", shown with escapes; NULL: nobody */
	unsigned numbers;        /* CHANGE_… bits */
	bool no_db;              /* make opens what it needs, or main has */
	bool harmless;           /* takes nothing from anybody: does not ask */
	bool receipt_in_words;   /* the output is something else: the receipt goes to stderr */
	/* Makes the change, or with how->dry_run pretends to; 0, FRUST_E… or an enum ctl_exit. */
	int (*make)(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		    void *ctx);
	void *ctx;
};

/*
 * Opens the database, tries, tells, asks, makes and prints the receipt: what a command returns. A
 * dry run does not even add tables of ours to a database that has none.
 */
int change_run(struct ctl *ctl, const struct change *change);
/* A frust_progress_fn whose ctx is a struct term_progress; stops what an interrupt waits for. */
int change_progress(void *ctx, int64_t done, int64_t total);

#endif
