/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that says how mail leaves. */
#include "model/contact.h"
#include "model/forms.h"
#include "tell/share/courier.h"

#include <assert.h>
#include <string.h>

enum setting { SERVER, FROM, USER, PASSWORD, CA, TLS };
#define SETTING_COUNT 6
#define VALUE_MAX 1024u

static const char *const names[SETTING_COUNT] = {"server", "from", "user", "password", "ca", "tls"};

static bool is_local(const char *server)
{
	static const char *const hosts[] = {"127.0.0.1", "[::1]", "localhost"};
	const char *host = strstr(server, "://");
	assert(host != NULL);
	host += 3;
	const size_t length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		if (strlen(hosts[i]) == length && memcmp(host, hosts[i], length) == 0)
			return true;
	}
	return false;
}

/* smtp(s)://HOST[:PORT]: nothing else is in one, so that what it means is plain. */
static bool is_server(const char *text)
{
	const char *host = NULL;
	if (strncmp(text, "smtps://", 8) == 0)
		host = text + 8;
	else if (strncmp(text, "smtp://", 7) == 0)
		host = text + 7;
	return host != NULL && *host != '\0' &&
	       strspn(host,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") ==
		       strlen(host);
}

static int check(const char *values[SETTING_COUNT], struct complaint *complaint,
		 struct courier_settings *ret_settings)
{
	const struct contact from = {CONTACT_MAIL, values[FROM]};
	if (values[SERVER] == NULL || !is_server(values[SERVER]))
		return complain(complaint, ERR_FORMAT,
				"'server' is to be smtps://HOST[:PORT] or smtp://HOST[:PORT]");
	if (values[FROM] == NULL || !contact_is_valid(&from))
		return complain(complaint, ERR_FORMAT, "'from' is to be a mail address");
	if ((values[USER] == NULL) != (values[PASSWORD] == NULL))
		return complain(complaint, ERR_FORMAT, "'user' and 'password' go together");
	if (values[TLS] != NULL && (strcmp(values[TLS], "no") != 0 || !is_local(values[SERVER])))
		return complain(complaint, ERR_FORMAT,
				"'tls' may only be 'no', and only for a server on this machine");
	*ret_settings = (struct courier_settings){.server = values[SERVER],
						  .from = values[FROM],
						  .user = values[USER],
						  .password = values[PASSWORD],
						  .ca = values[CA],
						  .has_no_tls = values[TLS] != NULL};
	return OK;
}

struct line {
	const char *name, *value;
	size_t name_length, value_length;
};

static struct line split(const char *start, size_t length)
{
	struct line line = {.name = start};
	while (length > 0 && (start[length - 1] == '\r' || start[length - 1] == ' '))
		length--;
	while (line.name_length < length && strchr(" \t", start[line.name_length]) == NULL)
		line.name_length++;
	size_t at = line.name_length;
	while (at < length && (start[at] == ' ' || start[at] == '\t'))
		at++;
	line.value = start + at;
	line.value_length = length - at;
	return line;
}

/* ERR_FORMAT for a name that is none, twice, or without a value that can be used. */
static int take_line(struct arena *arena, struct line line, const char *values[SETTING_COUNT])
{
	unsigned which = 0;
	assert(line.name_length + line.value_length > 0);
	while (which < SETTING_COUNT && (strlen(names[which]) != line.name_length ||
					 memcmp(names[which], line.name, line.name_length) != 0))
		which++;
	if (which == SETTING_COUNT || values[which] != NULL || line.value_length == 0 ||
	    line.value_length > VALUE_MAX || memchr(line.value, '\0', line.value_length) != NULL)
		return ERR_FORMAT;
	char *copy = arena_take(arena, line.value_length + 1);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, line.value, line.value_length);
	copy[line.value_length] = '\0';
	values[which] = copy;
	return form_is_line(copy, VALUE_MAX) ? OK : ERR_FORMAT;
}

int courier_settings_read(struct arena *arena, const char *octets, size_t size,
			  struct complaint *complaint, struct courier_settings *ret_settings)
{
	const char *values[SETTING_COUNT] = {NULL};
	size_t number = 0;
	for (size_t at = 0; at < size;) {
		const char *stop = memchr(octets + at, '\n', size - at);
		const size_t length = stop == NULL ? size - at : (size_t)(stop - octets) - at;
		const struct line line = split(octets + at, length);
		number++;
		at += length + 1;
		if (line.name_length + line.value_length == 0 || line.name[0] == '#')
			continue;
		const int error = take_line(arena, line, values);
		if (error != OK)
			return complain(
				complaint, error,
				"line %zu: not one of server, from, user, password, ca, tls "
				"with a value, each at most once",
				number);
	}
	return check(values, complaint, ret_settings);
}
