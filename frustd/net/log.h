/*
 * The broadcast log: bytes that many readers send, each from its own position. One writer, one
 * loop, pure memory. Positions are absolute and only grow; a record is contiguous, and where it
 * would not fit before the ring's end it starts at the front, leaving one gap that readers step
 * over.
 */
#ifndef NET_LOG_H
#define NET_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct net_log {
	uint8_t *bytes;
	size_t size;               /* a power of two */
	uint64_t head, tail;       /* positions [tail, head) can be read */
	uint64_t gap_from, gap_to; /* positions without bytes, gap_from == gap_to: none */
};

/* size: a power of two, the send window. */
int net_log_init(struct net_log *log, size_t size) FR_MUST_CHECK;
void net_log_fini(struct net_log *log);
/* Room for a record of n <= size / 4 bytes; cannot fail. What it overwrites is lost to readers. */
uint8_t *net_log_reserve(struct net_log *log, size_t n);
/* The record's true length, n <= what was reserved. */
void net_log_commit(struct net_log *log, size_t n);
/* Whether a reader at pos can still read on. */
bool net_log_holds(const struct net_log *log, uint64_t pos);
/* The contiguous bytes at *pos up to end (a position <= head); *pos steps over a gap. 0: none. */
size_t net_log_slice(const struct net_log *log, uint64_t *pos, uint64_t end, const uint8_t **data);

#endif
