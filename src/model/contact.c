/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/contact.h"

#include "base/text.h"
#include "dns/wire/name.h"
#include "model/forms.h"
#include "model/id.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WEBHOOK_BEGIN "https://"
#define HOST_MAX 253u
/* Tells contacts of a party apart, and tells nothing of a token that is worth the name. */
#define SHOWN_ID_LENGTH 8

static const char *const kinds[] = {"mail", "webhook", "phone"};

const char *contact_kind_text(enum contact_kind kind)
{
	assert((unsigned)kind <= CONTACT_PHONE);
	return kinds[kind];
}

int contact_kind_from_text(const char *text, enum contact_kind *ret_kind)
{
	for (unsigned i = 0; i <= CONTACT_PHONE; i++) {
		if (strcmp(text, kinds[i]) == 0) {
			*ret_kind = (enum contact_kind)i;
			return OK;
		}
	}
	return ERR_FORMAT;
}

/* Where the host stands in the value; false when the value is none of its kind's. */
static bool find_host(const struct contact *contact, const char **ret_host, size_t *ret_length)
{
	const char *host = contact->value;
	if (contact->kind == CONTACT_MAIL) {
		/* The last @; a local part may have one in quotes, which ours may not. */
		host = strrchr(contact->value, '@');
		if (host == NULL || host == contact->value)
			return false;
		*ret_host = host + 1;
		*ret_length = strlen(host + 1);
		return true;
	}
	assert(contact->kind == CONTACT_WEBHOOK);
	if (strncmp(host, WEBHOOK_BEGIN, strlen(WEBHOOK_BEGIN)) != 0)
		return false;
	*ret_host = host + strlen(WEBHOOK_BEGIN);
	*ret_length = strcspn(*ret_host, ":/?#");
	return true;
}

static bool copy_host(const char *from, size_t length, char ret_host[HOST_MAX + 1])
{
	if (length == 0 || length > HOST_MAX)
		return false;
	for (size_t i = 0; i < length; i++) {
		const char character = from[i];
		ret_host[i] = character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a')
								   : character;
	}
	ret_host[length] = '\0';
	return true;
}

static bool is_host(const char *text)
{
	struct name name;
	return form_is_domain(text) && name_from_text(text, &name, NULL) == OK &&
	       name_is_host(name.octets);
}

/* A user name in a URL would hide the host; whatever is not printed ASCII is not taken. */
static bool is_printed(const char *text, const char *but)
{
	for (; *text != '\0'; text++) {
		if (*text <= 0x20 || *text >= 0x7f || strchr(but, *text) != NULL)
			return false;
	}
	return true;
}

static bool is_phone(const char *value)
{
	const size_t length = strlen(value);
	return value[0] == '+' && length >= 6 && length <= 20 &&
	       strspn(value + 1, "0123456789-") == length - 1;
}

bool contact_is_valid(const struct contact *contact)
{
	char host[HOST_MAX + 1];
	const char *from = NULL;
	size_t length = 0;
	if (strlen(contact->value) > CONTACT_VALUE_MAX)
		return false;
	if (contact->kind == CONTACT_PHONE)
		return is_phone(contact->value);
	if (!is_printed(contact->value,
			contact->kind == CONTACT_MAIL ? "\"<>,;:()[]\\" : "@\\\"<>"))
		return false;
	return find_host(contact, &from, &length) && copy_host(from, length, host) &&
	       is_host(host) &&
	       (contact->kind != CONTACT_MAIL || strchr(contact->value, '@') == from - 1);
}

int contact_host(struct arena *arena, const struct contact *contact, const char **ret_host)
{
	char host[HOST_MAX + 1];
	const char *from = NULL;
	size_t length = 0;
	if (contact->kind == CONTACT_PHONE) {
		*ret_host = NULL;
		return OK;
	}
	if (!find_host(contact, &from, &length) || !copy_host(from, length, host))
		return ERR_FORMAT;
	const char *copy = arena_text(arena, host);
	if (copy == NULL)
		return ERR_MEMORY;
	*ret_host = copy;
	return OK;
}

