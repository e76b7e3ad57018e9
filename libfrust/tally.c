/*
 * The rule of counting: a stored record counts for its user, its hour and the total; an unsaved
 * event for its hour and the total alone. This file merges; apply.c writes.
 */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"

int frust__tally_init(struct frust__tally *tally)
{
	memset(tally, 0, sizeof(*tally));
	return fr_map_init(&tally->by_name) ? FRUST_EIO : 0;
}

void frust__tally_fini(struct frust__tally *tally)
{
	fr_map_fini(&tally->by_name);
	free(tally->users);
	free(tally->hours);
	memset(tally, 0, sizeof(*tally));
}

/* The map points into users: room for all comes first, so that they never move while it is used. */
static int reserve_users(struct frust__tally *tally, size_t n)
{
	struct frust__user_sum *users;

	if (n <= tally->user_size)
		return 0;
	if (n > SIZE_MAX / sizeof(*users))
		return FRUST_ENOMEM;
	users = realloc(tally->users, n * sizeof(*users));
	if (!users)
		return FRUST_ENOMEM;
	tally->users = users;
	tally->user_size = n;
	return 0;
}

static struct frust__user_sum *find_user(struct frust__tally *tally, struct frust_str name)
{
	struct frust__user_sum *user = fr_map_get(&tally->by_name, frust__str(name));

	if (user)
		return user;
	user = &tally->users[tally->user_count];
	*user = (struct frust__user_sum){.name = name};
	if (fr_map_put(&tally->by_name, frust__str(name), user))
		return NULL;
	tally->user_count++;
	return user;
}

/* The index of the first hour that is not before `hour`. */
static size_t hour_index(const struct frust__tally *tally, int64_t hour)
{
	size_t low = 0, high = tally->hour_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tally->hours[middle].hour < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct frust__hour_sum *find_hour(struct frust__tally *tally, int64_t timestamp)
{
	int64_t hour = frust_hour_start(timestamp);
	size_t i = hour_index(tally, hour);

	if (i < tally->hour_count && tally->hours[i].hour == hour)
		return &tally->hours[i];
	if (tally->hour_count == tally->hour_size) {
		size_t size = tally->hour_size ? tally->hour_size * 2 : 8;
		struct frust__hour_sum *hours = realloc(tally->hours, size * sizeof(*hours));

		if (!hours)
			return NULL;
		tally->hours = hours;
		tally->hour_size = size;
	}
	memmove(&tally->hours[i + 1], &tally->hours[i],
		(tally->hour_count - i) * sizeof(*tally->hours));
	tally->hour_count++;
	tally->hours[i] = (struct frust__hour_sum){.hour = hour};
	return &tally->hours[i];
}

static int count_record(struct frust__tally *tally, const struct frust_record *record, bool stored)
{
	int unsaved = record->kind == FRUST_EVENT && !stored ? frust__unsaved_index(record->name)
							     : -1;
	struct frust__hour_sum *hour = find_hour(tally, record->timestamp);
	struct frust__user_sum *user;

	if (!hour)
		return FRUST_ENOMEM;
	if (unsaved < 0 && record->user.at) {
		user = find_user(tally, record->user);
		if (!user)
			return FRUST_ENOMEM;
		user->clicks += record->kind == FRUST_CLICK;
		user->events += record->kind == FRUST_EVENT;
	} else if (unsaved >= 0) {
		hour->unsaved[unsaved]++;
	}
	hour->clicks += record->kind == FRUST_CLICK;
	hour->events += record->kind == FRUST_EVENT;
	return 0;
}

int frust__tally_count(struct frust__tally *tally, const struct frust_record *records, size_t n,
		       bool stored)
{
	int status = reserve_users(tally, n);

	tally->user_count = tally->hour_count = 0;
	for (size_t i = 0; !status && i < n; i++)
		status = count_record(tally, &records[i], stored);
	for (size_t i = 0; i < tally->user_count; i++)
		fr_map_remove(&tally->by_name, frust__str(tally->users[i].name));
	return status;
}
