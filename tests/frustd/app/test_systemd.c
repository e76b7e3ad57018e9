#include "systemd.h"

#include "helpers/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A socket that listens for notes under that name, which NOTIFY_SOCKET has from then on. */
static int manager(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) +
				    (*name == '/'));
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path, name, strlen(name));
	if (*name == '@')
		at.sun_path[0] = '\0';
	unlink(at.sun_path);
	CHECK_INT(bind(fd, (const struct sockaddr *)&at, len), 0);
	CHECK_INT(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static void notes_reach_the_manager(int fd)
{
	char text[600];
	long long us;
	ssize_t n;

	systemd_notify("READY=1\nSTATUS=%d", 7);
	CHECK_MEM(text, (size_t)recv(fd, text, sizeof(text), 0), "READY=1\nSTATUS=7");
	systemd_notify_reloading("reloading");
	n = recv(fd, text, sizeof(text) - 1, 0);
	CHECK(n > 0);
	text[n] = '\0';
	CHECK_INT(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reloading", &us), 1);
	CHECK(us > 0);
	CHECK_INT(recv(fd, text, sizeof(text), 0), -1);
}

static void a_manager_is_told_by_path_and_by_name(void **state)
{
	char path[64], name[64];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/frust-notify-%d", (int)getpid());
	fd = manager(path);
	notes_reach_the_manager(fd);
	close(fd);
	systemd_notify("READY=1"); /* nobody listens: nothing */
	unlink(path);
	snprintf(name, sizeof(name), "@frust-notify-%d", (int)getpid());
	fd = manager(name);
	notes_reach_the_manager(fd);
	close(fd);
}

static void without_a_manager_nothing_is_said(void **state)
{
	static const char *const names[] = {"", "relative", "/", "@"};
	char name[300];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		systemd_notify("READY=1");
	}
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	systemd_notify("READY=1");
	unsetenv("NOTIFY_SOCKET");
	systemd_notify("READY=1");
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void a_busy_manager_is_waited_for_but_not_for_ever(void **state)
{
	char name[64], text[16];
	int64_t start;
	int fd, notes = 0;
	ssize_t n;

	(void)state;
	snprintf(name, sizeof(name), "@frust-notify-%d", (int)getpid());
	fd = manager(name);
	do { /* until its queue is full */
		start = now_ms();
		systemd_notify("STATUS=%d", notes);
	} while (now_ms() - start < 400 && ++notes < 10000);
	CHECK(notes < 10000);
	CHECK(recv(fd, text, sizeof(text), 0) > 0);
	systemd_notify("READY=1"); /* there is room for it */
	do
		n = recv(fd, text, sizeof(text), 0);
	while (n > 0 && memcmp(text, "STATUS=", 7) == 0);
	CHECK_MEM(text, (size_t)n, "READY=1");
	close(fd);
	unsetenv("NOTIFY_SOCKET");
}

static void the_watchdog_is_fed_at_half_of_its_time(void **state)
{
	char pid[24];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	CHECK_INT(systemd_watchdog(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	CHECK_INT(systemd_watchdog(), 15000);
	setenv("WATCHDOG_PID", pid, 1);
	CHECK_INT(systemd_watchdog(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	CHECK_INT(systemd_watchdog(), 0);
	setenv("WATCHDOG_PID", "x", 1);
	CHECK_INT(systemd_watchdog(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "-5", 1);
	CHECK_INT(systemd_watchdog(), 0);
	unsetenv("WATCHDOG_USEC");
}

/* In a process of its own, for descriptors 3 and on are the test's. The first of two pipes holds
 * "a", the second "b"; they are passed on the other way round. */
static int pass_and_take(void)
{
	int a[2], b[2], fds[2];
	char byte, *names;

	if (pipe(a) < 0 || pipe(b) < 0 || write(a[1], "a", 1) != 1 || write(b[1], "b", 1) != 1)
		return 1;
	fds[0] = b[0];
	fds[1] = a[0];
	if (systemd_pass_fds(fds, 2, "one:two") != 0)
		return 2;
	if (fcntl(3, F_GETFD) != 0 || fcntl(4, F_GETFD) != 0)
		return 3;
	if (systemd_take_fds(&names) != 2 || !names || strcmp(names, "one:two") != 0)
		return 4;
	free(names);
	if (fcntl(3, F_GETFD) != FD_CLOEXEC || fcntl(4, F_GETFD) != FD_CLOEXEC)
		return 5;
	if (read(3, &byte, 1) != 1 || byte != 'b' || read(4, &byte, 1) != 1 || byte != 'a')
		return 6;
	if (getenv("LISTEN_PID") || getenv("LISTEN_FDS") || getenv("LISTEN_FDNAMES"))
		return 7;
	return systemd_take_fds(&names) == 0 && !names ? 0 : 8;
}

static void descriptors_are_passed_on_in_their_order(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(pass_and_take());
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
}

static void descriptors_of_another_process_are_none_of_ours(void **state)
{
	char *names;

	(void)state;
	setenv("LISTEN_FDS", "2", 1);
	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDNAMES", "a:b", 1);
	CHECK_INT(systemd_take_fds(&names), 0);
	CHECK(!names);
	CHECK(!getenv("LISTEN_FDS") && !getenv("LISTEN_PID") && !getenv("LISTEN_FDNAMES"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manager_is_told_by_path_and_by_name),
		cmocka_unit_test(without_a_manager_nothing_is_said),
		cmocka_unit_test(a_busy_manager_is_waited_for_but_not_for_ever),
		cmocka_unit_test(the_watchdog_is_fed_at_half_of_its_time),
		cmocka_unit_test(descriptors_are_passed_on_in_their_order),
		cmocka_unit_test(descriptors_of_another_process_are_none_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
