/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/zonefile.h"

#include "base/memory.h"
#include "dns/wire/excerpt_private.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/scan_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libzscanner/scanner.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A DSYNC entry is a line; owner, target and comments of the longest make about 3,000 octets. */
#define DSYNC_ENTRY_MAX 16384
/* One record in canonical form is at most 65,535 octets, its chunk a little more. */
#define RECORD_ARENA_BYTES (128 << 10)

struct scan {
	struct zs_scanner *scanner;
	struct arena arena; /* one record's */
	const struct zonefile *zonefile;
	struct complaint *complaint;
	bool is_dsync; /* the record that comes stands for one */
};

static int refuse(const struct scan *scan, int code, const char *what)
{
	const struct excerpt excerpt = excerpt_of(what, strlen(what));
	return complain(scan->complaint, code, "zone file, line %llu: %s",
			(unsigned long long)scan->scanner->line_counter, excerpt.text);
}

static int scan_init(struct scan *scan, const struct zonefile *zonefile,
		     struct complaint *complaint)
{
	char origin[NAME_TEXT_MAX];
	*scan = (struct scan){.zonefile = zonefile, .complaint = complaint};
	arena_init(&scan->arena, RECORD_ARENA_BYTES, 0);
	scan->scanner = memory_take(sizeof(*scan->scanner));
	if (scan->scanner == NULL)
		return complain(complaint, ERR_MEMORY, "zone file: out of memory");
	if (zs_init(scan->scanner, name_to_text(zonefile->origin, origin), CLASS_IN,
		    zonefile->default_ttl) == 0)
		return OK;
	memory_give(scan->scanner);
	scan->scanner = NULL;
	return complain(complaint, ERR_MEMORY, "zone file: cannot begin to read");
}

static void scan_release(struct scan *scan)
{
	if (scan->scanner != NULL)
		zs_deinit(scan->scanner);
	memory_give(scan->scanner);
	arena_release(&scan->arena);
}

/* The SRV record that stands for a DSYNC one: its second number loses an octet. */
static int undo_dsync(const struct scan *scan, uint8_t *data, size_t *size)
{
	assert(scan->scanner->r_type == TYPE_SRV && *size > 6);
	if (data[2] != 0)
		return refuse(scan, ERR_FORMAT, "DSYNC scheme over 255");
	memmove(data + 2, data + 3, *size - 3);
	(*size)--;
	return OK;
}

static int take_record(struct scan *scan)
{
	struct zs_scanner *scanner = scan->scanner;
	struct name owner;
	size_t size = scanner->r_data_length;
	struct record record = {
		.ttl = scanner->r_ttl, .type = scanner->r_type, .class = scanner->r_class};
	assert(size <= sizeof(scanner->r_data));
	assert(name_is_valid(scanner->r_owner, scanner->r_owner_length));
	if (scan->is_dsync) {
		const int error = undo_dsync(scan, scanner->r_data, &size);
		if (error != OK)
			return error;
		record.type = TYPE_DSYNC;
	}
	arena_reset(&scan->arena);
	const int error = rdata_canonical(&scan->arena,
					  &(struct rdata_place){scanner->r_data, size, 0,
								(uint16_t)size, record.type},
					  &record.rdata, &record.rdata_size);
	if (error != OK)
		return refuse(scan, error, "data that does not fit the record type");
	(void)name_copy_lower(owner.octets, scanner->r_owner);
	record.owner = owner.octets;
	return scan->zonefile->take(scan->zonefile->context, &record);
}

/* Reads a piece of the file that holds whole entries. */
static int scan_piece(struct scan *scan, const char *text, size_t size)
{
	struct zs_scanner *scanner = scan->scanner;
	/* The scanner refuses an empty string. */
	if (size == 0)
		return OK;
	if (size > UINT32_MAX && sizeof(size_t) == 4)
		return refuse(scan, ERR_LIMIT, "too large");
	if (zs_set_input_string(scanner, text, size) != 0)
		return refuse(scan, ERR_MEMORY, zs_strerror(scanner->error.code));
	for (;;) {
		int error = OK;
		if (zs_parse_record(scanner) != 0 && scanner->state != ZS_STATE_ERROR)
			return refuse(scan, ERR_FORMAT, zs_strerror(scanner->error.code));
		if (scanner->state == ZS_STATE_EOF)
			return OK;
		if (scanner->state == ZS_STATE_DATA)
			error = take_record(scan);
		else if (scanner->state == ZS_STATE_INCLUDE)
			error = refuse(scan, ERR_UNSUPPORTED,
				       "$INCLUDE is not followed, put its content here");
		else
			error = refuse(scan, ERR_FORMAT, zs_strerror(scanner->error.code));
		if (error != OK)
			return error;
	}
}

