/* Counting. */
#include "count.h"

#include <stdlib.h>
#include <string.h>

#include "sum.h"
#include "text.h"

static int reserve(struct count *count)
{
	size_t size = count->size ? count->size * 2 : 256;
	struct frust_hour *hours;

	if (count->count < count->size)
		return 0;
	hours = realloc(count->hours, size * sizeof(*hours));
	if (!hours)
		return FRUST_ENOMEM;
	count->hours = hours;
	count->size = size;
	return 0;
}

int count_add(struct count *count, const struct frust_hour *hour)
{
	if (reserve(count))
		return FRUST_ENOMEM;
	count->hours[count->count++] = *hour;
	return 0;
}

/* The row of this hour, made where there is none; NULL without memory. */
static struct frust_hour *row_of(struct count *count, int64_t timestamp)
{
	int64_t hour = frust_hour_start(timestamp);
	size_t at = count->count;

	/* rows come by id, and so nearly by time */
	while (at > 0 && count->hours[at - 1].timestamp > hour)
		at--;
	if (at > 0 && count->hours[at - 1].timestamp == hour)
		return &count->hours[at - 1];
	if (reserve(count))
		return NULL;
	memmove(count->hours + at + 1, count->hours + at,
		(count->count++ - at) * sizeof(*count->hours));
	count->hours[at] = (struct frust_hour){.timestamp = hour};
	return &count->hours[at];
}

static int on_hour(void *ctx, const struct frust_hour *hour)
{
	struct frust_hour *row = row_of(ctx, hour->timestamp);

	if (!row)
		return FRUST_ENOMEM;
	row->clicks = sum_of(row->clicks, hour->clicks);
	row->events = sum_of(row->events, hour->events);
	return 0;
}

static int on_record(void *ctx, const struct frust_record *record)
{
	struct count *count = ctx;
	struct frust_hour *row;

	row = row_of(count, record->timestamp);
	if (!row)
		return FRUST_ENOMEM;
	row->clicks = sum_of(row->clicks, record->kind == FRUST_CLICK);
	row->events = sum_of(row->events, record->kind == FRUST_EVENT);
	return 0;
}

static int add_records(struct count *count, struct ctl *ctl, int64_t since, int64_t until)
{
	struct frust_filter filter = FRUST_FILTER_INIT;
	int status = 0;

	filter.since = since;
	filter.until = until;
	if (count->user)
		filter.user = text_of(count->user);
	for (int kind = FRUST_CLICK; kind <= FRUST_EVENT && !status && since < until; kind++)
		status = frust_records(ctl->db, (enum frust_kind)kind, &filter, on_record, count,
				       &ctl->err);
	return status;
}

/* Whole hours by their rows, and what the span has of an hour before and after them. */
static int add_everybody(struct count *count, struct ctl *ctl, int64_t since, int64_t until)
{
	int64_t first = since, last = until;
	int status;

	if (since > INT64_MIN + FRUST_HOUR && frust_hour_start(since) != since)
		first = sum_of(frust_hour_start(since), FRUST_HOUR);
	if (until < INT64_MAX)
		last = frust_hour_start(until);
	if (first > last)
		return add_records(count, ctl, since, until);
	status = add_records(count, ctl, since, first);
	if (!status)
		status = frust_hours(ctl->db, first, last, NULL, on_hour, count, &ctl->err);
	if (!status)
		status = add_records(count, ctl, last, until);
	return status;
}

int count_init(struct count *count, struct ctl *ctl, int64_t since, int64_t until, const char *user)
{
	int status;

	*count = (struct count){.user = user};
	status = frust_read_begin(ctl->db, &ctl->err);
	if (!status && user)
		status = add_records(count, ctl, since, until);
	else if (!status)
		status = add_everybody(count, ctl, since, until);
	frust_read_end(ctl->db);
	return status;
}

void count_fini(struct count *count)
{
	free(count->hours);
}

struct frust_hour count_sum(const struct count *count)
{
	struct frust_hour sum = {0};

	for (size_t i = 0; i < count->count; i++) {
		sum.clicks = sum_of(sum.clicks, count->hours[i].clicks);
		sum.events = sum_of(sum.events, count->hours[i].events);
	}
	return sum;
}
