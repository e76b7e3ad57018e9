/*
 * How fast people may press: a token bucket for each client and one for each address. Pure memory,
 * its size fixed at the start; time comes in. Who is refused, and how they are told, is the hub's.
 */
#ifndef APP_LIMITS_H
#define APP_LIMITS_H

#include "base/attr.h"
#include "net/address.h"

#define LIMITS_BURST 10 /* seconds' worth of a rate that a bucket holds */

struct limits_options {
	uint32_t client, address;       /* presses a second; 0: as many as they like */
	const struct net_cidr *trusted; /* never limited as an address; nor are this machine's */
	size_t trusted_count;           /* borrowed, as they are */
};

/*
 * A token bucket as one number: the moment, in ns, at which it is full again (the generic cell rate
 * algorithm, ITU-T I.371). Zeroed: full.
 */
struct limits_bucket {
	uint64_t full_at;
};

enum limits_verdict { LIMITS_FINE, LIMITS_CLIENT, LIMITS_ADDRESS };

struct limits;

/* options are copied. NULL: no memory or no random bytes. */
struct limits *limits_new(const struct limits_options *options) FR_MUST_CHECK;
/* New rates, from the next press on; what a bucket holds it keeps. Whom they concern stays. */
void limits_set_rates(struct limits *limits, uint32_t client, uint32_t address);
/* Takes NULL. */
void limits_free(struct limits *limits);
/* What stands for an address: of IPv6 the first 64 bits, which is what one household has. 0: it is
 * trusted. */
uint64_t limits_place(const struct limits *limits, const struct net_address *address);
/*
 * Takes a token from the client's bucket and one from its place's, at `now` (ms, monotonic). When
 * either is empty it says which.
 */
enum limits_verdict limits_take(struct limits *limits, struct limits_bucket *client, uint64_t place,
				uint64_t now);

#endif
