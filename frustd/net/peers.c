/* Owns the table of addresses. What a refusal means to a client is for others. */
#include "net/peers.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/map.h"

#define US_PER_MS 1000u
#define US_PER_S 1000000u
#define KEY_SIZE 9 /* the family, and an IPv6 address's first 64 bits */

struct net_peer {
	struct net_peers *peers;
	struct fr_list idle; /* net_peers.idle, while it has no seat */
	uint32_t seats[NET_SEAT_KINDS];
	/* µs: each new one moves it on by what one of them may take; so far ahead of now at most
	 * as the burst is long */
	uint64_t due[NET_SEAT_KINDS];
	uint8_t key[KEY_SIZE];
};

struct net_peers {
	pthread_mutex_t lock; /* of all that follows, and of all net_peer */
	struct net_peers_limits limits;
	struct fr_map map;   /* net_peer.key → net_peer */
	struct fr_list idle; /* the longest idle first */
	size_t idle_count;
	uint32_t seats[NET_SEAT_KINDS];
	struct net_peer nobody; /* in no table: has the seats that count among all alone */
	uint64_t now;           /* µs, the latest that was told */
};

/* --- the table --- */

static void make_key(const struct net_address *address, uint8_t key[KEY_SIZE])
{
	size_t n = address->family == NET_IPV6 ? 8 : 4;

	memset(key, 0, KEY_SIZE);
	key[0] = (uint8_t)address->family;
	memcpy(key + 1, address->bytes, n);
}

static struct fr_str key_of(const uint8_t key[KEY_SIZE])
{
	return fr_str((const char *)key, KEY_SIZE);
}

static void forget(struct net_peers *peers, struct net_peer *peer)
{
	if (fr_list_linked(&peer->idle)) {
		fr_list_remove(&peer->idle);
		peers->idle_count--;
	}
	fr_map_remove(&peers->map, key_of(peer->key));
	free(peer);
}

/* Whether there is nothing to remember of it. */
static bool is_settled(const struct net_peers *peers, const struct net_peer *peer)
{
	for (size_t i = 0; i < NET_SEAT_KINDS; i++)
		if (peer->seats[i] || peer->due[i] > peers->now)
			return false;
	return true;
}

static void sweep(struct net_peers *peers)
{
	while (!fr_list_empty(&peers->idle)) {
		struct net_peer *peer = FR_CONTAINER_OF(peers->idle.next, struct net_peer, idle);

		if (peers->idle_count <= NET_PEERS_IDLE && !is_settled(peers, peer))
			return;
		forget(peers, peer);
	}
}

/* It has no seat, or not any more. */
static void rest(struct net_peers *peers, struct net_peer *peer)
{
	if (is_settled(peers, peer)) {
		forget(peers, peer);
		return;
	}
	fr_list_append(&peers->idle, &peer->idle);
	peers->idle_count++;
	sweep(peers);
}

/* The address's entry, made when it is not there. NULL: no memory. */
static struct net_peer *find(struct net_peers *peers, const struct net_address *address)
{
	uint8_t key[KEY_SIZE];
	struct net_peer *peer;

	make_key(address, key);
	peer = fr_map_get(&peers->map, key_of(key));
	if (peer)
		return peer;
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		return NULL;
	peer->peers = peers;
	memcpy(peer->key, key, KEY_SIZE);
	if (fr_map_put(&peers->map, key_of(peer->key), peer) < 0) {
		free(peer);
		return NULL;
	}
	return peer;
}

static bool has_seats(const struct net_peer *peer)
{
	for (size_t i = 0; i < NET_SEAT_KINDS; i++)
		if (peer->seats[i])
			return true;
	return false;
}

/* --- limits --- */

/* Takes its part of the rate; false when there is none left. */
static bool pay(const struct net_peers *peers, uint64_t *due)
{
	uint64_t next = *due > peers->now ? *due : peers->now;

	if (!peers->limits.rate)
		return true;
	next += US_PER_S / peers->limits.rate;
	if (next - peers->now > (uint64_t)NET_PEERS_BURST * US_PER_S)
		return false;
	*due = next;
	return true;
}

