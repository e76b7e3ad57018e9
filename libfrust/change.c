#include "change.h"

#include "store.h"

#define ROWS_A_CALL 8192 /* between two calls of a progress function */

int frust__change_begin(struct frust *db, const struct frust_change *theirs,
			struct frust_change *change, struct frust_receipt *receipt,
			struct frust_error *err)
{
	*change = (struct frust_change)FRUST_CHANGE_INIT;
	if (receipt)
		*receipt = (struct frust_receipt){0};
	if (!db)
		return frust__fail(err, FRUST_EINVAL, "no database");
	if (theirs && !frust__options_copy(change, sizeof(*change), theirs))
		return frust__fail(err, FRUST_EINVAL, "not the options of a change");
	return 0;
}

int frust__change_end(int status, const struct frust_receipt *ours, struct frust_receipt *theirs)
{
	if (!status && theirs)
		*theirs = *ours;
	return status;
}

int frust__progress_step(struct frust__progress *progress)
{
	if (++progress->done % ROWS_A_CALL || !progress->fn)
		return 0;
	return progress->fn(progress->ctx, progress->done, progress->total);
}

int frust__progress_end(struct frust__progress *progress)
{
	if (!progress->fn)
		return 0;
	return progress->fn(progress->ctx, progress->done, progress->done);
}
