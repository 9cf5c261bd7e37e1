/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/text.h"
#include "seal/age_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define BEGIN_TEXT "age-encryption.org/"
#define VERSION_LINE BEGIN_TEXT "v1\n"
#define KIND_X25519 "X25519"
#define BODY_LINE 64u
#define VERSION_MAX 64u

bool age_is_sealed(struct age_octets octets)
{
	return age_is_armoured(octets) ||
	       (octets.size >= strlen(BEGIN_TEXT) &&
		memcmp(octets.data, BEGIN_TEXT, strlen(BEGIN_TEXT)) == 0);
}

static void header_mac(const uint8_t file_key[FILE_KEY_OCTETS], struct age_octets header,
		       uint8_t ret_mac[MAC_OCTETS])
{
	uint8_t key[KEY_OCTETS];
	derive_key((struct age_octets){file_key, FILE_KEY_OCTETS}, (struct age_octets){0}, "header",
		   key);
	const int result = crypto_auth_hmacsha256(ret_mac, header.data, header.size, key);
	assert(result == 0);
	sodium_memzero(key, sizeof(key));
}

/* 32 octets, without padding. */
static void add_unpadded(struct text *out, const uint8_t octets[KEY_OCTETS])
{
	char text[KEY_TEXT_LENGTH + 2];
	const int error = base64_from_octets(octets, KEY_OCTETS, text, sizeof(text));
	assert(error == OK && text[KEY_TEXT_LENGTH] == '=');
	text_add_octets(out, text, KEY_TEXT_LENGTH);
}

static_assert(WRAPPED_OCTETS == KEY_OCTETS && MAC_OCTETS == KEY_OCTETS, "all of one length");

int header_write(const struct age_recipients *to, struct random *random,
		 const uint8_t file_key[FILE_KEY_OCTETS], struct text *out)
{
	uint8_t share[KEY_OCTETS];
	uint8_t wrapped[WRAPPED_OCTETS];
	uint8_t mac[MAC_OCTETS];
	assert(to->count > 0 && to->count <= AGE_STANZAS_MAX && out->length == 0);
	text_add(out, VERSION_LINE);
	for (size_t i = 0; i < to->count; i++) {
		const int error = wrap_file_key(to->keys[i], random, file_key, share, wrapped);
		if (error != OK)
			return error;
		text_add(out, "-> " KIND_X25519 " ");
		add_unpadded(out, share);
		text_add_char(out, '\n');
		add_unpadded(out, wrapped);
		text_add_char(out, '\n');
	}
	text_add(out, "---");
	if (out->error != OK)
		return out->error;
	header_mac(file_key, (struct age_octets){(const uint8_t *)out->data, out->length}, mac);
	text_add_char(out, ' ');
	add_unpadded(out, mac);
	text_add_char(out, '\n');
	return out->error;
}

/* ---- reading ---- */

/* A line without its LF; the reader fails where there is none within the header's limit. */
static struct age_octets take_line(struct reader *reader)
{
	const size_t left = reader_left(reader);
	const uint8_t *end = left == 0 ? NULL : memchr(reader->next, '\n', left);
	if (end == NULL) {
		reader_fail(reader, ERR_FORMAT);
		return (struct age_octets){0};
	}
	const struct age_octets line = {reader->next, (size_t)(end - reader->next)};
	reader_skip(reader, line.size + 1);
	return line;
}

/* Without padding and in its one form. */
static int read_unpadded(struct age_octets text, uint8_t ret_octets[KEY_OCTETS])
{
	char padded[KEY_TEXT_LENGTH + 1];
	size_t size = 0;
	if (text.size != KEY_TEXT_LENGTH)
		return ERR_FORMAT;
	memcpy(padded, text.data, KEY_TEXT_LENGTH);
	padded[KEY_TEXT_LENGTH] = '=';
	if (padded[KEY_TEXT_LENGTH - 1] == '=' ||
	    base64_to_octets(padded, sizeof(padded), ret_octets, KEY_OCTETS, &size) != OK)
		return ERR_FORMAT;
	return size == KEY_OCTETS ? OK : ERR_FORMAT;
}

