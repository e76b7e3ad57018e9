/* Owns the order in which a session's bytes leave. Writes nothing itself. */
#include "eio/outbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct eio_piece {
	struct eio_piece *next;
	uint64_t due;            /* the log's position that it comes before */
	uint64_t resume;         /* where the log goes on after it: beyond due, or 0 */
	struct net_chunk *chunk; /* the bytes, shared; NULL: they are in own */
	size_t size;             /* of own, or of the chunk */
	size_t len, done;        /* done: bytes that have left, up to a frame's end */
	uint8_t own[];
};

static_assert(sizeof(struct eio_piece) + 2 * sizeof(void *) <= EIO_PIECE_COST,
	      "small frames may cost more than they count");

#define SIZE_PACKED 512 /* of a piece that small frames share */

/* --- pieces --- */

static struct eio_piece *piece_new(size_t own)
{
	struct eio_piece *piece = malloc(sizeof(*piece) + own);

	if (piece)
		*piece = (struct eio_piece){.size = own, .len = own};
	return piece;
}

static void piece_free(struct eio_piece *piece)
{
	net_chunk_unref(piece->chunk);
	free(piece);
}

static bool is_due(const struct eio_piece *piece, uint64_t cursor)
{
	return piece && piece->due <= cursor;
}

static struct net_span rest_of(const struct eio_piece *piece)
{
	const uint8_t *bytes = piece->chunk ? piece->chunk->bytes : piece->own;

	return (struct net_span){bytes + piece->done, piece->len - piece->done};
}

static void append(struct eio_outbox *box, struct eio_piece *piece, uint64_t due)
{
	piece->due = due;
	if (box->last)
		box->last->next = piece;
	else
		box->first = piece;
	box->last = piece;
	box->queued += EIO_PIECE_COST + piece->size;
}

/* The log's place once the piece at `cursor` has left. */
static uint64_t after(const struct eio_piece *piece, uint64_t cursor)
{
	return piece->resume > cursor ? piece->resume : cursor;
}

static void drop_first(struct eio_outbox *box)
{
	struct eio_piece *piece = box->first;

	box->queued -= EIO_PIECE_COST + piece->size;
	box->first = piece->next;
	if (!box->first)
		box->last = NULL;
	piece_free(piece);
}

/* --- in --- */

static uint64_t head_of(const struct eio_outbox *box)
{
	return box->log ? box->log->head : 0;
}

void eio_outbox_fini(struct eio_outbox *box)
{
	while (box->first)
		drop_first(box);
	*box = (struct eio_outbox){0};
}

/* Room for n bytes of frames at the end: frames that wait one behind the other share pieces. */
static uint8_t *reserve(struct eio_outbox *box, size_t n)
{
	struct eio_piece *last = box->last;
	bool packs = last && !last->chunk && last->due == head_of(box);

	if (!packs || last->size - last->len < n) {
		last = piece_new(packs && n < SIZE_PACKED ? SIZE_PACKED : n);
		if (!last)
			return NULL;
		last->len = 0;
		append(box, last, head_of(box));
	}
	last->len += n;
	return last->own + last->len - n;
}

int eio_outbox_send(struct eio_outbox *box, enum ws_opcode opcode, const struct fr_str *parts,
		    int n)
{
	size_t payload = 0;
	uint8_t *at;

	for (int i = 0; i < n; i++)
		payload += parts[i].len;
	at = reserve(box, ws_frame_size(payload));
	if (!at)
		return -ENOMEM;
	at += ws_frame_head(at, opcode, payload);
	for (int i = 0; i < n; at += parts[i].len, i++) {
		if (parts[i].len)
			memcpy(at, parts[i].at, parts[i].len);
	}
	return 0;
}

static struct eio_piece *piece_shared(struct net_chunk *frames)
{
	struct eio_piece *piece = piece_new(0);

	if (!piece)
		return NULL;
	piece->chunk = net_chunk_ref(frames);
	piece->size = piece->len = frames->len;
	return piece;
}

int eio_outbox_send_shared(struct eio_outbox *box, struct net_chunk *frames)
{
	struct eio_piece *piece = piece_shared(frames);

	if (!piece)
		return -ENOMEM;
	append(box, piece, head_of(box));
	return 0;
}

void eio_outbox_replace(struct eio_outbox *box, uint64_t from, struct net_chunk *frames)
{
	struct eio_piece *piece = piece_shared(frames);

	assert(box->log && box->cursor <= from);
	if (!piece)
		return;
	piece->resume = box->log->head;
	append(box, piece, from);
}

/* Copies the log's next run to a piece at *link, in the run's place. 1: done, 0: nothing is left.
 */
