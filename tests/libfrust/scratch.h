/*
 * A folder for one test, and another process's hands on the databases in it: the only file of the
 * tests that speaks SQL.
 */
#ifndef TESTS_LIBFRUST_SCRATCH_H
#define TESTS_LIBFRUST_SCRATCH_H

#include <stddef.h>

#include <frust/frust.h>

struct scratch {
	char dir[64];
	char db[96]; /* "db.sqlite" in it; not made yet */
};

void scratch_init(struct scratch *scratch);
/* Removes the folder and all in it. */
void scratch_fini(struct scratch *scratch);
/* Makes db a copy of tests/data/reference.sqlite. */
void scratch_reference(struct scratch *scratch);

/* Opens db; fails the test if that fails. The caller closes. */
struct frust *scratch_open(const struct scratch *scratch, enum frust_open_mode mode);

/* Runs SQL on a connection of its own. */
void scratch_exec(const struct scratch *scratch, const char *sql);
/* Runs SQL in a process that ends in the middle of its transaction. */
void scratch_crash(const struct scratch *scratch, const char *sql);
/* The answer: columns joined by '|', rows by '\n'. Valid until the next call. */
const char *scratch_ask(const struct scratch *scratch, const char *sql);
/* A connection that holds the write lock until it is released. */
struct scratch_lock;
struct scratch_lock *scratch_lock(const struct scratch *scratch);
void scratch_unlock(struct scratch_lock *lock);

/* Lets the open database's file grow to so many pages: a disk that is full. */
void scratch_limit(struct frust *db, int pages);

/*
 * Runs fn as a user for whom permissions count (nobody, when the tests run as root) in a process of
 * its own, and returns what it returned, 0 to 255.
 */
int scratch_as_nobody(int (*fn)(const struct scratch *scratch), const struct scratch *scratch);

/* Records for tests; the texts are C strings, NULL for absent. */
struct frust_str text_of(const char *text);
struct frust_record click_of(const char *user, const char *comment, int64_t timestamp);
struct frust_record event_of(const char *user, const char *name, int64_t timestamp);

#endif
