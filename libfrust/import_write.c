/* Which way an import goes into a database: copied as it is, or merged. */
#include "import.h"

static int any_record(void *ctx, const struct frust_record *record)
{
	(void)record;
	*(bool *)ctx = false;
	return 1;
}

static int any_user(void *ctx, const struct frust_user *user)
{
	(void)user;
	*(bool *)ctx = false;
	return 1;
}

static int any_hour(void *ctx, const struct frust_hour *hour)
{
	(void)hour;
	*(bool *)ctx = false;
	return 1;
}

static int any_unsaved(void *ctx, const struct frust_unsaved *unsaved)
{
	(void)unsaved;
	*(bool *)ctx = false;
	return 1;
}

static int any_erased(void *ctx, const struct frust__erased *erased)
{
	(void)erased;
	*(bool *)ctx = false;
	return 1;
}

int frust__import_is_empty(struct frust__store *store, bool *empty, struct frust_error *err)
{
	const struct frust__store_ops *ops = store->ops;
	struct frust_filter one = FRUST_FILTER_INIT;
	int status;

	one.limit = 1;
	*empty = true;
	status = ops->records(store, FRUST_CLICK, &one, any_record, empty, err);
	if (!status)
		status = ops->records(store, FRUST_EVENT, &one, any_record, empty, err);
	if (!status)
		status = ops->users(store, any_user, empty, err);
	if (!status)
		status = ops->hours(store, INT64_MIN, INT64_MAX, any_hour, empty, err);
	if (!status)
		status = ops->unsaved(store, INT64_MIN, INT64_MAX, any_unsaved, empty, err);
	if (!status)
		status = ops->erased(store, INT64_MIN, INT64_MAX, any_erased, empty, err);
	return status < 0 ? status : 0;
}

int frust__import_not_empty(struct frust_error *err)
{
	return frust__fail(err, FRUST_EEXIST,
			   "the database holds something already: merging was not asked for");
}

int frust__import_write(struct frust *db, void *ctx, struct frust_error *err)
{
	struct frust__import_job *job = ctx;
	bool empty;
	int status = frust__import_is_empty(db->store, &empty, err);

	if (status)
		return status;
	if (!empty && !job->merge)
		return frust__import_not_empty(err);
	if (!empty || !job->whole || db->ids[0] || db->ids[1]) {
		status = frust__import_merge(db, job, err);
	} else {
		status = frust__rows_copy(job->from, db->store, &job->progress, &job->receipt, err);
		db->ids_known = false; /* they came with the rows */
	}
	return status ? status : frust__progress_end(&job->progress);
}
