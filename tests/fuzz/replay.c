/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs every file of a corpus through a fuzz target, so that what the fuzzer once found stays found
 * in the ordinary test run (STYLE.md 33). Prints TAP: one point a corpus, each file named before it
 * runs, so that a crash names its file.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A seed is a message or a small file; 4 MiB leaves room for the largest store page or zone. */
enum { SEED_MAX_BYTES = 4 << 20, PATH_MAX_BYTES = 4096 };

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		printf("# %s: %s\n", path, strerror(errno));
		return -1;
	}
	uint8_t *data = malloc(SEED_MAX_BYTES);
	size_t size = data ? fread(data, 1, SEED_MAX_BYTES, file) : 0;
	fclose(file);
	if (!data)
		return -1;

	/* A copy of the exact size lets the address sanitizer see the first octet behind it. */
	uint8_t *exact = malloc(size > 0 ? size : 1);
	if (exact) {
		memcpy(exact, data, size);
		LLVMFuzzerTestOneInput(exact, size);
	}
	free(data);
	free(exact);
	return exact ? 0 : -1;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
		return 2;
	}
	printf("1..1\n");
	DIR *folder = opendir(argv[1]);
	if (!folder) {
		printf("not ok 1 - %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	unsigned int files = 0;
	unsigned int failures = 0;
	for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		char path[PATH_MAX_BYTES];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		printf("# %s\n", entry->d_name);
		fflush(stdout);
		failures += replay_file(path) != 0;
		files++;
	}
	closedir(folder);
	/* An empty corpus would prove nothing. */
	const char *verdict = files > 0 && failures == 0 ? "ok" : "not ok";
	printf("%s 1 - %u files replayed, %u unreadable\n", verdict, files, failures);
	return files > 0 && failures == 0 ? 0 : 1;
}
