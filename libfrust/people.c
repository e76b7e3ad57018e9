/* Users under other names, and users no more. */
#include "change.h"
#include "store.h"

struct rename {
	const struct frust_str *names;
	size_t n;
	struct frust_str to;
	struct frust_receipt receipt;
};

static int no_such_user(struct frust_str name, struct frust_error *err)
{
	return frust__fail(err, FRUST_ENOENT, "there is no user %.*s", FR_STR_ARG(name));
}

/* Rows of both kinds; adds to the receipt. */
static int move_rows(struct frust *db, struct frust_str from, struct frust_str to, bool bare,
		     struct frust_receipt *receipt, struct frust_error *err)
{
	int64_t n[2] = {0, 0};
	int status = 0;

	for (int kind = FRUST_CLICK; !status && kind <= FRUST_EVENT; kind++)
		status = db->store->ops->move_rows(db->store, kind, from, to, bare, &n[kind - 1],
						   err);
	receipt->clicks += n[0];
	receipt->events += n[1];
	return status;
}

/* --- rename --- */

static int write_rename(struct frust *db, void *ctx, struct frust_error *err)
{
	const struct frust__store_ops *ops = db->store->ops;
	struct rename *rename = ctx;
	struct frust_user user;
	bool found, taken;
	int status = ops->user(db->store, *rename->names, &user, &found, err);

	if (!status)
		status = ops->user(db->store, rename->to, &user, &taken, err);
	if (!status && !found)
		status = no_such_user(*rename->names, err);
	if (!status && taken)
		status = frust__fail(err, FRUST_EEXIST, "there is a user %.*s already",
				     FR_STR_ARG(rename->to));
	if (!status)
		status = ops->name_user(db->store, *rename->names, rename->to, err);
	rename->receipt.users = 1;
	return status ? status
		      : move_rows(db, *rename->names, rename->to, false, &rename->receipt, err);
}

/* A name that anybody could have sent. */
static bool is_clean(struct frust_str name)
{
	struct frust_str trimmed = name;

	return name.at && frust_user_clean(&trimmed, NULL) == 0 && trimmed.len == name.len;
}

int frust_user_rename(struct frust *db, struct frust_str from, struct frust_str to,
		      const struct frust_change *change, struct frust_receipt *receipt,
		      struct frust_error *err)
{
	struct rename rename = {.names = &from, .n = 1, .to = to};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && !from.at)
		status = frust__fail(err, FRUST_EINVAL, "no name");
	if (!status && !is_clean(to))
		status = frust__fail(err, FRUST_EINVAL, "that cannot be a user's name");
	if (!status)
		status = frust__change_write(db, &of, write_rename, &rename, err);
	return frust__change_end(status, &rename.receipt, receipt);
}

/* --- merge --- */

static int merge_one(struct frust *db, struct rename *rename, struct frust_str name,
		     struct frust_error *err)
{
	const struct frust__store_ops *ops = db->store->ops;
	struct frust_user user;
	bool found;
	int status = ops->user(db->store, name, &user, &found, err);

	if (!status && !found)
		status = no_such_user(name, err);
	if (!status)
		status = ops->add_user(db->store, rename->to, user.clicks, user.events, err);
	if (!status)
		status = ops->drop_user(db->store, name, err);
	rename->receipt.users++;
	return status ? status : move_rows(db, name, rename->to, false, &rename->receipt, err);
}

static int write_merge(struct frust *db, void *ctx, struct frust_error *err)
{
	struct rename *rename = ctx;
	struct frust_user into;
	bool found;
	int status = db->store->ops->user(db->store, rename->to, &into, &found, err);

	if (!status && !found)
		status = no_such_user(rename->to, err);
	for (size_t i = 0; !status && i < rename->n; i++)
		status = merge_one(db, rename, rename->names[i], err);
	return status;
}

