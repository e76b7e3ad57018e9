/*
 * What the hub's loop and the other loops say to each other: messages, one behind the other in a
 * buffer. Pure memory; see relay.h for who says what to whom.
 */
#ifndef APP_MESSAGE_H
#define APP_MESSAGE_H

#include "base/buf.h"
#include "net/address.h"

enum message_kind {
	/* to the hub: hub.h's struct input */
	MESSAGE_JOIN,
	MESSAGE_LEAVE,
	MESSAGE_AUTH,
	MESSAGE_RECORD,
	MESSAGE_REFUSE,
	MESSAGE_QUESTION, /* for a route's body */
	/* from it: hub.h's struct deliver */
	MESSAGE_PUBLISH,
	MESSAGE_SEND,
	MESSAGE_ACK,
	MESSAGE_WELCOME,
	MESSAGE_FOLLOW,
	MESSAGE_DROP,
	/* either way: there was no memory for some messages before this one */
	MESSAGE_TORN,
};

#define MESSAGE_TEXTS 4

/* Each kind uses what it needs; the rest is zeroed. */
struct message {
	enum message_kind kind;
	uint8_t what;   /* enum news_kind, frust_kind or api's route */
	bool flag;      /* JOIN: recoverable; LEAVE: goodbye; ACK: of a record */
	bool wants_ack; /* AUTH, RECORD, REFUSE: `number` is the ack's */
	int refusal;    /* ACK, REFUSE */
	uint32_t limit; /* QUESTION */
	uint64_t client;
	uint64_t number;
	int64_t id, timestamp; /* ACK */
	uint64_t asked_at;     /* RECORD: struct ack's */
	struct net_address from;
	struct fr_str texts[MESSAGE_TEXTS]; /* absent ones stay absent */
};

/* Copies the message to the buffer's end. */
void message_add(struct fr_buf *out, const struct message *message);
/* Takes the next one out of *rest; its texts live as long as those bytes. False: that was all. */
bool message_next(struct fr_str *rest, struct message *message);

#endif
