/*
 * Owns the table of slots: open addressing, linear probing, at most three quarters full. A removed
 * entry leaves no mark: those that were pushed past it move back.
 */
#include "base/map.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/random.h"

enum { SIZE_FIRST = 16 };

/* 24 bytes: the hash's upper half is not kept. */
struct fr_map_slot {
	const char *key;
	void *value; /* NULL: the slot is free */
	uint32_t key_len, hash;
};

int fr_map_init(struct fr_map *map)
{
	*map = (struct fr_map){0};
	return fr_random(map->key, sizeof map->key);
}

void fr_map_fini(struct fr_map *map)
{
	free(map->slots);
	*map = (struct fr_map){0};
}

static struct fr_str key_of(const struct fr_map_slot *slot)
{
	return fr_str(slot->key, slot->key_len);
}

static uint32_t hash_of(const struct fr_map *map, struct fr_str key)
{
	return (uint32_t)fr_siphash(map->key, key.at, key.len);
}

/* The slot that holds key, or the free one where it belongs. The table has a free slot. */
static struct fr_map_slot *find(struct fr_map_slot *slots, size_t size, struct fr_str key,
				uint32_t hash)
{
	size_t i = hash & (size - 1);

	while (slots[i].value && !(slots[i].hash == hash && fr_str_eq(key_of(&slots[i]), key)))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static int grow(struct fr_map *map)
{
	size_t size = map->size ? map->size * 2 : SIZE_FIRST;
	struct fr_map_slot *slots = calloc(size, sizeof *slots);

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < map->size; i++) {
		const struct fr_map_slot *slot = &map->slots[i];

		if (slot->value)
			*find(slots, size, key_of(slot), slot->hash) = *slot;
	}
	free(map->slots);
	map->slots = slots;
	map->size = size;
	return 0;
}

void *fr_map_get(const struct fr_map *map, struct fr_str key)
{
	if (map->count == 0)
		return NULL;
	return find(map->slots, map->size, key, hash_of(map, key))->value;
}

int fr_map_put(struct fr_map *map, struct fr_str key, void *value)
{
	uint32_t hash = hash_of(map, key);
	struct fr_map_slot *slot = NULL;

	assert(value);
	if (key.len > UINT32_MAX)
		return -ENOMEM;
	if (map->size > 0)
		slot = find(map->slots, map->size, key, hash);
	if (!slot || !slot->value) {
		if (map->count >= map->size / 4 * 3) {
			int error = grow(map);

			if (error < 0)
				return error;
			slot = find(map->slots, map->size, key, hash);
		}
		map->count++;
	}
	*slot = (struct fr_map_slot){key.at, value, (uint32_t)key.len, hash};
	return 0;
}

void *fr_map_remove(struct fr_map *map, struct fr_str key)
{
	if (map->count == 0)
		return NULL;

	size_t mask = map->size - 1;
	uint32_t hash = hash_of(map, key);
	struct fr_map_slot *slots = map->slots;
	size_t gap = (size_t)(find(slots, map->size, key, hash) - slots);
	void *value = slots[gap].value;
	if (!value)
		return NULL;

	/* What follows may fill the gap unless its own place lies after the gap. */
	for (size_t i = (gap + 1) & mask; slots[i].value; i = (i + 1) & mask) {
		if (((i - slots[i].hash) & mask) >= ((i - gap) & mask)) {
			slots[gap] = slots[i];
			gap = i;
		}
	}
	slots[gap] = (struct fr_map_slot){0};
	map->count--;
	return value;
}

static uint64_t rotl(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] = rotl(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] = rotl(v[2], 32);
}

/* Up to eight bytes, the first one lowest, on any machine. */
static uint64_t little_endian(const uint8_t *at, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)at[i] << (8 * i);
	return word;
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

uint64_t fr_siphash(const uint64_t key[2], const void *bytes, size_t n)
{
	/* "somepseudorandomlygeneratedbytes" */
	uint64_t v[4] = {
		key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
		key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};
	const uint8_t *at = bytes;
	size_t whole = n / 8 * 8;

	for (size_t i = 0; i < whole; i += 8)
		sip_word(v, little_endian(at + i, 8));
	sip_word(v, little_endian(n ? at + whole : NULL, n - whole) | (uint64_t)n << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