struct stanza {
	size_t argument_count;
	struct age_octets arguments[AGE_ARGUMENTS_MAX];
	struct age_octets last_line; /* the only one when is_short */
	bool is_short;               /* its body is one line */
};

static int read_arguments(struct age_octets line, struct stanza *stanza)
{
	const uint8_t *end = line.data + line.size;
	const uint8_t *next = line.data;
	for (;;) {
		const uint8_t *stop = next;
		/* VCHAR */
		while (stop<end && * stop> 0x20 && *stop < 0x7f)
			stop++;
		if (stop == next)
			return ERR_FORMAT;
		if (stanza->argument_count == AGE_ARGUMENTS_MAX)
			return ERR_LIMIT;
		stanza->arguments[stanza->argument_count++] =
			(struct age_octets){next, (size_t)(stop - next)};
		if (stop == end)
			return OK;
		if (*stop != ' ')
			return ERR_FORMAT;
		next = stop + 1;
	}
}

/* Bits beyond the data are zero, also in bodies that nobody here reads. */
static int check_body_line(struct age_octets line)
{
	char padded[BODY_LINE];
	uint8_t octets[BODY_LINE];
	size_t size = 0;
	if (line.size > BODY_LINE || line.size % 4 == 1)
		return ERR_FORMAT;
	if (line.size > 0)
		memcpy(padded, line.data, line.size);
	size_t length = line.size;
	while (length % 4 != 0)
		padded[length++] = '=';
	if (line.size > 0 && line.data[line.size - 1] == '=')
		return ERR_FORMAT;
	return base64_to_octets(padded, length, octets, sizeof(octets), &size);
}

static int read_stanza(struct reader *reader, struct age_octets first, struct stanza *ret_stanza)
{
	struct stanza stanza = {.is_short = true};
	int error = read_arguments((struct age_octets){first.data + 3, first.size - 3}, &stanza);
	while (error == OK) {
		stanza.last_line = take_line(reader);
		error = reader->error == OK ? check_body_line(stanza.last_line) : ERR_FORMAT;
		if (error != OK || stanza.last_line.size < BODY_LINE)
			break;
		stanza.is_short = false;
	}
	if (error == OK)
		*ret_stanza = stanza;
	return error;
}

static bool is_kind(const struct stanza *stanza, const char *kind)
{
	return stanza->arguments[0].size == strlen(kind) &&
	       memcmp(stanza->arguments[0].data, kind, strlen(kind)) == 0;
}

/* OK: the file key; ERR_PERMISSION: for somebody else. */
static int try_stanza(const struct age_identities *identities, const struct stanza *stanza,
		      uint8_t ret_file_key[FILE_KEY_OCTETS])
{
	uint8_t share[KEY_OCTETS];
	uint8_t wrapped[WRAPPED_OCTETS];
	assert(stanza->argument_count > 0);
	if (!is_kind(stanza, KIND_X25519))
		return ERR_PERMISSION;
	if (stanza->argument_count != 2 || !stanza->is_short ||
	    read_unpadded(stanza->arguments[1], share) != OK ||
	    read_unpadded(stanza->last_line, wrapped) != OK)
		return ERR_FORMAT;
	for (size_t i = 0; i < identities->count; i++) {
		const int error =
			unwrap_file_key(&identities->keys[i], share, wrapped, ret_file_key);
		if (error != ERR_PERMISSION)
			return error;
	}
	return ERR_PERMISSION;
}

