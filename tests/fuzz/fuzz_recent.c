/*
 * What frustd keeps for those who resume after a drop, against a naive list; and the offsets that
 * clients bring along, which are any text. Each byte of the input is an operation.
 */
#include "app/recent.h"

#include "fuzz/fuzz.h"

#define KEEP 1000 /* ms */
#define SHOWN_MAX 300

struct shown {
	enum frust_kind kind;
	int64_t id, at;
};

struct model {
	struct recent recent;
	struct shown shown[SHOWN_MAX];
	size_t count, forgotten; /* forgotten: so many of them */
	int64_t ids[3];          /* the last given, by kind */
	int64_t now;
};

static void show(struct model *m, enum frust_kind kind, int64_t step)
{
	struct frust_record record = {.kind = kind};
	char json[16];

	if (m->count == SHOWN_MAX)
		return;
	m->ids[kind] += 1 + step;
	record.id = m->ids[kind];
	snprintf(json, sizeof(json), "%zu", m->count);
	recent_add(&m->recent, &record, fr_str_of(json), m->now);
	m->shown[m->count++] = (struct shown){kind, record.id, m->now};
}

/* What is told again has to be what was shown after the offset, in its order. */
struct replay {
	struct model *model;
	struct recent_offset at;
	size_t next;
};

static bool is_after(const struct shown *shown, const struct recent_offset *at)
{
	return shown->id > (shown->kind == FRUST_CLICK ? at->click : at->event);
}

static void on_record(void *ctx, enum frust_kind kind, struct fr_str json,
		      const struct recent_offset *offset)
{
	struct replay *replay = ctx;
	const struct shown *shown;
	char expected[24];

	while (replay->next < replay->model->count &&
	       !is_after(&replay->model->shown[replay->next], &replay->at))
		replay->next++;
	FUZZ_CHECK(replay->next < replay->model->count);
	snprintf(expected, sizeof(expected), "%zu", replay->next);
	shown = &replay->model->shown[replay->next++];
	FUZZ_CHECK(kind == shown->kind && fr_str_eq(json, fr_str_of(expected)));
	if (kind == FRUST_CLICK)
		replay->at.click = shown->id;
	else
		replay->at.event = shown->id;
	FUZZ_CHECK(offset->click == replay->at.click && offset->event == replay->at.event);
}

static void resume(struct model *m, struct recent_offset offset)
{
	struct replay replay = {m, offset, 0};
	size_t missed = 0;
	bool lost = offset.click > m->ids[FRUST_CLICK] || offset.event > m->ids[FRUST_EVENT];

	for (size_t i = 0; i < m->count; i++) {
		if (!is_after(&m->shown[i], &offset))
			continue;
		missed++;
		lost = lost || i < m->forgotten || m->shown[i].at < m->now - KEEP;
	}
	FUZZ_CHECK(recent_holds(&m->recent, &offset, m->now) == !lost);
	if (lost)
		return;
	recent_since(&m->recent, &offset, on_record, &replay);
	for (size_t i = replay.next; i < m->count; i++)
		FUZZ_CHECK(!is_after(&m->shown[i], &replay.at));
}

static void operate(struct model *m, uint8_t byte)
{
	struct recent_offset offset = {m->ids[FRUST_CLICK], m->ids[FRUST_EVENT]};
	int64_t back = byte >> 3;

	switch (byte & 7) {
	case 0:
	case 1:
	case 2:
		show(m, FRUST_CLICK, back & 1);
		break;
	case 3:
		show(m, FRUST_EVENT, back & 1);
		break;
	case 4:
		m->now += back * 20;
		break;
	case 5:
		if (back == 31) {
			recent_forget(&m->recent);
			m->forgotten = m->count;
		}
		break;
	default:
		offset.click += (byte & 1) - back;
		offset.event -= back / 3;
		if (offset.click >= 0 && offset.event >= 0) /* as they are read */
			resume(m, offset);
	}
}

static void check_offset(struct fr_str text)
{
	struct recent_offset offset = {7, 7}, again;
	char out[RECENT_OFFSET];

	if (!recent_offset_parse(text, &offset)) {
		FUZZ_CHECK(offset.click == 7 && offset.event == 7);
		return;
	}
	FUZZ_CHECK(offset.click >= 0 && offset.event >= 0);
	recent_offset_text(&offset, out);
	FUZZ_CHECK(recent_offset_parse(fr_str_of(out), &again));
	FUZZ_CHECK(again.click == offset.click && again.event == offset.event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct model m;
	struct fr_str input = fuzz_input(data, size);

	check_offset(input);
	m = (struct model){.now = 100000};
	FUZZ_CHECK(recent_init(&m.recent, KEEP) == 0);
	while (input.len)
		operate(&m, fuzz_byte(&input));
	recent_fini(&m.recent);
	return 0;
}
