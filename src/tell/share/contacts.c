/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/contacts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct names {
	const char **items;
	size_t count, room;
};

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Each once: what is said again takes no room of what is not. */
static void keep_once(struct names *names)
{
	size_t kept = 0;
	if (names->count == 0)
		return;
	qsort(names->items, names->count, sizeof(*names->items), compare_names);
	for (size_t i = 0; i < names->count; i++) {
		if (kept == 0 || strcmp(names->items[kept - 1], names->items[i]) != 0)
			names->items[kept++] = names->items[i];
	}
	assert(kept > 0 && kept <= names->count);
	names->count = kept;
}

/* Half full when each is there once: it is sorted again only when as many more have come. */
static int make_room(struct arena *arena, struct names *names)
{
	keep_once(names);
	if (names->count > SHARE_THREAT_NAMES_MAX)
		return ERR_LIMIT;
	if (names->count < names->room / 2)
		return OK;
	const size_t room = names->room * 2 + 64;
	const char **items = arena_take_array(arena, room, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	if (names->count > 0)
		memcpy(items, names->items, names->count * sizeof(*items));
	names->items = items;
	names->room = room;
	return OK;
}

/* ERR_LIMIT rather than a list with some left out: the one that matters might be among them. */
static int add_name(struct arena *arena, struct names *names, const char *name)
{
	assert(names->count <= names->room && name != NULL);
	const int error = names->count == names->room ? make_room(arena, names) : OK;
	if (error != OK)
		return error;
	assert(names->count < names->room);
	names->items[names->count++] = name;
	return OK;
}

/* The name in "ns:NAME", or NULL where it is an indicator of another kind. */
static const char *name_in(const char *indicator, const char *kind)
{
	const size_t length = strlen(kind);
	return strncmp(indicator, kind, length) == 0 ? indicator + length : NULL;
}

static int add_indicators(struct arena *arena, const struct case_member *member,
			  struct names *domains, struct names *servers)
{
	int error = OK;
	for (size_t i = 0; error == OK && i < member->item_count; i++) {
		const char *domain = name_in(member->items[i], "domain:");
		const char *server = name_in(member->items[i], "ns:");
		if (server == NULL)
			server = name_in(member->items[i], "mx:");
		if (domain != NULL)
			error = add_name(arena, domains, domain);
		else if (server != NULL)
			error = add_name(arena, servers, server);
	}
	return error;
}

static int add_message(struct arena *arena, const struct case_message *message,
		       struct names *domains, struct names *servers)
{
	const struct case_member *named = case_message_member(message, "domains");
	const struct case_member *indicators = case_message_member(message, "indicators");
	int error = OK;
	for (size_t i = 0; error == OK && named != NULL && i < named->item_count; i++)
		error = add_name(arena, domains, named->items[i]);
	if (error == OK && indicators != NULL)
		error = add_indicators(arena, indicators, domains, servers);
	return error;
}

/* The notice's word, or when the earliest message was made: what came in that second was here. */
static void take_since(const struct case_message *message, struct share_threat *threat)
{
	const struct case_member *since =
		message->kind == CASE_MESSAGE_NOTICE ? case_message_member(message, "since") : NULL;
	const bool is_said = since != NULL && since->number <= message->made_s;
	const int64_t since_s = is_said ? since->number : message->made_s;
	if (since_s >= threat->since_s)
		return;
	threat->since_s = since_s;
	threat->before_s = is_said ? since_s : since_s + 1;
	threat->notice = is_said ? message : NULL;
}

int share_threat_find(struct arena *arena, const struct case_message *messages, size_t count,
		      struct share_threat *ret_threat)
{
	struct names domains = {0};
	struct names servers = {0};
	struct share_threat threat = {.since_s = INT64_MAX, .before_s = INT64_MAX};
	for (size_t i = 0; i < count; i++) {
		assert(messages[i].is_proven);
		const int error = add_message(arena, &messages[i], &domains, &servers);
		if (error != OK)
			return error;
		take_since(&messages[i], &threat);
	}
	keep_once(&domains);
	keep_once(&servers);
	if (domains.count > SHARE_THREAT_NAMES_MAX || servers.count > SHARE_THREAT_NAMES_MAX)
		return ERR_LIMIT;
	threat.names = (struct contact_threat){.domains = domains.items,
					       .domain_count = domains.count,
					       .servers = servers.items,
					       .server_count = servers.count};
	*ret_threat = threat;
	return OK;
}

static bool had(const struct party_file *before, const struct contact *contact)
{
	for (size_t i = 0; before != NULL && i < before->contact_count; i++) {
		if (before->contacts[i].kind == contact->kind &&
		    strcmp(before->contacts[i].value, contact->value) == 0)
			return true;
	}
	return false;
}

/* Beside what is said of it otherwise. */
static void add_new(bool has_before, struct complaint *reason)
{
	const size_t length = strlen(reason->text);
	(void)snprintf(reason->text + length, sizeof(reason->text) - length, "%sit is %s",
		       length > 0 ? "; " : "",
		       has_before ? "new since the change: not in the party's file of before"
				  : "new since the change: the party's file came here after it");
}

static int judge(struct arena *arena, const struct share_contacts_question *question,
		 struct share_contact *one)
{
	struct complaint reason = {""};
	struct contact_facts facts = {0};
	const char *host = NULL;
	int error = contact_host(arena, one->contact, &host);
	if (error == OK && host != NULL)
		error = question->facts(question->context, host, one->contact->kind == CONTACT_MAIL,
					&facts);
	if (error != OK)
		return error;
	one->risk = contact_risk(host, &question->threat->names, &facts, &reason);
	one->is_new = !had(question->before, one->contact);
	if (one->is_new && one->risk != CONTACT_DEPENDS)
		add_new(question->before != NULL, &reason);
	one->reason = arena_text(arena, reason.text);
	return one->reason == NULL ? ERR_MEMORY : OK;
}

int share_contacts(struct arena *arena, const struct share_contacts_question *question,
		   struct share_contact **ret_contacts)
{
	const struct party_file *party = question->party;
	assert(question->facts != NULL && party->contact_count <= PARTY_CONTACTS_MAX);
	struct share_contact *contacts =
		arena_take_array(arena, party->contact_count + 1, sizeof(*contacts));
	if (contacts == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < party->contact_count; i++) {
		contacts[i].contact = &party->contacts[i];
		const int error = judge(arena, question, &contacts[i]);
		if (error != OK)
			return error;
	}
	*ret_contacts = contacts;
	return OK;
}

/* The number of before: a new one may be that of whoever wrote it into the file. */
static const char *phone_of(const struct party_file *before)
{
	for (size_t i = 0; before != NULL && i < before->contact_count; i++) {
		if (before->contacts[i].kind == CONTACT_PHONE)
			return before->contacts[i].value;
	}
	return NULL;
}

/* A person who has looked at it may name it. */
static bool may_be_named(const struct share_contact *one)
{
	return one->risk == CONTACT_NOT_KNOWN || (one->risk == CONTACT_APART && one->is_new);
}

/* What the file had before, and has no more; NULL: nothing of the kind. */
static const struct contact *gone_of(const struct share_choice *choice)
{
	const struct party_file *before = choice->before;
	for (size_t i = 0; before != NULL && i < before->contact_count; i++) {
		if (before->contacts[i].kind == choice->kind &&
		    !had(choice->party, &before->contacts[i]))
			return &before->contacts[i];
	}
	return NULL;
}

static int none_left(const struct share_choice *choice, const struct share_contact *last,
		     struct complaint *complaint)
{
	const char *kind = contact_kind_text(choice->kind);
	const char *phone = phone_of(choice->before);
	const bool may_name = last != NULL && may_be_named(last);
	const struct contact *gone = gone_of(choice);
	const bool is_barred = choice->named != NULL && last != NULL && !may_name &&
			       contact_is_named(last->contact, choice->named);
	char shown[CONTACT_SHOWN_ROOM] = "";
	if (gone != NULL)
		contact_shown(gone, shown);
	return complain(complaint, ERR_PERMISSION,
			"no %s contact of '%s' can be used%s%s%s%s%s; %s%s%s", kind,
			choice->party->name, last == NULL ? ": it has none" : ": ",
			last == NULL ? "" : last->reason,
			is_barred ? ", which --contact does not override" : "",
			gone == NULL ? "" : "; gone from its file since the change: ", shown,
			phone == NULL ? "reach it by another way that you know" : "telephone it: ",
			phone == NULL ? "" : phone,
			may_name ? ", or name a contact that you have looked at with --contact"
				 : ", or hand it files (--out)");
}

/* A host may have several webhooks, and whoever has the party's key can add one. */
static int check_named(const struct share_choice *choice, struct complaint *complaint)
{
	const struct contact *found = NULL;
	assert(choice->named != NULL);
	for (size_t i = 0; i < choice->party->contact_count; i++) {
		const struct contact *contact = &choice->party->contacts[i];
		if (contact->kind != choice->kind || !contact_is_named(contact, choice->named))
			continue;
		if (found != NULL && strcmp(found->value, contact->value) != 0)
			return complain(complaint, ERR_ARGUMENT,
					"--contact '%.200s': several webhooks are at this host; "
					"give one as 'dsfi party check' shows it",
					choice->named);
		found = contact;
	}
	return OK;
}

int share_choose(const struct share_choice *choice, struct complaint *complaint,
		 const struct contact **ret_contact)
{
	const struct share_contact *last = NULL;
	bool is_last_named = false;
	assert(choice->kind != CONTACT_PHONE);
	const int error = choice->named == NULL ? OK : check_named(choice, complaint);
	if (error != OK)
		return error;
	for (size_t i = 0; i < choice->party->contact_count; i++) {
		const struct share_contact *one = &choice->contacts[i];
		assert(one->contact == &choice->party->contacts[i]);
		if (one->contact->kind != choice->kind)
			continue;
		const bool is_named =
			choice->named != NULL && contact_is_named(one->contact, choice->named);
		const bool is_free = one->risk == CONTACT_APART && !one->is_new;
		if (is_free ? choice->named == NULL || is_named : may_be_named(one) && is_named) {
			*ret_contact = one->contact;
			return OK;
		}
		/* What is not known, or new, can be helped; say that rather than what cannot. What
		 * somebody asked for comes first. */
		if (is_last_named && !is_named)
			continue;
		if (last == NULL || is_named || last->risk == CONTACT_DEPENDS)
			last = one;
		is_last_named = is_named;
	}
	return none_left(choice, last, complaint);
}
