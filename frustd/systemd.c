#include "systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

#define TEXT_MAX 512
#define FDS_MAX 64
#define BUSY_US 500000 /* how long a note waits for a manager that has many to read */

/* "@name" is a name without a file. */
static socklen_t notify_address(const char *name, struct sockaddr_un *to)
{
	size_t len = strlen(name);

	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((*name != '/' && *name != '@') || len >= sizeof(to->sun_path))
		return 0;
	memcpy(to->sun_path, name, len);
	if (*name == '@')
		to->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (*name == '/'));
}

static void notify(const char *text)
{
	const char *name = getenv("NOTIFY_SOCKET");
	const struct timeval busy = {.tv_usec = BUSY_US};
	struct sockaddr_un to;
	socklen_t len = name ? notify_address(name, &to) : 0;
	int fd;

	if (len == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &busy, sizeof(busy));
	sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&to, len);
	close(fd);
}

void systemd_notify(const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	notify(text);
}

void systemd_notify_reloading(const char *status)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	systemd_notify("RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=%s",
		       (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000, status);
}

/* The variable as a number; false: it is not there, or none. */
static bool number(const char *name, uint64_t *out)
{
	return fr_str_u64(fr_str_of(getenv(name)), out);
}

uint64_t systemd_watchdog(void)
{
	uint64_t us, pid;

	if (!number("WATCHDOG_USEC", &us))
		return 0;
	if (getenv("WATCHDOG_PID") && (!number("WATCHDOG_PID", &pid) || pid != (uint64_t)getpid()))
		return 0;
	return us / 2000;
}

static void forget_fds(void)
{
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

unsigned systemd_take_fds(char **names)
{
	const char *text = getenv("LISTEN_FDNAMES");
	uint64_t pid, count;

	*names = NULL;
	if (!number("LISTEN_PID", &pid) || pid != (uint64_t)getpid() ||
	    !number("LISTEN_FDS", &count))
		count = 0;
	if (count > FDS_MAX)
		count = FDS_MAX;
	for (unsigned i = 0; i < count; i++)
		fcntl(SYSTEMD_FIRST_FD + (int)i, F_SETFD, FD_CLOEXEC);
	if (count > 0 && text)
		*names = strdup(text); /* without memory they have none */
	forget_fds();
	return (unsigned)count;
}

static int set_number(const char *name, long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", value);
	return setenv(name, text, 1);
}

int systemd_pass_fds(const int *fds, unsigned count, const char *names)
{
	int above[FDS_MAX];

	if (count > FDS_MAX)
		return -EINVAL;
	/* Out of the way first, so that none is overwritten before it was moved. */
	for (unsigned i = 0; i < count; i++) {
		above[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, SYSTEMD_FIRST_FD + FDS_MAX);
		if (above[i] < 0)
			return -errno;
	}
	for (unsigned i = 0; i < count; i++)
		if (dup2(above[i], SYSTEMD_FIRST_FD + (int)i) < 0) /* not close-on-exec */
			return -errno;
	if (set_number("LISTEN_PID", getpid()) < 0 || set_number("LISTEN_FDS", count) < 0 ||
	    setenv("LISTEN_FDNAMES", names, 1) < 0)
		return -errno;
	return 0;
}
