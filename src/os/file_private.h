/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about files share. */
#ifndef OS_FILE_PRIVATE_H
#define OS_FILE_PRIVATE_H

#include "os/file.h"

#include <stdbool.h>

struct file_buffer {
	char *data;
	size_t size;
	size_t room;
};

/* "cannot WHAT 'PATH': cause; what to do". Returns the code that fits the errno. */
int file_complain(struct complaint *complaint, int errno_value, const char *what, const char *path);
/* "-" is standard input; a folder is refused. */
MUST_CHECK int file_open_to_read(const char *path, struct complaint *complaint,
				 int *ret_descriptor);

#endif
