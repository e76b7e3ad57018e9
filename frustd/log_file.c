#include "log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int log_file_open(struct fr_log *log, const char *name)
{
	FILE *file = fopen(name, "ae");

	if (!file)
		return -errno;
	setvbuf(file, NULL, _IONBF, 0); /* a line is one write */
	log->to = file;
	return 0;
}

int log_file_reopen(const struct fr_log *log, const char *name)
{
	int fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (dup3(fd, fileno(log->to), O_CLOEXEC) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

void log_file_close(struct fr_log *log)
{
	if (log->to != stderr)
		fclose(log->to);
	log->to = stderr;
}
