/* Sockets in a folder of the test's own, and on free ports of 127.0.0.1. */
#include "net/place.h"

#include "helpers/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct net_place place_of(const char *text)
{
	struct net_place place;

	CHECK(net_place_parse(fr_str_of(text), &place));
	return place;
}

static void texts_are_read_and_written(void **state)
{
	static const char *const texts[] = {"127.0.0.1:80", "[::1]:8080", "unix:/run/frustd.sock",
					    "unix:s"};
	char text[NET_PLACE_TEXT], path[NET_PATH_SIZE + 6] = "unix:";
	struct net_place place;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++) {
		place = place_of(texts[i]);
		net_place_text(&place, text);
		CHECK_TEXT(text, texts[i]);
	}
	CHECK(!net_place_parse(FR_STR("unix:"), &place));
	CHECK(!net_place_parse(FR_STR("unix"), &place));
	CHECK(!net_place_parse(FR_STR("/run/x"), &place));
	CHECK(!net_place_parse(FR_STR("unix:a\0b"), &place));
	memset(path + 5, 'x', NET_PATH_SIZE - 1);
	CHECK(net_place_parse(fr_str_of(path), &place));
	path[5 + NET_PATH_SIZE - 1] = 'x';
	CHECK(!net_place_parse(fr_str_of(path), &place));
}

static void a_port_that_was_left_to_the_system_may_be_any(void **state)
{
	static const struct {
		const char *place, *asked;
		bool fits;
	} cases[] = {
		{"127.0.0.1:80", "127.0.0.1:80", true},
		{"127.0.0.1:80", "127.0.0.1:0", true},
		{"127.0.0.1:0", "127.0.0.1:80", false},
		{"127.0.0.1:80", "127.0.0.1:81", false},
		{"127.0.0.2:80", "127.0.0.1:0", false},
		{"[::1]:80", "[::1]:80", true},
		{"[::1]:80", "127.0.0.1:80", false},
		{"unix:a", "unix:a", true},
		{"unix:a", "unix:b", false},
		{"unix:a", "127.0.0.1:0", false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct net_place place = place_of(cases[i].place), asked = place_of(cases[i].asked);

		CHECK_INT(net_place_fits(&place, &asked), cases[i].fits);
	}
}

static void a_socket_tells_where_it_listens(void **state)
{
	struct net_place asked = place_of("127.0.0.1:0"), bound;
	int fd = net_place_listen(&asked, 0), pipes[2];

	(void)state;
	CHECK(fd >= 0);
	CHECK_INT(net_place_of(fd, &bound), 0);
	CHECK(net_place_fits(&bound, &asked));
	CHECK(bound.address.port != 0);
	CHECK_INT(net_place_listen(&bound, 0), -EADDRINUSE);
	close(fd);
	CHECK_INT(net_place_of(fd, &bound), -EBADF);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_INT(net_place_of(fd, &bound), -EINVAL);
	close(fd);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK_INT(net_place_of(fd, &bound), -EINVAL);
	close(fd);
	CHECK_INT(pipe(pipes), 0);
	CHECK_INT(net_place_of(pipes[0], &bound), -ENOTSOCK);
	close(pipes[0]);
	close(pipes[1]);
}

struct folder {
	char name[32];
	struct net_place place; /* of a socket in it */
};

static int make_folder(void **state)
{
	static struct folder folder;
	char text[64];

	strcpy(folder.name, "/tmp/frust-place-XXXXXX");
	CHECK(mkdtemp(folder.name) != NULL);
	snprintf(text, sizeof(text), "unix:%s/s", folder.name);
	folder.place = place_of(text);
	*state = &folder;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;

	unlink(folder->place.path);
	return rmdir(folder->name);
}

static void a_unix_socket_has_the_mode_that_was_asked_for(void **state)
{
	struct folder *folder = *state;
	struct stat file;
	mode_t mask = umask(0077);
	int fd = net_place_listen(&folder->place, 0664);
	struct net_place bound;

	umask(mask);
	CHECK(fd >= 0);
	CHECK_INT(stat(folder->place.path, &file), 0);
	CHECK(S_ISSOCK(file.st_mode));
	CHECK_INT(file.st_mode & 07777, 0664);
	CHECK_INT(net_place_of(fd, &bound), 0);
	CHECK(net_place_fits(&bound, &folder->place));
	close(fd);
}

static void a_socket_that_nobody_listens_on_is_replaced(void **state)
{
	struct folder *folder = *state;
	int fd = net_place_listen(&folder->place, 0600);

	CHECK(fd >= 0);
	CHECK_INT(net_place_listen(&folder->place, 0600), -EADDRINUSE);
	close(fd); /* its file stays */
	fd = net_place_listen(&folder->place, 0600);
	CHECK(fd >= 0);
	close(fd);
}

static void what_is_no_socket_is_left_alone(void **state)
{
	struct folder *folder = *state;
	int fd = open(folder->place.path, O_CREAT | O_WRONLY, 0600);
	struct stat file;

	CHECK(fd >= 0);
	CHECK_INT(write(fd, "text", 4), 4);
	close(fd);
	CHECK_INT(net_place_listen(&folder->place, 0600), -EADDRINUSE);
	CHECK_INT(stat(folder->place.path, &file), 0);
	CHECK_INT(file.st_size, 4);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
	struct net_place place = place_of("unix:/no/such/folder/s");

	(void)state;
	CHECK_INT(net_place_listen(&place, 0600), -ENOENT);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_read_and_written),
		cmocka_unit_test(a_port_that_was_left_to_the_system_may_be_any),
		cmocka_unit_test(a_socket_tells_where_it_listens),
		IN_FOLDER(a_unix_socket_has_the_mode_that_was_asked_for),
		IN_FOLDER(a_socket_that_nobody_listens_on_is_replaced),
		IN_FOLDER(what_is_no_socket_is_left_alone),
		cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
