/* Opening a database, and the frame of each write to it. Which backend: here; how: store.h. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "store.h"

int frust__open(struct frust__store *store, struct frust **out, struct frust_error *err)
{
	struct frust *db = calloc(1, sizeof(*db));
	int status;

	*out = NULL;
	if (!db) {
		store->ops->close(store);
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	}
	db->store = store;
	status = frust__tally_init(&db->tally);
	if (status) {
		frust_close(db);
		return frust__fail(err, status, "no random bytes from the system");
	}
	*out = db;
	return 0;
}

int frust_open(const char *path, const struct frust_options *options, struct frust **db,
	       struct frust_error *err)
{
	struct frust_options of = FRUST_OPTIONS_INIT;
	struct frust__store *store;
	int status;

	if (!db)
		return frust__fail(err, FRUST_EINVAL, "no place for the database");
	*db = NULL;
	if (!path || (options && !frust__options_copy(&of, sizeof(of), options)) ||
	    of.mode < FRUST_READ || of.mode > FRUST_CREATE)
		return frust__fail(err, FRUST_EINVAL, "bad path or options");
	if (strncmp(path, "sqlite:", 7) == 0)
		path += 7;
	if (!*path)
		return frust__fail(err, FRUST_EINVAL, "the database's path is empty");
	status = frust__sqlite_open(path, &of, &store, err);
	return status ? status : frust__open(store, db, err);
}

void frust_close(struct frust *db)
{
	if (!db)
		return;
	frust_read_end(db);
	db->store->ops->close(db->store);
	frust__tally_fini(&db->tally);
	free(db);
}

void frust__hurry(struct frust *db)
{
	db->store->ops->hurry(db->store);
}

int frust__look(struct frust *db, struct frust_error *err)
{
	bool foreign = false;
	int status = db->store->ops->look(db->store, &foreign, err);

	if (foreign) {
		db->foreign = true;
		db->ids_known = false;
	}
	return status;
}

/* An id once given stays taken while we run, even if somebody deletes the newest rows. */
static int learn_ids(struct frust *db, struct frust_error *err)
{
	int64_t ids[2] = {0, 0};
	int status;

	if (db->ids_known)
		return 0;
	status = db->store->ops->last_ids(db->store, ids, err);
	if (status)
		return status;
	for (int i = 0; i < 2; i++) {
		if (ids[i] > db->ids[i])
			db->ids[i] = ids[i];
	}
	db->ids_known = true;
	return 0;
}

static int transact(struct frust *db, bool dry,
		    int (*write)(struct frust *db, void *ctx, struct frust_error *err), void *ctx,
		    struct frust_error *err)
{
	const struct frust__store_ops *ops = db->store->ops;
	int64_t ids[2];
	int status;

	if (db->reading)
		return frust__fail(err, FRUST_EINVAL, "a snapshot is open for reading");
	memcpy(ids, db->ids, sizeof(ids));
	status = ops->begin(db->store, err);
	if (status)
		return status;
	status = frust__look(db, err);
	if (!status)
		status = learn_ids(db, err);
	if (!status) {
		memcpy(ids, db->ids, sizeof(ids));
		status = write(db, ctx, err);
	}
	if (!status && !dry)
		status = ops->commit(db->store, err);
	if (status || dry) {
		ops->rollback(db->store);
		memcpy(db->ids, ids, sizeof(ids));
	}
	return status;
}

int frust__write(struct frust *db,
		 int (*write)(struct frust *db, void *ctx, struct frust_error *err), void *ctx,
		 struct frust_error *err)
{
	return transact(db, false, write, ctx, err);
}

int frust__change_write(struct frust *db, const struct frust_change *change,
			int (*write)(struct frust *db, void *ctx, struct frust_error *err),
			void *ctx, struct frust_error *err)
{
	return transact(db, change->dry_run, write, ctx, err);
}

int frust_read_begin(struct frust *db, struct frust_error *err)
{
	int status;

	if (!db || db->reading)
		return frust__fail(err, FRUST_EINVAL, "no database, or a snapshot is open already");
	status = db->store->ops->read_begin(db->store, err);
	db->reading = !status;
	return status;
}

void frust_read_end(struct frust *db)
{
	if (!db || !db->reading)
		return;
	db->store->ops->read_end(db->store);
	db->reading = false;
}
