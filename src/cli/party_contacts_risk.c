/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Could whoever took the domain over read what is sent there? */
#include "cli/party_contacts_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct texts {
	const char **items;
	size_t count;
};

static int take_texts(struct drafting *drafting, const struct change_facts *facts,
		      struct texts *ret_texts)
{
	const struct change_names *const names[] = {&facts->name_servers, &facts->zone_servers,
						    &facts->mail_hosts};
	const size_t room =
		facts->name_servers.count + facts->zone_servers.count + facts->mail_hosts.count;
	struct texts texts = {
		.items = arena_take_array(&drafting->arena, room + 1, sizeof(*texts.items))};
	if (texts.items == NULL)
		return ERR_MEMORY;
	for (size_t kind = 0; kind < sizeof(names) / sizeof(names[0]); kind++) {
		for (size_t i = 0; i < names[kind]->count; i++) {
			char text[NAME_TEXT_MAX];
			(void)name_to_text(names[kind]->items[i], text);
			text[strlen(text) - 1] = '\0';
			texts.items[texts.count] = arena_text(&drafting->arena, text);
			if (texts.items[texts.count++] == NULL)
				return ERR_MEMORY;
		}
	}
	*ret_texts = texts;
	return OK;
}

static bool has(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (strcmp(texts->items[i], text) == 0)
			return true;
	}
	return false;
}

/* What the domain depends on now and did not before the change, if that is told: it may be the
 * attacker's. */
static int new_servers(struct drafting *drafting, struct texts *ret_servers)
{
	struct change_facts facts;
	struct texts then = {0}, now = {0};
	if (drafting->before_s == INT64_MAX || drafting->store == NULL)
		return OK;
	int error = drafting_facts(drafting, drafting->name.octets, drafting->before_s, &facts);
	if (error == OK)
		error = take_texts(drafting, &facts, &then);
	if (error == OK)
		error = drafting_facts(drafting, drafting->name.octets, INT64_MAX, &facts);
	if (error == OK)
		error = take_texts(drafting, &facts, &now);
	if (error != OK)
		return error == ERR_NOT_FOUND ? OK : error;
	for (size_t i = 0; i < now.count; i++) {
		if (!has(&then, now.items[i]))
			now.items[ret_servers->count++] = now.items[i];
	}
	ret_servers->items = now.items;
	return OK;
}

/* For mail, of the very name behind the @, and where its mail goes; else of the host, or the
 * nearest name above it that the store saw. */
static int facts_of(struct drafting *drafting, const char *host, bool is_mail,
		    struct texts *ret_texts, bool *ret_is_known)
{
	struct name name;
	int error = name_from_text(host, &name, NULL);
	*ret_is_known = false;
	if (error != OK || drafting->store == NULL)
		return OK;
	const uint8_t *at = name.octets;
	/* A top-level domain's servers say nothing of one below it. */
	for (; name_labels(at) > 1; at = name_parent(at)) {
		struct change_facts facts;
		error = drafting_facts(drafting, at, drafting->before_s, &facts);
		const bool has_any = error == OK && facts.name_servers.is_known;
		if (error != OK && error != ERR_NOT_FOUND)
			return error;
		/* Where a name's mail goes is not said by the name above it. */
		if (is_mail && !(has_any && facts.mail_hosts.is_known))
			return OK;
		/* What is nearer and not known is not made known by what is above it. */
		if (error == OK && !has_any)
			return OK;
		if (!has_any)
			continue;
		*ret_is_known = true;
		return take_texts(drafting, &facts, ret_texts);
	}
	return OK;
}

static int judge(struct drafting *drafting, const struct texts *servers, struct draft *draft)
{
	assert(draft->reason == NULL && draft->said.kind != NULL);
	const struct contact_threat threat = {.domains = &drafting->domain,
					      .domain_count = 1,
					      .servers = servers->items,
					      .server_count = servers->count};
	/* A page has a host as a webhook has. */
	enum contact_kind kind = CONTACT_WEBHOOK;
	struct contact_facts facts = {
		.is_known = false,
		.before_s = drafting->before_s == INT64_MAX ? 0 : drafting->before_s};
	struct complaint reason = {""};
	struct texts hosts = {0};
	const char *host = NULL;
	if (strcmp(draft->said.kind, "page") != 0 &&
	    contact_kind_from_text(draft->said.kind, &kind) != OK)
		return ERR_DAMAGED;
	const struct contact contact = {.kind = kind, .value = draft->said.value};
	if (!contact_is_valid(&contact))
		return complain(drafting->complaint, ERR_DAMAGED,
				"the store has a contact of '%s' that is none", drafting->domain);
	facts.is_of_above = kind != CONTACT_MAIL;
	int error = contact_host(&drafting->arena, &contact, &host);
	if (error == OK && host != NULL)
		error = facts_of(drafting, host, kind == CONTACT_MAIL, &hosts, &facts.is_known);
	if (error != OK)
		return error;
	facts.hosts = hosts.items;
	facts.host_count = hosts.count;
	draft->risk = contact_risk(host, &threat, &facts, &reason);
	if (draft->is_of_domain && draft->risk != CONTACT_DEPENDS) {
		draft->risk = CONTACT_DEPENDS;
		(void)complain(&reason, ERR_PERMISSION,
			       strcmp(draft->said.source, "rdap") == 0
				       ? "whoever has the account of '%s' can have written it"
				       : "'%s' says it, and may be somebody else's now",
			       drafting->domain);
	}
	if (draft->risk == CONTACT_APART)
		return OK;
	draft->reason = arena_text(&drafting->arena, reason.text);
	return draft->reason == NULL ? ERR_MEMORY : OK;
}

int drafting_judge(struct drafting *drafting)
{
	struct texts servers = {0};
	int error = new_servers(drafting, &servers);
	for (size_t i = 0; error == OK && i < drafting->count; i++)
		error = judge(drafting, &servers, &drafting->drafts[i]);
	return error;
}
