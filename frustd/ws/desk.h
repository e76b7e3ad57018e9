/*
 * Desks and their pool, for recv.c alone.
 *
 * A desk may be given to another receiver only when its wslay context stands between two frames.
 * wslay does not tell, so the bytes it was handed are counted and each finished frame's size is
 * taken off: at zero, with no message open, the border is clean.
 */
#ifndef WS_DESK_H
#define WS_DESK_H

#include "base/buf.h"
#include "base/list.h"
#include "ws/recv.h"

struct ws_desk {
	struct fr_list link; /* ws_desks.idle */
	struct wslay_frame_context *context;
	const uint8_t *input; /* of the ws_recv that runs, not yet handed to wslay */
	size_t input_len;
	size_t taken; /* bytes that wslay holds beyond finished frames */

	bool open; /* a message is */
	bool binary, deflated;
	uint32_t utf8;         /* of the open message's text so far */
	size_t incoming;       /* what `message` counts for in ws_desks.incoming */
	struct fr_buf message; /* what arrived of it, unless it came in one piece */
	struct fr_str whole;   /* the finished one: of `message`, wslay's buffer or `inflated` */
	size_t frame_len;      /* bytes of the open frame's payload so far */
	uint8_t control[WS_CONTROL_MAX];
};

struct ws_desks {
	struct fr_list idle; /* ws_desk.link */
	size_t idle_count;
	size_t message_max;
	size_t incoming, incoming_max; /* bytes of open messages */
	struct net_inflater *inflater; /* NULL before the first deflated message */
	struct fr_buf inflated;        /* the message that goes up right now */
};

/* NULL: no memory. The caller's, until it gives it back or frees it. */
struct ws_desk *ws_desk_borrow(struct ws_desks *desks) FR_MUST_CHECK;
/* At a clean border. */
void ws_desk_give_back(struct ws_desks *desks, struct ws_desk *desk);
/* One that stands anywhere else. Takes NULL. */
void ws_desk_free(struct ws_desk *desk);

#endif
