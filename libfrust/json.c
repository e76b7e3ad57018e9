/*
 * The JSON forms of the records. base/json.h writes into buffers that grow; these write into the
 * caller's memory and cannot fail, so they have a small sink of their own.
 */
#include "internal.h"

#include <stdio.h>

#include "base/utf8.h"

struct sink {
	char *out;
	size_t size; /* room, the final NUL included */
	size_t len;  /* what the whole needs so far */
};

static void put(struct sink *sink, const char *at, size_t n)
{
	if (n && sink->len < sink->size) {
		size_t room = sink->size - sink->len;

		memcpy(sink->out + sink->len, at, n < room ? n : room);
	}
	sink->len += n;
}

static void put_text(struct sink *sink, const char *text)
{
	put(sink, text, strlen(text));
}

static void put_escape(struct sink *sink, uint32_t point)
{
	static const char letters[] = "btn\0fr"; /* of U+0008 to U+000D */
	char escape[8];

	if (point == '"' || point == '\\')
		snprintf(escape, sizeof(escape), "\\%c", (int)point);
	else if (point >= 8 && point <= 13 && letters[point - 8])
		snprintf(escape, sizeof(escape), "\\%c", letters[point - 8]);
	else
		snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)point & 0xffff);
	put_text(sink, escape);
}

/* U+007F to U+009F need no escape in JSON, but terminals obey some of them. */
static bool needs_escape(uint32_t point)
{
	return point < 0x20 || point == '"' || point == '\\' || (point >= 0x7f && point < 0xa0);
}

static void put_string(struct sink *sink, struct frust_str text)
{
	struct fr_str rest = frust__str(text);
	size_t run = 0; /* bytes at the front that go out as they are */

	if (!rest.at) {
		put_text(sink, "null");
		return;
	}
	put_text(sink, "\"");
	while (run < rest.len) {
		uint32_t point;
		size_t n = fr_utf8_decode(fr_str(rest.at + run, rest.len - run), &point);
		bool bad = point == 0xfffd && n == 1;

		if (!bad && !needs_escape(point)) {
			run += n;
			continue;
		}
		put(sink, rest.at, run);
		if (bad)
			put_text(sink, "\xef\xbf\xbd");
		else
			put_escape(sink, point);
		rest = fr_str(rest.at + run + n, rest.len - run - n);
		run = 0;
	}
	put(sink, rest.at, run);
	put_text(sink, "\"");
}

/* key holds all that stands before the value: {"user": or ,"name": */
static void put_str_member(struct sink *sink, const char *key, struct frust_str value)
{
	put_text(sink, key);
	put_string(sink, value);
}

static void put_int_member(struct sink *sink, const char *key, int64_t value)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%lld", (long long)value);

	put_text(sink, key);
	put(sink, digits, (size_t)n);
}

static struct sink start(char *out, size_t size)
{
	return (struct sink){out, out ? size : 0, 0};
}

/* Writes the NUL, nothing else. */
static size_t finish(struct sink *sink)
{
	if (sink->size)
		sink->out[sink->len < sink->size ? sink->len : sink->size - 1] = '\0';
	return sink->len;
}

static size_t end(struct sink *sink)
{
	put_text(sink, "}");
	return finish(sink);
}

size_t frust_record_json(char *out, size_t size, const struct frust_record *record)
{
	struct sink sink = start(out, size);

	if (!record)
		return finish(&sink);
	put_str_member(&sink, "{\"user\":", record->user);
	if (record->kind == FRUST_EVENT) {
		put_str_member(&sink, ",\"name\":", record->name);
	} else {
		put_str_member(&sink, ",\"comment\":", record->comment);
		put_str_member(&sink, ",\"style\":", record->style);
	}
	put_int_member(&sink, ",\"timestamp\":", record->timestamp);
	return end(&sink);
}

size_t frust_hour_json(char *out, size_t size, const struct frust_hour *hour)
{
	struct sink sink = start(out, size);

	if (!hour)
		return finish(&sink);
	put_int_member(&sink, "{\"timestamp\":", hour->timestamp);
	put_int_member(&sink, ",\"click_count\":", hour->clicks);
	put_int_member(&sink, ",\"event_count\":", hour->events);
	put_int_member(&sink, ",\"click_count_total\":", hour->clicks_total);
	put_int_member(&sink, ",\"event_count_total\":", hour->events_total);
	put_int_member(&sink, ",\"event_count_today\":", hour->events_today);
	return end(&sink);
}

size_t frust_user_json(char *out, size_t size, const struct frust_user *user)
{
	struct sink sink = start(out, size);

	if (!user)
		return finish(&sink);
	put_str_member(&sink, "{\"name\":", user->name);
	put_int_member(&sink, ",\"click_count\":", user->clicks);
	put_int_member(&sink, ",\"event_count\":", user->events);
	return end(&sink);
}

size_t frust_stats_json(char *out, size_t size, const struct frust_stats *stats)
{
	struct sink sink = start(out, size);

	if (!stats)
		return finish(&sink);
	put_int_member(&sink, "{\"click_count_total\":", stats->clicks_total);
	put_int_member(&sink, ",\"click_count_today\":", stats->clicks_today);
	put_int_member(&sink, ",\"click_count_hour\":", stats->clicks_hour);
	put_int_member(&sink, ",\"event_count_total\":", stats->events_total);
	put_int_member(&sink, ",\"event_count_today\":", stats->events_today);
	put_int_member(&sink, ",\"event_count_hour\":", stats->events_hour);
	return end(&sink);
}

size_t frust_message_json(char *out, size_t size, struct frust_str text, struct frust_str style,
			  enum frust_message_type type)
{
	struct sink sink = start(out, size);

	put_str_member(&sink, "{\"text\":", text);
	put_str_member(&sink, ",\"style\":", style);
	put_text(&sink, ",\"type\":");
	put_text(&sink, type == FRUST_POPUP ? "\"popup\"" : "\"toast\"");
	return end(&sink);
}
