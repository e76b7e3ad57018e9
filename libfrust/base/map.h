/*
 * A hash map from byte strings to pointers. Keys are borrowed: they live in the values, and must
 * live as long as the entry. The hash is keyed (SipHash-1-3 with a key from the system's random
 * source), since names and session ids come from outside.
 */
#ifndef FR_MAP_H
#define FR_MAP_H

#include "attr.h"
#include "str.h"

struct fr_map {
	struct fr_map_slot *slots;
	size_t size;  /* slots, a power of two, 0 before the first entry */
	size_t count; /* entries */
	uint64_t key[2];
};

/* 0, or a negative errno when the system has no random bytes. */
int fr_map_init(struct fr_map *map) FR_MUST_CHECK;
/* Frees the table, not the values. Takes a zeroed map. */
void fr_map_fini(struct fr_map *map);
/* The value, or NULL. */
void *fr_map_get(const struct fr_map *map, struct fr_str key);
/* Adds an entry or replaces the value (and the key's bytes) of the one there; value is not NULL. */
int fr_map_put(struct fr_map *map, struct fr_str key, void *value) FR_MUST_CHECK;
/* Takes the entry out and returns its value, or NULL. */
void *fr_map_remove(struct fr_map *map, struct fr_str key);

/* 64-bit SipHash-1-3 (Aumasson and Bernstein), for hash tables only. */
uint64_t fr_siphash(const uint64_t key[2], const void *bytes, size_t n);

#endif