/* All stanzas are read, also those behind the one that is ours: the header is sound or refused. */
static int read_stanzas(const struct age_identities *identities, struct reader *reader,
			struct opened_header *header, struct age_octets *ret_end)
{
	int found = ERR_PERMISSION;
	for (size_t count = 0;; count++) {
		struct stanza stanza;
		const struct age_octets line = take_line(reader);
		if (reader->error != OK || line.size < 4 ||
		    (count == 0 && memcmp(line.data, "-> ", 3) != 0))
			return ERR_FORMAT;
		if (memcmp(line.data, "--- ", 4) == 0) {
			*ret_end = line;
			return found;
		}
		if (memcmp(line.data, "-> ", 3) != 0)
			return ERR_FORMAT;
		if (count == AGE_STANZAS_MAX)
			return ERR_LIMIT;
		int error = read_stanza(reader, line, &stanza);
		if (error == OK && found != OK)
			error = found = try_stanza(identities, &stanza, header->file_key);
		if (error != OK && error != ERR_PERMISSION)
			return error;
	}
}

static int complain_header(struct complaint *complaint, int error)
{
	switch (error) {
	case ERR_PERMISSION:
		return complain(complaint, error,
				"sealed file: not sealed to this key; open it with the key of a "
				"party that it was sent to");
	case ERR_LIMIT:
		return complain(complaint, error,
				"sealed file: more than %u recipients, %u words to one, or %zu "
				"octets of header",
				AGE_STANZAS_MAX, AGE_ARGUMENTS_MAX, AGE_HEADER_MAX);
	default:
		return complain(complaint, ERR_FORMAT,
				"sealed file: its header is damaged or cut short; get it again");
	}
}

static int read_version(struct reader *reader, struct complaint *complaint)
{
	const size_t begin = strlen(BEGIN_TEXT);
	if (reader_left(reader) < begin || memcmp(reader->next, BEGIN_TEXT, begin) != 0)
		return complain(complaint, ERR_FORMAT, "not a sealed file: no age file");
	if (reader_left(reader) >= strlen(VERSION_LINE) &&
	    memcmp(reader->next, VERSION_LINE, strlen(VERSION_LINE)) == 0) {
		reader_skip(reader, strlen(VERSION_LINE));
		return OK;
	}
	const struct age_octets line = take_line(reader);
	if (reader->error != OK || line.size > VERSION_MAX ||
	    !text_is_plain((const char *)line.data, line.size))
		return complain_header(complaint, ERR_FORMAT);
	return complain(complaint, ERR_UNSUPPORTED,
			"sealed file: version '%.*s' of age, this one reads v1",
			(int)(line.size - begin), (const char *)line.data + begin);
}

int header_open(const struct age_identities *identities, struct age_octets sealed,
		struct complaint *complaint, struct opened_header *ret_header)
{
	struct opened_header header = {0};
	struct age_octets end = {0};
	struct reader reader;
	uint8_t said[MAC_OCTETS];
	uint8_t mac[MAC_OCTETS];
	const bool is_cut = sealed.size > AGE_HEADER_MAX;
	reader_init(&reader, sealed.data, is_cut ? AGE_HEADER_MAX : sealed.size);
	int error = read_version(&reader, complaint);
	if (error != OK)
		return error;
	error = read_stanzas(identities, &reader, &header, &end);
	if (error == ERR_FORMAT && reader.error != OK && is_cut)
		error = ERR_LIMIT;
	if (error == OK || error == ERR_PERMISSION) {
		const struct age_octets text = {end.data + 4, end.size - 4};
		error = read_unpadded(text, said) == OK ? error : ERR_FORMAT;
	}
	if (error == OK) {
		/* Up to and with the three dashes. */
		const struct age_octets under = {sealed.data, (size_t)(end.data - sealed.data) + 3};
		header_mac(header.file_key, under, mac);
		header.size = reader_offset(&reader);
		if (sodium_memcmp(said, mac, MAC_OCTETS) == 0)
			*ret_header = header;
		else
			error = complain(complaint, ERR_DAMAGED,
					 "sealed file: its header was altered; get it again");
	} else {
		error = complain_header(complaint, error);
	}
	sodium_memzero(&header, sizeof(header));
	return error;
}
