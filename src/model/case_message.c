/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/case_message.h"

#include "model/case_message_private.h"
#include "model/forms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const without_id[] = {"id", "sig", NULL};
static const char *const names[] = {"v",     "case", "id", "kind", "author", "made",
				    "after", "tlp",  "to", "body", "sig",    NULL};

/* ---- reading ---- */

static void read_version(struct members *members)
{
	const json_t *version = json_object_get(members->object, "v");
	if (members->error != OK)
		return;
	if (!json_is_object(members->object) || !json_is_integer(version))
		members->error = complain(members->complaint, ERR_FORMAT,
					  "message: no message of dsfi (it has no version)");
	else if (json_integer_value(version) != CASE_MESSAGE_VERSION)
		members->error =
			complain(members->complaint, ERR_UNSUPPORTED,
				 "message: version %lld, this dsfi reads %d; use a newer one",
				 (long long)json_integer_value(version), CASE_MESSAGE_VERSION);
}

static void read_head(struct members *members, struct case_message *message)
{
	const char *kind = member_text(members, "kind");
	if (kind != NULL && case_message_kind_from_text(kind, &message->kind) != OK)
		members_fail(members, ERR_UNSUPPORTED, "kind", "is none that this version knows");
	const char *tlp = member_text(members, "tlp");
	if (tlp != NULL && tlp_from_text(tlp, &message->tlp) != OK)
		members_fail(members, ERR_FORMAT, "tlp",
			     "is no mark of TLP 2.0 (clear, green, amber, amber+strict, red)");
	message->made_s = member_time(members, "made");
	const char *author = member_id(members, "author");
	if (author != NULL)
		memcpy(message->author, author, ID_ROOM);
	const char *id = member_id(members, "id");
	if (id != NULL)
		memcpy(message->id, id, ID_ROOM);
	if (members->error != OK)
		return;
	message->opens_case = json_is_null(json_object_get(members->object, "case"));
	const char *case_id = message->opens_case ? message->id : member_id(members, "case");
	if (case_id != NULL)
		memcpy(message->case_id, case_id, ID_ROOM);
}

static bool has_item(const char *const *items, size_t count, const char *item)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(items[i], item) == 0)
			return true;
	}
	return false;
}

static void read_links(struct members *members, struct case_message *message)
{
	static const struct list_rule after = {id_is, "id of a message", CASE_MESSAGE_AFTER_MAX,
					       true};
	static const struct list_rule to = {id_is, "id of a party", CASE_MESSAGE_TO_MAX, true};
	message->after = member_list(members, "after", &after, &message->after_count);
	message->to = member_list(members, "to", &to, &message->to_count);
	if (members->error != OK)
		return;
	if (has_item(message->to, message->to_count, message->author))
		members_fail(members, ERR_FORMAT, "to", "has its author");
	if (has_item(message->after, message->after_count, message->id))
		members_fail(members, ERR_FORMAT, "after", "has the message itself");
	if (message->opens_case && message->kind != CASE_MESSAGE_NOTICE)
		members_fail(members, ERR_FORMAT, "case",
			     "is null, and only a notice opens a case");
	if (message->opens_case && message->after_count > 0)
		members_fail(members, ERR_FORMAT, "after",
			     "names messages, and the message opens its case");
	if (!message->opens_case && message->after_count == 0)
		members_fail(members, ERR_FORMAT, "after",
			     "is empty, and the message does not open its case");
}

static void check_id(struct members *members, const struct case_message *message)
{
	char id[ID_ROOM];
	if (members->error != OK)
		return;
	const int error = signed_id(members->object, without_id, id);
	if (error != OK)
		members_fail(members, error, "id", "cannot be computed");
	else if (strcmp(id, message->id) != 0)
		members_fail(members, ERR_FORMAT, "id",
			     "is not that of its content; it was changed on its way");
}

static void read_body(struct members *members, struct case_message *message)
{
	struct members body = *members;
	if (members->error != OK)
		return;
	body.object = json_object_get(members->object, "body");
	if (!json_is_object(body.object)) {
		members_fail(members, ERR_FORMAT, "body", "is missing, or no object");
		return;
	}
	body_read(&body, message);
	members->error = body.error;
}

