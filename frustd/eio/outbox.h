/*
 * What one session has yet to send: *pieces* of its own, and the records of at most one broadcast
 * log from its cursor on. Everything waits as unmasked server WebSocket frames, and every place
 * where an outbox stands between two calls is a frame's first byte.
 *
 * A piece is due at the log's head of the moment it was queued: it leaves after the records before
 * it and before those that came later. Small frames of one such place share a piece, so that many
 * of them cost little more than their bytes. Idle, an outbox is this struct and nothing else.
 */
#ifndef EIO_OUTBOX_H
#define EIO_OUTBOX_H

#include "base/attr.h"
#include "net/chunk.h"
#include "net/conn.h"
#include "net/log.h"
#include "ws/frame.h"

/* Bytes of memory that a piece costs beside its frames: what describes it, and the allocator's. */
#define EIO_PIECE_COST 72

struct eio_outbox {
	const struct net_log *log; /* followed, or NULL */
	uint64_t cursor;           /* in the log; 0 without one */
	struct eio_piece *first, *last;
	size_t queued; /* bytes of memory that the pieces hold, EIO_PIECE_COST for each */
};

/* Frees what waits. Takes a zeroed outbox, and leaves one. */
void eio_outbox_fini(struct eio_outbox *box);
/* Queues one frame whose payload is the parts, joined; copies. 0 or -ENOMEM. */
int eio_outbox_send(struct eio_outbox *box, enum ws_opcode opcode, const struct fr_str *parts,
		    int n) FR_MUST_CHECK;
/* Queues whole frames that others send too; takes its own reference. 0 or -ENOMEM. */
int eio_outbox_send_shared(struct eio_outbox *box, struct net_chunk *frames) FR_MUST_CHECK;
/*
 * The followed log's records from `from` to its head, none of which was taken yet, leave in another
 * form: these frames, of which it takes its own reference. Without memory for that they leave as
 * they are.
 */
void eio_outbox_replace(struct eio_outbox *box, uint64_t from, struct net_chunk *frames);
/*
 * Follows log from its head on; NULL: none. What was not sent of the old log, which still holds the
 * cursor, is copied to pieces in its place. 0, or -ENOMEM: the old log is still followed.
 */
int eio_outbox_follow(struct eio_outbox *box, const struct net_log *log) FR_MUST_CHECK;
/* Moves all of `from`, which follows no log, before everything in box. */
void eio_outbox_prepend(struct eio_outbox *box, struct eio_outbox *from);

bool eio_outbox_empty(const struct eio_outbox *box);
/* The bytes that wait, in pieces and in the log. */
uint64_t eio_outbox_waiting(const struct eio_outbox *box);
/* Fell out of the log's window: what it should have sent next is gone. Ask before anything below.
 */
bool eio_outbox_lost(const struct eio_outbox *box);
/* The first runs of what waits, for one write; borrowed. Returns how many. */
int eio_outbox_peek(const struct eio_outbox *box, struct net_span *spans, int max);
/*
 * If n bytes left, fewer than wait: the rest of the frame that they end in, or, at a border, the
 * whole frame after it; borrowed. Returns the bytes up to its end, for eio_outbox_sent.
 */
size_t eio_outbox_begun(const struct eio_outbox *box, size_t n, struct net_span *rest);
/* n bytes have left; they end on a frame. */
void eio_outbox_sent(struct eio_outbox *box, size_t n);

/* Looks at one frame after the other without taking them; the outbox stays as it is meanwhile. */
struct eio_walk {
	const struct net_log *log;
	uint64_t cursor;
	const struct eio_piece *piece;
	struct net_span run; /* contiguous frames, the rest of them */
};
void eio_walk_init(struct eio_walk *walk, const struct eio_outbox *box);
/* The next frame, borrowed; false at the end. */
bool eio_walk_next(struct eio_walk *walk, struct ws_frame *frame);

#endif
