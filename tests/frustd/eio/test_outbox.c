/*
 * The outbox against a naive model: a queue of whole frames for each session. Random turns of
 * everything an outbox does, over two small logs.
 */
#include "helpers/check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "eio/outbox.h"

#define WINDOW 1024
#define PAYLOAD_MAX 200
#define SESSIONS 6
#define FRAMES_MAX 4096
#define TURNS 500000

struct model_frame {
	size_t len;
	const struct net_log *log; /* NULL: private */
	uint64_t pos;
	uint8_t bytes[PAYLOAD_MAX + WS_HEAD_MAX];
};

struct session {
	struct eio_outbox box;
	struct model_frame frames[FRAMES_MAX]; /* what the model expects, a ring */
	size_t first, count;
};

struct world {
	struct net_log logs[2];
	struct session sessions[SESSIONS];
	uint64_t seed;
	uint32_t serial;
	size_t sent, lost, torn, replaced; /* so that the test can tell that it tested something */
};

static uint32_t dice(struct world *world, uint32_t sides)
{
	world->seed = world->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(world->seed >> 33) % sides;
}

static struct model_frame frame_random(struct world *world)
{
	struct model_frame frame = {0};
	size_t n = dice(world, 8) ? dice(world, 40) : dice(world, PAYLOAD_MAX);
	size_t head = ws_frame_head(frame.bytes, dice(world, 9) ? WS_TEXT : WS_BINARY, n);

	world->serial++;
	for (size_t i = 0; i < n; i++)
		frame.bytes[head + i] = (uint8_t)(world->serial + i);
	frame.len = head + n;
	return frame;
}

static void model_push(struct session *s, const struct model_frame *frame)
{
	CHECK(s->count < FRAMES_MAX);
	s->frames[(s->first + s->count++) % FRAMES_MAX] = *frame;
}

static const struct model_frame *model_at(const struct session *s, size_t i)
{
	return &s->frames[(s->first + i) % FRAMES_MAX];
}

static void send_private(struct world *world, struct session *s)
{
	struct model_frame frame = frame_random(world);
	struct ws_frame view = ws_frame_view(frame.bytes);
	size_t cut = dice(world, (uint32_t)view.payload.len + 1);
	struct fr_str parts[2] = {
		{view.payload.at, cut},
		{view.payload.at + cut, view.payload.len - cut},
	};

	CHECK_INT(eio_outbox_send(&s->box, view.opcode, parts, 2), 0);
	model_push(s, &frame);
}

static void send_shared(struct world *world)
{
	struct fr_buf bytes = FR_BUF_INIT;
	struct model_frame frames[3];
	size_t n = 1 + dice(world, 3);
	struct net_chunk *chunk;

	for (size_t i = 0; i < n; i++) {
		frames[i] = frame_random(world);
		fr_buf_add(&bytes, frames[i].bytes, frames[i].len);
	}
	chunk = net_chunk_of(bytes.at, bytes.len);
	CHECK(chunk != NULL);
	for (size_t i = 0; i < SESSIONS; i++) {
		if (dice(world, 2))
			continue;
		CHECK_INT(eio_outbox_send_shared(&world->sessions[i].box, chunk), 0);
		for (size_t f = 0; f < n; f++)
			model_push(&world->sessions[i], &frames[f]);
	}
	net_chunk_unref(chunk);
	fr_buf_fini(&bytes);
}

static void broadcast(struct world *world)
{
	struct net_log *log = &world->logs[dice(world, 2)];
	struct model_frame frame = frame_random(world), other = frame_random(world);
	struct net_chunk *chunk = net_chunk_of(other.bytes, other.len);
	bool replaces = dice(world, 3) == 0;

	CHECK(chunk != NULL);
	frame.log = other.log = log;
	other.pos = log->head;
	memcpy(net_log_reserve(log, frame.len), frame.bytes, frame.len);
	frame.pos = log->head;
	net_log_commit(log, frame.len);
	for (size_t i = 0; i < SESSIONS; i++) {
		struct session *s = &world->sessions[i];
		bool replaced = replaces && s->box.log == log && dice(world, 2);

		if (replaced)
			eio_outbox_replace(&s->box, other.pos, chunk);
		if (s->box.log == log)
			model_push(s, replaced ? &other : &frame);
		world->replaced += replaced;
	}
	net_chunk_unref(chunk);
}

static void follow(struct world *world, struct session *s)
{
	uint32_t which = dice(world, 3);

	if (eio_outbox_lost(&s->box))
		return;
	CHECK_INT(eio_outbox_follow(&s->box, which < 2 ? &world->logs[which] : NULL), 0);
	/* What is left of the old log is private now. */
	for (size_t i = 0; i < s->count; i++)
		s->frames[(s->first + i) % FRAMES_MAX].log = NULL;
}

