/* Is everything as it should be? Looks, tells, and changes nothing. */
#include "finding.h"
#include "store.h"

#define EARLIEST 946684800 /* 2000-01-01: there was no such site before */

struct check {
	struct frust__store *store;
	struct frust__findings findings;
	int64_t latest; /* times from here on are impossible */
	bool totals;    /* there was an hour before, with these totals */
	int64_t clicks_total, events_total;
	struct frust_verdict *verdict;
};

static int find_damage(struct check *check, const char *text)
{
	return frust__find(
		&check->findings,
		(struct frust_finding){.severity = FRUST_PROBLEM, .kind = FRUST_FOUND_DAMAGE},
		"the file is damaged: %s", text);
}

static int on_scan(void *ctx, enum frust_severity severity, const char *text)
{
	(void)severity;
	return find_damage(ctx, text);
}

static int on_schema(void *ctx, enum frust_severity severity, const char *text)
{
	struct check *check = ctx;

	return frust__find(&check->findings,
			   (struct frust_finding){.severity = severity, .kind = FRUST_FOUND_SCHEMA},
			   "%s", text);
}

/* --- times --- */

static int find_time(struct check *check, enum frust_kind kind, const struct frust__moment *moment)
{
	struct frust_finding finding = {.severity = FRUST_PROBLEM,
					.kind = kind == FRUST_CLICK ? FRUST_FOUND_CLICK_TIME
								    : FRUST_FOUND_EVENT_TIME,
					.id = moment->id,
					.actual = moment->timestamp};
	const char *what = kind == FRUST_CLICK ? "click" : "event";
	char time[FRUST__TIME_TEXT];

	if (!moment->timed)
		return frust__find(&check->findings, finding, "%s %lld has no time", what,
				   (long long)moment->id);
	return frust__find(&check->findings, finding, "%s %lld is of an impossible time: %s", what,
			   (long long)moment->id, frust__time_text(moment->timestamp, time));
}

static int on_click_time(void *ctx, const struct frust__moment *moment)
{
	return find_time(ctx, FRUST_CLICK, moment);
}

static int on_event_time(void *ctx, const struct frust__moment *moment)
{
	return find_time(ctx, FRUST_EVENT, moment);
}

static int check_times(struct check *check, struct frust_error *err)
{
	const struct frust__store_ops *ops = check->store->ops;
	int status = ops->odd_times(check->store, FRUST_CLICK, EARLIEST, check->latest,
				    on_click_time, check, err);

	return status ? status
		      : ops->odd_times(check->store, FRUST_EVENT, EARLIEST, check->latest,
				       on_event_time, check, err);
}

/* --- users --- */

static int find_count(struct check *check, enum frust_finding_kind kind, struct frust_str name,
		      const char *what, int64_t rows, int64_t counted)
{
	char text[FRUST__NAME_TEXT];

	if (rows == counted)
		return 0;
	return frust__find(&check->findings,
			   (struct frust_finding){.severity = FRUST_PROBLEM,
						  .kind = kind,
						  .name = name,
						  .expected = rows,
						  .actual = counted},
			   "user %s counts %lld %s, and has %lld", frust__name_text(name, text),
			   (long long)counted, what, (long long)rows);
}

/* A user without counters, without rows, or without a name. */
static int find_user(struct check *check, const struct frust__user_audit *a)
{
	int64_t rows = fr_sum(a->click_rows, a->event_rows);
	struct frust_finding finding = {.severity = FRUST_NOTE,
					.kind = FRUST_FOUND_USER,
					.name = a->counters.name,
					.expected = rows};
	char text[FRUST__NAME_TEXT];

	if (!a->counters.name.at)
		return frust__find(&check->findings, finding, "%lld rows have no user",
				   (long long)rows);
	frust__name_text(a->counters.name, text);
	if (a->counted)
		return frust__find(&check->findings, finding, "user %s has no row at all", text);
	finding.severity = FRUST_PROBLEM;
	return frust__find(&check->findings, finding, "user %s has %lld rows and no counters", text,
			   (long long)rows);
}

static int on_user(void *ctx, const struct frust__user_audit *a)
{
	struct check *check = ctx;
	const struct frust_user *user = &a->counters;
	int status;

	check->verdict->clicks = fr_sum(check->verdict->clicks, a->click_rows);
	check->verdict->events = fr_sum(check->verdict->events, a->event_rows);
	check->verdict->users += a->counted;
	if (!a->counted || (!a->click_rows && !a->event_rows && !user->clicks && !user->events))
		return find_user(check, a);
	status = find_count(check, FRUST_FOUND_USER_CLICKS, user->name, "clicks", a->click_rows,
			    user->clicks);
	return status ? status
		      : find_count(check, FRUST_FOUND_USER_EVENTS, user->name, "events",
				   a->event_rows, user->events);
}

/* --- hours --- */

static int find_hour(struct check *check, enum frust_severity severity,
		     enum frust_finding_kind kind, int64_t hour, int64_t expected, int64_t actual,
		     const char *what, const char *more)
{
	char time[FRUST__TIME_TEXT];

	return frust__find(&check->findings,
			   (struct frust_finding){.severity = severity,
						  .kind = kind,
						  .hour = hour,
						  .expected = expected,
						  .actual = actual},
			   "the hour %s counts %lld %s, and should count %lld%s",
			   frust__time_text(hour, time), (long long)actual, what,
			   (long long)expected, more);
}

