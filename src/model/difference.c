/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/difference_private.h"
#include "model/state.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Servers named in one sentence; of more only how many. */
#define SERVERS_NAMED 4

/* --- sentences ---------------------------------------------------------------------------------
 */

static void list_init(struct sentence_list *list)
{
	*list = (struct sentence_list){.first = NULL};
	list->end = &list->first;
}

static void list_add(struct sentence_list *list, struct sentence *sentence)
{
	sentence->next = NULL;
	*list->end = sentence;
	list->end = &sentence->next;
	list->count++;
}

static const char *format_sentence(struct difference *difference, const char *format,
				   va_list values) PRINTF_LIKE(2, 0);
static const char *format_sentence(struct difference *difference, const char *format,
				   va_list values)
{
	char text[SENTENCE_CAP];
	int length = vsnprintf(text, sizeof(text), format, values);
	assert(length >= 0);
	const char *kept = arena_text(difference->arena, text);
	if (kept == NULL)
		difference->error = ERR_MEMORY;
	return kept;
}

static struct sentence *add_sentence(struct difference *difference, struct sentence_list *list,
				     const char *text)
{
	struct sentence *sentence = arena_take_zeroed(difference->arena, sizeof(*sentence));
	if (sentence == NULL) {
		difference->error = ERR_MEMORY;
		return NULL;
	}
	sentence->text = text;
	list_add(list, sentence);
	return sentence;
}

void difference_tell(struct difference *difference, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	const char *text =
		difference->error == OK ? format_sentence(difference, format, values) : NULL;
	va_end(values);
	if (text != NULL)
		(void)add_sentence(difference, &difference->told, text);
}

static void add_type(struct sentence *sentence, uint16_t type)
{
	for (size_t i = 0; i < sentence->type_count; i++) {
		if (sentence->types[i] == type)
			return;
	}
	if (type != 0 && sentence->type_count < SENTENCE_TYPES)
		sentence->types[sentence->type_count++] = type;
}

void difference_tell_at(struct difference *difference, uint16_t type, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	const char *text =
		difference->error == OK ? format_sentence(difference, format, values) : NULL;
	va_end(values);
	if (text == NULL)
		return;
	struct sentence *sentence = difference->server.first;
	while (sentence != NULL && strcmp(sentence->text, text) != 0)
		sentence = sentence->next;
	if (sentence == NULL)
		sentence = add_sentence(difference, &difference->server, text);
	if (sentence != NULL)
		add_type(sentence, type);
}

/* What was said of one server joins what was said of others. */
static void merge_server(struct difference *difference, size_t place)
{
	struct sentence *next;
	assert(place < difference->after->server_count);
	for (struct sentence *one = difference->server.first; one != NULL; one = next) {
		next = one->next;
		struct sentence *told = difference->told.first;
		while (told != NULL && (told->servers == 0 || told->type_count != one->type_count ||
					memcmp(told->types, one->types, sizeof(one->types)) != 0 ||
					strcmp(told->text, one->text) != 0))
			told = told->next;
		if (told == NULL) {
			told = one;
			list_add(&difference->told, one);
		}
		told->servers |= 1ull << place;
	}
	list_init(&difference->server);
}

/* --- the delegation ----------------------------------------------------------------------------
 */

static const char *delegation_sentence(uint8_t delegation)
{
	static const char *const sentences[] = {
		[DELEGATION_UNKNOWN] = "the parent could not be asked",
		[DELEGATION_FOUND] = "the parent delegates it",
		[DELEGATION_NXDOMAIN] = "the parent says that the name does not exist",
		[DELEGATION_NODATA] = "the parent has the name but does not delegate it",
		[DELEGATION_SERVED_BY_PARENT] = "the parent's own servers answer for it",
	};
	assert(delegation < sizeof(sentences) / sizeof(sentences[0]));
	return sentences[delegation];
}

static void compare_delegation(struct difference *difference)
{
	const struct state *before = difference->before;
	const struct state *after = difference->after;
	if (before->delegation != after->delegation)
		difference_tell(difference, "%s; before, %s",
				delegation_sentence(after->delegation),
				delegation_sentence(before->delegation));
	if (before->parent_security != after->parent_security)
		difference_tell(difference,
				"the chain of trust down to the parent was %s and is %s",
				security_text(before->parent_security),
				security_text(after->parent_security));
	if (before->ds_security != after->ds_security)
		difference_tell(difference, "the delegation was %s and is %s",
				security_text(before->ds_security),
				security_text(after->ds_security));
	if (before->cut_short != after->cut_short)
		difference_tell(difference,
				after->cut_short ? "a limit cut the look short"
						 : "the look was no longer cut short by a limit");
}

static bool data_equal(const struct state_data *left, const struct state_data *right)
{
	return left->size == right->size && memcmp(left->octets, right->octets, left->size) == 0;
}

static bool has_ds(const struct state *state, const struct state_data *ds)
{
	for (size_t i = 0; i < state->ds_count; i++) {
		if (data_equal(&state->ds[i], ds))
			return true;
	}
	return false;
}

