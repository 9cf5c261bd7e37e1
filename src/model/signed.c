/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/forms.h"
#include "model/id.h"
#include "model/signed_private.h"

#include <assert.h>
#include <string.h>

#define SIGNATURE_TEXT 88u /* base64 */

static const char *const without_signature[] = {"sig", NULL};

int signed_octets(struct arena *arena, const json_t *object, const char *line,
		  const char **ret_octets, size_t *ret_size)
{
	struct text text;
	char *octets = NULL;
	text_init(&text, CANONICAL_OCTETS_MAX + 64);
	text_add(&text, line);
	canonical_write(object, without_signature, &text);
	int error = text.error;
	if (error == OK) {
		octets = arena_take_octets(arena, text.length);
		error = octets == NULL ? ERR_MEMORY : OK;
	}
	if (error == OK) {
		memcpy(octets, text_get(&text), text.length);
		*ret_octets = octets;
		*ret_size = text.length;
	}
	text_release(&text);
	return error;
}

int signed_seal(json_t *object, const char *line, const struct secret_key *key)
{
	uint8_t signature[SIGNATURE_OCTETS];
	char base64[SIGNATURE_TEXT + 1];
	struct text text;
	text_init(&text, CANONICAL_OCTETS_MAX + 64);
	text_add(&text, line);
	canonical_write(object, without_signature, &text);
	int error = text.error;
	if (error == OK) {
		key_sign(key, text_get(&text), text.length, signature);
		error = base64_from_octets(signature, sizeof(signature), base64, sizeof(base64));
	}
	text_release(&text);
	if (error == OK && json_object_set_new(object, "sig", json_string(base64)) != 0)
		error = ERR_MEMORY;
	return error;
}

int signed_id(const json_t *object, const char *const *without, char *ret_id)
{
	struct text text;
	text_init(&text, CANONICAL_OCTETS_MAX);
	canonical_write(object, without, &text);
	const int error = text.error;
	if (error == OK)
		id_make(text_get(&text), text.length, ret_id);
	text_release(&text);
	return error;
}

/* ---- members ---- */

void members_fail(struct members *members, int error, const char *name, const char *why)
{
	assert(error < 0 && name != NULL && why != NULL);
	if (members->error == OK)
		members->error = complain(members->complaint, error, "%s: '%s' %s", members->what,
					  name, why);
}

void members_are_among(struct members *members, const char *const *names)
{
	if (members->error != OK)
		return;
	if (!json_is_object(members->object)) {
		members->error = complain(members->complaint, ERR_FORMAT, "%s: no JSON object",
					  members->what);
		return;
	}
	json_t *open = (json_t *)(uintptr_t)members->object;
	for (void *at = json_object_iter(open); at != NULL; at = json_object_iter_next(open, at)) {
		const char *key = json_object_iter_key(at);
		size_t i = 0;
		while (names[i] != NULL && strcmp(names[i], key) != 0)
			i++;
		if (names[i] == NULL) {
			const bool is_plain = form_is_line(key, 64);
			members_fail(members, ERR_FORMAT, is_plain ? key : "(another)",
				     "is a member that this version does not have");
			return;
		}
	}
}

const char *member_text(struct members *members, const char *name)
{
	if (members->error != OK)
		return NULL;
	const json_t *value = json_object_get(members->object, name);
	if (value == NULL)
		members_fail(members, ERR_FORMAT, name, "is missing");
	else if (!json_is_string(value))
		members_fail(members, ERR_FORMAT, name, "is no text");
	if (members->error != OK)
		return NULL;
	const char *copy = arena_text(members->arena, json_string_value(value));
	if (copy == NULL)
		members_fail(members, ERR_MEMORY, name, "does not fit into memory");
	return copy;
}

const char *member_text_or_null(struct members *members, const char *name)
{
	return json_is_null(json_object_get(members->object, name)) ? NULL
								    : member_text(members, name);
}