static int find_no_counters(struct check *check, int64_t hour, int64_t rows)
{
	struct frust_finding finding = {.severity = FRUST_PROBLEM,
					.kind = FRUST_FOUND_HOUR,
					.hour = hour,
					.expected = rows};
	char time[FRUST__TIME_TEXT];

	return frust__find(&check->findings, finding, "the hour %s has %lld rows and no counters",
			   frust__time_text(hour, time), (long long)rows);
}

static int check_counters(struct check *check, const struct frust__hour_audit *a)
{
	const struct frust_hour *hour = &a->counters;
	int64_t t = hour->timestamp;
	int64_t clicks = fr_sum(a->click_rows, a->clicks_erased);
	int64_t events = fr_sum(fr_sum(a->event_rows, a->unsaved), a->events_erased);
	int status = 0;

	if (!a->counted)
		return find_no_counters(check, t, fr_sum(clicks, events));
	if (hour->clicks != clicks)
		status = find_hour(check, FRUST_PROBLEM, FRUST_FOUND_HOUR_CLICKS, t, clicks,
				   hour->clicks, "clicks", "");
	if (!status && hour->events < events)
		status = find_hour(check, FRUST_PROBLEM, FRUST_FOUND_HOUR_EVENTS, t, events,
				   hour->events, "events", "");
	if (!status && hour->events > events)
		status = find_hour(check, FRUST_NOTE, FRUST_FOUND_HOUR_UNSAVED, t, events,
				   hour->events, "events", " unless some were not to be stored");
	return status;
}

/* The first hour may begin with what came before it; from there on, each adds its own. */
static int check_total(struct check *check, enum frust_finding_kind kind, int64_t hour,
		       int64_t before, int64_t own, int64_t total)
{
	const char *what = kind == FRUST_FOUND_CLICKS_TOTAL ? "clicks in all" : "events in all";
	int64_t expected = fr_sum(before, own);
	bool older = !check->totals && total > expected;

	if (total == expected)
		return 0;
	return find_hour(check, older ? FRUST_NOTE : FRUST_PROBLEM, kind, hour, expected, total,
			 what, older ? " unless there were hours before" : "");
}

static int check_totals(struct check *check, const struct frust_hour *hour)
{
	int status = check_total(check, FRUST_FOUND_CLICKS_TOTAL, hour->timestamp,
				 check->clicks_total, hour->clicks, hour->clicks_total);

	if (!status)
		status = check_total(check, FRUST_FOUND_EVENTS_TOTAL, hour->timestamp,
				     check->events_total, hour->events, hour->events_total);
	check->clicks_total = hour->clicks_total;
	check->events_total = hour->events_total;
	check->totals = true;
	return status;
}

static int on_hour(void *ctx, const struct frust__hour_audit *a)
{
	struct check *check = ctx;
	const struct frust_hour *hour = &a->counters;
	int64_t t = hour->timestamp;
	char time[FRUST__TIME_TEXT];
	int status = 0;

	check->verdict->hours += a->counted;
	if (a->counted && (t != frust_hour_start(t) || t < EARLIEST || t >= check->latest))
		status = frust__find(&check->findings,
				     (struct frust_finding){.severity = FRUST_PROBLEM,
							    .kind = FRUST_FOUND_HOUR_TIME,
							    .hour = t,
							    .expected = frust_hour_start(t),
							    .actual = t},
				     "an hour is of an impossible time: %s",
				     frust__time_text(t, time));
	if (!status)
		status = check_counters(check, a);
	if (!status && a->counted)
		status = check_totals(check, hour);
	return status;
}

/* --- all of it --- */

static int scan(struct check *check, struct frust_error *err)
{
	return check->store->ops->scan(check->store, on_scan, check, err);
}

static int check_schema(struct check *check, struct frust_error *err)
{
	return check->store->ops->schema(check->store, on_schema, check, err);
}

static int check_users(struct check *check, struct frust_error *err)
{
	return check->store->ops->audit_users(check->store, on_user, check, err);
}

static int check_hours(struct check *check, struct frust_error *err)
{
	return check->store->ops->audit_hours(check->store, INT64_MIN, INT64_MAX, on_hour, check,
					      err);
}

static int check_all(struct check *check, bool no_scan, struct frust_error *err)
{
	static int (*const parts[])(struct check * check, struct frust_error * err) = {
		scan, check_schema, check_times, check_users, check_hours};
	int status = 0;

	for (size_t i = no_scan; !status && i < FR_ARRAY_LEN(parts); i++) {
		struct frust_error damage = {0};

		status = parts[i](check, &damage);
		if (status == FRUST_ECORRUPT)
			status = find_damage(check, damage.text);
		else if (damage.code && err)
			*err = damage;
	}
	return status;
}

int frust_check(struct frust *db, const struct frust_check_options *options, frust_finding_fn fn,
		void *ctx, struct frust_verdict *verdict, struct frust_error *err)
{
	struct frust_check_options of = FRUST_CHECK_OPTIONS_INIT;
	struct frust_verdict ours = {0};
	struct check check = {.findings = {.fn = fn, .ctx = ctx}, .verdict = &ours};
	bool own;
	int status;

	if (verdict)
		*verdict = ours;
	if (!db || (options && !frust__options_copy(&of, sizeof(of), options)))
		return frust__fail(err, FRUST_EINVAL, "no database, or not the options of a check");
	check.store = db->store;
	check.latest = fr_sum(of.now, FRUST_DAY);
	own = !db->reading;
	status = own ? frust_read_begin(db, err) : 0;
	if (!status)
		status = check_all(&check, of.no_scan, err);
	if (own)
		frust_read_end(db);
	ours.problems = check.findings.problems;
	ours.notes = check.findings.notes;
	if (!status && verdict)
		*verdict = ours;
	return status;
}