/* DS of `state` that `other` has not. */
static void tell_ds(struct difference *difference, const struct state *state,
		    const struct state *other, const char *what)
{
	for (size_t i = 0; i < state->ds_count; i++) {
		const struct state_data *ds = &state->ds[i];
		if (has_ds(other, ds))
			continue;
		if (ds->size < 4)
			difference_tell(difference, "a malformed DS %s", what);
		else
			difference_tell(difference, "DS %u (algorithm %u, digest type %u) %s",
					(unsigned int)ds->octets[0] << 8 | ds->octets[1],
					ds->octets[2], ds->octets[3], what);
	}
}

static void compare_ttl(struct difference *difference, const char *type, uint32_t before,
			uint32_t after)
{
	if (before != after && before != 0 && after != 0)
		difference_tell(difference, "TTL of %s at the parent changed from %u to %u", type,
				before, after);
}

/* --- hosts -------------------------------------------------------------------------------------
 */

static const struct state_host *find_host(const struct state *state, const uint8_t *name)
{
	for (size_t i = 0; i < state->host_count; i++) {
		if (name_equal(state->hosts[i].name, name))
			return &state->hosts[i];
	}
	return NULL;
}

/* Name servers of `state` that `other` has not at that place. */
static void tell_name_servers(struct difference *difference, const struct state *state,
			      const struct state *other, uint8_t place, const char *what)
{
	for (size_t i = 0; i < state->host_count; i++) {
		const struct state_host *host = &state->hosts[i];
		const struct state_host *same = find_host(other, host->name);
		char name[NAME_TEXT_MAX];
		if ((host->flags & place) == 0 || (same != NULL && (same->flags & place) != 0))
			continue;
		difference_tell(difference, "name server %s %s %s", name_to_text(host->name, name),
				what, place == HOST_AT_PARENT ? "at the parent" : "in the zone");
	}
}

struct ip_list {
	const struct ip *ips;
	size_t count;
};

static bool list_has(struct ip_list list, const struct ip *ip)
{
	for (size_t i = 0; i < list.count; i++) {
		if (list.ips[i].family == ip->family &&
		    memcmp(list.ips[i].octets, ip->octets, ip->family == 4 ? 4 : 16) == 0)
			return true;
	}
	return false;
}

static void tell_ips(struct difference *difference, struct ip_list list, struct ip_list other,
		     const char *format_name, const char *what)
{
	for (size_t i = 0; i < list.count; i++) {
		char text[IP_TEXT_MAX];
		if (!list_has(other, &list.ips[i]))
			difference_tell(difference, "%s: %s %s", format_name,
					ip_to_text(&list.ips[i], text), what);
	}
}

static void compare_ips(struct difference *difference, const char *what,
			const struct state_host *host, struct ip_list before, struct ip_list after)
{
	char name[NAME_TEXT_MAX];
	const char *label =
		arena_format(difference->arena, "%s %s", what, name_to_text(host->name, name));
	if (label == NULL) {
		difference->error = ERR_MEMORY;
		return;
	}
	tell_ips(difference, after, before, label, "added");
	tell_ips(difference, before, after, label, "removed");
}

static void compare_host(struct difference *difference, const struct state_host *before,
			 const struct state_host *after)
{
	char name[NAME_TEXT_MAX];
	if (before->state != after->state)
		difference_tell(difference, "looking up name server %s gave %s and gives %s",
				name_to_text(after->name, name), host_state_text(before->state),
				host_state_text(after->state));
	if (((before->flags ^ after->flags) & HOST_IS_ALIAS) != 0)
		difference_tell(
			difference, "name server %s %s an alias", name_to_text(after->name, name),
			(after->flags & HOST_IS_ALIAS) != 0 ? "has become" : "is no longer");
	compare_ips(difference, "glue of", after,
		    (struct ip_list){before->glue, before->glue_count},
		    (struct ip_list){after->glue, after->glue_count});
	compare_ips(difference, "address of", after,
		    (struct ip_list){before->addresses, before->address_count},
		    (struct ip_list){after->addresses, after->address_count});
}

static void compare_hosts(struct difference *difference)
{
	const struct state *before = difference->before;
	const struct state *after = difference->after;
	tell_name_servers(difference, after, before, HOST_AT_PARENT, "added");
	tell_name_servers(difference, before, after, HOST_AT_PARENT, "removed");
	tell_name_servers(difference, after, before, HOST_AT_CHILD, "added");
	tell_name_servers(difference, before, after, HOST_AT_CHILD, "removed");
	for (size_t i = 0; i < after->host_count; i++) {
		const struct state_host *host = find_host(before, after->hosts[i].name);
		if (host != NULL)
			compare_host(difference, host, &after->hosts[i]);
	}
}

/* --- servers -----------------------------------------------------------------------------------
 */

static const struct state_server *find_server(const struct state *state,
					      const struct state_server *server)
{
	for (size_t i = 0; i < state->server_count; i++) {
		const struct state_server *other = &state->servers[i];
		if (other->port == server->port && other->ip.family == server->ip.family &&
		    memcmp(other->ip.octets, server->ip.octets, sizeof(server->ip.octets)) == 0)
			return other;
	}
	return NULL;
}

