/*
 * The broadcast log's arithmetic. A position p lies at bytes[p & (size - 1)]. A record that would
 * cross the ring's end starts at the next lap instead; the positions in between are the gap. One
 * gap is enough: whoever opens the next one has overwritten the lap the last one lies in.
 */
#include "net/log.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

int net_log_init(struct net_log *log, size_t size)
{
	assert(size >= 4 && (size & (size - 1)) == 0);
	*log = (struct net_log){.bytes = malloc(size), .size = size};
	return log->bytes ? 0 : -ENOMEM;
}

void net_log_fini(struct net_log *log)
{
	free(log->bytes);
	*log = (struct net_log){0};
}

uint8_t *net_log_reserve(struct net_log *log, size_t n)
{
	size_t at = log->head & (log->size - 1);

	assert(n <= log->size / 4);
	if (n > log->size - at) {
		log->gap_from = log->head;
		log->gap_to = log->head + (log->size - at);
		log->head = log->gap_to;
		at = 0;
	}
	if (log->head + n > log->tail + log->size)
		log->tail = log->head + n - log->size;
	return log->bytes + at;
}

void net_log_commit(struct net_log *log, size_t n)
{
	log->head += n;
}

bool net_log_holds(const struct net_log *log, uint64_t pos)
{
	return pos >= log->tail && pos <= log->head;
}

size_t net_log_slice(const struct net_log *log, uint64_t *pos, uint64_t end, const uint8_t **data)
{
	uint64_t n;
	size_t at;

	/* In this order: a reader that has reached its end stays there, before the gap. */
	if (*pos >= end)
		return 0;
	if (*pos == log->gap_from && log->gap_from != log->gap_to)
		*pos = log->gap_to;
	if (*pos >= end)
		return 0;
	if (*pos < log->gap_from && log->gap_from < end)
		end = log->gap_from;
	at = *pos & (log->size - 1);
	n = end - *pos;
	if (n > log->size - at)
		n = log->size - at;
	*data = log->bytes + at;
	return n;
}
