/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts that others publish for a domain: what was found, in the form of model/contact.h, and
 * what each is for. They are what somebody says, not what a party signed. Values in the arena.
 */
#ifndef GATHER_REGISTRY_FOUND_H
#define GATHER_REGISTRY_FOUND_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A registrar with an abuse desk and a few technical contacts; of more, the first. */
#define FOUND_MAX 64u
#define FOUND_NAME_MAX 200u

/* A page is for people: a form, an instruction. It is no webhook. */
enum found_kind { FOUND_MAIL, FOUND_PHONE, FOUND_PAGE };
/* "mail", "phone", "page" */
const char *found_kind_text(enum found_kind kind);

struct found_contact {
	enum found_kind kind;
	const char *value;
	const char *role; /* "registrar abuse", "security" */
	const char *name; /* of whom; NULL: not said */
};

struct found_list {
	struct arena *arena;
	size_t count;
	size_t unusable; /* not in the form of a contact, or too many */
	struct found_contact items[FOUND_MAX];
};
void found_init(struct found_list *list, struct arena *arena);
/* What is not in the form of its kind is counted and left out; what is there already, left out. A
 * telephone may be written with dots, spaces and brackets, or as a tel: URI (RFC 3966). ERR_MEMORY.
 */
MUST_CHECK int found_add(struct found_list *list, const struct found_contact *contact);

#endif