static void prepend(struct world *world, struct session *s)
{
	struct eio_outbox other = {0};
	struct model_frame frames[2] = {frame_random(world), frame_random(world)};

	for (size_t i = 0; i < 2; i++) {
		struct ws_frame view = ws_frame_view(frames[i].bytes);

		CHECK_INT(eio_outbox_send(&other, view.opcode, &view.payload, 1), 0);
	}
	eio_outbox_prepend(&s->box, &other);
	CHECK(eio_outbox_empty(&other));
	for (size_t i = 2; i-- > 0;) {
		s->first = (s->first + FRAMES_MAX - 1) % FRAMES_MAX;
		s->count++;
		s->frames[s->first] = frames[i];
	}
}

/* Whether an outbox may and must be lost, judged by the oldest record that it still has to send. */
static bool check_lost(struct world *world, struct session *s)
{
	uint64_t oldest = UINT64_MAX;
	bool lost = eio_outbox_lost(&s->box);

	for (size_t i = 0; i < s->count && oldest == UINT64_MAX; i++) {
		if (model_at(s, i)->log)
			oldest = model_at(s, i)->pos;
	}
	if (lost)
		CHECK(oldest < s->box.log->tail + WINDOW / 4);
	else if (oldest != UINT64_MAX)
		CHECK(oldest >= s->box.log->tail);
	if (lost) {
		world->lost++;
		eio_outbox_fini(&s->box);
		s->count = 0;
	}
	return lost;
}

/* Bytes left: they must be the model's next ones and end on a frame. */
static void check_left(struct session *s, struct fr_str bytes)
{
	while (bytes.len) {
		const struct model_frame *next = model_at(s, 0);

		CHECK(s->count > 0);
		CHECK(bytes.len >= next->len);
		CHECK(memcmp(bytes.at, next->bytes, next->len) == 0);
		bytes = fr_str(bytes.at + next->len, bytes.len - next->len);
		s->first = (s->first + 1) % FRAMES_MAX;
		s->count--;
	}
}

/* A write that takes some of what waits, as a socket does. */
static void write_some(struct world *world, struct session *s)
{
	struct net_span spans[4];
	int n = eio_outbox_peek(&s->box, spans, 1 + (int)dice(world, 4));
	struct fr_buf left = FR_BUF_INIT;
	size_t takes;

	for (int i = 0; i < n; i++)
		fr_buf_add(&left, spans[i].at, spans[i].len);
	CHECK_INT(left.len == 0, s->count == 0);
	takes = dice(world, 2) ? left.len : dice(world, (uint32_t)left.len + 1);
	if (takes < left.len) {
		struct net_span rest;
		size_t end = eio_outbox_begun(&s->box, takes, &rest);

		CHECK(rest.len > 0);
		CHECK_INT(end, takes + rest.len);
		left.len = takes;
		fr_buf_add(&left, rest.at, rest.len);
		world->torn++;
	}
	check_left(s, fr_buf_str(&left));
	eio_outbox_sent(&s->box, left.len);
	world->sent += left.len;
	fr_buf_fini(&left);
}

/* Frame by frame, as polling does. */
static void walk_some(struct world *world, struct session *s)
{
	struct fr_buf left = FR_BUF_INIT;
	struct eio_walk walk;
	struct ws_frame frame;
	size_t most = dice(world, 10);

	eio_walk_init(&walk, &s->box);
	for (size_t i = 0; i < most && eio_walk_next(&walk, &frame); i++)
		fr_buf_add(&left, frame.payload.at - (frame.size - frame.payload.len), frame.size);
	check_left(s, fr_buf_str(&left));
	eio_outbox_sent(&s->box, left.len);
	fr_buf_fini(&left);
}

static void turn(struct world *world)
{
	struct session *s = &world->sessions[dice(world, SESSIONS)];
	bool slow = s == world->sessions && dice(world, 20); /* one reads too little */

	switch (dice(world, 24)) {
	case 0:
		send_shared(world);
		break;
	case 1:
		if (!slow)
			follow(world, s);
		break;
	case 2:
		prepend(world, s);
		break;
	case 3:
		if (slow)
			break;
		eio_outbox_fini(&s->box);
		s->count = 0;
		break;
	case 4:
	case 5:
	case 6:
	case 7:
		send_private(world, s);
		break;
	case 8:
	case 9:
	case 10:
	case 11:
	case 12:
	case 13:
		broadcast(world);
		break;
	case 14:
	case 15:
		if (!slow && !check_lost(world, s))
			walk_some(world, s);
		break;
	default:
		if (!slow && !check_lost(world, s))
			write_some(world, s);
	}
	if (!eio_outbox_lost(&s->box))
		CHECK_INT(eio_outbox_empty(&s->box), s->count == 0);
	CHECK_INT(s->box.queued > 0, s->box.first != NULL);
}

