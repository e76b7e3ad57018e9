/* Bans: kept in the database, enforced by whoever takes names. */
#include "base/utf8.h"
#include "change.h"
#include "store.h"

struct ban {
	const struct frust_ban *ban;
	struct frust_receipt receipt;
};

static bool is_ban(const struct frust_ban *ban)
{
	return ban && ban->pattern.at && ban->pattern.len && ban->pattern.len <= FRUST_BAN_MAX &&
	       fr_utf8_valid(frust__str(ban->pattern));
}

static int write_ban(struct frust *db, void *ctx, struct frust_error *err)
{
	struct ban *ban = ctx;
	int status = db->store->ops->add_ban(db->store, ban->ban, &ban->receipt.bans, err);

	if (!status && !ban->receipt.bans)
		status = frust__fail(err, FRUST_EEXIST, "%.*s is banned already",
				     FR_STR_ARG(ban->ban->pattern));
	return status;
}

static int write_unban(struct frust *db, void *ctx, struct frust_error *err)
{
	struct ban *ban = ctx;
	int status = db->store->ops->drop_ban(db->store, ban->ban, &ban->receipt.bans, err);

	if (!status && !ban->receipt.bans)
		status = frust__fail(err, FRUST_ENOENT, "there is no such ban: %.*s",
				     FR_STR_ARG(ban->ban->pattern));
	return status;
}

static int change_ban(struct frust *db, const struct frust_ban *theirs,
		      const struct frust_change *change,
		      int (*write)(struct frust *db, void *ctx, struct frust_error *err),
		      struct frust_receipt *receipt, struct frust_error *err)
{
	struct ban ban = {.ban = theirs};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status && !is_ban(theirs))
		status = frust__fail(err, FRUST_EINVAL,
				     "that cannot be banned: 1 to %d bytes of "
				     "UTF-8 are needed",
				     FRUST_BAN_MAX);
	if (!status)
		status = frust__change_write(db, &of, write, &ban, err);
	return frust__change_end(status, &ban.receipt, receipt);
}

int frust_ban_add(struct frust *db, const struct frust_ban *ban, const struct frust_change *change,
		  struct frust_receipt *receipt, struct frust_error *err)
{
	return change_ban(db, ban, change, write_ban, receipt, err);
}

int frust_ban_remove(struct frust *db, const struct frust_ban *ban,
		     const struct frust_change *change, struct frust_receipt *receipt,
		     struct frust_error *err)
{
	return change_ban(db, ban, change, write_unban, receipt, err);
}

const struct frust_ban *frust_ban_match(const struct frust_ban *bans, size_t n,
					struct frust_str name)
{
	for (size_t i = 0; bans && name.at && i < n; i++) {
		const struct frust_ban *ban = &bans[i];

		if (ban->glob ? frust_glob(ban->pattern, name)
			      : fr_str_eq(frust__str(ban->pattern), frust__str(name)))
			return ban;
	}
	return NULL;
}
