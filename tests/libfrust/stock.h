/* A database with something of everything in it, and its content as text. */
#ifndef TESTS_LIBFRUST_STOCK_H
#define TESTS_LIBFRUST_STOCK_H

#include "base/buf.h"
#include "scratch.h"

#define NOON 1795348800 /* 2026-11-22T12:00:00Z */

/* Fills db, which is made: clicks and events of three hours with odd texts, unsaved events, bans,
 * erased rows, and ids that were deleted. The caller closes. */
struct frust *stock_open(struct scratch *s);
/* A copy of its file, which is closed, in a folder of its own. */
void stock_copy(const struct scratch *from, struct scratch *to);
/* All tables that export carries, in their order; to be freed. */
char *stock_dump(const struct scratch *s);
/* The whole export; the caller frees. */
void stock_export(struct frust *db, enum frust_format format, bool formula_safe,
		  struct fr_buf *out);
/* Feeds the text in pieces of so many bytes and closes; what the first failure or close says. */
int stock_import(struct frust *db, struct fr_str text, size_t piece,
		 const struct frust_import_options *options, struct frust_receipt *receipt,
		 struct frust_error *err);
/* Checks the database: problems, notes in the hundreds; findings' texts a line each in *out (NULL:
 * not wanted). */
int stock_check(struct frust *db, struct fr_buf *out);

/* What a frust_progress_fn was told, and what it answers. */
struct stock_heard {
	int calls, stop;
	int64_t done, total;
};
/* That function; ctx is a struct stock_heard. */
int stock_hear(void *ctx, int64_t done, int64_t total);

#endif
