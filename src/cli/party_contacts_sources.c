/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What registries, the domain and its zone say of whom to reach. */
#include "base/memory.h"
#include "cli/party_contacts_private.h"
#include "cli/reaching.h"
#include "gather/registry/rdap.h"
#include "gather/registry/security_txt.h"
#include "os/file.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define HTTPS "https://"
#define MAIL_MAX 512u

/* A source: a file, or a URL that is fetched. Either is read by a process that has no store. */
struct source {
	struct drafting *drafting;
	const char *option; /* "rdap" */
	enum reaching_kind kind;
	size_t octets_max;
	const char *place;
	bool is_fetched;
};

/* --- what it says ------------------------------------------------------------------------------
 */

static int add(struct drafting *drafting, const struct draft *draft)
{
	assert(draft->said.value != NULL && draft->said.source != NULL && draft->trust != NULL);
	if (drafting->count == DRAFTS_MAX)
		return complain(drafting->complaint, ERR_LIMIT,
				"more than %u contacts of one domain", DRAFTS_MAX);
	drafting->drafts[drafting->count++] = *draft;
	return OK;
}

/* What the registry has of the account may have been changed with it. */
static bool is_of_account(const struct store_draft *said)
{
	return strcmp(said->source, "rdap") == 0 && rdap_is_of_account(said->role);
}

/* `as`: what is the same of all. */
static int add_found(struct drafting *drafting, const struct found_list *list,
		     const struct draft *as)
{
	struct arena *arena = &drafting->arena;
	int error = OK;
	for (size_t i = 0; error == OK && i < list->count; i++) {
		const struct found_contact *found = &list->items[i];
		struct draft draft = *as;
		draft.said.domain = drafting->domain;
		draft.said.kind = found_kind_text(found->kind);
		draft.said.value = arena_text(arena, found->value);
		draft.said.role = arena_text(arena, found->role);
		draft.said.name = arena_text(arena, found->name != NULL ? found->name : "");
		if (draft.said.value == NULL || draft.said.role == NULL || draft.said.name == NULL)
			return ERR_MEMORY;
		draft.is_of_domain |= is_of_account(&draft.said);
		error = add(drafting, &draft);
	}
	drafting->unusable += list->unusable;
	return error;
}

/* It was so when it was read: a file's own time may be what the server told who fetched it. */
static int take_rdap(const struct source *source, const struct found_list *list)
{
	struct drafting *drafting = source->drafting;
	const struct draft as = {
		.said = {.source = "rdap", .place = source->place, .said_s = drafting->now_s},
		.trust = source->is_fetched ? "said by the server of the URL, which proved its name"
					    : "a file: as good as the place that it came from",
	};
	return add_found(drafting, list, &as);
}

static const char *trust_of_file(struct drafting *drafting, const struct security_txt *file)
{
	char expires[TIME_TEXT_MAX];
	time_to_text(file->expires_s, expires);
	const bool has_expired = file->expires_s != 0 && file->expires_s <= drafting->now_s;
	return drafting_words(drafting, "said by the domain itself, %s%s%s%s",
			      file->expires_s == 0 ? "without saying until when, as it must"
			      : has_expired        ? "and not to be used any more: it expired on "
						   : "good until ",
			      file->expires_s == 0 ? "" : expires,
			      file->has_canonical && !file->is_canonical
				      ? "; it says that its place is elsewhere (Canonical)"
				      : "",
			      file->is_signed ? "; its OpenPGP signature was not verified" : "");
}

static int take_security_txt(const struct source *source, const struct reaching_result *result)
{
	struct drafting *drafting = source->drafting;
	const struct draft as = {
		.said = {.source = "security-txt",
			 .place = source->place,
			 .said_s = drafting->now_s},
		.trust = trust_of_file(drafting, &result->file),
		.is_of_domain = true,
	};
	return as.trust == NULL ? ERR_MEMORY : add_found(drafting, result->found, &as);
}

static int take_result(void *context, const struct reaching_result *result)
{
	const struct source *source = context;
	assert(result->index == 0 && result->found != NULL);
	if (result->state != REACHING_WORKED)
		return complain(source->drafting->complaint,
				result->state == REACHING_REFUSED ? ERR_FORMAT : ERR_NETWORK, "%s",
				result->words);
	return source->kind == REACHING_RDAP ? take_rdap(source, result->found)
					     : take_security_txt(source, result);
}

