#include "app/hours.h"

#include "app/json.h"
#include "base/sum.h"

int64_t hours_since(const struct frust_zone *zone, int64_t now)
{
	int64_t since = frust_zone_day_start(zone, now);

	for (int day = 1; day < HOURS_DAYS; day++)
		since = frust_zone_day_start(zone, since - 1);
	return since;
}

int64_t hours_until(const struct frust_zone *zone, int64_t now)
{
	return frust_zone_day_end(zone, now);
}

static int64_t day_of(const struct hours *hours, const struct frust_hour *row)
{
	return frust_zone_day_start(hours->zone, row->timestamp);
}

bool hours_append(struct hours *hours, const struct frust_hour *row)
{
	if (hours->count == HOURS_MAX)
		return false;
	hours->rows[hours->count++] = *row;
	return true;
}

/*
 * What all hours before the row at i have counted: what the one before it says; or, where it is the
 * window's first, what the one after it says less its own (the clock was set back); or `totals`.
 */
static void take_totals(struct hours *hours, uint32_t i, const struct frust_stats *totals)
{
	struct frust_hour *row = &hours->rows[i];
	const struct frust_hour *before = row - 1, *after = row + 1;

	if (i > 0) {
		row->clicks_total = before->clicks_total;
		row->events_total = before->events_total;
		if (day_of(hours, before) == day_of(hours, row))
			row->events_today = before->events_today;
	} else if (i + 1 < hours->count) {
		row->clicks_total = fr_difference(after->clicks_total, after->clicks);
		row->events_total = fr_difference(after->events_total, after->events);
	} else {
		row->clicks_total = totals->clicks_total;
		row->events_total = totals->events_total;
	}
}

struct frust_hour *hours_row(struct hours *hours, int64_t t, const struct frust_stats *totals)
{
	int64_t start = frust_hour_start(t);
	uint32_t i = hours->count;
	struct frust_hour *row;

	while (i > 0 && hours->rows[i - 1].timestamp > start)
		i--;
	if (i > 0 && hours->rows[i - 1].timestamp == start)
		return &hours->rows[i - 1];
	if (hours->count == HOURS_MAX)
		return NULL;
	row = &hours->rows[i];
	memmove(row + 1, row, (hours->count - i) * sizeof(*row));
	hours->count++;
	*row = (struct frust_hour){.timestamp = start};
	take_totals(hours, i, totals);
	return row;
}

void hours_add(struct hours *hours, enum frust_kind kind, int64_t t,
	       const struct frust_stats *totals)
{
	struct frust_hour *row = hours_row(hours, t, totals);
	int64_t day;

	if (!row)
		return;
	day = day_of(hours, row);
	if (kind == FRUST_CLICK)
		row->clicks = fr_sum(row->clicks, 1);
	else
		row->events = fr_sum(row->events, 1);
	for (; row < hours->rows + hours->count; row++) {
		if (kind == FRUST_CLICK) {
			row->clicks_total = fr_sum(row->clicks_total, 1);
		} else {
			row->events_total = fr_sum(row->events_total, 1);
			row->events_today = fr_sum(row->events_today, day_of(hours, row) == day);
		}
	}
}

void hours_add_json(const struct hours *hours, struct fr_buf *out)
{
	fr_buf_add_char(out, '[');
	for (uint32_t i = 0; i < hours->count; i++) {
		if (i > 0)
			fr_buf_add_char(out, ',');
		json_add_hour(out, &hours->rows[i]);
	}
	fr_buf_add_char(out, ']');
}
