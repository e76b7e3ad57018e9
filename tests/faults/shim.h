/*
 * Calls to the system that fail on demand, and a clock that can be set. Loaded before a program
 * (LD_PRELOAD=libfrust_faults.so) it is told what to do through the file that FRUST_FAULTS names;
 * linked into a test, through shim_use. Both see SQLite's and libuv's calls, not only ours.
 *
 * Numbers in the struct are the order in which helpers/faults.mjs writes them.
 */
#ifndef TESTS_FAULTS_SHIM_H
#define TESTS_FAULTS_SHIM_H

#include <stdatomic.h>
#include <stdint.h>

enum shim_kind {
	SHIM_NONE,
	SHIM_OPEN,     /* open, openat of a path below `under` */
	SHIM_WRITE,    /* pwrite: into the database's files and nowhere else */
	SHIM_SYNC,     /* fsync, fdatasync */
	SHIM_TRUNCATE, /* ftruncate, fallocate */
	SHIM_READ,     /* pread */
	SHIM_LOCK,     /* fcntl's locks; letting go never fails */
	SHIM_MAP,      /* mmap of a file */
	SHIM_STAT,     /* stat of a path below `under` */
	SHIM_UNLINK,   /* unlink of a path below `under` */
	SHIM_MALLOC,   /* malloc, calloc, realloc, posix_memalign */
	SHIM_KINDS
};

enum shim_how {
	SHIM_FAIL,
	SHIM_SHORT, /* the first write takes half of its bytes, those after it fail */
	SHIM_DIE,   /* SIGKILL instead of the call */
	SHIM_SLOW,  /* it takes its time, counts as failed when it begins, and does not fail */
};

struct shim {
	_Atomic int64_t kind;   /* which calls fail; written last */
	_Atomic int64_t before; /* of them: so many succeed first */
	_Atomic int64_t times;  /* and so many fail then */
	_Atomic int64_t error;  /* with this errno */
	_Atomic int64_t how;
	_Atomic int64_t failed; /* how many have failed */
	_Atomic int64_t clock;  /* ms added to CLOCK_REALTIME */
	_Atomic int64_t lazy;   /* not 0: fsync does nothing; for processes that are only killed */
	char under[200];        /* a folder, ends with its slash; empty: any path */
};

/* NULL: nothing fails. The struct stays the caller's. */
void shim_use(struct shim *shim);
/* Lets the calls of that kind fail: after so many, so many times. */
void shim_arm(struct shim *shim, enum shim_kind kind, int64_t before, int64_t times, int error,
	      enum shim_how how);
void shim_disarm(struct shim *shim);

#endif
