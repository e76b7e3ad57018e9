/* The table of what each kind of row has, by which both text forms are written and read. */
#include "rows.h"

#define ID_MAX (((int64_t)1 << 53) - 1) /* RFC 8259, section 6 */

enum column {
	TYPE,
	ID,
	TIMESTAMP,
	USER,
	COMMENT,
	STYLE,
	NAME,
	CLICKS,
	EVENTS,
	CLICKS_TOTAL,
	EVENTS_TOTAL
};

const char *const frust__row_columns[FRUST__COLUMNS] = {
	"type", "id",     "timestamp", "user",         "comment",     "style",
	"name", "clicks", "events",    "clicks_total", "events_total"};

#define FIELD(name, column, is_text, needed, member)                                               \
	{                                                                                          \
		FR_STR_INIT(name), FR_STR_INIT(",\"" name "\":"), column, is_text, needed,         \
			offsetof(struct frust__row, as.member)                                     \
	}
#define TEXT true
#define NUMBER false
#define NEEDED true
#define END                                                                                        \
	{                                                                                          \
		{NULL, 0}, {NULL, 0}, 0, false, false, 0                                           \
	}

static const struct frust__field head[] = {
	FIELD("format", ID, NUMBER, NEEDED, head.format),
	FIELD("quoting", NAME, TEXT, false, head.quoting),
	END,
};
static const struct frust__field click[] = {
	FIELD("id", ID, NUMBER, false, record.id),
	FIELD("timestamp", TIMESTAMP, NUMBER, NEEDED, record.timestamp),
	FIELD("user", USER, TEXT, NEEDED, record.user),
	FIELD("comment", COMMENT, TEXT, false, record.comment),
	FIELD("style", STYLE, TEXT, false, record.style),
	END,
};
static const struct frust__field event[] = {
	FIELD("id", ID, NUMBER, false, record.id),
	FIELD("timestamp", TIMESTAMP, NUMBER, NEEDED, record.timestamp),
	FIELD("user", USER, TEXT, NEEDED, record.user),
	FIELD("name", NAME, TEXT, NEEDED, record.name),
	END,
};
static const struct frust__field user[] = {
	FIELD("user", USER, TEXT, NEEDED, user.name),
	FIELD("clicks", CLICKS, NUMBER, NEEDED, user.clicks),
	FIELD("events", EVENTS, NUMBER, NEEDED, user.events),
	END,
};
static const struct frust__field hour[] = {
	FIELD("timestamp", TIMESTAMP, NUMBER, NEEDED, hour.timestamp),
	FIELD("clicks", CLICKS, NUMBER, NEEDED, hour.clicks),
	FIELD("events", EVENTS, NUMBER, NEEDED, hour.events),
	FIELD("clicks_total", CLICKS_TOTAL, NUMBER, NEEDED, hour.clicks_total),
	FIELD("events_total", EVENTS_TOTAL, NUMBER, NEEDED, hour.events_total),
	END,
};
static const struct frust__field unsaved[] = {
	FIELD("timestamp", TIMESTAMP, NUMBER, NEEDED, unsaved.hour),
	FIELD("name", NAME, TEXT, NEEDED, unsaved.name),
	FIELD("events", EVENTS, NUMBER, NEEDED, unsaved.count),
	END,
};
static const struct frust__field erased[] = {
	FIELD("timestamp", TIMESTAMP, NUMBER, NEEDED, erased.hour),
	FIELD("clicks", CLICKS, NUMBER, NEEDED, erased.clicks),
	FIELD("events", EVENTS, NUMBER, NEEDED, erased.events),
	END,
};
static const struct frust__field ban[] = {
	FIELD("timestamp", TIMESTAMP, NUMBER, NEEDED, ban.timestamp),
	FIELD("user", USER, TEXT, NEEDED, ban.pattern),
	END,
};
static const struct frust__field ids[] = {
	FIELD("clicks", CLICKS, NUMBER, NEEDED, sums.clicks),
	FIELD("events", EVENTS, NUMBER, NEEDED, sums.events),
	END,
};
static const struct frust__field end[] = {
	FIELD("rows", ID, NUMBER, NEEDED, sums.rows),
	FIELD("clicks", CLICKS, NUMBER, NEEDED, sums.clicks),
	FIELD("events", EVENTS, NUMBER, NEEDED, sums.events),
	END,
};

static const struct {
	struct fr_str name;
	const struct frust__field *fields;
} kinds[FRUST__ROW_KINDS] = {
	[FRUST__ROW_HEAD] = {FR_STR_INIT("frust"), head},
	[FRUST__ROW_CLICK] = {FR_STR_INIT("click"), click},
	[FRUST__ROW_EVENT] = {FR_STR_INIT("event"), event},
	[FRUST__ROW_USER] = {FR_STR_INIT("user"), user},
	[FRUST__ROW_HOUR] = {FR_STR_INIT("hour"), hour},
	[FRUST__ROW_UNSAVED] = {FR_STR_INIT("unsaved"), unsaved},
	[FRUST__ROW_ERASED] = {FR_STR_INIT("erased"), erased},
	[FRUST__ROW_BAN] = {FR_STR_INIT("ban"), ban},
	[FRUST__ROW_GLOB] = {FR_STR_INIT("ban-glob"), ban},
	[FRUST__ROW_IDS] = {FR_STR_INIT("ids"), ids},
	[FRUST__ROW_END] = {FR_STR_INIT("end"), end},
};

const struct frust__field *frust__row_fields(enum frust__row_kind kind)
{
	return kinds[kind].fields;
}

struct fr_str frust__row_name(enum frust__row_kind kind)
{
	return kinds[kind].name;
}

enum frust__row_kind frust__row_kind_of(struct fr_str name)
{
	enum frust__row_kind kind = FRUST__ROW_HEAD;

	while (kind < FRUST__ROW_KINDS && !fr_str_eq(kinds[kind].name, name))
		kind++;
	return kind;
}

static bool has_name(struct frust_str name)
{
	return name.at != NULL;
}

/* An id is told to clients, and the next one is one more: one row shall not use them all up. */
static const char *refuse_id(int64_t id)
{
	if (id < 0)
		return "an id is below 1";
	return id > ID_MAX ? "an id is beyond what JSON counts to (2^53 - 1)" : NULL;
}

const char *frust__row_finish(struct frust__row *row)
{
	switch (row->kind) {
	case FRUST__ROW_CLICK:
	case FRUST__ROW_EVENT:
		row->as.record.kind = row->kind == FRUST__ROW_CLICK ? FRUST_CLICK : FRUST_EVENT;
		return refuse_id(row->as.record.id);
	case FRUST__ROW_IDS:
		return refuse_id(row->as.sums.clicks > row->as.sums.events ? row->as.sums.clicks
									   : row->as.sums.events);
	case FRUST__ROW_USER:
		return has_name(row->as.user.name) ? NULL : "a user without a name";
	case FRUST__ROW_UNSAVED:
		return has_name(row->as.unsaved.name) ? NULL : "an event without a name";
	case FRUST__ROW_BAN:
	case FRUST__ROW_GLOB:
		row->as.ban.glob = row->kind == FRUST__ROW_GLOB;
		return has_name(row->as.ban.pattern) && row->as.ban.pattern.len
			       ? NULL
			       : "a ban without a name";
	default:
		return NULL;
	}
}
