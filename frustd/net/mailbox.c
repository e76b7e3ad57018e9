/* Owns the queue and its lock; the letters are their senders' and readers'. */
#include "net/mailbox.h"

#include <errno.h>
#include <stdlib.h>

#include "net/internal.h"

struct net_mailbox {
	uv_mutex_t lock;
	struct net_letter *first, **last; /* under the lock; *last is NULL */
	struct net_wakeup *wakeup;
	void *ctx;
};

static struct net_letter *take_all(struct net_mailbox *mailbox)
{
	struct net_letter *first;

	uv_mutex_lock(&mailbox->lock);
	first = mailbox->first;
	mailbox->first = NULL;
	mailbox->last = &mailbox->first;
	uv_mutex_unlock(&mailbox->lock);
	return first;
}

static void read_all(struct net_mailbox *mailbox, void *ctx)
{
	struct net_letter *letter = take_all(mailbox), *next;

	for (; letter; letter = next) {
		next = letter->next;
		letter->read(letter, ctx);
	}
}

static void on_wakeup(void *ctx)
{
	struct net_mailbox *mailbox = ctx;

	read_all(mailbox, mailbox->ctx);
}

int net_mailbox_open(struct net_loop *loop, void *ctx, struct net_mailbox **out)
{
	struct net_mailbox *mailbox = calloc(1, sizeof(*mailbox));
	int rc;

	if (!mailbox)
		return -ENOMEM;
	mailbox->ctx = ctx;
	mailbox->last = &mailbox->first;
	rc = uv_mutex_init(&mailbox->lock);
	if (rc < 0)
		goto fail_lock;
	rc = net_wakeup_open(loop, on_wakeup, mailbox, &mailbox->wakeup);
	if (rc < 0)
		goto fail_wakeup;
	*out = mailbox;
	return 0;

fail_wakeup:
	uv_mutex_destroy(&mailbox->lock);
fail_lock:
	free(mailbox);
	return rc;
}

void net_mailbox_send(struct net_mailbox *mailbox, struct net_letter *letter)
{
	bool first;

	letter->next = NULL;
	uv_mutex_lock(&mailbox->lock);
	first = !mailbox->first;
	*mailbox->last = letter;
	mailbox->last = &letter->next;
	uv_mutex_unlock(&mailbox->lock);
	if (first) /* else the wake-up is under way */
		net_wakeup_send(mailbox->wakeup);
}

void net_mailbox_close(struct net_mailbox *mailbox)
{
	if (!mailbox)
		return;
	read_all(mailbox, NULL);
	net_wakeup_close(mailbox->wakeup);
	uv_mutex_destroy(&mailbox->lock);
	free(mailbox);
}