void contact_shown(const struct contact *contact, char ret_shown[CONTACT_SHOWN_ROOM])
{
	const char *host = NULL;
	size_t length = 0;
	char id[ID_ROOM];
	assert(strlen(contact->value) <= CONTACT_VALUE_MAX);
	if (contact->kind != CONTACT_WEBHOOK || !find_host(contact, &host, &length)) {
		(void)snprintf(ret_shown, CONTACT_SHOWN_ROOM, "%s", contact->value);
		return;
	}
	const char *rest = host + strcspn(host, "/?#");
	if (rest[0] == '\0' || strcmp(rest, "/") == 0) {
		(void)snprintf(ret_shown, CONTACT_SHOWN_ROOM, "%s", contact->value);
		return;
	}
	id_make(contact->value, strlen(contact->value), id);
	(void)snprintf(ret_shown, CONTACT_SHOWN_ROOM, "%.*s/#%.*s", (int)(rest - contact->value),
		       contact->value, SHOWN_ID_LENGTH, id);
}

bool contact_is_named(const struct contact *contact, const char *word)
{
	char shown[CONTACT_SHOWN_ROOM];
	const char *host = NULL;
	size_t length = 0;
	contact_shown(contact, shown);
	if (strcmp(contact->value, word) == 0 || strcmp(shown, word) == 0)
		return true;
	if (contact->kind != CONTACT_WEBHOOK || !find_host(contact, &host, &length))
		return false;
	const size_t with_port = strcspn(host, "/?#");
	const size_t given = strlen(word);
	assert(length <= with_port);
	return (given == length || given == with_port) && strncasecmp(host, word, given) == 0;
}

static bool is_affected(const char *name, const struct contact_threat *threat)
{
	for (size_t i = 0; i < threat->domain_count; i++) {
		if (form_is_under(name, threat->domains[i]))
			return true;
	}
	return false;
}

static bool is_hostile(const char *name, const struct contact_threat *threat)
{
	for (size_t i = 0; i < threat->server_count; i++) {
		if (form_is_under(name, threat->servers[i]))
			return true;
	}
	return false;
}

static void tell_unknown(const char *host, const struct contact_facts *facts,
			 struct complaint *reason)
{
	char time[TIME_TEXT_MAX] = "";
	assert(!facts->is_known);
	if (facts->before_s != 0)
		time_to_text(facts->before_s, time);
	(void)complain(reason, ERR_NOT_FOUND,
		       "it is not known which name servers and mail hosts '%s' has: no look at it%s"
		       "%s%s says so; scan it%s",
		       host, facts->is_of_above ? " or the domain it is in" : "",
		       facts->before_s != 0 ? " from before " : "", time,
		       facts->before_s != 0 ? " now and then" : ", too");
}

enum contact_risk contact_risk(const char *host, const struct contact_threat *threat,
			       const struct contact_facts *facts, struct complaint *reason)
{
	if (host == NULL)
		return CONTACT_APART;
	if (is_affected(host, threat)) {
		(void)complain(reason, ERR_PERMISSION, "'%s' is in what is affected", host);
		return CONTACT_DEPENDS;
	}
	if (is_hostile(host, threat)) {
		(void)complain(reason, ERR_PERMISSION, "'%s' is among what came with the change",
			       host);
		return CONTACT_DEPENDS;
	}
	if (!facts->is_known) {
		tell_unknown(host, facts, reason);
		return CONTACT_NOT_KNOWN;
	}
	for (size_t i = 0; i < facts->host_count; i++) {
		if (is_affected(facts->hosts[i], threat) || is_hostile(facts->hosts[i], threat)) {
			(void)complain(reason, ERR_PERMISSION,
				       "'%s' depends on '%s', which is in what is affected", host,
				       facts->hosts[i]);
			return CONTACT_DEPENDS;
		}
	}
	return CONTACT_APART;
}