static int read_source(struct source *source)
{
	struct drafting *drafting = source->drafting;
	char *octets = NULL;
	size_t size = 0;
	int error = OK;
	source->place = options_text(drafting->options, source->option);
	if (source->place == NULL)
		return OK;
	source->is_fetched = strncmp(source->place, HTTPS, strlen(HTTPS)) == 0;
	if (!source->is_fetched)
		error = file_read(source->place, source->octets_max, drafting->complaint, &octets,
				  &size);
	const struct reaching_item item = {.kind = source->kind,
					   .value = source->place,
					   .domain = drafting->domain,
					   .octets = octets,
					   .size = size};
	const struct reaching reaching = {
		.items = &item, .count = 1, .take = take_result, .context = source};
	if (error == OK)
		error = reaching_run(drafting->options, &reaching, drafting->complaint);
	memory_give(octets);
	return error == OK ? OK
			   : complain_more(drafting->complaint, error, "--%s '%.300s'",
					   source->option, source->place);
}

/* --- the zone ----------------------------------------------------------------------------------
 */

static int read_soa(struct drafting *drafting)
{
	assert(drafting->store != NULL);
	struct change_facts facts;
	char mail[MAIL_MAX];
	char time[TIME_TEXT_MAX];
	struct found_list list;
	const bool is_past = drafting->before_s != INT64_MAX;
	int error = drafting_facts(drafting, drafting->name.octets, drafting->before_s, &facts);
	if (error == ERR_NOT_FOUND || (error == OK && facts.contact == NULL))
		return complain(drafting->complaint, ERR_NOT_FOUND,
				"--soa: no look at '%s'%s is in the store that saw its SOA record",
				drafting->domain, is_past ? " before that time" : "");
	if (error != OK)
		return error;
	found_init(&list, &drafting->arena);
	time_to_text(facts.contact_s, time);
	struct draft as = {
		.said = {.source = "soa",
			 .place = options_text(drafting->options, "store"),
			 .said_s = facts.contact_s},
		.trust = drafting_words(drafting, "said by the zone's own servers, last on %s%s",
					time, is_past ? ", before the change" : ""),
		.is_of_domain = !is_past,
	};
	const struct found_contact found = {.value = mail, .role = "zone"};
	if (as.trust == NULL)
		return ERR_MEMORY;
	if (!change_contact_mail(facts.contact, mail, sizeof(mail))) {
		drafting->unusable++;
		return OK;
	}
	error = found_add(&list, &found);
	return error == OK ? add_found(drafting, &list, &as) : error;
}

/* --- those that were kept ----------------------------------------------------------------------
 */

/* They come by source, the newest first. */
static bool is_too_old(const struct drafting *drafting, const struct store_draft *kept)
{
	const size_t count = drafting->count;
	return count == DRAFTS_MAX ||
	       (count >= DRAFTS_OF_SOURCE_MAX &&
		strcmp(drafting->drafts[count - DRAFTS_OF_SOURCE_MAX].said.source, kept->source) ==
			0);
}

static int take_kept(void *context, const struct store_draft *kept)
{
	struct drafting *drafting = context;
	if (is_too_old(drafting, kept)) {
		drafting->older++;
		return OK;
	}
	struct draft draft = {.trust = "kept from an earlier look; what was said then"};
	const char *const from[] = {kept->kind, kept->value,  kept->role,
				    kept->name, kept->source, kept->place};
	const char *to[6];
	for (size_t i = 0; i < 6; i++) {
		to[i] = arena_text(&drafting->arena, from[i]);
		if (to[i] == NULL)
			return ERR_MEMORY;
	}
	draft.said = (struct store_draft){.domain = drafting->domain,
					  .kind = to[0],
					  .value = to[1],
					  .role = to[2],
					  .name = to[3],
					  .source = to[4],
					  .place = to[5],
					  .said_s = kept->said_s};
	/* What the domain said of itself before that time may be believed. */
	draft.is_of_domain =
		(strcmp(kept->source, "rdap") != 0 || is_of_account(&draft.said)) &&
		(drafting->before_s == INT64_MAX || kept->said_s >= drafting->before_s);
	return add(drafting, &draft);
}

int drafting_read(struct drafting *drafting)
{
	const struct options *options = drafting->options;
	struct source rdap = {.drafting = drafting,
			      .option = "rdap",
			      .kind = REACHING_RDAP,
			      .octets_max = RDAP_OCTETS_MAX};
	struct source text = {.drafting = drafting,
			      .option = "security-txt",
			      .kind = REACHING_SECURITY_TXT,
			      .octets_max = SECURITY_TXT_OCTETS_MAX};
	const bool has_soa = options_flag(options, "soa");
	if (!options_given(options, "rdap") && !options_given(options, "security-txt") && !has_soa)
		return store_drafts(drafting->store, drafting->domain, take_kept, drafting,
				    drafting->complaint);
	int error = read_source(&rdap);
	if (error == OK)
		error = read_source(&text);
	if (error == OK && has_soa)
		error = read_soa(drafting);
	return error;
}
