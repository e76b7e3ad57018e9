/* Rows taken out as if they had never been: what they counted goes with them. */
#include "change.h"
#include "store.h"

struct deletion {
	enum frust_kind kind;
	const struct frust_filter *filter;
	struct frust *db;
	struct frust__chunk chunk;
	struct frust__shift hours;
	struct frust_receipt receipt;
	struct frust_error *err;
};

/* Takes what the chunk's rows count from their users. */
static int take_users(struct deletion *d)
{
	const struct frust__tally *tally = &d->db->tally;
	int status = 0;

	frust__chunk_seal(&d->chunk);
	status = frust__tally_count(&d->db->tally, d->chunk.records, d->chunk.count, true);
	for (size_t i = 0; !status && i < tally->user_count; i++) {
		const struct frust__user_sum *user = &tally->users[i];
		bool gone = false;

		status = d->db->store->ops->take_user(d->db->store, user->name, user->clicks,
						      user->events, &gone, d->err);
		d->receipt.users += gone;
	}
	frust__chunk_clear(&d->chunk);
	return status;
}

static int on_row(void *ctx, const struct frust_record *row)
{
	struct deletion *d = ctx;
	struct frust_record named = {.kind = row->kind, .user = row->user};
	int status = frust__shift_add(&d->hours, frust_hour_start(row->timestamp),
				      -(row->kind == FRUST_CLICK), -(row->kind == FRUST_EVENT));

	/* no more than the user's name is needed of it */
	if (!status)
		status = frust__chunk_add(&d->chunk, &named);
	if (!status && d->chunk.count == FRUST__CHUNK_ROWS)
		status = take_users(d);
	return status;
}

static int write_deletion(struct frust *db, void *ctx, struct frust_error *err)
{
	struct deletion *d = ctx;
	const struct frust__store_ops *ops = db->store->ops;
	int64_t n = 0, made = 0;
	int status = ops->records(db->store, d->kind, d->filter, on_row, d, err);

	if (!status)
		status = take_users(d);
	if (status == FRUST_ENOMEM)
		status = frust__fail(err, status, "out of memory");
	if (!status)
		status = ops->drop_rows(db->store, d->kind, d->filter, &n, err);
	if (!status)
		status = frust__shift_write(&d->hours, db->store, &d->receipt.hours, &made, err);
	if (d->kind == FRUST_CLICK)
		d->receipt.clicks = n;
	else
		d->receipt.events = n;
	return status ? status : ops->raise_ids(db->store, db->ids, err);
}

/* Which rows, and nothing about how many of them or in which order. */
static bool is_deletable(const struct frust_filter *filter)
{
	return filter->limit < 0 && !filter->newest_first && !filter->newest_only &&
	       !filter->by_time;
}

int frust_records_delete(struct frust *db, enum frust_kind kind, const struct frust_filter *filter,
			 const struct frust_change *change, struct frust_receipt *receipt,
			 struct frust_error *err)
{
	struct frust_filter which = FRUST_FILTER_INIT;
	struct deletion d = {.kind = kind, .filter = &which, .db = db, .err = err};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && (!filter || !frust__options_copy(&which, sizeof(which), filter) ||
			!is_deletable(&which) || (kind != FRUST_CLICK && kind != FRUST_EVENT)))
		status = frust__fail(err, FRUST_EINVAL, "not a filter to delete by");
	if (!status)
		status = frust__change_write(db, &of, write_deletion, &d, err);
	frust__chunk_fini(&d.chunk);
	frust__shift_fini(&d.hours);
	return frust__change_end(status, &d.receipt, receipt);
}