static int absorb_run(struct eio_outbox *box, struct eio_piece **link)
{
	uint64_t end = *link ? (*link)->due : box->log->head;
	const uint8_t *bytes = NULL;
	size_t n = net_log_slice(box->log, &box->cursor, end, &bytes);
	struct eio_piece *piece;

	if (n == 0)
		return 0;
	piece = piece_new(n);
	if (!piece)
		return -ENOMEM;
	memcpy(piece->own, bytes, n);
	piece->due = box->cursor;
	piece->next = *link;
	*link = piece;
	if (!piece->next)
		box->last = piece;
	box->queued += EIO_PIECE_COST + n;
	box->cursor += n;
	return 1;
}

int eio_outbox_follow(struct eio_outbox *box, const struct net_log *log)
{
	uint64_t head = log ? log->head : 0;
	struct eio_piece **link = &box->first;
	int r = box->log ? 1 : 0;

	assert(!eio_outbox_lost(box));
	while (r > 0) {
		for (; is_due(*link, box->cursor); link = &(*link)->next)
			box->cursor = after(*link, box->cursor);
		r = absorb_run(box, link);
	}
	if (r < 0)
		return r;
	for (struct eio_piece *it = box->first; it; it = it->next) {
		it->due = head;
		it->resume = 0;
	}
	box->log = log;
	box->cursor = head;
	return 0;
}

void eio_outbox_prepend(struct eio_outbox *box, struct eio_outbox *from)
{
	assert(!from->log);
	if (!from->first)
		return;
	for (struct eio_piece *it = from->first; it; it = it->next)
		it->due = box->cursor;
	from->last->next = box->first;
	box->first = from->first;
	if (!box->last)
		box->last = from->last;
	box->queued += from->queued;
	*from = (struct eio_outbox){0};
}

/* --- out --- */

bool eio_outbox_empty(const struct eio_outbox *box)
{
	return !box->first && (!box->log || box->cursor == box->log->head);
}

uint64_t eio_outbox_waiting(const struct eio_outbox *box)
{
	return box->queued + (box->log ? box->log->head - box->cursor : 0);
}

bool eio_outbox_lost(const struct eio_outbox *box)
{
	return box->log && !net_log_holds(box->log, box->cursor);
}

/* What leaves first at that place: the piece when it is due, else the log's bytes up to it. */
static struct net_span first_run(const struct net_log *log, uint64_t *cursor,
				 const struct eio_piece *piece)
{
	const uint8_t *bytes = NULL;
	size_t n = 0;

	if (is_due(piece, *cursor))
		return rest_of(piece);
	if (log)
		n = net_log_slice(log, cursor, piece ? piece->due : log->head, &bytes);
	assert(n || !piece);
	return (struct net_span){bytes, n};
}

void eio_walk_init(struct eio_walk *walk, const struct eio_outbox *box)
{
	*walk = (struct eio_walk){.log = box->log, .cursor = box->cursor, .piece = box->first};
}

/* False at the end. */
static bool next_run(struct eio_walk *walk)
{
	bool own = is_due(walk->piece, walk->cursor);

	walk->run = first_run(walk->log, &walk->cursor, walk->piece);
	if (own) {
		walk->cursor = after(walk->piece, walk->cursor);
		walk->piece = walk->piece->next;
	} else {
		walk->cursor += walk->run.len;
	}
	return walk->run.len > 0;
}

bool eio_walk_next(struct eio_walk *walk, struct ws_frame *frame)
{
	if (walk->run.len == 0 && !next_run(walk))
		return false;
	*frame = ws_frame_view(walk->run.at);
	walk->run.at = (const uint8_t *)walk->run.at + frame->size;
	walk->run.len -= frame->size;
	return true;
}

int eio_outbox_peek(const struct eio_outbox *box, struct net_span *spans, int max)
{
	struct eio_walk walk;
	int n = 0;

	eio_walk_init(&walk, box);
	while (n < max && next_run(&walk))
		spans[n++] = walk.run;
	return n;
}

size_t eio_outbox_begun(const struct eio_outbox *box, size_t n, struct net_span *rest)
{
	struct eio_walk walk;
	struct ws_frame frame;
	size_t end = 0;

	eio_walk_init(&walk, box);
	while (end <= n && eio_walk_next(&walk, &frame))
		end += frame.size;
	assert(end > n);
	*rest = (struct net_span){(const uint8_t *)walk.run.at - (end - n), end - n};
	return end;
}

void eio_outbox_sent(struct eio_outbox *box, size_t n)
{
	while (n) {
		bool own = is_due(box->first, box->cursor);
		struct net_span run = first_run(box->log, &box->cursor, box->first);
		size_t took = run.len < n ? run.len : n;

		assert(took);
		n -= took;
		if (!own) {
			box->cursor += took;
			continue;
		}
		box->first->done += took;
		if (box->first->done < box->first->len)
			continue;
		box->cursor = after(box->first, box->cursor);
		drop_first(box);
	}
}
