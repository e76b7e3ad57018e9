#include "app/recent.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/json.h"

struct recent_item {
	enum frust_kind kind;
	int64_t id;
	int64_t shown; /* ms, wall clock */
	size_t len;
	char *json;
};

int recent_init(struct recent *recent, int64_t keep)
{
	memset(recent, 0, sizeof(*recent));
	recent->keep = keep;
	recent->items = calloc(RECENT_MAX, sizeof(*recent->items));
	return recent->items ? 0 : -ENOMEM;
}

static struct recent_item *item_at(const struct recent *recent, uint32_t i)
{
	return &recent->items[(recent->first + i) % RECENT_MAX];
}

static int64_t *id_of(struct recent_offset *offset, enum frust_kind kind)
{
	return kind == FRUST_CLICK ? &offset->click : &offset->event;
}

static void raise_to(struct recent_offset *offset, enum frust_kind kind, int64_t id)
{
	int64_t *highest = id_of(offset, kind);

	if (id > *highest)
		*highest = id;
}

static void drop_oldest(struct recent *recent)
{
	struct recent_item *item = item_at(recent, 0);

	raise_to(&recent->gone, item->kind, item->id);
	free(item->json);
	recent->first = (recent->first + 1) % RECENT_MAX;
	recent->count--;
}

static void drop_all(struct recent *recent)
{
	while (recent->count)
		drop_oldest(recent);
}

void recent_fini(struct recent *recent)
{
	drop_all(recent);
	free(recent->items);
	memset(recent, 0, sizeof(*recent));
}

void recent_add(struct recent *recent, const struct frust_record *record, struct fr_str json,
		int64_t now_ms)
{
	char *copy = malloc(json.len + 1);

	if (recent->count == RECENT_MAX)
		drop_oldest(recent);
	raise_to(&recent->last, record->kind, record->id);
	if (!copy) {
		/* A hole cannot be told from the whole: nothing before it can be replayed. */
		drop_all(recent);
		raise_to(&recent->gone, record->kind, record->id);
		return;
	}
	memcpy(copy, json.at, json.len);
	*item_at(recent, recent->count++) = (struct recent_item){record->kind, record->id, now_ms,
								 json.len, copy};
}

void recent_skip(struct recent *recent, const struct frust_record *record)
{
	raise_to(&recent->last, record->kind, record->id);
}

void recent_forget(struct recent *recent)
{
	drop_all(recent);
	recent->gone = recent->last;
}

bool recent_holds(struct recent *recent, const struct recent_offset *offset, int64_t now_ms)
{
	while (recent->count && item_at(recent, 0)->shown < now_ms - recent->keep)
		drop_oldest(recent);
	return offset->click >= recent->gone.click && offset->event >= recent->gone.event &&
	       offset->click <= recent->last.click && offset->event <= recent->last.event;
}

void recent_since(const struct recent *recent, const struct recent_offset *offset, recent_fn fn,
		  void *ctx)
{
	struct recent_offset at = *offset;

	for (uint32_t i = 0; i < recent->count; i++) {
		const struct recent_item *item = item_at(recent, i);

		if (item->id <= *id_of(&at, item->kind))
			continue;
		*id_of(&at, item->kind) = item->id;
		fn(ctx, item->kind, fr_str(item->json, item->len), &at);
	}
}

static void add_size(void *ctx, enum frust_kind kind, struct fr_str json,
		     const struct recent_offset *offset)
{
	size_t *size = ctx;

	(void)kind;
	(void)offset;
	*size += json.len;
}

size_t recent_size_since(const struct recent *recent, const struct recent_offset *offset)
{
	size_t size = 0;

	recent_since(recent, offset, add_size, &size);
	return size;
}

/* --- offsets --- */

void recent_offset_text(const struct recent_offset *offset, char out[RECENT_OFFSET])
{
	snprintf(out, RECENT_OFFSET, "%" PRId64 "-%" PRId64, offset->click, offset->event);
}

bool recent_offset_parse(struct fr_str text, struct recent_offset *out)
{
	size_t dash = fr_str_find(text, '-');
	uint64_t click, event;

	/* fr_str_u64 takes 18 digits at most, which an int64_t holds. */
	if (dash == text.len || !fr_str_u64(fr_str(text.at, dash), &click) ||
	    !fr_str_u64(fr_str_skip(text, dash + 1), &event))
		return false;
	*out = (struct recent_offset){(int64_t)click, (int64_t)event};
	return true;
}

/* --- loading --- */

/* One kind's rows, newest first, as long as they are recent. */
struct rows {
	struct fr_buf json; /* of all, one after the other */
	struct row {
		int64_t id, timestamp;
		size_t at, len;
	} * rows;
	uint32_t count, size;
	int64_t since, now; /* s */
	int64_t gone;       /* the first id that is not recent any more */
};

#define ENOUGH 1 /* stops the query */

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Of a time that is yet to come, by a clock that was ahead: as if it were shown now. */
static int add_row(void *ctx, const struct frust_record *record)
{
	struct rows *rows = ctx;
	size_t at = rows->json.len;

	if (record->timestamp < rows->since || rows->count == RECENT_MAX / 2) {
		rows->gone = record->id;
		return ENOUGH;
	}
	if (rows->count == rows->size) {
		uint32_t size = rows->size ? rows->size * 2 : 64;
		struct row *grown = realloc(rows->rows, size * sizeof(*grown));

		if (!grown)
			return FRUST_ENOMEM;
		rows->rows = grown;
		rows->size = size;
	}
	json_add_record(&rows->json, record);
	rows->rows[rows->count++] = (struct row){record->id, sooner(record->timestamp, rows->now),
						 at, rows->json.len - at};
	return fr_buf_error(&rows->json) < 0 ? FRUST_ENOMEM : 0;
}

static int read_rows(struct rows *rows, struct frust *db, enum frust_kind kind,
		     struct frust_error *error)
{
	struct frust_filter newest = FRUST_FILTER_INIT;
	int err;

	newest.newest_first = true;
	err = frust_records(db, kind, &newest, add_row, rows, error);
	return err == ENOUGH ? 0 : err;
}

static void take_row(struct recent *recent, struct rows *rows, enum frust_kind kind)
{
	const struct row *row = &rows->rows[--rows->count];
	const struct frust_record record = {.kind = kind, .id = row->id};

	recent_add(recent, &record, fr_str(rows->json.at + row->at, row->len),
		   row->timestamp * 1000);
}

/* The oldest first; of the same second, clicks first. */
static void merge(struct recent *recent, struct rows *clicks, struct rows *events)
{
	while (clicks->count || events->count) {
		bool click = !events->count ||
			     (clicks->count && clicks->rows[clicks->count - 1].timestamp <=
						       events->rows[events->count - 1].timestamp);

		take_row(recent, click ? clicks : events, click ? FRUST_CLICK : FRUST_EVENT);
	}
}

int recent_load(struct recent *recent, struct frust *db, int64_t now_ms, struct frust_error *error)
{
	struct rows clicks = {.since = (now_ms - recent->keep) / 1000, .now = now_ms / 1000};
	struct rows events = {.since = clicks.since, .now = clicks.now};
	int err = read_rows(&clicks, db, FRUST_CLICK, error);

	if (!err)
		err = read_rows(&events, db, FRUST_EVENT, error);
	if (!err) {
		recent->gone = recent->last = (struct recent_offset){clicks.gone, events.gone};
		merge(recent, &clicks, &events);
	}
	free(clicks.rows);
	free(events.rows);
	fr_buf_fini(&clicks.json);
	fr_buf_fini(&events.json);
	return err;
}
