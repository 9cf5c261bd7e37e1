/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets as a file without a place on disk, for readers that take a path. */
#ifndef TESTS_FUZZ_AS_FILE_H
#define TESTS_FUZZ_AS_FILE_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct as_file {
	int descriptor;
	char path[64]; /* /proc/self/fd/N */
};

static inline struct as_file as_file_open(const uint8_t *data, size_t size)
{
	struct as_file file;
	file.descriptor = memfd_create("seed", MFD_CLOEXEC);
	assert(file.descriptor >= 0);
	const ssize_t written = write(file.descriptor, data, size);
	assert(written == (ssize_t)size);
	(void)written;
	(void)snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.descriptor);
	return file;
}

static inline void as_file_close(const struct as_file *file)
{
	(void)close(file->descriptor);
}

#endif
