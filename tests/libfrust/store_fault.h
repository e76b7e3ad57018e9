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
	FAULT_TAKE_USER,
	FAULT_ADD_ERASED,
	FAULT_SET_USER,
	FAULT_SET_HOUR,
	FAULT_DROP_USER,
	FAULT_DROP_HOUR,
	FAULT_NAME_USER,
	FAULT_MOVE_ROWS,
	FAULT_DROP_ROWS,
	FAULT_RAISE_IDS,
	FAULT_ADD_BAN,
	FAULT_DROP_BAN,
	FAULT_ADD_ANNOUNCEMENT,
	FAULT_DROP_ANNOUNCEMENTS,
	FAULT_CLEAR,
	FAULT_VACUUM,
	FAULT_BACKUP,
	FAULT_READ_BEGIN,
	FAULT_RECORDS,
	FAULT_HOURS,
	FAULT_NEWEST_HOUR,
	FAULT_USERS,
	FAULT_USER,
	FAULT_SEEN,
	FAULT_COUNT,
	FAULT_COMMENTS,
	FAULT_UNSAVED,
	FAULT_ERASED,
	FAULT_BANS,
	FAULT_ANNOUNCEMENTS,
	FAULT_INFO,
	FAULT_AUDIT_USERS,
	FAULT_AUDIT_HOURS,
	FAULT_ODD_TIMES,
	FAULT_SCAN,
	FAULT_SCHEMA,
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