const char *member_id(struct members *members, const char *name)
{
	const char *text = member_text(members, name);
	if (text != NULL && !id_is(text)) {
		members_fail(members, ERR_FORMAT, name, "is no id (32 characters of base32)");
		return NULL;
	}
	return text;
}

int64_t member_time(struct members *members, const char *name)
{
	int64_t seconds = 0;
	const char *text = member_text(members, name);
	if (text != NULL && !form_is_time(text, &seconds))
		members_fail(members, ERR_FORMAT, name,
			     "is no time (RFC 3339, UTC, whole seconds)");
	return seconds;
}

int64_t member_number(struct members *members, const char *name, int64_t least, int64_t most)
{
	const json_t *value = json_object_get(members->object, name);
	assert(least <= most);
	if (members->error != OK)
		return least;
	if (!json_is_integer(value) || json_integer_value(value) < least ||
	    json_integer_value(value) > most) {
		members_fail(members, ERR_FORMAT, name, "is no number, or out of its range");
		return least;
	}
	return json_integer_value(value);
}

void member_signature(struct members *members, uint8_t ret_signature[SIGNATURE_OCTETS])
{
	size_t size = 0;
	if (members->error == OK && json_object_get(members->object, "sig") == NULL)
		members->error =
			complain(members->complaint, ERR_PERMISSION,
				 "%s: not signed; what nobody signed is not taken", members->what);
	const char *text = member_text(members, "sig");
	if (text != NULL &&
	    (base64_to_octets(text, strlen(text), ret_signature, SIGNATURE_OCTETS, &size) != OK ||
	     size != SIGNATURE_OCTETS))
		members_fail(members, ERR_FORMAT, "sig", "is no signature (64 octets in base64)");
}

/* ---- lists ---- */

static bool is_twice(const char *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(items[i], items[count]) == 0)
			return true;
	}
	return false;
}

static void check_item(struct members *members, const char *name, const struct list_rule *rule,
		       const char *const *items, size_t count)
{
	char why[160];
	assert(items != NULL && items[count] != NULL);
	struct text text = {.data = why, .room = sizeof(why), .cap = sizeof(why) - 1};
	if (!rule->is_item(items[count])) {
		text_format(&text, "has an item that is no %s", rule->words);
		members_fail(members, ERR_FORMAT, name, why);
	} else if (rule->is_sorted && count > 0 && strcmp(items[count - 1], items[count]) >= 0) {
		members_fail(members, ERR_FORMAT, name, "is not sorted, or has an item twice");
	} else if (!rule->is_sorted && is_twice(items, count)) {
		members_fail(members, ERR_FORMAT, name, "has an item twice");
	}
}

static const char *read_item(struct members *members, const char *name, const json_t *item)
{
	if (!json_is_string(item)) {
		members_fail(members, ERR_FORMAT, name, "has an item that is no text");
		return NULL;
	}
	const char *copy = arena_text(members->arena, json_string_value(item));
	if (copy == NULL)
		members_fail(members, ERR_MEMORY, name, "does not fit into memory");
	return copy;
}

const char *const *member_list(struct members *members, const char *name,
			       const struct list_rule *rule, size_t *ret_count)
{
	const json_t *list = json_object_get(members->object, name);
	const size_t count = json_array_size(list);
	if (members->error != OK)
		return NULL;
	if (!json_is_array(list)) {
		members_fail(members, ERR_FORMAT, name, "is missing, or no list");
		return NULL;
	}
	if (count > rule->most) {
		members_fail(members, ERR_LIMIT, name, "has more items than there may be");
		return NULL;
	}
	const char **items = arena_take_array(members->arena, count + 1, sizeof(*items));
	if (items == NULL) {
		members_fail(members, ERR_MEMORY, name, "does not fit into memory");
		return NULL;
	}
	for (size_t i = 0; i < count && members->error == OK; i++) {
		items[i] = read_item(members, name, json_array_get(list, i));
		if (items[i] == NULL)
			return NULL;
		check_item(members, name, rule, items, i);
	}
	if (members->error != OK)
		return NULL;
	*ret_count = count;
	return items;
}