static size_t count_lines(const char *text, size_t size)
{
	size_t lines = 0;
	const char *end = text + size;
	while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		lines++;
		text++;
	}
	return lines;
}

static int scan_dsync(struct scan *scan, const char *text, const struct dsync_entry *entry)
{
	struct text rewritten;
	text_init(&rewritten, DSYNC_ENTRY_MAX);
	scan->is_dsync = false;
	int error = dsync_rewrite(text, entry, &rewritten, &scan->is_dsync);
	if (error != OK)
		error = refuse(scan, error,
			       error == ERR_FORMAT
				       ? "DSYNC wants a type, a scheme, a port and a target"
				       : error_text(error));
	else
		error = scan_piece(scan, text_get(&rewritten), rewritten.length);
	scan->is_dsync = false;
	text_release(&rewritten);
	return error;
}

static int scan_all(struct scan *scan, const char *text, size_t size)
{
	size_t at = 0;
	assert(scan->scanner != NULL);
	size_t line = scan->scanner->line_counter;
	struct dsync_entry entry;
	while (dsync_find(text, size, at, &entry)) {
		int error = scan_piece(scan, text + at, entry.start - at);
		if (error != OK)
			return error;
		/* Each piece ends a line more than it has. */
		line += count_lines(text + at, entry.start - at);
		scan->scanner->line_counter = line;
		error = scan_dsync(scan, text, &entry);
		if (error != OK)
			return error;
		line += count_lines(text + entry.start, entry.end - entry.start);
		scan->scanner->line_counter = line;
		at = entry.end;
	}
	return scan_piece(scan, text + at, size - at);
}

int zonefile_read(const struct zonefile *zonefile, const char *text, size_t size,
		  struct complaint *complaint)
{
	struct scan scan;
	assert(zonefile->take != NULL && zonefile->origin != NULL);
	int error = scan_init(&scan, zonefile, complaint);
	if (error == OK)
		error = scan_all(&scan, text, size);
	scan_release(&scan);
	return error;
}

static int read_open_file(const struct zonefile *zonefile, int descriptor, const char *path,
			  struct complaint *complaint)
{
	struct stat status;
	if (fstat(descriptor, &status) != 0)
		return complain(complaint, error_from_errno(errno), "zone file '%s': %s", path,
				errno_text(errno));
	if (!S_ISREG(status.st_mode))
		return complain(complaint, ERR_ARGUMENT, "zone file '%s': not a regular file",
				path);
	if (status.st_size == 0)
		return OK;
	const size_t size = (size_t)status.st_size;
	char *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	if (text == MAP_FAILED)
		return complain(complaint, error_from_errno(errno), "zone file '%s': %s", path,
				errno_text(errno));
	/* Files of top-level domains are larger than memory; each page is wanted once. */
	(void)madvise(text, size, MADV_SEQUENTIAL);
	int error = zonefile_read(zonefile, text, size, complaint);
	if (error != OK)
		error = complain_more(complaint, error, "'%s'", path);
	(void)munmap(text, size);
	return error;
}

int zonefile_read_file(const struct zonefile *zonefile, const char *path,
		       struct complaint *complaint)
{
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor < 0)
		return complain(complaint, error_from_errno(errno), "zone file '%s': %s", path,
				errno_text(errno));
	const int error = read_open_file(zonefile, descriptor, path, complaint);
	(void)close(descriptor);
	return error;
}

/* Where the one record of a line goes. */
struct one_record {
	struct arena *arena;
	struct record record;
	size_t count;
};

static int take_one(void *context, const struct record *record)
{
	struct one_record *one = context;
	if (one->count++ > 0)
		return ERR_FORMAT;
	one->record = *record;
	one->record.owner = arena_copy(one->arena, record->owner, name_size(record->owner));
	one->record.rdata = arena_copy(one->arena, record->rdata, record->rdata_size);
	return one->record.owner == NULL || one->record.rdata == NULL ? ERR_MEMORY : OK;
}

int scan_record(struct arena *arena, const char *line, struct record *ret_record,
		struct complaint *complaint)
{
	struct one_record one = {.arena = arena};
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"", .take = take_one, .context = &one};
	struct complaint reason = {.text = ""};
	const int error = zonefile_read(&zonefile, line, strlen(line), &reason);
	if (error == OK && one.count == 1) {
		*ret_record = one.record;
		return OK;
	}
	const struct excerpt excerpt = excerpt_of(line, strlen(line));
	return complain(complaint, error != OK ? error : ERR_FORMAT, "record '%s': %s",
			excerpt.text, reason.text);
}
