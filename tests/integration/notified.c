/*
 * A service manager's ear: listens for the notes that sd_notify(3) describes on the socket of the
 * given name ("@" for one without a file), and prints each as a line, its own lines joined by " ".
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t len = argc == 2 ? strlen(argv[1]) : 0;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char note[4096];
	ssize_t n;

	if (len == 0 || len >= sizeof(at.sun_path))
		return 2;
	memcpy(at.sun_path, argv[1], len);
	if (*argv[1] == '@')
		at.sun_path[0] = '\0';
	len += offsetof(struct sockaddr_un, sun_path);
	if (bind(fd, (const struct sockaddr *)&at, (socklen_t)len) < 0) {
		perror(argv[1]);
		return 1;
	}
	puts("listening");
	fflush(stdout);
	while ((n = recv(fd, note, sizeof(note), 0)) >= 0) {
		for (ssize_t i = 0; i < n; i++)
			putchar(note[i] == '\n' ? ' ' : note[i]);
		putchar('\n');
		fflush(stdout);
	}
	return 1;
}
