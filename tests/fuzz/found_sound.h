/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts that were found are in their form, each once. */
#ifndef TESTS_FUZZ_FOUND_SOUND_H
#define TESTS_FUZZ_FOUND_SOUND_H

#include "gather/registry/found.h"
#include "model/contact.h"
#include "model/forms.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void found_sound(const struct found_list *list)
{
	static const enum contact_kind as[] = {CONTACT_MAIL, CONTACT_PHONE, CONTACT_WEBHOOK};
	assert(list->count <= FOUND_MAX);
	for (size_t i = 0; i < list->count; i++) {
		const struct found_contact *one = &list->items[i];
		const struct contact contact = {.kind = as[one->kind], .value = one->value};
		assert(contact_is_valid(&contact) && one->role[0] != '\0');
		assert(one->name == NULL || form_is_line(one->name, FOUND_NAME_MAX));
		for (size_t j = 0; j < i; j++) {
			assert(list->items[j].kind != one->kind ||
			       strcmp(list->items[j].value, one->value) != 0 ||
			       strcmp(list->items[j].role, one->role) != 0);
		}
	}
}

#endif