int frust_user_merge(struct frust *db, const struct frust_str *names, size_t n,
		     struct frust_str into, const struct frust_change *change,
		     struct frust_receipt *receipt, struct frust_error *err)
{
	struct rename rename = {.names = names, .n = n, .to = into};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && (!names || !n || !into.at))
		status = frust__fail(err, FRUST_EINVAL, "no names");
	for (size_t i = 0; !status && i < n; i++) {
		if (!names[i].at || fr_str_eq(frust__str(names[i]), frust__str(into)))
			status = frust__fail(err, FRUST_EINVAL,
					     "a user cannot be merged with oneself");
	}
	if (!status)
		status = frust__change_write(db, &of, write_merge, &rename, err);
	return frust__change_end(status, &rename.receipt, receipt);
}

/* --- erase --- */

struct erasure {
	struct frust_str name;
	enum frust_erasure how;
	struct frust__shift hours; /* in which rows go */
	struct frust_receipt receipt;
};

static int anonymise(struct frust *db, struct erasure *erasure, const struct frust_user *user,
		     struct frust_error *err)
{
	static const struct frust_str erased = {FRUST_ERASED, sizeof(FRUST_ERASED) - 1};
	int status = move_rows(db, erasure->name, erased, true, &erasure->receipt, err);

	if (!status && (user->clicks || user->events))
		status = db->store->ops->add_user(db->store, erased, user->clicks, user->events,
						  err);
	return status;
}

static int note_hour(void *ctx, const struct frust_record *row)
{
	struct erasure *erasure = ctx;

	return frust__shift_add(&erasure->hours, frust_hour_start(row->timestamp),
				row->kind == FRUST_CLICK, row->kind == FRUST_EVENT);
}

static int remove_rows(struct frust *db, struct erasure *erasure, struct frust_error *err)
{
	const struct frust__store_ops *ops = db->store->ops;
	struct frust_filter filter = FRUST_FILTER_INIT;
	int64_t n[2] = {0, 0};
	int status = 0;

	filter.user = erasure->name;
	for (int kind = FRUST_CLICK; !status && kind <= FRUST_EVENT; kind++) {
		status = ops->records(db->store, kind, &filter, note_hour, erasure, err);
		if (!status)
			status = ops->drop_rows(db->store, kind, &filter, &n[kind - 1], err);
	}
	if (status == FRUST_ENOMEM)
		status = frust__fail(err, status, "out of memory");
	for (size_t i = 0; !status && i < erasure->hours.count; i++)
		status = ops->add_erased(db->store, &erasure->hours.hours[i], err);
	erasure->receipt.clicks = n[0];
	erasure->receipt.events = n[1];
	/* the newest rows may be among them */
	return status ? status : ops->raise_ids(db->store, db->ids, err);
}

static int write_erasure(struct frust *db, void *ctx, struct frust_error *err)
{
	struct erasure *erasure = ctx;
	struct frust_receipt *receipt = &erasure->receipt;
	struct frust_user user;
	bool found;
	int status = db->store->ops->user(db->store, erasure->name, &user, &found, err);

	if (status)
		return status;
	if (erasure->how == FRUST_ANONYMISE)
		status = anonymise(db, erasure, &user, err);
	else
		status = remove_rows(db, erasure, err);
	if (!status && found)
		status = db->store->ops->drop_user(db->store, erasure->name, err);
	receipt->users = found;
	if (!status && !found && !receipt->clicks && !receipt->events)
		status = no_such_user(erasure->name, err);
	return status;
}

int frust_user_erase(struct frust *db, struct frust_str name, enum frust_erasure how,
		     const struct frust_change *change, struct frust_receipt *receipt,
		     struct frust_error *err)
{
	struct erasure erasure = {.name = name, .how = how};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && (!name.at || (how != FRUST_ANONYMISE && how != FRUST_REMOVE)))
		status = frust__fail(err, FRUST_EINVAL, "no name, or no way to erase it");
	if (!status && fr_str_eq(frust__str(name), FR_STR(FRUST_ERASED)) && how == FRUST_ANONYMISE)
		status = frust__fail(err, FRUST_EINVAL, "that user is nobody already");
	if (!status)
		status = frust__change_write(db, &of, write_erasure, &erasure, err);
	frust__shift_fini(&erasure.hours);
	return frust__change_end(status, &erasure.receipt, receipt);
}
