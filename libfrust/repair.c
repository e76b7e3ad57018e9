/*
 * Making the counters what the rows say. First everything is looked at, then what differs is
 * written: nothing changes under a question.
 */
#include <stdlib.h>

#include "change.h"
#include "finding.h"
#include "store.h"

/* An hour as it was and as it is to be. */
struct mended {
	struct frust_hour was, is;
	bool counted, kept; /* it had a row; it will have one */
};

struct repair {
	struct frust__findings findings;
	struct frust__chunk
		users;        /* those that differ: their clicks in id, their events in timestamp */
	struct mended *hours; /* all of them, ascending */
	size_t count, size;
	struct frust_receipt receipt;
};

/* --- users --- */

static int find_user(struct repair *repair, const struct frust__user_audit *a,
		     enum frust_finding_kind kind, const char *what, int64_t rows, int64_t counted)
{
	char text[FRUST__NAME_TEXT];

	if (rows == counted)
		return 0;
	return frust__find(&repair->findings,
			   (struct frust_finding){.severity = FRUST_PROBLEM,
						  .kind = kind,
						  .name = a->counters.name,
						  .expected = rows,
						  .actual = counted},
			   "user %s: %lld %s become %lld", frust__name_text(a->counters.name, text),
			   (long long)counted, what, (long long)rows);
}

static int on_user(void *ctx, const struct frust__user_audit *a)
{
	struct repair *repair = ctx;
	const struct frust_user *user = &a->counters;
	struct frust_record mended = {
		.user = user->name, .id = a->click_rows, .timestamp = a->event_rows};
	int status;

	if (!user->name.at)
		return 0;
	if (a->counted && user->clicks == a->click_rows && user->events == a->event_rows &&
	    (user->clicks || user->events))
		return 0;
	status = find_user(repair, a, FRUST_FOUND_USER_CLICKS, "clicks", a->click_rows,
			   user->clicks);
	if (!status)
		status = find_user(repair, a, FRUST_FOUND_USER_EVENTS, "events", a->event_rows,
				   user->events);
	return status ? status : frust__chunk_add(&repair->users, &mended);
}

static int write_users(struct repair *repair, struct frust__store *store, struct frust_error *err)
{
	int status = 0;

	frust__chunk_seal(&repair->users);
	for (size_t i = 0; !status && i < repair->users.count; i++) {
		const struct frust_record *mended = &repair->users.records[i];
		struct frust_user user = {mended->user, mended->id, mended->timestamp};

		if (user.clicks || user.events)
			status = store->ops->set_user(store, &user, err);
		else
			status = store->ops->drop_user(store, user.name, err);
	}
	repair->receipt.users = (int64_t)repair->users.count;
	return status;
}

/* --- hours --- */

static int on_hour(void *ctx, const struct frust__hour_audit *a)
{
	struct repair *repair = ctx;
	int64_t events = fr_sum(fr_sum(a->event_rows, a->unsaved), a->events_erased);
	struct mended *mended;

	if (repair->count == repair->size) {
		size_t size = repair->size ? repair->size * 2 : 256;

		mended = realloc(repair->hours, size * sizeof(*mended));
		if (!mended)
			return FRUST_ENOMEM;
		repair->hours = mended;
		repair->size = size;
	}
	mended = &repair->hours[repair->count++];
	*mended = (struct mended){.was = a->counters, .is = a->counters, .counted = a->counted};
	/* counters of no hour have no rows: nothing is known of them */
	mended->kept = a->counters.timestamp == frust_hour_start(a->counters.timestamp);
	mended->is.clicks = fr_sum(a->click_rows, a->clicks_erased);
	/* what an hour counts beyond its rows was an unsaved event once */
	if (mended->is.events < events)
		mended->is.events = events;
	return 0;
}

/*
 * What the totals began with before the first hour that had a row, less what comes before it now.
 * Where that hour's own counter is wrong, the total may be right or wrong with it: the lesser rest
 * is what is sure.
 */
static int64_t base(int64_t total, int64_t was, int64_t is, int64_t before)
{
	int64_t own = fr_sum(was > is ? was : is, before);

	return total > own ? fr_difference(total, own) : 0;
}

