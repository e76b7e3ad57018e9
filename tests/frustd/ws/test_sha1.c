#include "ws/sha1.h"

#include "helpers/check.h"

static void hex(char out[2 * WS_SHA1_SIZE + 1], const uint8_t *bytes)
{
	for (int i = 0; i < WS_SHA1_SIZE; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* RFC 3174 §7.3, and the lengths at which the padding takes another block. */
static void the_vectors_come_out(void **state)
{
	static const struct {
		const char *piece;
		size_t times;
		const char *digest;
	} rows[] = {
		{"", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		 "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
		{"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
		{"0123456701234567012345670123456701234567012345670123456701234567", 10,
		 "dea356a2cddd90c7a7ecedc5ebb563934f460452"},
		{"a", 55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
		{"a", 56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
		{"a", 63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
		{"a", 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
		{"a", 65, "11655326c708d70319be2610e8a57d9a5b959d3b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].piece);
		char *text = test_malloc(len * rows[i].times + 1);
		char actual[2 * WS_SHA1_SIZE + 1];
		uint8_t digest[WS_SHA1_SIZE];

		for (size_t k = 0; k < rows[i].times; k++)
			memcpy(text + k * len, rows[i].piece, len);
		ws_sha1(digest, text, len * rows[i].times);
		hex(actual, digest);
		CHECK_TEXT(actual, rows[i].digest);
		test_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_come_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
