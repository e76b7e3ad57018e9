#include "helpers/check.h"

#include <errno.h>

#include "base/map.h"
#include "helpers/alloc.h"

/* Keys and, by their addresses, values. */
enum { ENTRIES = 600 };
static char names[ENTRIES][24];

static struct fr_str name(size_t i)
{
	snprintf(names[i], sizeof names[i], "k%zu", i);
	return fr_str_of(names[i]);
}

static void siphash_1_3_gives_the_published_values(void **state)
{
	/* The key is 00 01 … 0f, the message 00 01 … */
	static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
	static const struct {
		size_t n;
		uint64_t hash;
	} cases[] = {
		{0, 0xabac0158050fc4dc},  {1, 0xc9f49bf37d57ca93},  {7, 0xd3927d989bb11140},
		{8, 0x369095118d299a8e},  {9, 0x25a48eb36c063de4},  {15, 0xd320d86d2a519956},
		{16, 0xcc4fdd1a7d908b66}, {63, 0x9d199062b7bbb3a8},
	};
	uint8_t message[64];

	(void)state;
	for (size_t i = 0; i < sizeof message; i++)
		message[i] = (uint8_t)i;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK(fr_siphash(key, message, cases[i].n) == cases[i].hash);
	CHECK(fr_siphash(key, NULL, 0) == cases[0].hash);
}

static void an_empty_map_holds_nothing(void **state)
{
	struct fr_map map = {0};

	(void)state;
	fr_map_fini(&map);
	CHECK_INT(fr_map_init(&map), 0);
	CHECK(fr_map_get(&map, FR_STR("a")) == NULL);
	CHECK(fr_map_remove(&map, FR_STR("a")) == NULL);
	fr_map_fini(&map);
}

static void two_maps_hash_differently(void **state)
{
	struct fr_map a, b;

	(void)state;
	CHECK_INT(fr_map_init(&a), 0);
	CHECK_INT(fr_map_init(&b), 0);
	CHECK(memcmp(a.key, b.key, sizeof a.key) != 0);
}

static void keys_are_bytes_of_any_kind(void **state)
{
	static const struct fr_str keys[] = {{"", 0},     {"\0", 1}, {"\0\0", 2},
					     {"a", 1},    {"A", 1},  {"a\0", 2},
					     {"\xff", 1}, {"aa", 2}, {"a much longer key", 17}};
	struct fr_map map;

	(void)state;
	CHECK_INT(fr_map_init(&map), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(keys); i++)
		CHECK_INT(fr_map_put(&map, keys[i], names[i]), 0);
	CHECK_INT(map.count, FR_ARRAY_LEN(keys));
	for (size_t i = 0; i < FR_ARRAY_LEN(keys); i++)
		CHECK(fr_map_get(&map, keys[i]) == names[i]);
	fr_map_fini(&map);
}

static void putting_again_replaces_value_and_key(void **state)
{
	char first[] = "key", second[] = "key";
	struct fr_map map;

	(void)state;
	CHECK_INT(fr_map_init(&map), 0);
	CHECK_INT(fr_map_put(&map, fr_str_of(first), names[0]), 0);
	CHECK_INT(fr_map_put(&map, fr_str_of(second), names[1]), 0);
	CHECK_INT(map.count, 1);
	first[0] = 'x'; /* the map looks at it no more */
	CHECK(fr_map_get(&map, FR_STR("key")) == names[1]);
	CHECK(fr_map_remove(&map, FR_STR("key")) == names[1]);
	CHECK_INT(map.count, 0);
	fr_map_fini(&map);
}

/* A generator that gives the same on every run. */
static uint32_t next_number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void it_agrees_with_a_plain_array_through_any_history(void **state)
{
	static bool present[ENTRIES];
	struct fr_map map;
	size_t count = 0;
	uint32_t seed = 1;

	(void)state;
	CHECK_INT(fr_map_init(&map), 0);
	for (size_t turn = 0; turn < 100000; turn++) {
		/* few keys first, so that the table is small and its end is passed often */
		size_t i = next_number(&seed) % (turn < 50000 ? 13 : ENTRIES);

		if (next_number(&seed) % 2) {
			CHECK_INT(fr_map_put(&map, name(i), names[i]), 0);
			count += !present[i];
			present[i] = true;
		} else {
			CHECK(fr_map_remove(&map, name(i)) == (present[i] ? names[i] : NULL));
			count -= present[i];
			present[i] = false;
		}
		CHECK_INT(map.count, count);
		for (i = turn % 50; i < ENTRIES; i += 50)
			CHECK(fr_map_get(&map, name(i)) == (present[i] ? names[i] : NULL));
	}
	fr_map_fini(&map);
}

static void a_map_that_cannot_grow_keeps_what_it_has(void **state)
{
	struct fr_map map;
	size_t i = 0;

	(void)state;
	CHECK_INT(fr_map_init(&map), 0);
	alloc_before_failure = 0;
	CHECK_INT(fr_map_put(&map, name(0), names[0]), -ENOMEM);
	CHECK_INT(map.count, 0);
	alloc_before_failure = 1;
	while (fr_map_put(&map, name(i), names[i]) == 0)
		i++;
	CHECK(i > 0 && i < ENTRIES);
	CHECK_INT(map.count, i);
	CHECK_INT(fr_map_put(&map, name(0), names[1]), 0); /* replacing takes no memory */
	alloc_before_failure = -1;
	CHECK(fr_map_get(&map, name(0)) == names[1]);
	CHECK(fr_map_get(&map, name(i)) == NULL);
	CHECK_INT(fr_map_put(&map, name(i), names[i]), 0);
	for (size_t k = 1; k <= i; k++)
		CHECK(fr_map_get(&map, name(k)) == names[k]);
	fr_map_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_1_3_gives_the_published_values),
		cmocka_unit_test(an_empty_map_holds_nothing),
		cmocka_unit_test(two_maps_hash_differently),
		cmocka_unit_test(keys_are_bytes_of_any_kind),
		cmocka_unit_test(putting_again_replaces_value_and_key),
		cmocka_unit_test(it_agrees_with_a_plain_array_through_any_history),
		cmocka_unit_test(a_map_that_cannot_grow_keeps_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
