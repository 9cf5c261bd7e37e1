/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/audit.h"
#include "keep/store/messages.h"
#include "keep/store/parties.h"
#include "keep/store/store_private.h"
#include "keep/store/watch.h"

#include <assert.h>
#include <string.h>

struct checking {
	struct store *store;
	struct complaint why; /* what the reader of the thing said */
	bool is_damaged;
	char id[ID_ROOM];
};

static int not_what_it_was(struct checking *checking, const char *id)
{
	checking->is_damaged = true;
	memcpy(checking->id, id, ID_ROOM);
	return ERR_DAMAGED;
}

static int copy_octets(const char *octets, size_t size, struct text *out)
{
	text_init(out, CASE_MESSAGE_OCTETS_MAX);
	text_add_octets(out, octets, size);
	return out->error;
}

static int check_message(void *context, const struct store_message *kept)
{
	struct checking *checking = context;
	struct case_message message;
	struct text octets;
	arena_reset(&checking->store->arena);
	int error = copy_octets(kept->octets, kept->size, &octets);
	if (error == OK)
		error = case_message_read_form(&checking->store->arena, &octets, &checking->why,
					       &message);
	text_release(&octets);
	if (error == ERR_MEMORY)
		return error;
	if (error != OK || strcmp(message.id, kept->id) != 0 ||
	    strcmp(message.case_id, kept->case_id) != 0 || message.made_s != kept->made_s)
		return not_what_it_was(checking, kept->id);
	return OK;
}

static int check_edition(void *context, const struct store_party *kept)
{
	struct checking *checking = context;
	struct party_file party;
	struct text octets;
	arena_reset(&checking->store->arena);
	int error = copy_octets(kept->octets, kept->size, &octets);
	if (error == OK)
		error = party_read(&checking->store->arena, &octets, &checking->why, &party);
	text_release(&octets);
	if (error == ERR_MEMORY)
		return error;
	if (error != OK || strcmp(party.id, kept->id) != 0 || party.edition != kept->edition)
		return not_what_it_was(checking, kept->id);
	return OK;
}

static int ignore_entry(void *context, const struct store_audit *entry)
{
	assert(context == NULL && entry->id > 0);
	return OK;
}

static int ignore_watch(void *context, const struct store_watch *watch)
{
	assert(context == NULL && watch->domain != NULL);
	return OK;
}

int verify_cases(struct store *store, struct complaint *complaint)
{
	struct checking checking = {.store = store};
	int error = store_party_editions(store, NULL, check_edition, &checking, complaint);
	if (error == OK)
		error = store_messages(store, NULL, check_message, &checking, complaint);
	if (checking.is_damaged)
		return complain(
			complaint, ERR_DAMAGED,
			"store '%s': the store is damaged: '%s' is not what was signed: %s; "
			"restore a copy",
			store->path, checking.id, checking.why.text);
	if (error == ERR_MEMORY)
		return store_fail(store, complaint, error, "cannot check");
	if (error == OK)
		error = store_audits(store, ignore_entry, NULL, complaint);
	return error == OK ? store_watches(store, ignore_watch, NULL, complaint) : error;
}
