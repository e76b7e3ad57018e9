#include "app/json.h"

/* More than a record within the limits needs; longer ones (from old rows) take a second round. */
#define FIRST_TRY 512

typedef size_t (*json_fn)(char *out, size_t size, const void *value);

static void add(struct fr_buf *out, json_fn fn, const void *value)
{
	size_t room = FIRST_TRY, n;

	for (;;) {
		if (fr_buf_reserve(out, room) < 0)
			return;
		n = fn(out->at + out->len, room, value);
		if (n < room)
			break;
		room = n + 1;
	}
	out->len += n;
}

static size_t record_json(char *out, size_t size, const void *value)
{
	return frust_record_json(out, size, value);
}

static size_t hour_json(char *out, size_t size, const void *value)
{
	return frust_hour_json(out, size, value);
}

static size_t user_json(char *out, size_t size, const void *value)
{
	return frust_user_json(out, size, value);
}

static size_t stats_json(char *out, size_t size, const void *value)
{
	return frust_stats_json(out, size, value);
}

static size_t toast_json(char *out, size_t size, const void *value)
{
	const struct fr_str *text = value;
	struct fr_str style = FR_STR("medium highlight");

	return frust_message_json(out, size, frust_of_str(*text), frust_of_str(style), FRUST_TOAST);
}

static size_t message_json(char *out, size_t size, const void *value)
{
	const struct frust_announcement *said = value;

	return frust_message_json(out, size, said->text, said->style, said->type);
}

void json_add_message(struct fr_buf *out, const struct frust_announcement *announcement)
{
	add(out, message_json, announcement);
}

void json_add_record(struct fr_buf *out, const struct frust_record *record)
{
	add(out, record_json, record);
}

void json_add_hour(struct fr_buf *out, const struct frust_hour *hour)
{
	add(out, hour_json, hour);
}

void json_add_user(struct fr_buf *out, const struct frust_user *user)
{
	add(out, user_json, user);
}

void json_add_stats(struct fr_buf *out, const struct frust_stats *stats)
{
	add(out, stats_json, stats);
}

void json_add_toast(struct fr_buf *out, struct fr_str text)
{
	add(out, toast_json, &text);
}