static void random_turns_send_what_the_model_expects(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	(void)state;
	CHECK(world != NULL);
	world->seed = 20;
	for (size_t i = 0; i < 2; i++)
		CHECK_INT(net_log_init(&world->logs[i], WINDOW), 0);
	for (size_t i = 0; i < TURNS; i++)
		turn(world);
	CHECK(world->sent > TURNS);
	CHECK(world->torn > TURNS / 100);
	CHECK(world->lost > TURNS / 10000);
	CHECK(world->replaced > TURNS / 100);
	for (size_t i = 0; i < SESSIONS; i++)
		eio_outbox_fini(&world->sessions[i].box);
	for (size_t i = 0; i < 2; i++)
		net_log_fini(&world->logs[i]);
	free(world);
}

static void queued_counts_what_pieces_cost(void **state)
{
	struct eio_outbox box = {0};
	struct net_chunk *chunk = net_chunk_of("\x81\x01"
					       "a"
					       "\x81\x01"
					       "b",
					       6);
	struct fr_str payload = FR_STR("hello");

	(void)state;
	CHECK(chunk != NULL);
	CHECK_INT(eio_outbox_send(&box, WS_TEXT, &payload, 1), 0);
	CHECK_INT(box.queued, EIO_PIECE_COST + 7);
	CHECK_INT(eio_outbox_send_shared(&box, chunk), 0);
	net_chunk_unref(chunk);
	CHECK_INT(box.queued, 2 * EIO_PIECE_COST + 7 + 6);
	eio_outbox_sent(&box, 7 + 3);
	CHECK_INT(box.queued, EIO_PIECE_COST + 6); /* the memory is there until all has left */
	eio_outbox_sent(&box, 3);
	CHECK_INT(box.queued, 0);
	CHECK(eio_outbox_empty(&box));
	CHECK_INT(eio_outbox_send(&box, WS_TEXT, &payload, 1), 0);
	eio_outbox_fini(&box);
	CHECK_INT(box.queued, 0);
}

static void small_frames_share_their_memory(void **state)
{
	struct eio_outbox box = {0};
	struct fr_str payload = FR_STR("x");

	(void)state;
	for (int i = 0; i < 10000; i++)
		CHECK_INT(eio_outbox_send(&box, WS_TEXT, &payload, 1), 0);
	CHECK(box.queued > 10000 * 3);
	CHECK(box.queued < 10000 * 4);
	eio_outbox_sent(&box, 9999 * 3);
	CHECK(box.queued > EIO_PIECE_COST);
	eio_outbox_sent(&box, 3);
	CHECK_INT(box.queued, 0);
}

static void queued_counts_pieces_that_come_from_elsewhere(void **state)
{
	struct eio_outbox box = {0}, other = {0};
	struct net_chunk *chunk = net_chunk_of("\x81\x01"
					       "c",
					       3);
	struct fr_str payload = FR_STR("hello");
	struct net_log log;

	(void)state;
	CHECK(chunk != NULL);
	CHECK_INT(net_log_init(&log, WINDOW), 0);
	CHECK_INT(eio_outbox_follow(&box, &log), 0);
	for (int i = 0; i < 2; i++) {
		memcpy(net_log_reserve(&log, 3),
		       "\x81\x01"
		       "a",
		       3);
		net_log_commit(&log, 3);
	}
	CHECK_INT(box.queued, 0); /* the log's bytes are everybody's */
	eio_outbox_replace(&box, 3, chunk);
	net_chunk_unref(chunk);
	CHECK_INT(box.queued, EIO_PIECE_COST + 3);
	CHECK_INT(eio_outbox_follow(&box, NULL), 0);
	CHECK_INT(box.queued, 2 * EIO_PIECE_COST + 3 + 3);
	CHECK_INT(eio_outbox_send(&other, WS_TEXT, &payload, 1), 0);
	eio_outbox_prepend(&box, &other);
	CHECK_INT(other.queued, 0);
	CHECK_INT(box.queued, 3 * EIO_PIECE_COST + 7 + 3 + 3);
	eio_outbox_sent(&box, 7 + 3);
	CHECK_INT(box.queued, EIO_PIECE_COST + 3);
	eio_outbox_fini(&box);
	CHECK_INT(box.queued, 0);
	net_log_fini(&log);
}

static void an_idle_outbox_is_40_bytes(void **state)
{
	(void)state;
	CHECK_INT(sizeof(struct eio_outbox), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_turns_send_what_the_model_expects),
		cmocka_unit_test(queued_counts_what_pieces_cost),
		cmocka_unit_test(small_frames_share_their_memory),
		cmocka_unit_test(queued_counts_pieces_that_come_from_elsewhere),
		cmocka_unit_test(an_idle_outbox_is_40_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
