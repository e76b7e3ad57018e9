#include "store_fault.h"

#include <stdlib.h>
#include <string.h>

#include "helpers/check.h"
#include "internal.h"

static struct store_fault *self(struct frust__store *store)
{
	return FR_CONTAINER_OF(store, struct store_fault, store);
}

static int pass(struct store_fault *fault, enum fault_op op, struct frust_error *err)
{
	if (++fault->calls[op] == fault->at && op == fault->op)
		return frust__fail(err, fault->code, "the test says so");
	return 0;
}

static void close_both(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->under->ops->close(fault->under);
	free(fault);
}

static void hurry(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->under->ops->hurry(fault->under);
}

static void rollback(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->rollbacks++;
	fault->under->ops->rollback(fault->under);
}

static void read_end(struct frust__store *store)
{
	struct store_fault *fault = self(store);

	fault->under->ops->read_end(fault->under);
}

/* An operation that fails when told so, and otherwise goes to the store below. */
#define FORWARD(name, op, params, ...)                                                             \
	static int name params                                                                     \
	{                                                                                          \
		struct store_fault *fault = self(store);                                           \
		int status = pass(fault, op, err);                                                 \
                                                                                                   \
		return status ? status : fault->under->ops->name(fault->under, __VA_ARGS__);       \
	}

FORWARD(look, FAULT_LOOK, (struct frust__store * store, bool *foreign, struct frust_error *err),
	foreign, err)
FORWARD(begin, FAULT_BEGIN, (struct frust__store * store, struct frust_error *err), err)
FORWARD(commit, FAULT_COMMIT, (struct frust__store * store, struct frust_error *err), err)
FORWARD(last_ids, FAULT_LAST_IDS,
	(struct frust__store * store, int64_t ids[2], struct frust_error *err), ids, err)
FORWARD(insert, FAULT_INSERT,
	(struct frust__store * store, const struct frust_record *record, struct frust_error *err),
	record, err)
FORWARD(add_user, FAULT_ADD_USER,
	(struct frust__store * store, struct frust_str name, int64_t clicks, int64_t events,
	 struct frust_error *err),
	name, clicks, events, err)
FORWARD(add_hour, FAULT_ADD_HOUR,
	(struct frust__store * store, int64_t hour, int64_t clicks, int64_t events,
	 struct frust_error *err),
	hour, clicks, events, err)
FORWARD(add_unsaved, FAULT_ADD_UNSAVED,
	(struct frust__store * store, int64_t hour, struct frust_str name, int64_t count,
	 struct frust_error *err),
	hour, name, count, err)
FORWARD(touch, FAULT_TOUCH, (struct frust__store * store, struct frust_error *err), err)
FORWARD(take_user, FAULT_TAKE_USER,
	(struct frust__store * store, struct frust_str name, int64_t clicks, int64_t events,
	 bool *gone, struct frust_error *err),
	name, clicks, events, gone, err)
FORWARD(add_erased, FAULT_ADD_ERASED,
	(struct frust__store * store, const struct frust__erased *erased, struct frust_error *err),
	erased, err)
FORWARD(set_user, FAULT_SET_USER,
	(struct frust__store * store, const struct frust_user *user, struct frust_error *err), user,
	err)
FORWARD(set_hour, FAULT_SET_HOUR,
	(struct frust__store * store, const struct frust_hour *hour, struct frust_error *err), hour,
	err)
FORWARD(drop_user, FAULT_DROP_USER,
	(struct frust__store * store, struct frust_str name, struct frust_error *err), name, err)
FORWARD(drop_hour, FAULT_DROP_HOUR,
	(struct frust__store * store, int64_t hour, struct frust_error *err), hour, err)
FORWARD(name_user, FAULT_NAME_USER,
	(struct frust__store * store, struct frust_str from, struct frust_str to,
	 struct frust_error *err),
	from, to, err)
FORWARD(move_rows, FAULT_MOVE_ROWS,
	(struct frust__store * store, enum frust_kind kind, struct frust_str from,
	 struct frust_str to, bool bare, int64_t *n, struct frust_error *err),
	kind, from, to, bare, n, err)
FORWARD(drop_rows, FAULT_DROP_ROWS,
	(struct frust__store * store, enum frust_kind kind, const struct frust_filter *filter,
	 int64_t *n, struct frust_error *err),
	kind, filter, n, err)
FORWARD(raise_ids, FAULT_RAISE_IDS,
	(struct frust__store * store, const int64_t ids[2], struct frust_error *err), ids, err)
FORWARD(add_ban, FAULT_ADD_BAN,
	(struct frust__store * store, const struct frust_ban *ban, int64_t *n,
	 struct frust_error *err),
	ban, n, err)
FORWARD(drop_ban, FAULT_DROP_BAN,
	(struct frust__store * store, const struct frust_ban *ban, int64_t *n,
	 struct frust_error *err),
	ban, n, err)
FORWARD(add_announcement, FAULT_ADD_ANNOUNCEMENT,
	(struct frust__store * store, const struct frust_announcement *announcement,
	 struct frust_error *err),
	announcement, err)
FORWARD(drop_announcements, FAULT_DROP_ANNOUNCEMENTS,
	(struct frust__store * store, struct frust_error *err), err)
FORWARD(clear, FAULT_CLEAR, (struct frust__store * store, struct frust_error *err), err)
FORWARD(vacuum, FAULT_VACUUM, (struct frust__store * store, struct frust_error *err), err)
FORWARD(backup, FAULT_BACKUP,
	(struct frust__store * store, const char *to, bool replace,
	 const struct frust_change *change, struct frust_error *err),
	to, replace, change, err)
