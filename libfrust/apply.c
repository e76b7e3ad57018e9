/* A batch of records in one transaction: rows, ids, users, hours, unsaved events. */
#include "internal.h"

#include "store.h"

struct batch {
	struct frust_record *records;
	size_t n;
};

static bool all_whole(const struct frust_record *records, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!frust__record_whole(&records[i]))
			return false;
	return true;
}

static int insert(struct frust *db, const struct batch *batch, struct frust_error *err)
{
	for (size_t i = 0; i < batch->n; i++) {
		struct frust_record *r = &batch->records[i];
		int64_t *last = &db->ids[r->kind - 1];
		int status;

		if (r->kind == FRUST_EVENT && frust_event_unsaved(r->name))
			continue;
		if (*last == INT64_MAX)
			return frust__fail(err, FRUST_ESTORE, "the ids are used up");
		r->id = ++*last;
		status = db->store->ops->insert(db->store, r, err);
		if (status)
			return status;
	}
	return 0;
}

static int add_users(struct frust *db, struct frust_error *err)
{
	for (size_t i = 0; i < db->tally.user_count; i++) {
		const struct frust__user_sum *user = &db->tally.users[i];
		int status = db->store->ops->add_user(db->store, user->name, user->clicks,
						      user->events, err);

		if (status)
			return status;
	}
	return 0;
}

static int add_unsaved(struct frust *db, const struct frust__hour_sum *sum, struct frust_error *err)
{
	for (int i = 0; i < FRUST__UNSAVED; i++) {
		int status = 0;

		if (sum->unsaved[i])
			status = db->store->ops->add_unsaved(
				db->store, sum->hour, frust__unsaved_name(i), sum->unsaved[i], err);
		if (status)
			return status;
	}
	return 0;
}

static int add_hours(struct frust *db, struct frust_error *err)
{
	for (size_t i = 0; i < db->tally.hour_count; i++) {
		const struct frust__hour_sum *sum = &db->tally.hours[i];
		int status = db->store->ops->add_hour(db->store, sum->hour, sum->clicks,
						      sum->events, err);

		if (!status)
			status = add_unsaved(db, sum, err);
		if (status)
			return status;
	}
	return 0;
}

static int write_batch(struct frust *db, void *ctx, struct frust_error *err)
{
	int status = insert(db, ctx, err);

	if (!status)
		status = add_users(db, err);
	return status ? status : add_hours(db, err);
}

int frust_apply(struct frust *db, struct frust_record *records, size_t n, struct frust_error *err)
{
	struct batch batch = {records, n};
	int status;

	if (!db || (n && !records))
		return frust__fail(err, FRUST_EINVAL, "no database or no records");
	for (size_t i = 0; i < n; i++)
		records[i].id = 0;
	if (!n)
		return 0;
	if (!all_whole(records, n))
		return frust__fail(err, FRUST_EINVAL, "a record without kind, user or name");
	if (frust__tally_count(&db->tally, records, n, false))
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	status = frust__write(db, write_batch, &batch, err);
	for (size_t i = 0; status && i < n; i++)
		records[i].id = 0;
	return status;
}

static int touch(struct frust *db, void *ctx, struct frust_error *err)
{
	(void)ctx;
	return db->store->ops->touch(db->store, err);
}

int frust_probe(struct frust *db, struct frust_error *err)
{
	if (!db)
		return frust__fail(err, FRUST_EINVAL, "no database");
	return frust__write(db, touch, NULL, err);
}
