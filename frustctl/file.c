/* Writing beside, then renaming. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "interrupt.h"

static int fail(const char *path)
{
	return ctl_fail(CTL_SYSTEM, "%s: %s", path, strerror(errno));
}

static bool is_device(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int file_create(struct file *file, const char *path, bool replace)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	*file = (struct file){.path = path, .replace = replace};
	interrupt_hold(&file->before);
	if (is_device(path)) {
		file->stream = fopen(path, "w");
		return file->stream ? 0 : fail(path);
	}
	if (!replace && access(path, F_OK) == 0)
		return ctl_fail(CTL_EXISTS, "%s is there already; give --replace", path);
	if (asprintf(&file->temporary, "%s.XXXXXX", path) < 0) {
		file->temporary = NULL;
		return ctl_fail(CTL_SYSTEM, "%s", frust_strerror(FRUST_ENOMEM));
	}
	fd = mkstemp(file->temporary);
	if (fd < 0) {
		free(file->temporary);
		file->temporary = NULL;
		return fail(path);
	}
	fchmod(fd, 0666 & ~mask);
	file->stream = fdopen(fd, "w");
	return file->stream ? 0 : fail(path);
}

int file_write(struct file *file, const char *bytes, size_t n)
{
	if (interrupt_waits())
		return CTL_SYSTEM;
	return fwrite(bytes, 1, n, file->stream) == n ? 0 : fail(file->path);
}

/* Without taking it from whoever made `to` meanwhile. NFS has no such renaming, but links. */
static int name_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	return errno == EINVAL ? link(from, to) : -1;
}

/* To the disk, and under its name. */
static int keep(struct file *file)
{
	if (fflush(file->stream))
		return fail(file->path);
	if (!file->temporary)
		return 0;
	if (fsync(fileno(file->stream)))
		return fail(file->path);
	if (file->replace ? rename(file->temporary, file->path)
			  : name_new(file->temporary, file->path))
		return errno == EEXIST ? ctl_fail(CTL_EXISTS, "%s is there already", file->path)
				       : fail(file->path);
	return 0;
}

int file_close(struct file *file, int status)
{
	if (!status)
		status = keep(file);
	if (file->stream)
		fclose(file->stream);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	interrupt_release(&file->before);
	return status;
}