/* "timeout" or "timeout and closed". */
static const char *silence_words(struct difference *difference, uint16_t silence)
{
	const char *words = "";
	for (int outcome = OUTCOME_ANSWER; outcome <= OUTCOME_NOT_ASKED; outcome++) {
		if ((silence & 1u << outcome) == 0 || words == NULL)
			continue;
		words = arena_format(difference->arena, "%s%s%s", words,
				     words[0] == '\0' ? "" : " and ",
				     outcome_text((enum outcome)outcome));
	}
	if (words == NULL)
		difference->error = ERR_MEMORY;
	return words == NULL ? "" : words;
}

static void compare_server(struct difference *difference, const struct state_server *before,
			   const struct state_server *after)
{
	if (before->silence != 0 && after->silence == 0 && after->answer_count > 0)
		difference_tell_at(difference, 0, "answers again (before: %s)",
				   silence_words(difference, before->silence));
	else if (before->silence == 0 && after->silence != 0 && before->answer_count > 0)
		difference_tell_at(difference, 0, "no longer answers: %s",
				   silence_words(difference, after->silence));
	else if (before->silence != after->silence)
		difference_tell_at(difference, 0, "does not answer: %s (before: %s)",
				   silence_words(difference, after->silence),
				   silence_words(difference, before->silence));
	else
		difference_answers(difference, before, after);
}

static void compare_servers(struct difference *difference)
{
	for (size_t place = 0; place < difference->after->server_count; place++) {
		const struct state_server *after = &difference->after->servers[place];
		const struct state_server *before = find_server(difference->before, after);
		if (before == NULL)
			continue;
		difference->compared |= 1ull << place;
		compare_server(difference, before, after);
		difference_probes(difference, after);
		merge_server(difference, place);
	}
}

/* --- telling -----------------------------------------------------------------------------------
 */

static void add_types(const struct sentence *sentence, struct text *text)
{
	char type[TYPE_TEXT_MAX];
	if (sentence->type_count == 0)
		return;
	text_add(text, " when asked for ");
	for (size_t i = 0; i < sentence->type_count; i++) {
		bool is_last = i > 0 && i + 1 == sentence->type_count;
		text_add(text, is_last ? " and " : i > 0 ? ", " : "");
		text_add(text, type_to_text(sentence->types[i], type));
	}
}

static void add_servers(const struct difference *difference, const struct sentence *sentence,
			struct text *text)
{
	size_t count = (size_t)__builtin_popcountll(sentence->servers);
	if (count == 0)
		return;
	if (count > 1 && sentence->servers == difference->compared) {
		text_format(text, " at all %zu servers", count);
		return;
	}
	size_t named = 0;
	text_add(text, " at ");
	for (size_t place = 0; place < difference->after->server_count; place++) {
		char ip[IP_TEXT_MAX];
		if ((sentence->servers >> place & 1) == 0)
			continue;
		if (named == SERVERS_NAMED) {
			text_format(text, " and %zu more", count - named);
			return;
		}
		named++;
		text_add(text, named == 1 ? "" : named == count ? " and " : ", ");
		text_add(text, ip_to_text(&difference->after->servers[place].ip, ip));
	}
}

static int tell_all(const struct difference *difference, state_take_sentence *take, void *context)
{
	struct text text;
	size_t told = 0;
	int error = OK;
	text_init(&text, 2 * SENTENCE_CAP);
	for (const struct sentence *one = difference->told.first; one != NULL; one = one->next) {
		text_reset(&text);
		if (told == STATE_SENTENCES_MAX - 1 && one->next != NULL) {
			text_format(&text, "%zu further changes", difference->told.count - told);
			take(context, text_get(&text));
			break;
		}
		text_add(&text, one->text);
		add_types(one, &text);
		add_servers(difference, one, &text);
		if (text.error == ERR_MEMORY) {
			error = ERR_MEMORY;
			break;
		}
		take(context, text_get(&text));
		told++;
	}
	text_release(&text);
	return error;
}

int state_difference(struct arena *arena, const struct state *before, const struct state *after,
		     state_take_sentence *take, void *context)
{
	assert(before != NULL && after != NULL && take != NULL);
	struct difference difference = {.arena = arena, .before = before, .after = after};
	list_init(&difference.told);
	list_init(&difference.server);
	if (after->not_measured || before->not_measured) {
		if (after->not_measured != before->not_measured)
			difference_tell(&difference, after->not_measured
							     ? "it could not be measured"
							     : "it could be measured again");
	} else {
		compare_delegation(&difference);
		tell_ds(&difference, after, before, "added at the parent");
		tell_ds(&difference, before, after, "removed at the parent");
		compare_hosts(&difference);
		compare_ttl(&difference, "NS", before->ns_ttl, after->ns_ttl);
		compare_ttl(&difference, "DS", before->ds_ttl, after->ds_ttl);
		compare_servers(&difference);
		difference_items(&difference);
	}
	return difference.error == OK ? tell_all(&difference, take, context) : difference.error;
}
