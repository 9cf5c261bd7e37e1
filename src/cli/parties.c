/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parties.h"

#include "base/clock.h"
#include "base/memory.h"
#include "keep/store/audit.h"
#include "keep/store/parties.h"
#include "os/file.h"

#include <assert.h>
#include <pwd.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BUSY_WAIT_NS 100000000
#define BUSY_TRIES 150u
#define BUSY_TOLD_AT 10u

static int read_octets(struct parties *parties, const struct store_party *kept,
		       struct party_file *ret_party)
{
	struct text octets;
	text_init(&octets, PARTY_OCTETS_MAX);
	text_add_octets(&octets, kept->octets, kept->size);
	int error = octets.error;
	if (error == OK)
		error = party_read(&parties->arena, &octets, parties->complaint, ret_party);
	text_release(&octets);
	return error;
}

static int take_party(void *context, const struct store_party *kept)
{
	struct parties *parties = context;
	if (parties->count == parties->room) {
		const size_t room = parties->room * 2 + 64;
		struct party_file *list =
			memory_resize(parties->list, room * sizeof(*parties->list));
		if (list == NULL)
			return complain(parties->complaint, ERR_MEMORY, "out of memory");
		parties->list = list;
		parties->room = room;
	}
	const int error = read_octets(parties, kept, &parties->list[parties->count]);
	if (error == OK)
		parties->count++;
	return error == OK || error == ERR_MEMORY
		       ? error
		       : complain_more(parties->complaint, ERR_DAMAGED,
				       "the store holds a party '%s' that is none", kept->id);
}

int parties_load(struct store *store, struct complaint *complaint, struct parties *ret_parties)
{
	*ret_parties = (struct parties){.complaint = complaint};
	arena_init(&ret_parties->arena, PARTIES_ARENA_MAX, 0);
	int error = store_parties(store, take_party, ret_parties, complaint);
	if (error != OK)
		return error;
	error = store_self(store, ret_parties->self, complaint);
	return error == ERR_NOT_FOUND ? OK : error;
}

void parties_release(struct parties *parties)
{
	memory_give(parties->list);
	arena_release(&parties->arena);
	parties->list = NULL;
}

const struct party_file *parties_by_id(const struct parties *parties, const char *id)
{
	for (size_t i = 0; i < parties->count; i++) {
		if (strcmp(parties->list[i].id, id) == 0)
			return &parties->list[i];
	}
	return NULL;
}

int parties_find(const struct parties *parties, const char *word, struct complaint *complaint,
		 const struct party_file **ret_party)
{
	const struct party_file *found = NULL;
	if (word == NULL && parties->self[0] == '\0')
		return complain(complaint, ERR_NOT_FOUND,
				"the store is nobody's yet; 'dsfi party add NAME --key FILE' makes "
				"the party that signs here");
	if (word == NULL)
		word = parties->self;
	/* A party may call itself by the id of another. */
	found = id_is(word) ? parties_by_id(parties, word) : NULL;
	const size_t length = strlen(word);
	for (size_t i = 0; i < parties->count && (found == NULL || !id_is(word)); i++) {
		const struct party_file *party = &parties->list[i];
		const bool is_start =
			length >= PARTIES_PREFIX_MIN && strncmp(party->id, word, length) == 0;
		if (!is_start && strcmp(party->name, word) != 0)
			continue;
		if (found != NULL)
			return complain(complaint, ERR_ARGUMENT,
					"'%s' is party '%s' and party '%s'; give more of the id",
					word, found->id, party->id);
		found = party;
	}
	if (found == NULL)
		return complain(complaint, ERR_NOT_FOUND,
				"no party '%s' is in the store; 'dsfi party list' shows those that "
				"are, 'dsfi party import' adds one",
				word);
	*ret_party = found;
	return OK;
}

static int find_key(void *context, const char *author, int64_t made_s, size_t index,
		    uint8_t ret_sign[KEY_OCTETS])
{
	const struct parties *parties = context;
	const struct party_file *party = parties_by_id(parties, author);
	return party != NULL && party_key_at(party, made_s, index, ret_sign) ? OK : ERR_NOT_FOUND;
}

struct case_trust parties_trust(struct parties *parties)
{
	return (struct case_trust){.key = find_key, .context = parties, .now_s = parties_now()};
}

struct case_trust parties_trust_filed(struct parties *parties)
{
	return (struct case_trust){.key = find_key, .context = parties, .now_s = INT64_MAX};
}

int parties_store_open(const struct options *options, struct store **ret_store,
		       struct complaint *complaint)
{
	const struct timespec while_busy = {.tv_nsec = BUSY_WAIT_NS};
	const char *path = options_text(options, "store");
	struct complaint newest = {""};
	int error = ERR_BUSY;
	for (unsigned i = 0; i < BUSY_TRIES && error == ERR_BUSY; i++) {
		if (i == BUSY_TOLD_AT)
			command_note(options, "%s; waiting", newest.text);
		if (i > 0)
			(void)nanosleep(&while_busy, NULL);
		newest.text[0] = '\0';
		error = store_open(path != NULL ? path : PARTIES_STORE, STORE_WRITE, ret_store,
				   &newest);
	}
	return error == OK ? OK : complain(complaint, error, "%s", newest.text);
}

int parties_key(const char *path, struct complaint *complaint, struct secret_key *ret_key)
{
	char *octets;
	size_t size;
	int error = file_read_secret(path, KEY_FILE_MAX, complaint, &octets, &size);
	if (error != OK)
		return error;
	error = secret_key_read(octets, size, complaint, ret_key);
	explicit_bzero(octets, size);
	memory_give(octets);
	return error == OK ? OK : complain_more(complaint, error, "'%s'", path);
}

const char *parties_shown(const char *text)
{
	return text_is_plain(text, strlen(text)) ? text : "(not text that can be shown)";
}

int64_t parties_now(void)
{
	const struct clock clock = clock_system();
	return clock_wall_s(&clock);
}

void parties_account(char ret_account[PARTIES_ACCOUNT_MAX])
{
	char buffer[4096];
	struct passwd entry, *found = NULL;
	const uid_t user = getuid();
	if (getpwuid_r(user, &entry, buffer, sizeof(buffer), &found) != 0)
		found = NULL;
	(void)snprintf(ret_account, PARTIES_ACCOUNT_MAX, "%s (%lu)",
		       found == NULL ? "account" : found->pw_name, (unsigned long)user);
}

int parties_audit(struct store *store, const char *act, const char *subject, const char *detail,
		  struct complaint *complaint)
{
	char account[PARTIES_ACCOUNT_MAX];
	parties_account(account);
	const struct store_audit entry = {.time_s = parties_now(),
					  .who = account,
					  .act = act,
					  .subject = subject,
					  .detail = detail};
	return store_audit_put(store, &entry, complaint);
}
