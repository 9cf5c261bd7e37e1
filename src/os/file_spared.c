/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is never replaced by a file of ours: databases and secret keys. Told by how they begin, so
 * that neither another path nor a link hides one. */
#include "os/file_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What age-keygen writes has two lines of comment before the key. */
#define HEAD_OCTETS ((size_t)1024)

struct kind {
	const char *octets;
	size_t size;
	bool in_any_line; /* at the begin of any line of the head; false: of the file */
	const char *what;
};
#define BEGINS(octets) octets, sizeof(octets) - 1

static const struct kind kinds[] = {
	/* https://www.sqlite.org/fileformat2.html s1.3, s3, s4.1 */
	{BEGINS("SQLite format 3\0"), false, "is a store (SQLite)"},
	{BEGINS("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"), false, "is the journal of a store (SQLite)"},
	{BEGINS("\x37\x7f\x06\x82"), false, "is the log of a store (SQLite)"},
	{BEGINS("\x37\x7f\x06\x83"), false, "is the log of a store (SQLite)"},
	{BEGINS("# dsfi key "), false, "is a secret key"},
	{BEGINS("DSFI-SIGN-KEY-1"), true, "holds a secret key"},
	{BEGINS("AGE-SECRET-KEY-"), true, "holds a secret key"},
	{BEGINS("-----BEGIN PRIVATE KEY-----"), true, "holds a secret key"},
	{BEGINS("-----BEGIN ENCRYPTED PRIVATE KEY-----"), true, "holds a secret key"},
	{BEGINS("-----BEGIN RSA PRIVATE KEY-----"), true, "holds a secret key"},
	{BEGINS("-----BEGIN EC PRIVATE KEY-----"), true, "holds a secret key"},
	{BEGINS("-----BEGIN OPENSSH PRIVATE KEY-----"), true, "holds a secret key"},
	{BEGINS("Private-key-format:"), false, "is a secret key"},
};

/* Files that SQLite keeps beside a database, or will take for its own when they appear. */
static const char *const besides[] = {"-wal", "-shm", "-journal"};

static bool is_kind(const struct kind *kind, const char *head, size_t size)
{
	size_t at = 0;
	assert(kind->size > 0 && kind->size <= HEAD_OCTETS);
	while (at + kind->size <= size) {
		if (memcmp(head + at, kind->octets, kind->size) == 0)
			return true;
		const char *end = kind->in_any_line ? memchr(head + at, '\n', size - at) : NULL;
		if (end == NULL)
			return false;
		at = (size_t)(end - head) + 1;
	}
	return false;
}

static const struct kind *find_kind(const char *head, size_t size)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (is_kind(&kinds[i], head, size))
			return &kinds[i];
	}
	return NULL;
}

/* *ret_size is 0 where no regular file is there; -1 with errno. */
static int read_head(const char *path, char head[HEAD_OCTETS], size_t *ret_size)
{
	struct stat facts;
	size_t size = 0;
	ssize_t count = 1;
	*ret_size = 0;
	if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode))
		return 0;
	CLOSED_AT_END int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return errno == ENOENT ? 0 : -1;
	while (count != 0 && size < HEAD_OCTETS) {
		count = read(descriptor, head + size, HEAD_OCTETS - size);
		if (count < 0 && errno != EINTR)
			return -1;
		size += count > 0 ? (size_t)count : 0;
	}
	*ret_size = size;
	return 0;
}

/* "s.sqlite-wal" is beside "s.sqlite", whether it is there yet or not. */
static int check_beside(const char *path, const char *shown, struct complaint *complaint)
{
	char head[HEAD_OCTETS];
	char store[PATH_MAX];
	const size_t length = strlen(path);
	for (size_t i = 0; i < sizeof(besides) / sizeof(besides[0]); i++) {
		const size_t end = strlen(besides[i]);
		size_t size = 0;
		if (length <= end || length - end >= sizeof(store) ||
		    strcmp(path + length - end, besides[i]) != 0)
			continue;
		memcpy(store, path, length - end);
		store[length - end] = '\0';
		if (read_head(store, head, &size) == 0 && is_kind(&kinds[0], head, size))
			return complain(complaint, ERR_ARGUMENT,
					"cannot write '%s': it belongs to the store '%s', which "
					"would be lost; name another file",
					shown, store);
	}
	return OK;
}

int file_check_spared(const char *path, struct complaint *complaint)
{
	char head[HEAD_OCTETS];
	size_t size = 0;
	assert(path != NULL);
	if (read_head(path, head, &size) != 0)
		return file_complain(complaint, errno, "look what would be replaced in", path);
	const struct kind *kind = find_kind(head, size);
	/* Of a secret, nothing stays on the stack. */
	explicit_bzero(head, sizeof(head));
	if (kind != NULL)
		return complain(complaint, ERR_ARGUMENT,
				"cannot write '%s': what is there %s, and is never replaced; name "
				"another file",
				path, kind->what);
	char *real = realpath(path, NULL);
	int error = check_beside(path, path, complaint);
	if (error == OK && real != NULL)
		error = check_beside(real, path, complaint);
	free(real);
	return error;
}
