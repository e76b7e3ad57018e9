/* Reads /proc. A thread that ended meanwhile is not counted: servers keep theirs. */
#include "usage.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int read_line(const char *path, const char *key, uint64_t *value)
{
	FILE *file = fopen(path, "re");
	char line[256];
	int rc = -ENODATA;

	if (!file)
		return -errno;
	while (rc < 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0 &&
		    sscanf(line + strlen(key), "%" SCNu64, value) == 1)
			rc = 0;
	fclose(file);
	return rc;
}

static int add_threads(pid_t pid, uint64_t *cpu)
{
	char path[300];
	struct dirent *entry;
	uint64_t ns;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", (int)pid,
			 entry->d_name);
		if (entry->d_name[0] != '.' && read_line(path, "", &ns) == 0)
			*cpu += ns;
	}
	closedir(dir);
	return 0;
}

int usage_of(pid_t pid, struct usage *usage)
{
	char path[64];
	int rc;

	*usage = (struct usage){0};
	if (pid == 0)
		return 0;
	rc = add_threads(pid, &usage->cpu);
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	if (rc == 0)
		rc = read_line(path, "Rss:", &usage->rss);
	usage->rss *= 1024;
	return rc;
}
