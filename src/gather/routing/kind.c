/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/kind.h"

#include "base/memory.h"
#include "os/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest line of any of these formats, and a page of comments before the first. */
#define HEAD_OCTETS ((size_t)65536)

const char *routing_kind_text(enum routing_kind kind)
{
	static const char *const texts[] = {"pfx2as", "riswhoisdump", "CSV", "JSON"};
	assert((size_t)kind < sizeof(texts) / sizeof(texts[0]));
	return texts[kind];
}

/* The first line that is no comment; "" when there is none. */
static const char *first_line(const char *head)
{
	for (;;) {
		head += strspn(head, " \t\r\n");
		if (*head == 0 || strchr("#%;", *head) == NULL)
			return head;
		head += strcspn(head, "\n");
	}
}

/* RIPE's lines are origin, prefix with its length, peers; CAIDA's address, length, origin. */
static enum routing_kind kind_of_routes(const char *head)
{
	const char *line = first_line(head);
	const size_t first = strcspn(line, " \t\r\n");
	const char *second = line + first + strspn(line + first, " \t");
	const size_t length = strcspn(second, " \t\r\n");
	/* RIPE's dumps begin with comments, which may be longer than what was read. */
	if (*line == 0)
		return head[0] == '%' ? ROUTING_RIS : ROUTING_PFX2AS;
	return memchr(line, '/', first) == NULL && memchr(second, '/', length) != NULL
		       ? ROUTING_RIS
		       : ROUTING_PFX2AS;
}

static enum routing_kind kind_of_vrps(const char *head)
{
	return head[strspn(head, " \t\r\n")] == '{' ? ROUTING_JSON : ROUTING_CSV;
}

/* The beginning of the file and its last octet. */
static int read_ends(int descriptor, char head[HEAD_OCTETS + 1], struct routing_file *file)
{
	char last;
	const ssize_t size = pread(descriptor, head, HEAD_OCTETS, 0);
	if (size < 0)
		return error_from_errno(errno);
	if (size == 0)
		return ERR_SHORT;
	head[size] = 0;
	if (lseek(descriptor, -1, SEEK_END) < 0 || read(descriptor, &last, 1) != 1)
		return ERR_IO;
	file->ends_a_line = last == '\n';
	return OK;
}

static int look(const char *path, char head[HEAD_OCTETS + 1], struct routing_file *file,
		struct complaint *complaint)
{
	struct stat status;
	if (strcmp(path, "-") == 0)
		return complain(complaint, ERR_ARGUMENT,
				"which format it has can be seen of a file, and not of standard "
				"input; give its name");
	CLOSED_AT_END int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor < 0 || fstat(descriptor, &status) != 0)
		return complain(complaint, ERR_NOT_FOUND, "cannot read '%s': %s", path,
				errno_text(errno));
	if (!S_ISREG(status.st_mode))
		return complain(complaint, ERR_ARGUMENT,
				"'%s' is no plain file, and is read from its beginning more than "
				"once; write what comes to one and give that",
				path);
	const int error = read_ends(descriptor, head, file);
	if (error == ERR_SHORT)
		return complain(complaint, error, "'%s' is empty; was it cut short?", path);
	if (error != OK)
		return complain(complaint, error, "cannot read '%s': %s", path, error_text(error));
	file->written_s = status.st_mtime;
	return OK;
}

static int look_for(const char *path, enum routing_kind (*kind_of)(const char *head),
		    struct routing_file *ret_file, struct complaint *complaint)
{
	struct routing_file file = {0};
	char *head = memory_take(HEAD_OCTETS + 1);
	assert(path != NULL && ret_file != NULL);
	if (head == NULL)
		return complain(complaint, ERR_MEMORY, "no memory to look at '%s'", path);
	const int error = look(path, head, &file, complaint);
	if (error == OK) {
		file.kind = kind_of(head);
		*ret_file = file;
	}
	memory_give(head);
	return error;
}

int routing_file_of_routes(const char *path, struct routing_file *ret_file,
			   struct complaint *complaint)
{
	return look_for(path, kind_of_routes, ret_file, complaint);
}

int routing_file_of_vrps(const char *path, struct routing_file *ret_file,
			 struct complaint *complaint)
{
	return look_for(path, kind_of_vrps, ret_file, complaint);
}
