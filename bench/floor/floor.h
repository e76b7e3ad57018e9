/* What the floor's files share. */
#ifndef FLOOR_H
#define FLOOR_H

#include "base/buf.h"

#define STATS                                                                                      \
	"\"click_count_total\":1234567,\"event_count_total\":12345,\"click_count_today\":1234,"    \
	"\"event_count_today\":123,\"click_count_hour\":12,\"event_count_hour\":1"

struct peer {
	int fd;
	bool websocket;
	bool follows;      /* gets what is broadcast */
	struct fr_buf in;  /* what came and is not whole */
	struct fr_buf out; /* what the socket did not take */
	bool polls;        /* a poll waits */
	struct fr_buf box; /* packets for the next poll */
};

struct floor {
	int epoll, listener;
	bool by_frame;
	struct peer **peers;
	size_t count, size, connected, told;
	struct fr_buf turn;                            /* the frames of this turn, for all */
	struct fr_buf packets, answer;                 /* the same for polls: payload, response */
	struct fr_buf small, body, gzip, not_modified; /* whole responses */
	char bytes[1 << 16];
};

/* Ends the program unless all is fine. */
void floor_check(bool fine, const char *what);

/* --- out.c --- */

void floor_watch(struct floor *floor, struct peer *peer, uint32_t events, int operation);
void floor_send(struct floor *floor, struct peer *peer, struct fr_str bytes);
/* What the socket did not take before. */
void floor_send_rest(struct floor *floor, struct peer *peer);
/* more: header lines, or "". */
void floor_make_response(struct fr_buf *out, const char *more, struct fr_str body);
void floor_add_packet(struct fr_buf *payload, struct fr_str packet);
void floor_add_frame(struct fr_buf *buf, struct fr_str payload);
/* To all who follow, with the turn or at once. */
void floor_broadcast(struct floor *floor, struct fr_str payload);
void floor_broadcast_status(struct floor *floor);
void floor_flush(struct floor *floor);

/* --- in.c --- */

/* Reads once and does what is asked. The peer may be gone after it. */
void floor_recv(struct floor *floor, struct peer *peer);

#endif