static void check_time(struct members *members, const struct case_message *message, int64_t now_s)
{
	char made[TIME_TEXT_MAX];
	if (members->error != OK || message->made_s - CASE_MESSAGE_FUTURE_MAX_S <= now_s)
		return;
	time_to_text(message->made_s, made);
	members->error = complain(members->complaint, ERR_FORMAT,
				  "message: of the future: made %s, more than an hour from now; is "
				  "the clock right?",
				  made);
}

/* Is it signed by one of the keys that its author had then? */
static void check_signature(struct members *members, const struct case_trust *trust,
			    const uint8_t signature[SIGNATURE_OCTETS], struct case_message *message)
{
	const char *octets = NULL;
	size_t size = 0;
	size_t tried = 0;
	uint8_t key[KEY_OCTETS];
	if (members->error != OK)
		return;
	int error =
		signed_octets(members->arena, members->object, CASE_MESSAGE_LINE, &octets, &size);
	while (error == OK && !message->is_proven) {
		error = trust->key(trust->context, message->author, message->made_s, tried, key);
		if (error == OK) {
			tried++;
			message->is_proven = key_verify(key, octets, size, signature);
		}
	}
	if (error == OK)
		return;
	if (error != ERR_NOT_FOUND)
		members->error =
			complain(members->complaint, error, "message: %s", error_text(error));
	else if (tried == 0)
		members->error = complain(
			members->complaint, ERR_PERMISSION,
			"message: no key is known by which party '%s' could sign it then; "
			"'dsfi party import' its party file, of which you know where it is from",
			message->author);
	else
		members->error = complain(
			members->complaint, ERR_CRYPTO,
			"message: the signature is not of party '%s'; it was altered, or signed "
			"with a key that this party has not named",
			message->author);
}

static int keep_octets(struct arena *arena, const char *octets, size_t size,
		       struct case_message *message)
{
	char *copy = arena_take_octets(arena, size + 1);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, octets, size);
	copy[size] = '\0';
	message->octets = copy;
	message->size = size;
	return OK;
}

static int read_value(struct members *members, const struct case_trust *trust,
		      struct case_message *message)
{
	uint8_t signature[SIGNATURE_OCTETS];
	read_version(members);
	members_are_among(members, names);
	member_signature(members, signature);
	read_head(members, message);
	read_links(members, message);
	check_id(members, message);
	read_body(members, message);
	if (trust != NULL) {
		check_signature(members, trust, signature, message);
		check_time(members, message, trust->now_s);
	}
	return members->error;
}

static int read_message(struct arena *arena, const struct case_trust *trust,
			const struct text *octets, struct complaint *complaint,
			struct case_message *ret_message)
{
	struct case_message message = {.id = ""};
	json_t *value = NULL;
	const char *data = text_get(octets);
	size_t size = octets->length;
	size -= size > 0 && data[size - 1] == '\n';
	if (size > CASE_MESSAGE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "message: too large: %zu octets, at most %zu",
				size, CASE_MESSAGE_OCTETS_MAX);
	int error = canonical_read(data, size, "message", complaint, &value);
	if (error != OK)
		return error;
	struct members members = {
		.arena = arena, .object = value, .what = "message", .complaint = complaint};
	error = read_value(&members, trust, &message);
	if (error == OK && keep_octets(arena, data, size, &message) != OK)
		error = complain(complaint, ERR_MEMORY, "message: out of memory");
	json_decref(value);
	if (error == OK)
		*ret_message = message;
	return error;
}

int case_message_read(struct arena *arena, struct case_trust trust, const struct text *octets,
		      struct complaint *complaint, struct case_message *ret_message)
{
	assert(trust.key != NULL);
	const int error = read_message(arena, &trust, octets, complaint, ret_message);
	assert(error != OK || ret_message->is_proven);
	return error;
}

int case_message_read_form(struct arena *arena, const struct text *octets,
			   struct complaint *complaint, struct case_message *ret_message)
{
	const int error = read_message(arena, NULL, octets, complaint, ret_message);
	assert(error != OK || !ret_message->is_proven);
	return error;
}

