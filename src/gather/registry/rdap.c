/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/registry/rdap.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#define ROLE_MAX 128u

struct reading {
	struct found_list *list;
	size_t entities;
};

/* Roles whose contacts are taken, in the order in which they are told. */
static const char *const roles[] = {"registrar", "reseller", "abuse", "technical", "noc"};
/* The first of them have the account in their own hands. */
#define AGENTS 2u

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static bool has_role(const json_t *entity, const char *role)
{
	const json_t *said = json_object_get(entity, "roles");
	for (size_t i = 0; i < json_array_size(said); i++) {
		const char *one = json_string_value(json_array_get(said, i));
		if (one != NULL && strcasecmp(one, role) == 0)
			return true;
	}
	return false;
}

/* "registrar abuse": the roles of the entity behind those of the one around it; false: none that
 * is taken. */
static bool roles_of(const json_t *entity, const char *around, char ret_roles[ROLE_MAX])
{
	bool has_any = false;
	size_t size = strlen(around);
	assert(size < ROLE_MAX);
	memcpy(ret_roles, around, size + 1);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (!has_role(entity, roles[i]))
			continue;
		has_any = true;
		const size_t length = strlen(roles[i]);
		if (strstr(ret_roles, roles[i]) != NULL || size + length + 2 > ROLE_MAX)
			continue;
		if (size > 0)
			ret_roles[size++] = ' ';
		memcpy(ret_roles + size, roles[i], length + 1);
		size += length;
	}
	return has_any;
}

/* A property: name, parameters, type, value (RFC 7095 s3.3). NULL: another one. */
static const char *property(const json_t *item, const char *name)
{
	const char *own = json_string_value(json_array_get(item, 0));
	if (json_array_size(item) < 4 || own == NULL || strcasecmp(own, name) != 0)
		return NULL;
	return json_string_value(json_array_get(item, 3));
}

static int take_card(struct reading *reading, const json_t *entity, const char *role)
{
	const json_t *card = json_array_get(json_object_get(entity, "vcardArray"), 1);
	const char *name = NULL;
	int error = OK;
	assert(role[0] != '\0');
	for (size_t i = 0; i < json_array_size(card) && name == NULL; i++)
		name = property(json_array_get(card, i), "fn");
	for (size_t i = 0; i < json_array_size(card) && error == OK; i++) {
		const json_t *item = json_array_get(card, i);
		struct found_contact contact = {.kind = FOUND_MAIL, .role = role, .name = name};
		contact.value = property(item, "email");
		if (contact.value == NULL) {
			contact.kind = FOUND_PHONE;
			contact.value = property(item, "tel");
		}
		if (contact.value != NULL)
			error = found_add(reading->list, &contact);
	}
	return error;
}

static int take_entities(struct reading *reading, const json_t *object, const char *around,
			 unsigned depth)
{
	const json_t *entities = json_object_get(object, "entities");
	int error = OK;
	assert(depth >= 1 && depth <= RDAP_DEPTH_MAX);
	for (size_t i = 0; i < json_array_size(entities) && error == OK; i++) {
		const json_t *entity = json_array_get(entities, i);
		char role[ROLE_MAX];
		if (++reading->entities > RDAP_ENTITIES_MAX)
			return OK;
		/* A registrant's abuse desk is the registrant's, and one who is that too, is one.
		 */
		if (has_role(entity, "registrant") || !roles_of(entity, around, role))
			continue;
		error = take_card(reading, entity, role);
		if (error == OK && depth < RDAP_DEPTH_MAX)
			error = take_entities(reading, entity, role, depth + 1);
	}
	return error;
}

bool rdap_is_of_account(const char *role)
{
	assert(role != NULL);
	for (size_t i = 0; i < AGENTS; i++) {
		const size_t length = strlen(roles[i]);
		if (strncmp(role, roles[i], length) == 0 &&
		    (role[length] == ' ' || role[length] == '\0'))
			return false;
	}
	return true;
}

/* Without the last dot, letters of both cases (RFC 9083 s3). */
static bool is_same_name(const char *said, const char *domain)
{
	const size_t length = strlen(domain);
	return said != NULL && strncasecmp(said, domain, length) == 0 &&
	       (said[length] == '\0' || (said[length] == '.' && said[length + 1] == '\0'));
}

static int check(const json_t *object, const char *domain, struct complaint *complaint)
{
	const char *kind = text_of(object, "objectClassName");
	const json_t *code = json_object_get(object, "errorCode");
	if (json_is_integer(code))
		return complain(complaint, ERR_NOT_FOUND, "the server says that it has none: %lld",
				(long long)json_integer_value(code));
	if (kind == NULL || strcmp(kind, "domain") != 0)
		return complain(complaint, ERR_FORMAT,
				"no domain object of RDAP (objectClassName is not 'domain')");
	if (!is_same_name(text_of(object, "ldhName"), domain))
		return complain(complaint, ERR_NOT_FOUND, "it is about another domain than '%s'",
				domain);
	return OK;
}

int rdap_read(const struct rdap_source *source, struct found_list *list,
	      struct complaint *complaint)
{
	struct reading reading = {.list = list};
	json_error_t where;
	assert(source->domain != NULL && list->arena != NULL);
	if (source->size > RDAP_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "longer than %zu octets", RDAP_OCTETS_MAX);
	json_t *object = json_loadb(source->octets, source->size, JSON_REJECT_DUPLICATES, &where);
	if (object == NULL)
		return complain(complaint, ERR_FORMAT, "no JSON: line %d: %s", where.line,
				where.text);
	int error = json_is_object(object) ? check(object, source->domain, complaint)
					   : complain(complaint, ERR_FORMAT, "no object of JSON");
	if (error == OK)
		error = take_entities(&reading, object, "", 1);
	json_decref(object);
	return error;
}
