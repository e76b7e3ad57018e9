/*
 * eio/outbox against a naive model: for each session a queue of whole frames. The input is the
 * operations, a byte each and what it needs.
 */
#include "eio/outbox.h"

#include "fuzz/fuzz.h"

#define WINDOW 256
#define PAYLOAD_MAX 60
#define SESSIONS 3
#define FRAMES_MAX 1024

struct frame {
	size_t len;
	bool shared; /* in the log, whose window it may leave */
	uint8_t bytes[PAYLOAD_MAX + WS_HEAD_MAX];
};

struct session {
	struct eio_outbox box;
	struct frame frames[FRAMES_MAX];
	size_t first, count;
};

struct world {
	struct net_log logs[2];
	struct session sessions[SESSIONS];
	struct fr_str input;
	uint32_t serial;
};

static struct frame make_frame(struct world *world)
{
	uint8_t size = fuzz_byte(&world->input);
	struct frame frame = {0};
	size_t n = size % PAYLOAD_MAX;
	size_t head = ws_frame_head(frame.bytes, size & 128 ? WS_BINARY : WS_TEXT, n);

	world->serial++;
	for (size_t i = 0; i < n; i++)
		frame.bytes[head + i] = (uint8_t)(world->serial + i);
	frame.len = head + n;
	return frame;
}

static struct frame *frame_at(struct session *s, size_t i)
{
	return &s->frames[(s->first + i) % FRAMES_MAX];
}

static void push(struct session *s, const struct frame *frame, bool shared)
{
	FUZZ_CHECK(s->count < FRAMES_MAX);
	*frame_at(s, s->count) = *frame;
	frame_at(s, s->count++)->shared = shared;
}

static void give_up(struct session *s)
{
	eio_outbox_fini(&s->box);
	s->count = 0;
}

/* --- in --- */

static void send_own(struct world *world, struct session *s)
{
	struct frame frame = make_frame(world);
	struct ws_frame view = ws_frame_view(frame.bytes);
	size_t cut = view.payload.len / 2;
	const struct fr_str parts[] = {fr_str(view.payload.at, cut),
				       fr_str_skip(view.payload, cut)};

	FUZZ_CHECK(eio_outbox_send(&s->box, view.opcode, parts, 2) == 0);
	push(s, &frame, false);
}

static void send_shared(struct world *world)
{
	struct frame frames[2] = {make_frame(world), make_frame(world)};
	uint8_t who = fuzz_byte(&world->input);
	struct net_chunk *chunk = net_chunk_new(frames[0].len + frames[1].len);

	FUZZ_CHECK(chunk != NULL);
	memcpy(chunk->bytes, frames[0].bytes, frames[0].len);
	memcpy(chunk->bytes + frames[0].len, frames[1].bytes, frames[1].len);
	for (size_t i = 0; i < SESSIONS; i++) {
		if (!(who >> i & 1))
			continue;
		FUZZ_CHECK(eio_outbox_send_shared(&world->sessions[i].box, chunk) == 0);
		push(&world->sessions[i], &frames[0], false);
		push(&world->sessions[i], &frames[1], false);
	}
	net_chunk_unref(chunk);
}

static void broadcast(struct world *world, struct net_log *log)
{
	struct frame frame = make_frame(world);

	memcpy(net_log_reserve(log, frame.len), frame.bytes, frame.len);
	net_log_commit(log, frame.len);
	for (size_t i = 0; i < SESSIONS; i++)
		if (world->sessions[i].box.log == log)
			push(&world->sessions[i], &frame, true);
}

static void follow(struct session *s, const struct net_log *log)
{
	if (eio_outbox_lost(&s->box))
		return;
	FUZZ_CHECK(eio_outbox_follow(&s->box, log) == 0);
	for (size_t i = 0; i < s->count; i++)
		frame_at(s, i)->shared = false;
}

static void prepend(struct world *world, struct session *s)
{
	struct frame frame = make_frame(world);
	struct ws_frame view = ws_frame_view(frame.bytes);
	struct eio_outbox other = {0};

	FUZZ_CHECK(eio_outbox_send(&other, view.opcode, &view.payload, 1) == 0);
	eio_outbox_prepend(&s->box, &other);
	FUZZ_CHECK(eio_outbox_empty(&other));
	s->first = (s->first + FRAMES_MAX - 1) % FRAMES_MAX;
	s->count++;
	*frame_at(s, 0) = frame;
}

