/*
 * What other threads have for a loop: letters, which are read on the loop in the order in which
 * they were sent.
 */
#ifndef NET_MAILBOX_H
#define NET_MAILBOX_H

#include "net/loop.h"

/* The head of whatever is sent. Whoever sends it gives it away. */
struct net_letter {
	struct net_letter *next; /* the mailbox's, while it is under way */
	/* On the loop; the letter is the callee's. ctx: the mailbox's. NULL: nobody reads any more,
	 * and the letter is only to be freed. */
	void (*read)(struct net_letter *letter, void *ctx);
};

struct net_mailbox;

/* 0 or a negative errno. */
int net_mailbox_open(struct net_loop *loop, void *ctx, struct net_mailbox **mailbox) FR_MUST_CHECK;
/* From any thread; cannot fail. */
void net_mailbox_send(struct net_mailbox *mailbox, struct net_letter *letter);
/* On the loop's thread, or when the loop does not run. Nobody sends any more; what was not read is
 * freed. Takes NULL. */
void net_mailbox_close(struct net_mailbox *mailbox);

#endif
