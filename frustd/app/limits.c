/*
 * Owns the addresses' buckets: a table of sets of four, as a processor's cache has it. A bucket
 * that is full again is as good as none, so what a set forgets when a fifth comes is the one that
 * is nearest to it.
 */
#include "app/limits.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/random.h"

#define SECOND_NS ((uint64_t)1000000000)
#define MS_NS ((uint64_t)1000000)
#define SETS 4096u /* a power of two; 256 KiB in all */
#define WAYS 4

struct rate {
	uint64_t step;  /* ns a token; 0: no limit */
	uint64_t burst; /* ns until an empty bucket is full */
};

struct place {
	uint64_t key; /* 0: none */
	struct limits_bucket bucket;
};

struct limits {
	struct limits_options options;
	struct rate client, address;
	uint64_t hash_key[2];
	struct place sets[SETS][WAYS];
};

static struct rate rate_of(uint32_t per_second)
{
	uint64_t step = per_second ? SECOND_NS / per_second : 0;

	return (struct rate){step, step * per_second * LIMITS_BURST};
}

struct limits *limits_new(const struct limits_options *options)
{
	struct limits *limits = calloc(1, sizeof(*limits));

	if (!limits || fr_random(limits->hash_key, sizeof(limits->hash_key)) < 0) {
		free(limits);
		return NULL;
	}
	limits->options = *options;
	limits_set_rates(limits, options->client, options->address);
	return limits;
}

void limits_set_rates(struct limits *limits, uint32_t client, uint32_t address)
{
	limits->client = rate_of(client);
	limits->address = rate_of(address);
}

void limits_free(struct limits *limits)
{
	free(limits);
}

uint64_t limits_place(const struct limits *limits, const struct net_address *address)
{
	uint64_t key = 0;

	if (address->family == NET_NONE ||
	    net_address_trusted(address, limits->options.trusted, limits->options.trusted_count))
		return 0;
	for (int i = 0; i < (address->family == NET_IPV6 ? 8 : 4); i++)
		key = key << 8 | address->bytes[i];
	/* IPv4 where IPv6 has nothing but IPv4: ::ffff:0:0/96, without its zeros. */
	return address->family == NET_IPV6 ? key : key | (uint64_t)0xffff << 32;
}

static bool take(struct limits_bucket *bucket, const struct rate *rate, uint64_t now)
{
	uint64_t full_at = bucket->full_at > now ? bucket->full_at : now;

	if (full_at + rate->step > now + rate->burst)
		return false;
	bucket->full_at = full_at + rate->step;
	return true;
}

static struct limits_bucket *bucket_of(struct limits *limits, uint64_t key)
{
	uint64_t hash = fr_siphash(limits->hash_key, &key, sizeof(key));
	struct place *set = limits->sets[hash & (SETS - 1)], *found = set;

	for (int i = 0; i < WAYS && found->key != key; i++)
		if (set[i].key == key || set[i].bucket.full_at < found->bucket.full_at)
			found = &set[i];
	if (found->key != key)
		*found = (struct place){.key = key};
	return &found->bucket;
}

enum limits_verdict limits_take(struct limits *limits, struct limits_bucket *client, uint64_t place,
				uint64_t now)
{
	const struct limits_bucket before = *client;
	uint64_t ns = now * MS_NS;

	if (limits->client.step && !take(client, &limits->client, ns))
		return LIMITS_CLIENT;
	if (place && limits->address.step &&
	    !take(bucket_of(limits, place), &limits->address, ns)) {
		*client = before; /* what is refused takes no token */
		return LIMITS_ADDRESS;
	}
	return LIMITS_FINE;
}
