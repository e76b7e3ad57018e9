/* The care of the database as a whole: schema, size, copies. */
#include <sys/stat.h>

#include "rows.h"

static int64_t schema_of(const struct frust_info *info)
{
	return (int64_t)info->schema * 100 + info->additions;
}

int frust_migrate(const char *path, const struct frust_change *change,
		  struct frust_receipt *receipt, struct frust_error *err)
{
	struct frust_change of = FRUST_CHANGE_INIT;
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust_info info = {0};
	struct frust *db = NULL;
	struct frust_receipt ours = {0};
	int status;

	if (receipt)
		*receipt = (struct frust_receipt){0};
	if (change && !frust__options_copy(&of, sizeof(of), change))
		return frust__fail(err, FRUST_EINVAL, "not the options of a change");
	status = frust_open(path, &options, &db, err);
	if (!status)
		status = frust_info(db, &info, err);
	frust_close(db);
	ours.schema_before = schema_of(&info);
	ours.schema_after = FRUST__SCHEMA_VERSION * 100 + FRUST__SCHEMA_ADDITIONS;
	if (status || of.dry_run)
		return frust__change_end(status, &ours, receipt);
	options.mode = FRUST_WRITE;
	status = frust_open(path, &options, &db, err);
	if (!status)
		status = frust_info(db, &info, err);
	frust_close(db);
	ours.schema_after = schema_of(&info);
	return frust__change_end(status, &ours, receipt);
}

int frust_vacuum(struct frust *db, const struct frust_change *change, struct frust_receipt *receipt,
		 struct frust_error *err)
{
	struct frust_receipt ours = {0};
	struct frust_info info = {0};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && db->reading)
		status = frust__fail(err, FRUST_EINVAL, "a snapshot is open for reading");
	if (!status)
		status = db->store->ops->info(db->store, &info, err);
	ours.bytes_before = info.bytes;
	ours.bytes_after = info.bytes - info.free_bytes;
	if (!status && !of.dry_run) {
		status = db->store->ops->vacuum(db->store, err);
		if (!status)
			status = db->store->ops->info(db->store, &info, err);
		ours.bytes_after = info.bytes;
	}
	return frust__change_end(status, &ours, receipt);
}

/* --- copies --- */

int frust_backup(struct frust *db, const char *to, bool replace, const struct frust_change *change,
		 struct frust_receipt *receipt, struct frust_error *err)
{
	struct frust_receipt ours = {0};
	struct frust_info info = {0};
	struct frust_change of;
	struct stat st;
	bool own;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && (!to || !*to))
		status = frust__fail(err, FRUST_EINVAL, "no file for the backup");
	if (status)
		return status;
	own = !db->reading;
	status = own ? frust_read_begin(db, err) : 0;
	if (!status)
		status = db->store->ops->info(db->store, &info, err);
	if (!status)
		status = db->store->ops->backup(db->store, to, replace, &of, err);
	if (own)
		frust_read_end(db);
	ours.clicks = info.clicks;
	ours.events = info.events;
	if (!status && !of.dry_run && stat(to, &st) == 0)
		ours.bytes_after = st.st_size;
	return frust__change_end(status, &ours, receipt);
}

struct restore {
	struct frust *from;
	struct frust__progress progress;
	struct frust_receipt receipt;
};

static int write_restore(struct frust *db, void *ctx, struct frust_error *err)
{
	struct restore *restore = ctx;
	int status = db->store->ops->clear(db->store, err);

	if (!status)
		status = frust__rows_copy(restore->from->store, db->store, &restore->progress,
					  &restore->receipt, err);
	if (!status)
		status = db->store->ops->raise_ids(db->store, db->ids, err);
	/* what the backup has given beyond that is learned at the next write */
	db->ids_known = false;
	return status ? status : frust__progress_end(&restore->progress);
}

static int on_damage(void *ctx, enum frust_severity severity, const char *text)
{
	(void)severity;
	return frust__fail(ctx, FRUST_ECORRUPT, "the backup is damaged: %s", text);
}

static int check_backup(struct frust *from, struct frust_error *err)
{
	struct frust_error damage = {0};
	int status = from->store->ops->scan(from->store, on_damage, &damage, err);

	if (damage.code && err)
		*err = damage;
	return status;
}

int frust_restore(struct frust *db, const char *from, const struct frust_change *change,
		  struct frust_receipt *receipt, struct frust_error *err)
{
	struct restore restore = {0};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	restore.progress.fn = of.progress;
	restore.progress.ctx = of.progress_ctx;
	if (!status)
		status = frust_open(from, NULL, &restore.from, err);
	if (!status)
		status = frust_read_begin(restore.from, err);
	if (!status)
		status = check_backup(restore.from, err);
	if (!status)
		status = frust__rows_total(restore.from->store, &restore.progress.total, err);
	if (!status)
		status = frust__change_write(db, &of, write_restore, &restore, err);
	frust_close(restore.from);
	return frust__change_end(status, &restore.receipt, receipt);
}
