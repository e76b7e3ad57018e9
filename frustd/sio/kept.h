/*
 * A packet that cannot be handed on yet: its attachments are not all here, or its socket is not
 * accepted yet. Holds copies.
 */
#ifndef SIO_KEPT_H
#define SIO_KEPT_H

#include "base/attr.h"
#include "base/list.h"
#include "sio/server.h"

struct sio_kept {
	struct fr_list link; /* sio_queues.waiting */
	struct fr_str text;
	uint32_t due;   /* attachments that are still to come */
	uint32_t count; /* attachments that are here */
	size_t size;    /* bytes that it takes */
	struct fr_str attachments[];
};

/* A packet to which that many attachments belong; NULL: no memory. */
struct sio_kept *sio_kept_new(struct fr_str text, uint32_t attachments) FR_MUST_CHECK;
/* Adds the next attachment, which is due. 0 or -ENOMEM. */
int sio_kept_add(struct sio_kept *kept, struct fr_str data) FR_MUST_CHECK;
/* Its attachments, borrowed. Takes NULL: none. */
struct sio_binary sio_kept_binary(const struct sio_kept *kept);
/* Takes NULL. */
void sio_kept_free(struct sio_kept *kept);

#endif