FORWARD(read_begin, FAULT_READ_BEGIN, (struct frust__store * store, struct frust_error *err), err)
FORWARD(records, FAULT_RECORDS,
	(struct frust__store * store, enum frust_kind kind, const struct frust_filter *filter,
	 frust_record_fn fn, void *ctx, struct frust_error *err),
	kind, filter, fn, ctx, err)
FORWARD(hours, FAULT_HOURS,
	(struct frust__store * store, int64_t since, int64_t until, frust_hour_fn fn, void *ctx,
	 struct frust_error *err),
	since, until, fn, ctx, err)
FORWARD(newest_hour, FAULT_NEWEST_HOUR,
	(struct frust__store * store, struct frust_hour *hour, struct frust_error *err), hour, err)
FORWARD(users, FAULT_USERS,
	(struct frust__store * store, frust_user_fn fn, void *ctx, struct frust_error *err), fn,
	ctx, err)
FORWARD(user, FAULT_USER,
	(struct frust__store * store, struct frust_str name, struct frust_user *user, bool *found,
	 struct frust_error *err),
	name, user, found, err)
FORWARD(seen, FAULT_SEEN,
	(struct frust__store * store, struct frust_str name, int64_t times[2],
	 struct frust_error *err),
	name, times, err)
FORWARD(count, FAULT_COUNT,
	(struct frust__store * store, int64_t since, int64_t until, int64_t counts[2],
	 struct frust_error *err),
	since, until, counts, err)
FORWARD(comments, FAULT_COMMENTS,
	(struct frust__store * store, struct frust_str user, int64_t limit, frust_comment_fn fn,
	 void *ctx, struct frust_error *err),
	user, limit, fn, ctx, err)
FORWARD(unsaved, FAULT_UNSAVED,
	(struct frust__store * store, int64_t since, int64_t until, frust_unsaved_fn fn, void *ctx,
	 struct frust_error *err),
	since, until, fn, ctx, err)
FORWARD(erased, FAULT_ERASED,
	(struct frust__store * store, int64_t since, int64_t until, frust__erased_fn fn, void *ctx,
	 struct frust_error *err),
	since, until, fn, ctx, err)
FORWARD(bans, FAULT_BANS,
	(struct frust__store * store, frust_ban_fn fn, void *ctx, struct frust_error *err), fn, ctx,
	err)
FORWARD(announcements, FAULT_ANNOUNCEMENTS,
	(struct frust__store * store, frust_announcement_fn fn, void *ctx, struct frust_error *err),
	fn, ctx, err)
FORWARD(info, FAULT_INFO,
	(struct frust__store * store, struct frust_info *info, struct frust_error *err), info, err)
FORWARD(audit_users, FAULT_AUDIT_USERS,
	(struct frust__store * store, frust__user_audit_fn fn, void *ctx, struct frust_error *err),
	fn, ctx, err)
FORWARD(audit_hours, FAULT_AUDIT_HOURS,
	(struct frust__store * store, int64_t since, int64_t until, frust__hour_audit_fn fn,
	 void *ctx, struct frust_error *err),
	since, until, fn, ctx, err)
FORWARD(odd_times, FAULT_ODD_TIMES,
	(struct frust__store * store, enum frust_kind kind, int64_t since, int64_t until,
	 frust__moment_fn fn, void *ctx, struct frust_error *err),
	kind, since, until, fn, ctx, err)
FORWARD(scan, FAULT_SCAN,
	(struct frust__store * store, frust__remark_fn fn, void *ctx, struct frust_error *err), fn,
	ctx, err)
FORWARD(schema, FAULT_SCHEMA,
	(struct frust__store * store, frust__remark_fn fn, void *ctx, struct frust_error *err), fn,
	ctx, err)

static const struct frust__store_ops fault_ops = {
	.close = close_both,
	.hurry = hurry,
	.look = look,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.last_ids = last_ids,
	.insert = insert,
	.add_user = add_user,
	.add_hour = add_hour,
	.add_unsaved = add_unsaved,
	.touch = touch,
	.take_user = take_user,
	.add_erased = add_erased,
	.set_user = set_user,
	.set_hour = set_hour,
	.drop_user = drop_user,
	.drop_hour = drop_hour,
	.name_user = name_user,
	.move_rows = move_rows,
	.drop_rows = drop_rows,
	.raise_ids = raise_ids,
	.add_ban = add_ban,
	.drop_ban = drop_ban,
	.add_announcement = add_announcement,
	.drop_announcements = drop_announcements,
	.clear = clear,
	.vacuum = vacuum,
	.backup = backup,
	.read_begin = read_begin,
	.read_end = read_end,
	.records = records,
	.hours = hours,
	.newest_hour = newest_hour,
	.users = users,
	.user = user,
	.seen = seen,
	.count = count,
	.comments = comments,
	.unsaved = unsaved,
	.erased = erased,
	.bans = bans,
	.announcements = announcements,
	.info = info,
	.audit_users = audit_users,
	.audit_hours = audit_hours,
	.odd_times = odd_times,
	.scan = scan,
	.schema = schema,
};

struct store_fault *store_fault_new(const char *path)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct store_fault *fault = calloc(1, sizeof(*fault));

	CHECK(fault != NULL);
	options.mode = FRUST_CREATE;
	fault->store.ops = &fault_ops;
	CHECK_INT(frust__sqlite_open(path, &options, &fault->under, NULL), 0);
	return fault;
}

void store_fault_arm(struct store_fault *fault, enum fault_op op, unsigned n, int code)
{
	fault->op = op;
	fault->at = fault->calls[op] + n;
	fault->code = code;
}
