/* Announcements: left by one process, taken by another, once. */
#include "base/utf8.h"
#include "change.h"
#include "store.h"

static bool is_text(struct frust_str text)
{
	return text.len <= FRUST_ANNOUNCEMENT_MAX && fr_utf8_valid(frust__str(text));
}

static bool is_announcement(const struct frust_announcement *a)
{
	return a && a->text.at && a->text.len && is_text(a->text) &&
	       (!a->style.at || is_text(a->style)) &&
	       (a->type == FRUST_TOAST || a->type == FRUST_POPUP);
}

static int write_announcement(struct frust *db, void *ctx, struct frust_error *err)
{
	return db->store->ops->add_announcement(db->store, ctx, err);
}

int frust_announce(struct frust *db, const struct frust_announcement *announcement,
		   const struct frust_change *change, struct frust_error *err)
{
	struct frust_announcement copy;
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, NULL, err);

	if (!status && !is_announcement(announcement))
		status = frust__fail(err, FRUST_EINVAL,
				     "text and style are at most %d bytes of UTF-8, and the text "
				     "is not empty",
				     FRUST_ANNOUNCEMENT_MAX);
	if (status)
		return status;
	copy = *announcement;
	return frust__change_write(db, &of, write_announcement, &copy, err);
}

/* --- taking --- */

/* As a click: a comment with a style, and for its id whether it pops up. */
static int keep(void *ctx, const struct frust_announcement *a)
{
	struct frust__chunk *taken = ctx;
	struct frust_record copy = {.kind = FRUST_CLICK,
				    .id = a->type,
				    .timestamp = a->timestamp,
				    .comment = a->text,
				    .style = a->style};

	return frust__chunk_add(taken, &copy);
}

static int write_taking(struct frust *db, void *ctx, struct frust_error *err)
{
	struct frust__chunk *taken = ctx;
	int status = db->store->ops->announcements(db->store, keep, taken, err);

	if (status == FRUST_ENOMEM)
		status = frust__fail(err, status, "out of memory");
	return status ? status : db->store->ops->drop_announcements(db->store, err);
}

static int is_one(void *ctx, const struct frust_announcement *a)
{
	(void)a;
	*(bool *)ctx = true;
	return 1;
}

int frust_announcements_take(struct frust *db, frust_announcement_fn fn, void *ctx,
			     struct frust_error *err)
{
	struct frust__chunk taken = {.count = 0};
	bool any = false;
	int status;

	if (!db || !fn)
		return frust__fail(err, FRUST_EINVAL, "no database, or nowhere to give them");
	/* a commit for nothing would wake up whoever watches the database */
	status = db->store->ops->announcements(db->store, is_one, &any, err);
	if (status < 0 || !any)
		return status < 0 ? status : 0;
	status = frust__write(db, write_taking, &taken, err);
	frust__chunk_seal(&taken);
	for (size_t i = 0; !status && i < taken.count; i++) {
		const struct frust_record *r = &taken.records[i];
		struct frust_announcement a = {r->comment, r->style, (enum frust_message_type)r->id,
					       r->timestamp};

		status = fn(ctx, &a);
	}
	frust__chunk_fini(&taken);
	return status;
}
