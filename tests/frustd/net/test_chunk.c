#include "helpers/check.h"

#include <pthread.h>

#include "net/chunk.h"

static void a_chunk_is_a_copy_with_a_length(void **state)
{
	struct net_chunk *chunk = net_chunk_of("a\0b", 3);
	struct net_chunk *empty = net_chunk_of(NULL, 0);

	(void)state;
	CHECK(chunk != NULL && empty != NULL);
	CHECK_MEM(chunk->bytes, chunk->len, "a\0b");
	CHECK_STR(net_chunk_str(empty), "");
	net_chunk_unref(chunk);
	net_chunk_unref(empty);
	net_chunk_unref(NULL);
}

static void a_size_that_cannot_be_is_no_memory(void **state)
{
	(void)state;
	CHECK(net_chunk_new(SIZE_MAX) == NULL);
}

static void *ref_and_unref(void *arg)
{
	for (int i = 0; i < 10000; i++)
		net_chunk_unref(net_chunk_ref(arg));
	net_chunk_unref(arg);
	return NULL;
}

static void owners_may_sit_on_several_threads(void **state)
{
	struct net_chunk *chunk = net_chunk_of("x", 1);
	pthread_t threads[2];

	(void)state;
	CHECK(chunk != NULL);
	for (int i = 0; i < 2; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, ref_and_unref, net_chunk_ref(chunk)),
			  0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(chunk->ref.count, 1);
	net_chunk_unref(chunk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chunk_is_a_copy_with_a_length),
		cmocka_unit_test(a_size_that_cannot_be_is_no_memory),
		cmocka_unit_test(owners_may_sit_on_several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
