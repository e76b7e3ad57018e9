/* The table of what each kind of row has, by which both text forms are written and read. */
#include "rows.h"

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

#define AT(member) offsetof(struct frust__row, as.member)
#define TEXT true
#define NUMBER false
#define NEEDED true
#define END                                                                                        \
	{                                                                                          \
		NULL, 0, false, false, 0                                                           \
	}

static const struct frust__field head[] = {
	{"format", ID, NUMBER, NEEDED, AT(head.format)},
	{"quoting", NAME, TEXT, false, AT(head.quoting)},
	END,
};
static const struct frust__field click[] = {
	{"id", ID, NUMBER, false, AT(record.id)},
	{"timestamp", TIMESTAMP, NUMBER, NEEDED, AT(record.timestamp)},
	{"user", USER, TEXT, NEEDED, AT(record.user)},
	{"comment", COMMENT, TEXT, false, AT(record.comment)},
	{"style", STYLE, TEXT, false, AT(record.style)},
	END,
};
static const struct frust__field event[] = {
	{"id", ID, NUMBER, false, AT(record.id)},
	{"timestamp", TIMESTAMP, NUMBER, NEEDED, AT(record.timestamp)},
	{"user", USER, TEXT, NEEDED, AT(record.user)},
	{"name", NAME, TEXT, NEEDED, AT(record.name)},
	END,
};
static const struct frust__field user[] = {
	{"user", USER, TEXT, NEEDED, AT(user.name)},
	{"clicks", CLICKS, NUMBER, NEEDED, AT(user.clicks)},
	{"events", EVENTS, NUMBER, NEEDED, AT(user.events)},
	END,
};
static const struct frust__field hour[] = {
	{"timestamp", TIMESTAMP, NUMBER, NEEDED, AT(hour.timestamp)},
	{"clicks", CLICKS, NUMBER, NEEDED, AT(hour.clicks)},
	{"events", EVENTS, NUMBER, NEEDED, AT(hour.events)},
	{"clicks_total", CLICKS_TOTAL, NUMBER, NEEDED, AT(hour.clicks_total)},
	{"events_total", EVENTS_TOTAL, NUMBER, NEEDED, AT(hour.events_total)},
	END,
};
static const struct frust__field unsaved[] = {
	{"timestamp", TIMESTAMP, NUMBER, NEEDED, AT(unsaved.hour)},
	{"name", NAME, TEXT, NEEDED, AT(unsaved.name)},
	{"events", EVENTS, NUMBER, NEEDED, AT(unsaved.count)},
	END,
};
static const struct frust__field erased[] = {
	{"timestamp", TIMESTAMP, NUMBER, NEEDED, AT(erased.hour)},
	{"clicks", CLICKS, NUMBER, NEEDED, AT(erased.clicks)},
	{"events", EVENTS, NUMBER, NEEDED, AT(erased.events)},
	END,
};
static const struct frust__field ban[] = {
	{"timestamp", TIMESTAMP, NUMBER, NEEDED, AT(ban.timestamp)},
	{"user", USER, TEXT, NEEDED, AT(ban.pattern)},
	END,
};
static const struct frust__field ids[] = {
	{"clicks", CLICKS, NUMBER, NEEDED, AT(sums.clicks)},
	{"events", EVENTS, NUMBER, NEEDED, AT(sums.events)},
	END,
};
static const struct frust__field end[] = {
	{"rows", ID, NUMBER, NEEDED, AT(sums.rows)},
	{"clicks", CLICKS, NUMBER, NEEDED, AT(sums.clicks)},
	{"events", EVENTS, NUMBER, NEEDED, AT(sums.events)},
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

const char *frust__row_finish(struct frust__row *row)
{
	switch (row->kind) {
	case FRUST__ROW_CLICK:
	case FRUST__ROW_EVENT:
		row->as.record.kind = row->kind == FRUST__ROW_CLICK ? FRUST_CLICK : FRUST_EVENT;
		return row->as.record.id < 0 ? "an id is below 1" : NULL;
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
