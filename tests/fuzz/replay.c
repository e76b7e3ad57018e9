/* Runs a fuzz target over the files of a corpus: replay DIR|FILE… Fails when there is none. */
#include <dirent.h>

#include "fuzz/fuzz.h"

static void run_file(const char *path)
{
	static char bytes[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t n;
	uint8_t *copy;

	FUZZ_CHECK(file != NULL);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* Of its exact size, so that a sanitizer sees whoever reads past it. */
	copy = malloc(n ? n : 1);
	FUZZ_CHECK(copy != NULL);
	memcpy(copy, bytes, n);
	fprintf(stderr, "%s\n", path);
	FUZZ_CHECK(LLVMFuzzerTestOneInput(copy, n) == 0);
	free(copy);
}

static size_t run(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[4096];
	size_t count = 0;

	if (!dir) {
		run_file(path);
		return 1;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		run_file(name);
		count++;
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;

	for (int i = 1; i < argc; i++)
		count += run(argv[i]);
	printf("%zu inputs\n", count);
	return count ? 0 : 1;
}
