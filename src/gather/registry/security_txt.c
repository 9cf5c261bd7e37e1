/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/registry/security_txt.h"

#include "model/exception.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define VALUE_MAX 1024u
#define SIGNED "-----BEGIN PGP SIGNED MESSAGE-----"
#define SIGNATURE "-----BEGIN PGP SIGNATURE-----"
#define MAILTO "mailto:"
#define TEL "tel:"
#define HTTPS "https://"

struct reading {
	const struct security_txt_source *source;
	struct found_list *list;
	struct security_txt file;
	struct complaint *complaint;
	unsigned line;
	bool is_in_head; /* of an armour: Hash: and the like */
	bool is_over;    /* behind the text that is signed */
	unsigned expires_count;
};

static bool begins(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

static int take_contact(struct reading *reading, char *value)
{
	struct found_contact contact = {.role = "security", .value = value};
	if (begins(value, MAILTO)) {
		contact.value += strlen(MAILTO);
		value[strcspn(value, "?")] = '\0'; /* a subject (RFC 6068) */
	} else if (begins(value, TEL)) {
		contact.kind = FOUND_PHONE;
	} else if (begins(value, HTTPS)) {
		contact.kind = FOUND_PAGE;
	} else {
		reading->list->unusable++;
		return OK;
	}
	return found_add(reading->list, &contact);
}

/* RFC 3339; many write fractions of seconds. */
static int take_expires(struct reading *reading, char *value)
{
	char *fraction = strchr(value, '.');
	if (fraction != NULL) {
		const size_t digits = strspn(fraction + 1, "0123456789");
		memmove(fraction, fraction + 1 + digits, strlen(fraction + 1 + digits) + 1);
	}
	for (char *at = value; *at != '\0'; at++)
		*at = *at == 't' ? 'T' : *at == 'z' ? 'Z' : *at;
	if (reading->expires_count++ > 0)
		return complain(reading->complaint, ERR_FORMAT, "line %u: Expires a second time",
				reading->line);
	if (exception_until_from_text(value, &reading->file.expires_s) != OK)
		return complain(reading->complaint, ERR_FORMAT,
				"line %u: Expires is no time like 2027-01-31T12:00:00Z",
				reading->line);
	return OK;
}

static void take_canonical(struct reading *reading, const char *value)
{
	char own[VALUE_MAX];
	reading->file.has_canonical = true;
	(void)snprintf(own, sizeof(own), HTTPS "%s/.well-known/security.txt",
		       reading->source->domain);
	reading->file.is_canonical |= strcasecmp(own, value) == 0;
	(void)snprintf(own, sizeof(own), HTTPS "www.%s/.well-known/security.txt",
		       reading->source->domain);
	reading->file.is_canonical |= strcasecmp(own, value) == 0;
}

static int take_field(struct reading *reading, char *line)
{
	assert(line[0] != '\0' && !reading->is_over);
	char *colon = strchr(line, ':');
	if (colon == NULL)
		return complain(reading->complaint, ERR_FORMAT,
				"line %u is neither a field nor a comment", reading->line);
	*colon = '\0';
	char *value = colon + 1 + strspn(colon + 1, " \t");
	size_t length = strlen(value);
	while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
		value[--length] = '\0';
	if (strcasecmp(line, "Contact") == 0)
		return take_contact(reading, value);
	if (strcasecmp(line, "Expires") == 0)
		return take_expires(reading, value);
	if (strcasecmp(line, "Canonical") == 0)
		take_canonical(reading, value);
	return OK;
}

static int take_line(struct reading *reading, char *line)
{
	assert(!reading->is_in_head || reading->file.is_signed);
	if (reading->is_over)
		return OK;
	if (strcmp(line, SIGNED) == 0 && !reading->file.is_signed) {
		reading->file.is_signed = true;
		reading->is_in_head = true;
		return OK;
	}
	if (strcmp(line, SIGNATURE) == 0) {
		reading->is_over = true;
		return OK;
	}
	if (reading->is_in_head) {
		reading->is_in_head = line[0] != '\0';
		return OK;
	}
	/* RFC 9580 s7: lines that begin with a hyphen are escaped so. */
	if (reading->file.is_signed && strncmp(line, "- ", 2) == 0)
		line += 2;
	if (line[0] == '\0' || line[0] == '#')
		return OK;
	return take_field(reading, line);
}

int security_txt_read(const struct security_txt_source *source, struct found_list *list,
		      struct security_txt *ret_file, struct complaint *complaint)
{
	struct reading reading = {.source = source, .list = list, .complaint = complaint};
	char line[VALUE_MAX];
	size_t at = 0;
	int error = OK;
	assert(list->arena != NULL && source->domain != NULL);
	if (source->size > SECURITY_TXT_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "longer than %u octets",
				SECURITY_TXT_OCTETS_MAX);
	while (error == OK && at < source->size) {
		const char *start = source->octets + at;
		const char *end = memchr(start, '\n', source->size - at);
		size_t length = end != NULL ? (size_t)(end - start) : source->size - at;
		at += length + 1;
		reading.line++;
		if (length > 0 && start[length - 1] == '\r')
			length--;
		if (length >= sizeof(line) || memchr(start, '\0', length) != NULL)
			return complain(complaint, ERR_FORMAT,
					"line %u is too long, or no text: is it security.txt?",
					reading.line);
		memcpy(line, start, length);
		line[length] = '\0';
		error = take_line(&reading, line);
	}
	if (error == OK)
		*ret_file = reading.file;
	return error;
}