static void add_totals(struct repair *repair)
{
	int64_t clicks = 0, events = 0;

	for (size_t i = 0; i < repair->count; i++) {
		const struct mended *m = &repair->hours[i];

		if (m->counted && m->kept) {
			clicks = base(m->was.clicks_total, m->was.clicks, m->is.clicks, clicks);
			events = base(m->was.events_total, m->was.events, m->is.events, events);
			break;
		}
		clicks = fr_sum(clicks, m->kept ? m->is.clicks : 0);
		events = fr_sum(events, m->kept ? m->is.events : 0);
		if (i == repair->count - 1)
			clicks = events = 0;
	}
	for (size_t i = 0; i < repair->count; i++) {
		struct mended *m = &repair->hours[i];

		if (!m->kept)
			continue;
		clicks = fr_sum(clicks, m->is.clicks);
		events = fr_sum(events, m->is.events);
		m->is.clicks_total = clicks;
		m->is.events_total = events;
	}
}

static int find_change(struct repair *repair, int64_t hour, enum frust_finding_kind kind,
		       const char *what, int64_t is, int64_t was)
{
	char time[FRUST__TIME_TEXT];

	if (is == was)
		return 0;
	return frust__find(&repair->findings,
			   (struct frust_finding){.severity = FRUST_PROBLEM,
						  .kind = kind,
						  .hour = hour,
						  .expected = is,
						  .actual = was},
			   "the hour %s: %lld %s become %lld", frust__time_text(hour, time),
			   (long long)was, what, (long long)is);
}

static bool differs(const struct mended *m)
{
	return m->kept != m->counted || m->is.clicks != m->was.clicks ||
	       m->is.events != m->was.events || m->is.clicks_total != m->was.clicks_total ||
	       m->is.events_total != m->was.events_total;
}

static int find_hour(struct repair *repair, const struct mended *m)
{
	struct frust_hour none = {0};
	const struct frust_hour *is = m->kept ? &m->is : &none;
	int64_t t = m->was.timestamp;
	int status = find_change(repair, t, FRUST_FOUND_HOUR_CLICKS, "clicks", is->clicks,
				 m->was.clicks);

	if (!status)
		status = find_change(repair, t, FRUST_FOUND_HOUR_EVENTS, "events", is->events,
				     m->was.events);
	if (!status)
		status = find_change(repair, t, FRUST_FOUND_CLICKS_TOTAL, "clicks in all",
				     is->clicks_total, m->was.clicks_total);
	if (!status)
		status = find_change(repair, t, FRUST_FOUND_EVENTS_TOTAL, "events in all",
				     is->events_total, m->was.events_total);
	return status;
}

static int write_hours(struct repair *repair, struct frust__store *store, struct frust_error *err)
{
	int status = 0;

	add_totals(repair);
	for (size_t i = 0; !status && i < repair->count; i++) {
		const struct mended *m = &repair->hours[i];

		if (!differs(m))
			continue;
		repair->receipt.hours++;
		status = find_hour(repair, m);
		if (!status && m->kept)
			status = store->ops->set_hour(store, &m->is, err);
		else if (!status)
			status = store->ops->drop_hour(store, m->was.timestamp, err);
	}
	return status;
}

static int write_repair(struct frust *db, void *ctx, struct frust_error *err)
{
	struct repair *repair = ctx;
	struct frust__store *store = db->store;
	int status = store->ops->audit_users(store, on_user, repair, err);

	if (!status)
		status = store->ops->audit_hours(store, INT64_MIN, INT64_MAX, on_hour, repair, err);
	if (status == FRUST_ENOMEM)
		status = frust__fail(err, status, "out of memory");
	if (!status)
		status = write_users(repair, store, err);
	return status ? status : write_hours(repair, store, err);
}

int frust_repair(struct frust *db, const struct frust_change *change, frust_finding_fn fn,
		 void *ctx, struct frust_receipt *receipt, struct frust_error *err)
{
	struct repair repair = {.findings = {.fn = fn, .ctx = ctx}};
	struct frust_change of;
	int status = frust__change_begin(db, change, &of, receipt, err);

	if (!status)
		status = frust__change_write(db, &of, write_repair, &repair, err);
	frust__chunk_fini(&repair.users);
	free(repair.hours);
	return frust__change_end(status, &repair.receipt, receipt);
}
