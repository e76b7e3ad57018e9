#include "change.h"
#include "helpers/check.h"
#include "scratch.h"

static void copies_live_on_and_absent_stays_absent(void **state)
{
	struct frust__chunk chunk = {.count = 0};

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 1000; i++) {
			char name[16];
			struct frust_record record = click_of(name, i % 2 ? "" : NULL, i);

			snprintf(name, sizeof(name), "n%d", i);
			record.user = text_of(name);
			record.style = (struct frust_str){"a\0b", 3};
			CHECK_INT(frust__chunk_add(&chunk, &record), 0);
		}
		frust__chunk_seal(&chunk);
		CHECK_INT(chunk.count, 1000);
		CHECK_STR(chunk.records[0].user, "n0");
		CHECK_STR(chunk.records[999].user, "n999");
		CHECK_STR(chunk.records[0].comment, NULL);
		CHECK_STR(chunk.records[1].comment, "");
		CHECK_STR(chunk.records[1].name, NULL);
		CHECK_MEM(chunk.records[7].style.at, chunk.records[7].style.len, "a\0b");
		CHECK_INT(chunk.records[7].timestamp, 7);
		frust__chunk_clear(&chunk);
	}
	frust__chunk_fini(&chunk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_live_on_and_absent_stays_absent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
