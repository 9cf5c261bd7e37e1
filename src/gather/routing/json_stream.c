/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/routing/json_stream_private.h"
#include "os/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A value, and a good piece of what follows. */
#define STREAM_ROOM (JSON_VALUE_MAX + (size_t)64 * 1024)

struct json_stream {
	int descriptor;
	const char *path;
	struct complaint *complaint;
	json_take *take;
	void *context;
	char *data; /* not taken yet: start to end */
	size_t start;
	size_t end;
	uint64_t line;
	bool is_over; /* the file */
	char key[JSON_KEY_MAX];
};

static int refuse(const struct json_stream *stream, int error, const char *what)
{
	return complain(stream->complaint, error, "'%s' line %" PRIu64 ": %s", stream->path,
			stream->line, what);
}

static int refuse_end(const struct json_stream *stream)
{
	return refuse(stream, ERR_SHORT,
		      "the file ends within the JSON: it was cut short; fetch or write it anew");
}

static int fill(struct json_stream *stream)
{
	memmove(stream->data, stream->data + stream->start, stream->end - stream->start);
	stream->end -= stream->start;
	stream->start = 0;
	assert(stream->end < STREAM_ROOM);
	ssize_t count;
	do {
		count = read(stream->descriptor, stream->data + stream->end,
			     STREAM_ROOM - stream->end);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return complain(stream->complaint, error_from_errno(errno),
				"cannot read '%s' behind line %" PRIu64 ": %s", stream->path,
				stream->line, error_text(error_from_errno(errno)));
	stream->is_over = count == 0;
	stream->end += (size_t)count;
	return OK;
}

/* The next octet that is no white space, which stays; 0 at the end of the file. */
static int peek(struct json_stream *stream, char *ret_octet)
{
	for (;;) {
		for (; stream->start < stream->end; stream->start++) {
			const char octet = stream->data[stream->start];
			if (octet != ' ' && octet != '\t' && octet != '\r' && octet != '\n') {
				*ret_octet = octet;
				return OK;
			}
			stream->line += octet == '\n';
		}
		if (stream->is_over) {
			*ret_octet = 0;
			return OK;
		}
		int error = fill(stream);
		if (error != OK)
			return error;
	}
}

/* Takes the next octet, which must be `wanted` or, where there are two, `other`. */
static int expect(struct json_stream *stream, char wanted, char other, char *ret_octet)
{
	char octet;
	int error = peek(stream, &octet);
	if (error != OK)
		return error;
	if (octet == wanted || octet == other) {
		stream->start++;
		*ret_octet = octet;
		return OK;
	}
	if (octet == 0 && stream->is_over && stream->start == stream->end)
		return refuse_end(stream);
	char what[64];
	(void)snprintf(what, sizeof(what), "'%c' is missing; is this JSON of a validator?", wanted);
	return refuse(stream, ERR_FORMAT, what);
}

/* Where a value ends, by brackets and quotes alone: jansson looks at the rest. */
struct skim {
	size_t depth;
	bool in_text;
	bool is_escaped;
};

/* Whether the value ends behind (+1) or before (-1) this octet. */
static int skim_octet(struct skim *skim, char octet)
{
	if (skim->in_text) {
		if (skim->is_escaped)
			skim->is_escaped = false;
		else if (octet == '\\')
			skim->is_escaped = true;
		else if (octet == '"')
			skim->in_text = false;
		return !skim->in_text && skim->depth == 0 ? 1 : 0;
	}
	switch (octet) {
	case '"':
		skim->in_text = true;
		return 0;
	case '{':
	case '[':
		skim->depth++;
		return 0;
	case '}':
	case ']':
		if (skim->depth == 0)
			return -1;
		return --skim->depth == 0 ? 1 : 0;
	case ',':
	case ':':
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return skim->depth == 0 ? -1 : 0;
	default:
		return 0;
	}
}

/* The length of the value at the stream's start, which is brought into memory. */
static int value_length(struct json_stream *stream, size_t *ret_length)
{
	struct skim skim = {0};
	size_t length = 0;
	for (;;) {
		for (; length < stream->end - stream->start; length++) {
			const int end = skim_octet(&skim, stream->data[stream->start + length]);
			if (end != 0) {
				*ret_length = length + (end > 0);
				return OK;
			}
		}
		if (length > JSON_VALUE_MAX)
			return refuse(stream, ERR_LIMIT, "a value of more than 1 MiB begins here");
		if (stream->is_over)
			return refuse_end(stream);
		int error = fill(stream);
		if (error != OK)
			return error;
	}
}

static int load_value(struct json_stream *stream, json_t **ret_value)
{
	size_t length = 0;
	json_error_t why;
	int error = value_length(stream, &length);
	if (error != OK)
		return error;
	const char *text = stream->data + stream->start;
	json_t *value = length == 0 ? NULL
				    : json_loadb(text, length,
						 JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (value == NULL && length == 0)
		return refuse(stream, ERR_FORMAT, "a value is missing");
	if (value == NULL && json_error_code(&why) == json_error_out_of_memory)
		return refuse(stream, ERR_MEMORY, "out of memory");
	if (value == NULL)
		return refuse(stream, ERR_FORMAT, why.text);
	for (size_t i = 0; i < length; i++)
		stream->line += text[i] == '\n';
	stream->start += length;
	*ret_value = value;
	return OK;
}

static int hand_out(struct json_stream *stream, const json_t *value, uint64_t line, bool is_element)
{
	struct complaint why = {""};
	const struct json_value taken = {stream->key, value, line, is_element};
	int error = stream->take(stream->context, &taken, &why);
	if (error == OK)
		return OK;
	return complain(stream->complaint, error, "'%s' line %" PRIu64 ": %s", stream->path, line,
			why.text[0] != '\0' ? why.text : error_text(error));
}

static int read_value(struct json_stream *stream, bool is_element)
{
	json_t *value;
	const uint64_t line = stream->line;
	int error = load_value(stream, &value);
	if (error != OK)
		return error;
	error = hand_out(stream, value, line, is_element);
	json_decref(value);
	return error;
}

/* Behind the opening bracket. */
static int read_array(struct json_stream *stream)
{
	char octet;
	int error = hand_out(stream, NULL, stream->line, false);
	if (error == OK)
		error = peek(stream, &octet);
	if (error != OK)
		return error;
	if (octet == ']') {
		stream->start++;
		return OK;
	}
	do {
		error = peek(stream, &octet);
		if (error == OK)
			error = read_value(stream, true);
		if (error == OK)
			error = expect(stream, ',', ']', &octet);
	} while (error == OK && octet == ',');
	return error;
}

static int read_key(struct json_stream *stream)
{
	char octet;
	json_t *key;
	int error = peek(stream, &octet);
	if (error == OK)
		error = load_value(stream, &key);
	if (error != OK)
		return error;
	const char *text = json_string_value(key);
	if (text == NULL)
		error = refuse(stream, ERR_FORMAT, "a key in quotes is missing");
	else
		(void)snprintf(stream->key, sizeof(stream->key), "%s", text);
	json_decref(key);
	return error == OK ? expect(stream, ':', ':', &octet) : error;
}

static int read_member(struct json_stream *stream)
{
	char octet;
	int error = read_key(stream);
	if (error == OK)
		error = peek(stream, &octet);
	if (error != OK)
		return error;
	if (octet != '[')
		return read_value(stream, false);
	stream->start++;
	return read_array(stream);
}

static int read_object(struct json_stream *stream)
{
	char octet;
	int error = expect(stream, '{', '{', &octet);
	if (error == OK)
		error = peek(stream, &octet);
	if (error == OK && octet == '}') {
		stream->start++;
	} else {
		while (error == OK) {
			error = read_member(stream);
			if (error == OK)
				error = expect(stream, ',', '}', &octet);
			if (error == OK && octet == '}')
				break;
		}
	}
	if (error == OK)
		error = peek(stream, &octet);
	if (error == OK && stream->start < stream->end)
		error = refuse(stream, ERR_FORMAT, "something stands behind the JSON object");
	return error;
}

static int read_all(struct json_stream *stream)
{
	int error = fill(stream);
	if (error != OK)
		return error;
	if (stream->end >= 2 && memcmp(stream->data, "\x1f\x8b", 2) == 0) /* RFC 1952 s2.3.1 */
		return complain(stream->complaint, ERR_UNSUPPORTED,
				"'%s' is compressed; unpack it first: gunzip < '%s' > FILE",
				stream->path, stream->path);
	return read_object(stream);
}

int json_stream_read(const char *path, json_take *take, void *context, struct complaint *complaint)
{
	assert(path != NULL && take != NULL);
	CLOSED_AT_END int descriptor = strcmp(path, "-") == 0
					       ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
					       : open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0) {
		char text[128];
		return complain(complaint, error_from_errno(errno), "cannot read '%s': %s", path,
				strerror_r(errno, text, sizeof(text)));
	}
	struct json_stream stream = {.descriptor = descriptor,
				     .path = path,
				     .complaint = complaint,
				     .take = take,
				     .context = context,
				     .line = 1};
	stream.data = memory_take(STREAM_ROOM);
	if (stream.data == NULL)
		return complain(complaint, ERR_MEMORY, "cannot read '%s': out of memory", path);
	int error = read_all(&stream);
	memory_give(stream.data);
	return error;
}
