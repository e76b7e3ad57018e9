/*
 * A backend that passes all on to another one, counts the calls, and fails the one it is told to:
 * the proof that the rules hold over any store and under any of its failures.
 */
#ifndef TESTS_LIBFRUST_STORE_FAULT_H
#define TESTS_LIBFRUST_STORE_FAULT_H

#include "store.h"

enum fault_op {
	FAULT_LOOK,
	FAULT_BEGIN,
	FAULT_COMMIT,
	FAULT_LAST_IDS,
	FAULT_INSERT,
	FAULT_ADD_USER,
	FAULT_ADD_HOUR,
	FAULT_ADD_UNSAVED,
	FAULT_TOUCH,
	FAULT_READ_BEGIN,
	FAULT_RECORDS,
	FAULT_HOURS,
	FAULT_NEWEST_HOUR,
	FAULT_USERS,
	FAULT_OPS
};

struct store_fault {
	struct frust__store store;
	struct frust__store *under;
	unsigned calls[FAULT_OPS];
	unsigned rollbacks;
	enum fault_op op;
	unsigned at; /* fail that op's call number `at`, from 1; 0: none */
	int code;    /* with this */
};

/* Wraps a fresh database; frust_close frees both. */
struct store_fault *store_fault_new(const char *path);
/* Fails the n-th call of op from now on, with code. */
void store_fault_arm(struct store_fault *fault, enum fault_op op, unsigned n, int code);

#endif
