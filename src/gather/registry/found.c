/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/registry/found.h"

#include "model/contact.h"
#include "model/forms.h"

#include <assert.h>
#include <string.h>

#define PHONE_MAX 32u
#define TEL "tel:"

const char *found_kind_text(enum found_kind kind)
{
	static const char *const texts[] = {"mail", "phone", "page"};
	assert(kind <= FOUND_PAGE);
	return texts[kind];
}

void found_init(struct found_list *list, struct arena *arena)
{
	*list = (struct found_list){.arena = arena};
}

/* "+1 (703) 555-0100", "tel:+1.7035550100;ext=5": digits, and one hyphen where others are. What
 * comes behind the number is for people and left out. */
static bool phone_of(const char *text, char ret_phone[PHONE_MAX])
{
	size_t size = 0;
	if (strncmp(text, TEL, strlen(TEL)) == 0)
		text += strlen(TEL);
	if (*text++ != '+')
		return false;
	ret_phone[size++] = '+';
	for (; *text != '\0' && *text != ';'; text++) {
		const bool is_digit = *text >= '0' && *text <= '9';
		if (!is_digit && strchr("-. ()", *text) == NULL)
			return false;
		if (!is_digit && (ret_phone[size - 1] == '-' || size == 1))
			continue;
		if (size + 2 >= PHONE_MAX)
			return false;
		ret_phone[size++] = *text;
		if (!is_digit)
			ret_phone[size - 1] = '-';
	}
	if (ret_phone[size - 1] == '-')
		size--;
	ret_phone[size] = '\0';
	return true;
}

static bool is_valid(enum found_kind kind, const char *value)
{
	static const enum contact_kind as[] = {CONTACT_MAIL, CONTACT_PHONE, CONTACT_WEBHOOK};
	const struct contact contact = {.kind = as[kind], .value = value};
	return contact_is_valid(&contact);
}

static bool has(const struct found_list *list, const struct found_contact *contact)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind == contact->kind &&
		    strcmp(list->items[i].value, contact->value) == 0 &&
		    strcmp(list->items[i].role, contact->role) == 0)
			return true;
	}
	return false;
}

int found_add(struct found_list *list, const struct found_contact *contact)
{
	char phone[PHONE_MAX];
	struct found_contact one = *contact;
	assert(one.value != NULL && one.role != NULL);
	assert(list->arena != NULL && list->count <= FOUND_MAX);
	if (one.kind == FOUND_PHONE)
		one.value = phone_of(one.value, phone) ? phone : "";
	if (!is_valid(one.kind, one.value) || list->count == FOUND_MAX) {
		list->unusable++;
		return OK;
	}
	if (has(list, &one))
		return OK;
	/* Names are for people to read; one that is not fit for that is left out. */
	if (one.name != NULL && !form_is_line(one.name, FOUND_NAME_MAX))
		one.name = NULL;
	one.value = arena_text(list->arena, one.value);
	one.role = arena_text(list->arena, one.role);
	if (one.name != NULL)
		one.name = arena_text(list->arena, one.name);
	if (one.value == NULL || one.role == NULL ||
	    (one.name == NULL && contact->name != NULL &&
	     form_is_line(contact->name, FOUND_NAME_MAX)))
		return ERR_MEMORY;
	list->items[list->count++] = one;
	return OK;
}
