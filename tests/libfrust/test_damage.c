/* Pages of the file that are overwritten under an open handle, and put back: it goes on. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/check.h"
#include "internal.h"
#include "scratch.h"

#define PAGE 4096
#define NOW 1795371634

static char noise[PAGE], whole[64 * PAGE];

static int apply_one(struct frust *db)
{
	struct frust_record click = click_of("A", "comment", NOW);

	return frust_apply(db, &click, 1, NULL);
}

static int ask(struct frust *db)
{
	struct frust_stats stats;

	return frust_stats(db, NOW, NULL, &stats, NULL);
}

/* The file with all that was committed, which the handle has then to read anew. */
static size_t settle(const struct scratch *s, int fd)
{
	struct stat st;

	scratch_exec(s, "DELETE FROM clicks WHERE id = -1; DELETE FROM users WHERE name = '';"
			" PRAGMA user_version = 0; PRAGMA wal_checkpoint(TRUNCATE)");
	CHECK_INT(fstat(fd, &st), 0);
	CHECK(st.st_size <= (off_t)sizeof(whole));
	CHECK_INT(pread(fd, whole, (size_t)st.st_size, 0), st.st_size);
	return (size_t)st.st_size / PAGE;
}

static void a_handle_recovers_when_a_page_is_put_back(void **state)
{
	static int (*const tries[])(struct frust * db) = {apply_one, ask};
	struct scratch s;
	struct frust *db;
	int fd, failed = 0;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(apply_one(db), 0);
	fd = open(s.db, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	for (int byte = 0; byte < 256; byte += 51) {
		memset(noise, byte, sizeof(noise));
		for (size_t i = 0, pages = 1; i < pages * FR_ARRAY_LEN(tries); i++) {
			off_t at = (off_t)(i / FR_ARRAY_LEN(tries) * PAGE);

			pages = settle(&s, fd);
			CHECK_INT(pwrite(fd, noise, PAGE, at), PAGE);
			for (int j = 0; j < 3; j++) {
				failed += tries[i % FR_ARRAY_LEN(tries)](db) < 0;
				(void)!frust__look(db, NULL);
			}
			CHECK_INT(pwrite(fd, whole + at, PAGE, at), PAGE);
			(void)!frust__look(db, NULL);
			CHECK_INT(apply_one(db), 0);
			CHECK_INT(ask(db), 0);
		}
	}
	CHECK(failed > 0);
	close(fd);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handle_recovers_when_a_page_is_put_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