/* One seat more for the address. */
static int claim(struct net_peers *peers, enum net_seat_kind kind,
		 const struct net_address *address, bool is_new, struct net_peer **out)
{
	struct net_peer *peer = find(peers, address);
	int refusal = 0;

	if (!peer)
		return -ENOMEM;
	if (peers->limits.address && peer->seats[kind] >= peers->limits.address)
		refusal = NET_PEERS_MANY;
	else if (is_new && !pay(peers, &peer->due[kind]))
		refusal = NET_PEERS_FAST;
	if (fr_list_linked(&peer->idle)) {
		fr_list_remove(&peer->idle);
		peers->idle_count--;
	}
	if (refusal == 0) {
		peer->seats[kind]++;
		*out = peer;
	} else if (!has_seats(peer)) {
		rest(peers, peer);
	}
	return refusal;
}

static bool is_nobodys(const struct net_seat *seat)
{
	return seat->peer == &seat->peer->peers->nobody;
}

/* It becomes nobody's. */
static void release(struct net_seat *seat)
{
	struct net_peer *peer = seat->peer;

	if (is_nobodys(seat))
		return;
	seat->peer = &peer->peers->nobody;
	assert(peer->seats[seat->kind] > 0);
	peer->seats[seat->kind]--;
	if (!has_seats(peer))
		rest(peer->peers, peer);
}

/* --- outside --- */

struct net_peers *net_peers_new(const struct net_peers_limits *limits)
{
	struct net_peers *peers = calloc(1, sizeof(*peers));

	if (!peers)
		return NULL;
	peers->limits = *limits;
	peers->nobody.peers = peers;
	fr_list_init(&peers->idle);
	if (fr_map_init(&peers->map) < 0) {
		free(peers);
		return NULL;
	}
	if (pthread_mutex_init(&peers->lock, NULL)) {
		fr_map_fini(&peers->map);
		free(peers);
		return NULL;
	}
	return peers;
}

void net_peers_set_limits(struct net_peers *peers, const struct net_peers_limits *limits)
{
	pthread_mutex_lock(&peers->lock);
	peers->limits = *limits;
	pthread_mutex_unlock(&peers->lock);
}

void net_peers_free(struct net_peers *peers)
{
	if (!peers)
		return;
	while (!fr_list_empty(&peers->idle))
		forget(peers, FR_CONTAINER_OF(peers->idle.next, struct net_peer, idle));
	assert(peers->map.count == 0);
	fr_map_fini(&peers->map);
	pthread_mutex_destroy(&peers->lock);
	free(peers);
}

int net_peers_take(struct net_peers *peers, enum net_seat_kind kind,
		   const struct net_address *address, uint64_t now, struct net_seat *seat)
{
	struct net_peer *peer;
	int refusal = 0;

	*seat = (struct net_seat){0};
	if (!peers)
		return 0;
	peer = &peers->nobody;
	pthread_mutex_lock(&peers->lock);
	if (now * US_PER_MS > peers->now) /* loops may be a little apart */
		peers->now = now * US_PER_MS;
	sweep(peers);
	if (peers->seats[kind] >= peers->limits.all)
		refusal = NET_PEERS_FULL;
	else if (address)
		refusal = claim(peers, kind, address, true, &peer);
	if (refusal == 0) {
		peers->seats[kind]++;
		*seat = (struct net_seat){peer, kind};
	}
	pthread_mutex_unlock(&peers->lock);
	return refusal;
}

int net_seat_give(struct net_seat *seat, const struct net_address *address)
{
	struct net_peers *peers;
	int refusal;

	if (!seat->peer)
		return 0;
	peers = seat->peer->peers;
	pthread_mutex_lock(&peers->lock);
	release(seat);
	refusal = claim(peers, seat->kind, address, false, &seat->peer);
	pthread_mutex_unlock(&peers->lock);
	return refusal;
}

void net_seat_take_back(struct net_seat *seat)
{
	struct net_peers *peers;

	if (!seat->peer || is_nobodys(seat))
		return;
	peers = seat->peer->peers;
	pthread_mutex_lock(&peers->lock);
	release(seat);
	pthread_mutex_unlock(&peers->lock);
}

void net_seat_leave(struct net_seat *seat)
{
	struct net_peers *peers;

	if (!seat->peer)
		return;
	peers = seat->peer->peers;
	pthread_mutex_lock(&peers->lock);
	release(seat);
	peers->seats[seat->kind]--;
	pthread_mutex_unlock(&peers->lock);
	*seat = (struct net_seat){0};
}

size_t net_peers_known(struct net_peers *peers)
{
	size_t n;

	pthread_mutex_lock(&peers->lock);
	n = peers->map.count;
	pthread_mutex_unlock(&peers->lock);
	return n;
}