int case_message_is_for(const struct case_message *message, const char *party,
			struct complaint *complaint)
{
	assert(party != NULL);
	if (strcmp(message->author, party) == 0 || has_item(message->to, message->to_count, party))
		return OK;
	return complain(complaint, ERR_PERMISSION,
			"message: not for party '%s': it is neither its author nor among those it "
			"goes to",
			party);
}

/* ---- making ---- */

static int compare_ids(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted, each once. NULL when memory is out; too many are refused when it is read again. */
static json_t *write_ids(struct arena *arena, const char *const *ids, size_t count)
{
	json_t *list = json_array();
	const char **sorted = arena_take_array(arena, count + 1, sizeof(*sorted));
	if (sorted == NULL) {
		json_decref(list);
		return NULL;
	}
	if (count > 0)
		memcpy(sorted, ids, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_ids);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(sorted[i - 1], sorted[i]) == 0)
			continue;
		if (json_array_append_new(list, json_string(sorted[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *write_draft(struct arena *arena, const struct case_message *draft)
{
	char made[TIME_TEXT_MAX];
	time_to_text(draft->made_s, made);
	/* Packing takes what it is given, also where it fails. */
	return json_pack("{s:i, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "v", CASE_MESSAGE_VERSION,
			 "case",
			 draft->case_id[0] == '\0' ? json_null() : json_string(draft->case_id),
			 "kind", case_message_kind_text(draft->kind), "author", draft->author,
			 "made", made, "tlp", tlp_text(draft->tlp), "after",
			 write_ids(arena, draft->after, draft->after_count), "to",
			 write_ids(arena, draft->to, draft->to_count), "body", body_write(draft));
}

/* Whoever makes one trusts its own key, whenever. */
static int own_key(void *context, const char *author, int64_t made_s, size_t index,
		   uint8_t ret_sign[KEY_OCTETS])
{
	const struct secret_key *key = context;
	assert(author != NULL && made_s >= 0);
	if (index > 0)
		return ERR_NOT_FOUND;
	memcpy(ret_sign, key->public.sign, KEY_OCTETS);
	return OK;
}

static int sign_value(json_t *value, const struct secret_key *key, struct text *out)
{
	char id[ID_ROOM];
	int error = signed_id(value, without_id, id);
	if (error == OK && json_object_set_new(value, "id", json_string(id)) != 0)
		error = ERR_MEMORY;
	if (error == OK)
		error = signed_seal(value, CASE_MESSAGE_LINE, key);
	if (error == OK) {
		canonical_write(value, NULL, out);
		error = out->error;
	}
	return error;
}

bool case_message_has(const struct case_message *message, const char *party)
{
	bool has = strcmp(message->author, party) == 0;
	for (size_t i = 0; i < message->to_count && !has; i++)
		has = strcmp(message->to[i], party) == 0;
	return has;
}

bool case_message_names(const struct case_message *message, const char *id)
{
	bool is_named = !message->opens_case && strcmp(message->case_id, id) == 0;
	for (size_t i = 0; i < message->after_count && !is_named; i++)
		is_named = strcmp(message->after[i], id) == 0;
	for (size_t i = 0; i < message->member_count && !is_named; i++)
		is_named = message->members[i].type == MEMBER_MESSAGE &&
			   strcmp(message->members[i].text, id) == 0;
	return is_named;
}

int case_message_make(struct arena *arena, const struct case_message *draft,
		      const struct secret_key *key, struct complaint *complaint,
		      struct case_message *ret_message)
{
	struct text out;
	int error = body_check(draft, complaint);
	if (error != OK)
		return error;
	struct secret_key signer = *key;
	const struct case_trust trust = {own_key, &signer, draft->made_s};
	json_t *value = write_draft(arena, draft);
	text_init(&out, CANONICAL_OCTETS_MAX);
	error = value == NULL ? ERR_MEMORY : sign_value(value, key, &out);
	if (error != OK)
		error = complain(complaint, error, "message: cannot be made: %s",
				 error_text(error));
	else
		error = case_message_read(arena, trust, &out, complaint, ret_message);
	secret_key_wipe(&signer);
	text_release(&out);
	json_decref(value);
	return error;
}