/* --- out --- */

/* These bytes left: they are the model's next frames. */
static void check_left(struct session *s, struct fr_str left)
{
	while (left.len) {
		const struct frame *next = frame_at(s, 0);

		FUZZ_CHECK(s->count > 0 && left.len >= next->len);
		FUZZ_CHECK(memcmp(left.at, next->bytes, next->len) == 0);
		left = fr_str_skip(left, next->len);
		s->first = (s->first + 1) % FRAMES_MAX;
		s->count--;
	}
}

/* As a WebSocket writes: as many bytes as the peer takes, and the rest of the frame begun. */
static void write_some(struct world *world, struct session *s)
{
	uint8_t how = fuzz_byte(&world->input);
	struct net_span spans[4], rest;
	int n = eio_outbox_peek(&s->box, spans, 1 + how % 4);
	struct fr_buf left = FR_BUF_INIT;
	size_t takes = how / 4 * 3;

	for (int i = 0; i < n; i++)
		fr_buf_add(&left, spans[i].at, spans[i].len);
	FUZZ_CHECK((left.len == 0) == (s->count == 0));
	if (takes < left.len) {
		size_t end = eio_outbox_begun(&s->box, takes, &rest);

		FUZZ_CHECK(rest.len > 0 && end == takes + rest.len);
		left.len = takes;
		fr_buf_add(&left, rest.at, rest.len);
	}
	check_left(s, fr_buf_str(&left));
	eio_outbox_sent(&s->box, left.len);
	fr_buf_fini(&left);
}

/* As polling reads: frame by frame. */
static void walk_some(struct world *world, struct session *s)
{
	struct fr_buf left = FR_BUF_INIT;
	struct eio_walk walk;
	struct ws_frame frame;

	eio_walk_init(&walk, &s->box);
	for (int most = fuzz_byte(&world->input) % 16; most > 0 && eio_walk_next(&walk, &frame);
	     most--)
		fr_buf_add(&left, frame.payload.at - (frame.size - frame.payload.len), frame.size);
	check_left(s, fr_buf_str(&left));
	eio_outbox_sent(&s->box, left.len);
	fr_buf_fini(&left);
}

/* --- turns --- */

static void operate(struct world *world, uint8_t what, struct session *s)
{
	switch (what >> 4) {
	case 0:
		follow(s, NULL);
		break;
	case 1:
	case 2:
		follow(s, &world->logs[what >> 4 & 1]);
		break;
	case 3:
		prepend(world, s);
		break;
	case 4:
		give_up(s);
		break;
	case 5:
		send_shared(world);
		break;
	case 6:
	case 7:
		send_own(world, s);
		break;
	case 8:
	case 9:
		broadcast(world, &world->logs[what >> 4 & 1]);
		break;
	case 10:
	case 11:
		if (!eio_outbox_lost(&s->box))
			walk_some(world, s);
		break;
	default:
		if (!eio_outbox_lost(&s->box))
			write_some(world, s);
	}
}

static void check_session(struct session *s)
{
	size_t own = 0, shared = 0;

	for (size_t i = 0; i < s->count; i++)
		*(frame_at(s, i)->shared ? &shared : &own) += frame_at(s, i)->len;
	if (eio_outbox_lost(&s->box)) {
		FUZZ_CHECK(shared > 0);
		give_up(s);
		return;
	}
	FUZZ_CHECK(shared <= WINDOW);
	FUZZ_CHECK(own ? s->box.queued >= own + EIO_PIECE_COST : s->box.queued == 0);
	FUZZ_CHECK(eio_outbox_empty(&s->box) == (s->count == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;

	if (size > FRAMES_MAX)
		return 0;
	memset(&world.sessions, 0, sizeof(world.sessions));
	world.serial = 0;
	world.input = fuzz_input(data, size);
	for (size_t i = 0; i < 2; i++)
		FUZZ_CHECK(net_log_init(&world.logs[i], WINDOW) == 0);
	while (world.input.len) {
		uint8_t what = fuzz_byte(&world.input);

		operate(&world, what, &world.sessions[what % SESSIONS]);
		for (size_t i = 0; i < SESSIONS; i++)
			check_session(&world.sessions[i]);
	}
	for (size_t i = 0; i < SESSIONS; i++)
		eio_outbox_fini(&world.sessions[i].box);
	for (size_t i = 0; i < 2; i++)
		net_log_fini(&world.logs[i]);
	return 0;
}
