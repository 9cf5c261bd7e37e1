/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a store knows of the host of a contact, before a time. */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/state.h"
#include "tell/share/contacts.h"

#include <assert.h>
#include <string.h>

/* Below a top-level domain: what the store has of "example" says nothing of "a.example". */
#define LABELS_MIN 2u
/* Of one domain: its hosts and some mail hosts of each server. */
#define HOSTS_MAX 4096u

struct looking {
	const struct share_past *past;
	const uint8_t *domain;
	bool is_mail;
	bool has_domain; /* the store saw it, whenever */
	bool knows_mail;
	const char **hosts;
	size_t count;
	bool is_known;
};

static int add_host(struct looking *looking, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];
	assert(looking->count <= HOSTS_MAX);
	name_to_text(name, text);
	const size_t length = strlen(text);
	/* In lower case and without the last dot, as model/contact.h has them. */
	if (length > 1 && text[length - 1] == '.')
		text[length - 1] = '\0';
	for (char *at = text; *at != '\0'; at++)
		*at = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
	if (looking->count == HOSTS_MAX)
		return ERR_LIMIT;
	const char *copy = arena_text(looking->past->arena, text);
	if (copy == NULL)
		return ERR_MEMORY;
	looking->hosts[looking->count++] = copy;
	return OK;
}

/* MX: a preference and a name (RFC 1035 s3.3.9). */
static int add_exchange(struct looking *looking, const struct state_data *data)
{
	uint8_t name[NAME_MAX_OCTETS];
	size_t next;
	if (data->size < 3 || name_read(data->octets, data->size, 2, name, &next) != OK)
		return OK;
	/* No mail is taken (RFC 7505): nothing to depend on. */
	return name_is_root(name) ? OK : add_host(looking, name);
}

static int add_body(struct looking *looking, const struct state_body *body)
{
	for (size_t i = 0; i < body->set_count; i++) {
		const struct state_set *set = &body->sets[i];
		if (set->section != SECTION_ANSWER || set->type != TYPE_MX ||
		    !name_equal(set->owner, looking->domain))
			continue;
		for (size_t j = 0; j < set->count; j++) {
			const int error = add_exchange(looking, &set->data[j]);
			if (error != OK)
				return error;
		}
	}
	return OK;
}

static int add_server(struct looking *looking, const struct state *state,
		      const struct state_server *server)
{
	int error = OK;
	for (size_t i = 0; error == OK && i < server->answer_count; i++) {
		const struct state_answer *answer = &server->answers[i];
		if (answer->type != TYPE_MX || answer->body == STATE_NO_BODY ||
		    !name_equal(answer->name, looking->domain))
			continue;
		assert(answer->body < state->body_count);
		const struct state_body *body = &state->bodies[answer->body];
		if (body->rcode != RCODE_NOERROR || (body->flags & FLAG_AA) == 0 ||
		    body->fault != MESSAGE_SOUND)
			continue;
		looking->knows_mail = true;
		error = add_body(looking, body);
	}
	return error;
}

static int read_state(struct looking *looking, const struct store_interval *interval)
{
	struct state state;
	const struct state_source source = {
		.domain = looking->domain, .octets = interval->state, .size = interval->state_size};
	int error = state_decode(looking->past->arena, &source, looking->past->complaint, &state);
	if (error != OK)
		return error;
	looking->hosts = arena_take_array(looking->past->arena, HOSTS_MAX, sizeof(*looking->hosts));
	if (looking->hosts == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; error == OK && i < state.host_count; i++)
		error = add_host(looking, state.hosts[i].name);
	for (size_t i = 0; error == OK && i < state.server_count; i++)
		error = add_server(looking, &state, &state.servers[i]);
	looking->is_known = error == OK && !state.not_measured && !state.cut_short &&
			    state.host_count > 0 && (looking->knows_mail || !looking->is_mail);
	/* More hosts than anybody has: nothing is known of it. */
	return error == ERR_LIMIT ? OK : error;
}

/* The newest state that began before, even when it went on until later. */
static int take_past(void *context, const struct store_past *past)
{
	struct looking *looking = context;
	const struct store_interval *newest = NULL;
	assert(past->domain != NULL && past->count <= STORE_PAST_INTERVALS_MAX);
	looking->has_domain = true;
	for (size_t i = 0; i < past->count; i++) {
		if (past->intervals[i].first_s < looking->past->before_s)
			newest = &past->intervals[i];
	}
	return newest == NULL ? OK : read_state(looking, newest);
}

int share_facts(void *context, const char *host, bool is_mail, struct contact_facts *ret_facts)
{
	const struct share_past *past = context;
	struct name name;
	assert(past->arena != NULL && past->store != NULL);
	*ret_facts = (struct contact_facts){
		.is_known = false, .before_s = past->before_s, .is_of_above = !is_mail};
	if (name_from_text(host, &name, NULL) != OK)
		return OK;
	name_lower(name.octets);
	for (const uint8_t *domain = name.octets; name_labels(domain) >= LABELS_MIN;
	     domain = name_parent(domain)) {
		struct looking looking = {.past = past, .domain = domain, .is_mail = is_mail};
		const int error =
			store_past_of(past->store, domain, take_past, &looking, past->complaint);
		if (error == OK && looking.is_known)
			*ret_facts = (struct contact_facts){.is_known = true,
							    .hosts = looking.hosts,
							    .host_count = looking.count};
		if (error != ERR_NOT_FOUND || looking.has_domain)
			return error;
		/* Where a name's mail goes is not said by the name above it. */
		if (is_mail)
			return OK;
	}
	return OK;
}

/* ---- which look `since` is ---- */

struct settling {
	int64_t since_s, seen_s;
	bool is_before; /* the last look as before */
};

/* One state ended with the look of `since`, and a later one began with that of `seen`. */
static int take_looks(void *context, const struct store_past *past)
{
	struct settling *settling = context;
	bool has_ended = false;
	assert(settling->since_s < settling->seen_s);
	for (size_t i = 0; i < past->count; i++) {
		const struct store_interval *interval = &past->intervals[i];
		settling->is_before |= has_ended && interval->first_s == settling->seen_s;
		has_ended |= interval->last_s == settling->since_s;
	}
	return OK;
}

int share_threat_settle(const struct share_past *past, struct share_threat *threat)
{
	const struct case_message *notice = threat->notice;
	const struct case_member *seen =
		notice == NULL ? NULL : case_message_member(notice, "seen");
	/* What was before is said of changes alone. */
	if (seen == NULL || seen->number <= threat->since_s ||
	    case_message_member(notice, "before") == NULL)
		return OK;
	const struct case_member *domains = case_message_member(notice, "domains");
	struct settling settling = {.since_s = threat->since_s, .seen_s = seen->number};
	for (size_t i = 0; domains != NULL && i < domains->item_count && !settling.is_before; i++) {
		struct name name;
		if (name_from_text(domains->items[i], &name, NULL) != OK)
			continue;
		name_lower(name.octets);
		const int error = store_past_of(past->store, name.octets, take_looks, &settling,
						past->complaint);
		if (error != OK && error != ERR_NOT_FOUND)
			return error;
	}
	if (settling.is_before)
		threat->before_s = threat->since_s + 1;
	return OK;
}
