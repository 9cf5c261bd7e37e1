/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole files: read with a limit, written so that nobody ever sees half of one.
 *
 * A file is written beside its target under a temporary name, synced, renamed over the target, and
 * the folder is synced; whatever goes wrong before the rename leaves the old file as it was and
 * removes the temporary one. "-" means standard input for reading. A target that is a device or a
 * pipe (/dev/null) is written to and never replaced. A store (SQLite, with what it keeps beside
 * itself) or a secret key is never replaced either, by whatever path it is named.
 *
 * Errors: ERR_NOT_FOUND, ERR_PERMISSION, ERR_ARGUMENT (a folder; what is never replaced), ERR_LIMIT
 * (longer than allowed), ERR_FULL (disk full, quota, read-only), ERR_MEMORY, ERR_IO. The complaint
 * names the file, the cause and what to do.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Reads all of `path`. *ret_data has a NUL after it that *ret_size does not count, and is given
 * back with memory_give. */
MUST_CHECK int file_read(const char *path, size_t limit_bytes, struct complaint *complaint,
			 char **ret_data, size_t *ret_size);

/* The same of what nobody else may read: a regular file that is root's or ours, of mode 0600 or
 * stricter; else ERR_PERMISSION or ERR_ARGUMENT. Not standard input. Whoever gets it wipes it. */
MUST_CHECK int file_read_secret(const char *path, size_t limit_bytes, struct complaint *complaint,
				char **ret_data, size_t *ret_size);

/* For who opens a file to write by other means: ERR_ARGUMENT where a store or a secret key is that
 * would be lost. What is not there is fine. */
MUST_CHECK int file_check_spared(const char *path, struct complaint *complaint);

/* Writes all at once. Mode 0644 less the umask. */
MUST_CHECK int file_write(const char *path, const void *data, size_t size_bytes,
			  struct complaint *complaint);

/* The same of mode 0600, whatever the mode of what was there: for what not everybody may read. */
MUST_CHECK int file_write_private(const char *path, const void *data, size_t size_bytes,
				  struct complaint *complaint);

/* A new file of mode 0600 that was not there before (else ERR_EXISTS), for a secret. */
MUST_CHECK int file_write_secret(const char *path, const void *data, size_t size_bytes,
				 struct complaint *complaint);

/* The same piece by piece. Errors stick: file_writer_add need not be checked, file_writer_commit
 * reports the first. The writer belongs to the caller until commit or abort. */
struct file_writer;

MUST_CHECK int file_writer_new(const char *path, struct complaint *complaint,
			       struct file_writer **ret_writer);
void file_writer_add(struct file_writer *writer, const void *data, size_t size_bytes);
/* Makes the file appear, or leaves everything as it was; frees the writer either way. */
MUST_CHECK int file_writer_commit(struct file_writer *writer, struct complaint *complaint);
/* Removes the temporary file and frees the writer. file_writer_abort(NULL) is fine. */
void file_writer_abort(struct file_writer *writer);

/* Makes a folder and those above it (mode 0755 less the umask); fine if it is there. */
MUST_CHECK int folder_make(const char *path, struct complaint *complaint);
/* Removes a folder with everything in it, following no link. Fine if it is not there. */
MUST_CHECK int folder_remove(const char *path, struct complaint *complaint);
/* A new empty folder with a random name in TMPDIR or /tmp, mode 0700; given back with memory_give.
 */
MUST_CHECK int folder_make_temporary(const char *prefix, struct complaint *complaint,
				     char **ret_path);

/* Closes the descriptor, keeping errno; -1 is fine. */
void descriptor_close(int descriptor);
void descriptor_cleanup(const int *descriptor);
/* A local variable of this kind closes itself: `CLOSED_AT_END int descriptor = open(...)`. */
#define CLOSED_AT_END __attribute__((cleanup(descriptor_cleanup)))

#endif
