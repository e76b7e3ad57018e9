/*
 * How much of the server each address has: its connections and sessions, and how fast new ones
 * come. An IPv6 address stands for its /64, since whoever has one of those has them all.
 *
 * One table serves all loops, under one mutex: it is asked when something comes or goes, never for
 * a message. Its memory is bounded by what is there: an address that has nothing is forgotten as
 * soon as its rate allows, and at most NET_PEERS_IDLE such addresses are remembered.
 */
#ifndef NET_PEERS_H
#define NET_PEERS_H

#include <stdint.h>

#include "base/attr.h"
#include "net/address.h"

#define NET_PEERS_IDLE 4096
#define NET_PEERS_BURST 10 /* seconds over which a rate is averaged */

/* What an address may have; each kind is counted for itself. */
enum net_seat_kind { NET_SEAT_CONN, NET_SEAT_SESSION, NET_SEAT_KINDS };

struct net_peers_limits {
	uint32_t all;     /* of each kind at once, of all addresses together */
	uint32_t address; /* of each kind at once, of one address; 0: any number */
	uint32_t rate;    /* new ones of each kind a second, of one address; 0: any number */
};

enum net_peers_refusal {
	NET_PEERS_FULL = 1, /* there are `all` */
	NET_PEERS_MANY = 2, /* the address has its number */
	NET_PEERS_FAST = 3, /* the address is over its rate */
};

struct net_peers;

/* What was taken; zeroed: nothing. May be copied to its place. */
struct net_seat {
	struct net_peer *peer; /* whose it is: an address's, or nobody's who is limited */
	enum net_seat_kind kind;
};

/* NULL: no memory, or no random bytes. */
struct net_peers *net_peers_new(const struct net_peers_limits *limits) FR_MUST_CHECK;
/* For what comes from now on; who has more keeps it. Any thread. */
void net_peers_set_limits(struct net_peers *peers, const struct net_peers_limits *limits);
/* All seats are left before. Takes NULL. */
void net_peers_free(struct net_peers *peers);
/*
 * Takes a seat for something new. address: whose, or NULL: nobody's who is limited, so that it
 * counts among all alone. now: ms of the monotonic clock. peers NULL: there are no limits, and the
 * seat is none. 0, an enum net_peers_refusal, or -ENOMEM; *seat is zeroed unless it was taken.
 */
int net_peers_take(struct net_peers *peers, enum net_seat_kind kind,
		   const struct net_address *address, uint64_t now,
		   struct net_seat *seat) FR_MUST_CHECK;
/*
 * The seat is that address's from here on: a proxy's connection serves one client after the other.
 * That is nothing new, so no rate counts. As net_peers_take; on refusal the seat is nobody's.
 */
int net_seat_give(struct net_seat *seat, const struct net_address *address) FR_MUST_CHECK;
/* It is nobody's, and counts among all alone. */
void net_seat_take_back(struct net_seat *seat);
/* Takes a zeroed seat, and leaves one. */
void net_seat_leave(struct net_seat *seat);
/* Addresses in the table, for tests. */
size_t net_peers_known(struct net_peers *peers);

#endif
