#include "kinds.h"

#include <errno.h>
#include <stdlib.h>

#include "base/attr.h"

const struct kind kinds[] = {
	{"open: EACCES", SHIM_OPEN, EACCES, SHIM_FAIL, 1, false},
	{"open: EMFILE", SHIM_OPEN, EMFILE, SHIM_FAIL, 1, false},
	{"write: EIO", SHIM_WRITE, EIO, SHIM_FAIL, 1, false},
	{"write: ENOSPC", SHIM_WRITE, ENOSPC, SHIM_FAIL, 5, false},
	{"write: EROFS", SHIM_WRITE, EROFS, SHIM_FAIL, 7, false},
	{"write: half, then ENOSPC", SHIM_WRITE, ENOSPC, SHIM_SHORT, 3, false},
	{"fsync: EIO", SHIM_SYNC, EIO, SHIM_FAIL, 1, false},
	{"fsync: ENOSPC", SHIM_SYNC, ENOSPC, SHIM_FAIL, 1, false},
	{"truncate: EIO", SHIM_TRUNCATE, EIO, SHIM_FAIL, 1, false},
	{"read: EIO", SHIM_READ, EIO, SHIM_FAIL, 1, false},
	{"lock: ENOLCK", SHIM_LOCK, ENOLCK, SHIM_FAIL, 3, true},
	{"mmap: ENOMEM", SHIM_MAP, ENOMEM, SHIM_FAIL, 1, false},
	{"stat: EIO", SHIM_STAT, EIO, SHIM_FAIL, 1, false},
	{"unlink: EIO", SHIM_UNLINK, EIO, SHIM_FAIL, 1, false},
	{"malloc", SHIM_MALLOC, ENOMEM, SHIM_FAIL, 23, false},
};
const size_t kind_count = FR_ARRAY_LEN(kinds);

bool kinds_long(void)
{
	return getenv("FRUST_LONG") != NULL;
}

int kinds_step(const struct kind *kind, int scale)
{
	return kinds_long() ? 1 : kind->step * scale;
}
