/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/excerpt_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <idn2.h>
#include <string.h>

/* 253 letters of at most 4 octets in UTF-8, dots among them. */
#define USER_TEXT_MAX 1024

static int refuse_length(const char *whole, struct complaint *complaint)
{
	const struct excerpt excerpt = excerpt_of(whole, strlen(whole));
	return complain(complaint, ERR_LIMIT,
			"name '%s': longer than 255 octets, the most a name can have",
			excerpt.text);
}

/* End of the label at `text`; *ret_foreign when it holds octets beyond ASCII. */
static const char *find_label_end(const char *text, bool *ret_foreign)
{
	*ret_foreign = false;
	while (*text != '\0' && *text != '.') {
		if ((uint8_t)*text > 0x7f)
			*ret_foreign = true;
		text += text[0] == '\\' && text[1] != '\0' ? 2 : 1;
	}
	return text;
}

/*
 * STD 3 rules keep symbols that map to ASCII ("\u2100" is "a/c") out. They are for labels that were
 * converted only, so that "_dmarc" passes, and are looked at here since the library's own flag for
 * them drops the offending characters instead. Punycode leaves ASCII as it is.
 */
static bool obeys_std3(const char *converted)
{
	for (; *converted != '\0'; converted++) {
		const char octet = *converted;
		const bool letter =
			(octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
		if (!letter && !(octet >= '0' && octet <= '9') && octet != '-' && octet != '.')
			return false;
	}
	return true;
}

/*
 * One label to its A-label (RFC 5891 s4). UTS 46 maps case and width first, non-transitionally (so
 * that sharp s stays what it is), and its full stops of other scripts become dots.
 */
static int convert_label(const char *whole, const char *label, char *buffer, size_t *length,
			 struct complaint *complaint)
{
	char *converted = NULL;
	const struct excerpt excerpt = excerpt_of(whole, strlen(whole));
	const int code = idn2_to_ascii_8z(label, &converted, IDN2_NONTRANSITIONAL);
	if (code != IDN2_OK)
		return complain(complaint, ERR_FORMAT,
				"name '%s': not an internationalized domain name by IDNA2008: %s",
				excerpt.text, idn2_strerror(code));
	const size_t size = strlen(converted);
	int error = OK;
	if (!obeys_std3(converted))
		error = complain(complaint, ERR_FORMAT,
				 "name '%s': only letters, digits and hyphens can stand beside "
				 "letters of other scripts",
				 excerpt.text);
	else if (size >= USER_TEXT_MAX - *length)
		error = refuse_length(whole, complaint);
	else
		memcpy(buffer + *length, converted, size);
	idn2_free(converted);
	if (error == OK)
		*length += size;
	return error;
}

static int convert(const char *text, char buffer[USER_TEXT_MAX], struct complaint *complaint)
{
	const char *at = text;
	size_t length = 0;
	for (;;) {
		bool foreign;
		const char *end = find_label_end(at, &foreign);
		const size_t size = (size_t)(end - at);
		char label[USER_TEXT_MAX];
		if (size + 2 > USER_TEXT_MAX - length)
			return refuse_length(text, complaint);
		memcpy(label, at, size);
		label[size] = '\0';
		if (foreign) {
			const int error = convert_label(text, label, buffer, &length, complaint);
			if (error != OK)
				return error;
		} else {
			memcpy(buffer + length, label, size);
			length += size;
		}
		if (*end == '\0')
			break;
		if (length + 2 > USER_TEXT_MAX)
			return refuse_length(text, complaint);
		buffer[length++] = '.';
		at = end + 1;
	}
	buffer[length] = '\0';
	return OK;
}

static bool is_ascii(const char *text)
{
	while (*text != '\0')
		if ((uint8_t)*text++ > 0x7f)
			return false;
	return true;
}

static bool ends_with_number(const char *text)
{
	size_t end = strlen(text);
	if (end > 0 && text[end - 1] == '.')
		end--;
	size_t at = end;
	while (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')
		at--;
	return at < end && (at == 0 || text[at - 1] == '.');
}

/* What stands where people have domain names at hand, and would be a name by RFC 1035 s5.1. Who
 * really means it writes an escape. */
static const char *mistake_in(const char *text)
{
	if (strchr(text, '\\') != NULL)
		return NULL;
	if (strstr(text, "://") != NULL)
		return "a URL; write its domain only";
	if (strchr(text, '@') != NULL)
		return "a mail address; write what follows the @";
	if (strpbrk(text, ",;") != NULL)
		return "more than one name; write them one by one";
	if (strchr(text, ':') != NULL || ends_with_number(text))
		return "an address, or has a port; write a domain";
	return NULL;
}

int name_from_user(const char *text, struct name *ret_name, bool *ret_converted,
		   struct complaint *complaint)
{
	char buffer[USER_TEXT_MAX];
	const bool ascii = is_ascii(text);
	const char *mistake = mistake_in(text);
	if (mistake != NULL) {
		const struct excerpt excerpt = excerpt_of(text, strlen(text));
		return complain(complaint, ERR_FORMAT, "name '%s': this is %s", excerpt.text,
				mistake);
	}
	int error = ascii ? OK : convert(text, buffer, complaint);
	if (error == OK)
		error = name_from_text(ascii ? text : buffer, ret_name, complaint);
	if (error == OK)
		*ret_converted = !ascii;
	return error;
}

bool name_label_is_encoded(const uint8_t *label)
{
	char text[LABEL_MAX_OCTETS + 1] = "";
	char *decoded = NULL;
	char *again = NULL;
	assert(label[0] > 0 && label[0] <= LABEL_MAX_OCTETS);
	memcpy(text, label + 1, label[0]);
	for (uint8_t i = 0; i < label[0]; i++) {
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] + ('a' - 'A'));
		if (text[i] == 0 || text[i] == '.')
			return false;
	}
	if (strncmp(text, "xn--", 4) != 0)
		return false;
	const bool is_good = idn2_to_unicode_8z8z(text, &decoded, 0) == IDN2_OK &&
			     idn2_to_ascii_8z(decoded, &again, IDN2_NONTRANSITIONAL) == IDN2_OK &&
			     strcmp(again, text) == 0;
	idn2_free(decoded);
	idn2_free(again);
	return is_good;
}
