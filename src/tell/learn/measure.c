/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/measure.h"

#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "os/file.h"
#include "os/process.h"

#include <assert.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What one domain can say of itself. */
#define SAID_OCTETS_MAX ((size_t)16 * 1024 * 1024)
#define RECORDS_OCTETS_MAX ((size_t)256 * 1024)
#define KEY_OCTETS_MAX 4096
#define TYPES_MAX 8

struct checked {
	json_t *lines; /* an array */
};

static int read_all(int descriptor, struct text *text)
{
	char piece[65536];
	ssize_t size;
	if (lseek(descriptor, 0, SEEK_SET) != 0)
		return ERR_IO;
	while ((size = read(descriptor, piece, sizeof(piece))) > 0)
		text_add_octets(text, piece, (size_t)size);
	return size < 0 ? ERR_IO : text->error;
}

int measure_run(const char *const *arguments, struct text *text)
{
	CLOSED_AT_END int said = memfd_create("said", MFD_CLOEXEC);
	CLOSED_AT_END int none = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (said < 0 || none < 0)
		return ERR_IO;
	const struct process_descriptor descriptors[] = {{none, 0}, {said, 1}, {none, 2}};
	const struct process_options options = {
		.arguments = arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 3,
	};
	struct process process;
	int code;
	int error = process_start(&options, NULL, &process);
	if (!error)
		error = process_wait(&process, &code);
	return error ? error : read_all(said, text);
}

/* JSON Lines as one array. */
static int read_lines(const struct text *text, json_t **ret_lines)
{
	assert(!text->error);
	json_t *lines = json_array();
	if (!lines)
		return ERR_MEMORY;
	for (const char *at = text_get(text); *at;) {
		const size_t length = strcspn(at, "\n");
		json_t *line = json_loadb(at, length, 0, NULL);
		if (!line || json_array_append_new(lines, line) != 0) {
			json_decref(lines);
			return ERR_FORMAT;
		}
		at += length + (at[length] == '\n');
	}
	*ret_lines = lines;
	return 0;
}

