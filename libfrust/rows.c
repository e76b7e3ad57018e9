#include "rows.h"

/* --- giving --- */

struct walk {
	frust__row_fn fn;
	void *ctx;
};

static int give_record(void *ctx, const struct frust_record *record)
{
	const struct walk *walk = ctx;
	struct frust__row row = {record->kind == FRUST_CLICK ? FRUST__ROW_CLICK : FRUST__ROW_EVENT,
				 {.record = *record}};

	return walk->fn(walk->ctx, &row);
}

static int give_user(void *ctx, const struct frust_user *user)
{
	const struct walk *walk = ctx;
	struct frust__row row = {FRUST__ROW_USER, {.user = *user}};

	return walk->fn(walk->ctx, &row);
}

static int give_hour(void *ctx, const struct frust_hour *hour)
{
	const struct walk *walk = ctx;
	struct frust__row row = {FRUST__ROW_HOUR, {.hour = *hour}};

	return walk->fn(walk->ctx, &row);
}

static int give_unsaved(void *ctx, const struct frust_unsaved *unsaved)
{
	const struct walk *walk = ctx;
	struct frust__row row = {FRUST__ROW_UNSAVED, {.unsaved = *unsaved}};

	return walk->fn(walk->ctx, &row);
}

static int give_erased(void *ctx, const struct frust__erased *erased)
{
	const struct walk *walk = ctx;
	struct frust__row row = {FRUST__ROW_ERASED, {.erased = *erased}};

	return walk->fn(walk->ctx, &row);
}

static int give_ban(void *ctx, const struct frust_ban *ban)
{
	const struct walk *walk = ctx;
	struct frust__row row = {ban->glob ? FRUST__ROW_GLOB : FRUST__ROW_BAN, {.ban = *ban}};

	return walk->fn(walk->ctx, &row);
}

static int give_ids(struct frust__store *store, const struct walk *walk, struct frust_error *err)
{
	struct frust__row row = {.kind = FRUST__ROW_IDS};
	int64_t ids[2];
	int status = store->ops->last_ids(store, ids, err);

	if (status)
		return status;
	row.as.sums.clicks = ids[0];
	row.as.sums.events = ids[1];
	return walk->fn(walk->ctx, &row);
}

int frust__rows(struct frust__store *store, frust__row_fn fn, void *ctx, struct frust_error *err)
{
	const struct frust__store_ops *ops = store->ops;
	struct frust_filter all = FRUST_FILTER_INIT;
	struct walk walk = {fn, ctx};
	int status = ops->records(store, FRUST_CLICK, &all, give_record, &walk, err);

	if (!status)
		status = ops->records(store, FRUST_EVENT, &all, give_record, &walk, err);
	if (!status)
		status = ops->users(store, give_user, &walk, err);
	if (!status)
		status = ops->hours(store, INT64_MIN, INT64_MAX, give_hour, &walk, err);
	if (!status)
		status = ops->unsaved(store, INT64_MIN, INT64_MAX, give_unsaved, &walk, err);
	if (!status)
		status = ops->erased(store, INT64_MIN, INT64_MAX, give_erased, &walk, err);
	if (!status)
		status = ops->bans(store, give_ban, &walk, err);
	return status ? status : give_ids(store, &walk, err);
}

int frust__rows_total(struct frust__store *store, int64_t *total, struct frust_error *err)
{
	struct frust_info info = {0};
	int status = store->ops->info(store, &info, err);

	*total = info.clicks + info.events + info.users + info.hours;
	return status;
}

/* --- putting --- */

int frust__rows_put(struct frust__store *store, const struct frust__row *row,
		    struct frust_error *err)
{
	const struct frust__store_ops *ops = store->ops;
	const struct frust_user *user = &row->as.user;
	const int64_t ids[2] = {row->as.sums.clicks, row->as.sums.events};
	int64_t n;

	switch (row->kind) {
	case FRUST__ROW_CLICK:
	case FRUST__ROW_EVENT:
		return ops->insert(store, &row->as.record, err);
	case FRUST__ROW_USER:
		return ops->add_user(store, user->name, user->clicks, user->events, err);
	case FRUST__ROW_HOUR:
		return ops->set_hour(store, &row->as.hour, err);
	case FRUST__ROW_UNSAVED:
		return ops->add_unsaved(store, row->as.unsaved.hour, row->as.unsaved.name,
					row->as.unsaved.count, err);
	case FRUST__ROW_ERASED:
		return ops->add_erased(store, &row->as.erased, err);
	case FRUST__ROW_BAN:
	case FRUST__ROW_GLOB:
		return ops->add_ban(store, &row->as.ban, &n, err);
	case FRUST__ROW_IDS:
		return ops->raise_ids(store, ids, err);
	default:
		return 0;
	}
}

void frust__rows_count(const struct frust__row *row, struct frust_receipt *receipt)
{
	receipt->clicks += row->kind == FRUST__ROW_CLICK;
	receipt->events += row->kind == FRUST__ROW_EVENT;
	receipt->users += row->kind == FRUST__ROW_USER;
	receipt->hours += row->kind == FRUST__ROW_HOUR;
	receipt->bans += row->kind == FRUST__ROW_BAN || row->kind == FRUST__ROW_GLOB;
	if (row->kind == FRUST__ROW_UNSAVED)
		receipt->unsaved = fr_sum(receipt->unsaved, row->as.unsaved.count);
}

struct copy {
	struct frust__store *to;
	struct frust__progress *progress;
	struct frust_receipt *receipt;
	struct frust_error *err;
};

static int copy_row(void *ctx, const struct frust__row *row)
{
	struct copy *copy = ctx;
	int status = frust__rows_put(copy->to, row, copy->err);

	frust__rows_count(row, copy->receipt);
	return status ? status : frust__progress_step(copy->progress);
}

int frust__rows_copy(struct frust__store *from, struct frust__store *to,
		     struct frust__progress *progress, struct frust_receipt *receipt,
		     struct frust_error *err)
{
	struct copy copy = {to, progress, receipt, err};

	return frust__rows(from, copy_row, &copy, err);
}
