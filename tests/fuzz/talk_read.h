/* The other half of talk.h, for talk*.c alone. */
#ifndef TESTS_FUZZ_TALK_READ_H
#define TESTS_FUZZ_TALK_READ_H

#include "fuzz/talk.h"

/* Reads what came on every connection (talk_read.c). */
void talk_read(struct talk *talk);

struct talk_answer {
	int status;
	struct fr_str type, body; /* borrowed */
	bool last;                /* Connection: close */
};

/* Takes the packets out of what was read, and tells the target (talk_packets.c). */
void talk_take_answer(struct talk *talk, const struct talk_ask *ask,
		      const struct talk_answer *answer);
void talk_take_frame(struct talk *talk, struct talk_conn *conn, const struct ws_frame *frame);

#endif