static int run_for_lines(const char *const *arguments, json_t **ret_lines)
{
	struct text text;
	text_init(&text, SAID_OCTETS_MAX);
	int error = measure_run(arguments, &text);
	if (!error)
		error = read_lines(&text, ret_lines);
	text_release(&text);
	return error;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* ---- names ---- */

void measured_init(struct measured *measured)
{
	memset(measured, 0, sizeof(*measured));
	text_init(&measured->records, RECORDS_OCTETS_MAX);
	text_init(&measured->reason, RECORDS_OCTETS_MAX);
}

void measured_release(struct measured *measured)
{
	text_release(&measured->records);
	text_release(&measured->reason);
}

bool measured_has_tag(const uint16_t *tags, size_t count, uint16_t tag)
{
	assert(count <= MEASURED_TAGS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (tags[i] == tag)
			return true;
	}
	return false;
}

static void add_tag(uint16_t *tags, size_t *count, unsigned long tag)
{
	assert(*count <= MEASURED_TAGS_MAX);
	if (*count < MEASURED_TAGS_MAX)
		tags[(*count)++] = (uint16_t)tag;
}

/* RFC 4034 s3.2: the key tag is the seventh. */
#define SIGNATURE_TAG_FIELD 6
static const char *field_of(const char *rdata, size_t index)
{
	for (; index > 0 && *rdata; index--) {
		rdata += strcspn(rdata, " ");
		rdata += strspn(rdata, " ");
	}
	return rdata;
}

/* The tag of a key, of what names one (DS, CDS), of a signature (the seventh field). */
static void add_record_tag(struct measured *measured, const json_t *record, const char *rdata)
{
	const char *type = text_of(record, "TYPEname");
	uint8_t octets[KEY_OCTETS_MAX];
	size_t size;
	if (strcmp(type, "DNSKEY") == 0) {
		const char *hex = text_of(record, "RDATAHEX");
		if (hex_to_octets(hex, strlen(hex), octets, sizeof(octets), &size) == 0 && size > 4)
			add_tag(measured->tags, &measured->tag_count, key_tag(octets, size));
	} else if (strcmp(type, "DS") == 0 || strcmp(type, "CDS") == 0) {
		add_tag(measured->tags, &measured->tag_count, strtoul(rdata, NULL, 10));
	} else if (strcmp(type, "RRSIG") == 0) {
		const char *tag = field_of(rdata, SIGNATURE_TAG_FIELD);
		add_tag(measured->signers, &measured->signer_count, strtoul(tag, NULL, 10));
	}
}

static void read_records(const json_t *answer, const char *type, struct measured *measured)
{
	size_t index;
	json_t *record;
	const json_t *records =
		json_object_get(json_object_get(answer, "responseMessage"), "answerRRs");
	json_array_foreach(records, index, record)
	{
		char key[32];
		const char *its_type = text_of(record, "TYPEname");
		snprintf(key, sizeof(key), "rdata%.20s", its_type);
		const char *rdata = text_of(record, key);
		add_record_tag(measured, record, rdata);
		if (strcmp(its_type, type) != 0)
			continue;
		text_format(&measured->records, "%s\n", rdata);
		measured->ttl_s = (uint32_t)json_integer_value(json_object_get(record, "TTL"));
	}
}

static void read_answer(const json_t *answer, const char *type, struct measured *measured)
{
	const char *state = text_of(answer, "state");
	const char *security = text_of(answer, "security");
	measured->is_secure = strcmp(security, "secure") == 0;
	measured->is_bogus = strcmp(security, "bogus") == 0 || strcmp(state, "bogus") == 0;
	measured->is_unreachable =
		!measured->is_bogus && (strcmp(state, "unreachable") == 0 || !*state);
	text_add(&measured->reason, text_of(answer, "reason"));
	if (strcmp(state, "found") == 0)
		read_records(answer, type, measured);
	measured->is_found = measured->records.length > 0;
}

int measure_names(const char *name, const char *const *types, size_t count,
		  struct measured *ret_measured)
{
	assert(count > 0 && count <= TYPES_MAX);
	const char *arguments[TYPES_MAX + 6] = {"dsfi", "resolve", "--json", name};
	for (size_t i = 0; i < count; i++)
		arguments[4 + i] = types[i];
	json_t *lines;
	int error = run_for_lines(arguments, &lines);
	if (error)
		return error;
	for (size_t i = 0; i < count; i++)
		ret_measured[i].is_unreachable = true;
	size_t index;
	json_t *line;
	json_array_foreach(lines, index, line)
	{
		for (size_t i = 0; i < count; i++) {
			if (strcmp(text_of(line, "qtype"), types[i]) == 0)
				read_answer(line, types[i], &ret_measured[i]);
		}
	}
	json_decref(lines);
	return 0;
}

int measure_name(const char *name, const char *type, struct measured *ret_measured)
{
	return measure_names(name, &type, 1, ret_measured);
}

/* ---- domains ---- */

int measure_domain(const char *domain, const char *profile, struct checked **ret_checked)
{
	assert(domain[0] && profile[0]);
	const bool is_mail = strcmp(profile, "mail") == 0;
	const char *const arguments[] = {
		"dsfi",
		"check",
		"--json",
		"-q",
		"--fail-on",
		"never",
		"--profile",
		profile,
		domain,
		"--own",
		is_mail ? "--connect" : NULL,
		NULL,
	};
	struct checked *checked = memory_take_zeroed(1, sizeof(*checked));
	if (!checked)
		return ERR_MEMORY;
	int error = run_for_lines(arguments, &checked->lines);
	if (error) {
		memory_give(checked);
		return error;
	}
	*ret_checked = checked;
	return 0;
}

void checked_free(struct checked *checked)
{
	if (!checked)
		return;
	json_decref(checked->lines);
	memory_give(checked);
}

static const json_t *domain_line(const struct checked *checked)
{
	size_t index;
	json_t *line;
	json_array_foreach(checked->lines, index, line)
	{
		if (strcmp(text_of(line, "type"), "domain") == 0)
			return line;
	}
	return NULL;
}

bool checked_is_delegated(const struct checked *checked)
{
	const json_t *line = domain_line(checked);
	return line && strcmp(text_of(line, "delegation"), "found") == 0;
}

static bool names(const json_t *codes, const char *code)
{
	size_t index;
	json_t *item;
	json_array_foreach(codes, index, item)
	{
		const char *text = json_string_value(item);
		if (text && strcmp(text, code) == 0)
			return true;
	}
	return false;
}

bool checked_was_made(const struct checked *checked, const char *code)
{
	const json_t *line = domain_line(checked);
	return line && !names(json_object_get(line, "not_measured"), code) &&
	       !names(json_object_get(line, "not_asked"), code);
}

/* 1 for the least; 0 for no severity. */
static unsigned int rank(const char *severity)
{
	static const char *const order[] = {"info", "notice", "warning", "error", "critical"};
	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (strcmp(order[i], severity) == 0)
			return i + 1;
	}
	return 0;
}

const char *checked_finding(const struct checked *checked, const char *severity, size_t index,
			    const char **ret_code)
{
	size_t i;
	json_t *line;
	assert(rank(severity) > 0);
	json_array_foreach(checked->lines, i, line)
	{
		if (strcmp(text_of(line, "type"), "finding") != 0 ||
		    rank(text_of(line, "severity")) < rank(severity))
			continue;
		if (index-- > 0)
			continue;
		*ret_code = text_of(line, "code");
		return text_of(line, "sentence");
	}
	return NULL;
}
