/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One writer at a time. The lock is an open file description lock on octets of the database file
 * far behind those that SQLite locks: the kernel drops it when the process ends in whatever way,
 * and closing our descriptor drops none of SQLite's locks. Who has it stands in the database.
 */
#include "keep/store/store_private.h"
#include "keep/store/watch.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Behind any database there will be: SQLite ends at 2^48 octets and locks near 2^30. */
#define LOCK_OFFSET ((off_t)1 << 61)
/* Of who watches. */
#define WATCH_LOCK_OFFSET (LOCK_OFFSET + 1)

int store_complain_busy(struct store *store, struct complaint *complaint)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int64_t pid = 0;
	if (store->database != NULL &&
	    statement_ready(store, STATEMENT_PID_GET, &statement) == OK) {
		if (statement_row(store, statement, &has_row) == OK && has_row)
			pid = sqlite3_column_int64(statement, 0);
		(void)sqlite3_reset(statement);
	}
	if (pid == 0)
		return complain(complaint, ERR_BUSY,
				"store '%s': another process is writing to it; "
				"wait until it has finished",
				store->path);
	return complain(complaint, ERR_BUSY,
			"store '%s': process %lld is writing to it; wait until it has finished",
			store->path, (long long)pid);
}

int store_lock(struct store *store, struct complaint *complaint)
{
	assert(store->lock_descriptor == -1);
	int descriptor = open(store->path, O_RDWR | O_CLOEXEC);
	if (descriptor < 0)
		return complain(complaint, error_from_errno(errno),
				"store '%s': %s (name another with --store)", store->path,
				errno_text(errno));
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_OFFSET, .l_len = 1};
	if (fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
		int cause = errno;
		close(descriptor);
		if (cause == EAGAIN || cause == EACCES)
			return store_complain_busy(store, complaint);
		return complain(complaint, error_from_errno(cause),
				"store '%s': cannot lock: %s; "
				"put it on a local disk",
				store->path, errno_text(cause));
	}
	store->lock_descriptor = descriptor;
	return OK;
}

void store_unlock(struct store *store)
{
	if (store->lock_descriptor >= 0)
		close(store->lock_descriptor);
	store->lock_descriptor = -1;
}

int store_watch_lock(const char *path, int *ret_descriptor, struct complaint *complaint)
{
	assert(path != NULL && ret_descriptor != NULL);
	const int descriptor = open(path, O_RDWR | O_CLOEXEC);
	if (descriptor < 0)
		return complain(complaint, error_from_errno(errno),
				"store '%s': %s (name another with --store)", path,
				errno_text(errno));
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = WATCH_LOCK_OFFSET, .l_len = 1};
	if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) {
		*ret_descriptor = descriptor;
		return OK;
	}
	const int cause = errno;
	(void)close(descriptor);
	if (cause == EAGAIN || cause == EACCES)
		return complain(complaint, ERR_BUSY,
				"store '%s': another 'dsfi watch run' is at work on it; one is "
				"enough, end it before you begin another",
				path);
	return complain(complaint, error_from_errno(cause),
			"store '%s': cannot lock: %s; put it on a local disk", path,
			errno_text(cause));
}
