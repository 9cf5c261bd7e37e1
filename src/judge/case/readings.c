/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a look says of one term, source by source. What was not answered with authority is not
 * known, and why is said. */
#include "dns/dnssec/key.h"
#include "dns/dnssec/signature.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/case/predicate_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ANSWER (1u << SECTION_ANSWER)
#define REFERRAL (ANSWER | 1u << SECTION_AUTHORITY)
/* Of one set of records; no message holds more of use. */
#define RECORDS_READ_MAX 512u

int readings_begin(struct arena *arena, const struct predicate_look *look,
		   struct readings *ret_readings)
{
	const struct observation *observation = look->observation;
	struct readings readings = {.arena = arena, .look = look};
	/* A parent's address or a server gives one, so do addresses that are not known; names of
	 * hosts and look-ups some more. */
	readings.room = look->parent_count + observation->server_count + observation->host_count +
			observation->lookup_count + 2u;
	/* A check's findings stand beside servers and hosts. */
	for (size_t i = 0; i < look->checked_count; i++)
		readings.room += look->checked[i].finding_count + 2u;
	readings.items = arena_take_array(arena, readings.room, sizeof(struct reading));
	readings.messages =
		arena_take_array(arena, observation->message_count, sizeof(struct message));
	readings.is_walked = arena_take_array(arena, observation->message_count, sizeof(bool));
	if (readings.items == NULL || readings.messages == NULL || readings.is_walked == NULL)
		return ERR_MEMORY;
	assert(observation->domain != NULL);
	*ret_readings = readings;
	return OK;
}

static struct reading *new_reading(struct readings *readings, const char *kind, const struct ip *ip)
{
	char text[IP_TEXT_MAX] = "";
	assert(readings->count < readings->room);
	if (ip != NULL)
		(void)ip_to_text(ip, text);
	struct reading *reading = &readings->items[readings->count++];
	*reading = (struct reading){.where = arena_format(readings->arena, "%s%s%s", kind,
							  ip != NULL ? " " : "", text)};
	if (reading->where == NULL) {
		readings->error = ERR_MEMORY;
		reading->where = kind;
	}
	return reading;
}

/* The octets as a message; NULL: memory is out. */
static const struct message *walk(struct readings *readings, const uint8_t *wire, size_t size)
{
	struct message *message = arena_take(readings->arena, sizeof(*message));
	if (message == NULL || message_walk(readings->arena, wire, size, message) != OK) {
		readings->error = ERR_MEMORY;
		return NULL;
	}
	return message;
}

static const struct message *kept(struct readings *readings, uint16_t index)
{
	const struct observation *observation = readings->look->observation;
	assert(index < observation->message_count);
	const struct kept_message *message = &observation->messages[index];
	if (!readings->is_walked[index]) {
		readings->is_walked[index] = true;
		if (message_walk(readings->arena, message->wire, message->size,
				 &readings->messages[index]) != OK)
			readings->error = ERR_MEMORY;
	}
	return readings->error == OK ? &readings->messages[index] : NULL;
}

/* ---- what a message says ---- */

/* Why the message settles nothing about its question; NULL: it does. */
static const char *unsettled(const struct message *message)
{
	if (message->fault != MESSAGE_SOUND)
		return "its answer is malformed";
	if ((message->flags & FLAG_TC) != 0)
		return "its answer was cut off";
	switch (message->rcode) {
	case RCODE_NOERROR:
	case RCODE_NXDOMAIN:
		return NULL;
	case RCODE_REFUSED:
		return "it refuses to answer";
	case RCODE_SERVFAIL:
		return "it fails to answer";
	default:
		return "it answers with an error";
	}
}

static const char *item_of(struct readings *readings, const struct record *record)
{
	struct ip ip = {0};
	char text[IP_TEXT_MAX];
	const uint8_t *target = NULL;
	switch (record->type) {
	case TYPE_DS:
		return predicate_ds(readings->arena, record->rdata, record->rdata_size);
	case TYPE_A:
	case TYPE_AAAA:
		ip.family = record->type == TYPE_A ? 4 : 6;
		if (record->rdata_size != (record->type == TYPE_A ? 4 : 16))
			return NULL;
		memcpy(ip.octets, record->rdata, record->rdata_size);
		return arena_text(readings->arena, ip_to_text(&ip, text));
	default:
		target = rdata_target(record);
		return target != NULL ? predicate_name(readings->arena, target) : NULL;
	}
}

/* The set of a message as the reading's items. */
static void take_set(struct readings *readings, struct reading *reading, const struct rrset *rrset)
{
	const size_t most = rrset->count < RECORDS_READ_MAX ? rrset->count : RECORDS_READ_MAX;
	const char **items = arena_take_array(readings->arena, most, sizeof(*items));
	size_t count = 0;
	if (items == NULL) {
		readings->error = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < most; i++) {
		items[count] = item_of(readings, rrset->records[i]);
		if (items[count] == NULL)
			reading->unknown = "a record of its answer is malformed";
		else
			count++;
	}
	if (rrset->count > most)
		reading->unknown = "its answer has more than 512 records";
	assert(count <= most);
	reading->items = items;
	reading->item_count = predicate_sort(items, count);
}

static void read_message(struct readings *readings, struct reading *reading,
			 const struct message *message, const struct rrset_key *key)
{
	struct rrset rrset;
	if (message == NULL)
		return;
	reading->unknown = unsettled(message);
	if (reading->unknown != NULL)
		return;
	const int error = message_rrset(readings->arena, message, key, &rrset);
	if (error == ERR_MEMORY)
		readings->error = ERR_MEMORY;
	else if (error == OK && ((message->flags & FLAG_AA) != 0 || key->sections == REFERRAL))
		take_set(readings, reading, &rrset);
	else if ((message->flags & FLAG_AA) == 0)
		reading->unknown = "it answers without authority";
}

/* ---- at the parent ---- */

static bool is_question(const struct message *message, const uint8_t *domain, uint16_t type)
{
	return message->question_name != NULL && name_equal(message->question_name, domain) &&
	       message->question_type == type && message->question_class == CLASS_IN;
}

static void take_parent(struct readings *readings, const struct predicate_parent *parent,
			uint16_t type)
{
	const uint8_t *domain = readings->look->observation->domain;
	const bool is_ns = type == TYPE_NS;
	assert(is_ns || type == TYPE_DS);
	const uint8_t *wire = is_ns ? parent->ns : parent->ds;
	struct reading *reading = new_reading(readings, "parent", &parent->ip);
	if (wire == NULL) {
		reading->unknown = parent->unasked != NULL ? parent->unasked : "it does not answer";
		return;
	}
	const struct message *message =
		walk(readings, wire, is_ns ? parent->ns_size : parent->ds_size);
	if (message == NULL)
		return;
	if (message->fault == MESSAGE_SOUND && !is_question(message, domain, type)) {
		reading->unknown = "it answers another question";
		return;
	}
	/* DS is the parent's own; NS is where it refers to. */
	read_message(readings, reading, message,
		     &(struct rrset_key){is_ns ? REFERRAL : ANSWER, domain, type});
}

/* What the observation's parent server said of DS: asked for, or beside the delegation. */
static void take_kept_ds(struct readings *readings, struct reading *reading,
			 const struct message *delegation)
{
	const struct observation *observation = readings->look->observation;
	const struct rrset_key key = {ANSWER, observation->domain, TYPE_DS};
	reading->unknown = "it was not asked for DS";
	for (size_t i = 0; i < observation->exchange_count && readings->error == OK; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server != SERVER_PARENT || exchange->type != TYPE_DS ||
		    exchange->kind != PROBE_PLAIN || exchange->message == MESSAGE_NONE ||
		    !name_equal(exchange->name, observation->domain))
			continue;
		read_message(readings, reading, kept(readings, exchange->message), &key);
		if (reading->unknown == NULL)
			return;
	}
	if (delegation != NULL &&
	    message_find(delegation, REFERRAL, observation->domain, TYPE_DS) != NULL)
		read_message(readings, reading, delegation,
			     &(struct rrset_key){REFERRAL, observation->domain, TYPE_DS});
	else if (observation->ds_security == SECURITY_INSECURE)
		reading->unknown = NULL;
}

static void take_kept_parent(struct readings *readings, uint16_t type)
{
	const struct observation *observation = readings->look->observation;
	const bool is_named = observation->parent_server.family != 0;
	struct reading *reading =
		new_reading(readings, "parent", is_named ? &observation->parent_server : NULL);
	const struct message *message = NULL;
	if (observation->not_measured != NULL || observation->delegation == DELEGATION_UNKNOWN) {
		reading->unknown = "it could not be asked";
		return;
	}
	if (observation->parent_exchange < observation->exchange_count &&
	    observation->exchanges[observation->parent_exchange].message != MESSAGE_NONE)
		message = kept(readings,
			       observation->exchanges[observation->parent_exchange].message);
	if (type == TYPE_DS)
		take_kept_ds(readings, reading, message);
	else if (message == NULL)
		reading->unknown = "what it said of the delegation was not kept";
	else
		read_message(readings, reading, message,
			     &(struct rrset_key){REFERRAL, observation->domain, type});
}

static void take_parents(struct readings *readings, uint16_t type)
{
	const struct predicate_look *look = readings->look;
	const size_t before = readings->count;
	for (size_t i = 0; i < look->parent_count; i++) {
		if (name_equal(look->parents[i].domain, look->observation->domain))
			take_parent(readings, &look->parents[i], type);
	}
	if (look->parents_unknown != NULL)
		new_reading(readings, "parent", NULL)->unknown = look->parents_unknown;
	if (readings->count == before)
		take_kept_parent(readings, type);
}

/* ---- at the domain's own servers ---- */

static const struct exchange *find_exchange(const struct observation *observation, uint8_t server,
					    uint16_t type)
{
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server == server && exchange->type == type &&
		    exchange->kind == PROBE_PLAIN && (exchange->flags & EXCHANGE_SHARED) == 0 &&
		    name_equal(exchange->name, observation->domain) &&
		    !observation_is_superseded(observation, i))
			return exchange;
	}
	return NULL;
}

/* No address of the family could be reached: this place has no route to any. */
static bool has_no_route(const struct observation *observation, uint8_t family)
{
	bool has_other = false;
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server == SERVER_PARENT)
			continue;
		const bool is_of_family =
			observation->servers[exchange->server].ip.family == family;
		if (is_of_family && exchange->outcome != OUTCOME_UNREACHABLE &&
		    exchange->outcome != OUTCOME_NOT_ASKED)
			return false;
		has_other |= !is_of_family && exchange->outcome == OUTCOME_ANSWER;
	}
	return has_other;
}

static const char *silence(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_ANSWER:
	case OUTCOME_MALFORMED:
		return "its answer is malformed";
	case OUTCOME_MISMATCH:
		return "what answers does not answer the question";
	case OUTCOME_UNREACHABLE:
		return "there is no route to it";
	case OUTCOME_NOT_ASKED:
		return "it was not asked";
	default:
		return "it does not answer";
	}
}

/* What a zone holds besides its name servers and keys, a scan asks of one server only
 * (gather/scan); that one must have been asked. */
static bool is_asked_of_one(const struct observation *observation, uint16_t type)
{
	if (type != TYPE_MX && type != TYPE_AAAA)
		return false;
	for (size_t i = 0; i < observation->server_count; i++) {
		if (find_exchange(observation, (uint8_t)i, type) != NULL)
			return true;
	}
	return false;
}

/* The message that settles what the server says; NULL with the reading's reason. */
static const struct message *server_message(struct readings *readings, uint8_t server,
					    uint16_t type, struct reading *reading)
{
	const struct observation *observation = readings->look->observation;
	const struct exchange *exchange = find_exchange(observation, server, type);
	if (exchange == NULL) {
		reading->unknown = "it was not asked";
		reading->is_passed_over = is_asked_of_one(observation, type);
		return NULL;
	}
	if (exchange->outcome != OUTCOME_ANSWER || exchange->message == MESSAGE_NONE) {
		reading->unknown = silence((enum outcome)exchange->outcome);
		reading->is_passed_over =
			exchange->outcome == OUTCOME_UNREACHABLE &&
			has_no_route(observation, observation->servers[server].ip.family);
		return NULL;
	}
	if ((exchange->flags & EXCHANGE_TCP_FAILED) != 0) {
		reading->unknown = "its answer was cut off, and TCP does not answer";
		return NULL;
	}
	return kept(readings, exchange->message);
}

/* Is it to be measured? One that opted out is an address of a name server all the same; glue that
 * the zone's own word does not confirm is nobody's. */
static bool is_wanted(const struct observation *observation, uint8_t server)
{
	bool is_address = observation->servers[server].asked;
	for (size_t i = 0; i < observation->host_count && !is_address; i++) {
		const struct host *host = &observation->hosts[i];
		for (size_t j = 0; j < host->address_count; j++)
			is_address |= host->addresses[j] == server;
	}
	return is_address;
}

/* Its addresses should have been found, and nothing stands in for them. */
static bool is_out_of_reach(const struct observation *observation, const struct host *host)
{
	if (host->address_count > 0 ||
	    (host->state != HOST_CYCLE && host->state != HOST_UNREACHABLE &&
	     host->state != HOST_BOGUS && host->state != HOST_LIMIT))
		return false;
	for (size_t i = 0; i < host->glue_count; i++) {
		if (observation->servers[host->glue[i]].asked)
			return false;
	}
	return true;
}

/* Name servers that there is no address to ask at: what they would say is not known. Those whose
 * names do not exist, or have no address, say nothing to anybody. */
static void take_unasked(struct readings *readings)
{
	const struct observation *observation = readings->look->observation;
	for (size_t i = 0; i < observation->host_count; i++) {
		char name[NAME_TEXT_MAX];
		if (!is_out_of_reach(observation, &observation->hosts[i]))
			continue;
		(void)name_to_text(observation->hosts[i].name, name);
		struct reading *reading = new_reading(readings, "name server", NULL);
		const char *where = arena_format(readings->arena, "name server %.255s", name);
		if (where == NULL)
			readings->error = ERR_MEMORY;
		else
			reading->where = where;
		reading->unknown = "its addresses could not be found";
	}
}

static void take_servers(struct readings *readings, uint16_t type)
{
	const struct observation *observation = readings->look->observation;
	const size_t before = readings->count;
	const bool is_every = type == TYPE_NS;
	for (uint8_t i = 0; i < observation->server_count; i++) {
		if (!(is_every ? is_wanted(observation, i) : observation->servers[i].asked))
			continue;
		struct reading *reading =
			new_reading(readings, "name server", &observation->servers[i].ip);
		read_message(readings, reading, server_message(readings, i, type, reading),
			     &(struct rrset_key){ANSWER, observation->domain, type});
	}
	if (is_every)
		take_unasked(readings);
	if (readings->count == before)
		new_reading(readings, "name servers", NULL)->unknown = "nobody was asked";
}

/* ---- does DS match? ---- */

/* Of one server: who has many keys of one tag has them for no good (CVE-2023-50387). */
#define DIGESTS_MAX 64u
/* Of a key's data: flags, protocol, algorithm (RFC 4034 s2.1). */
#define KEY_ALGORITHM_AT 3u
#define KEY_SIZE_LEAST 4u

/* How a DS of that key begins. */
static void text_of_numbers(char ret_text[16], uint16_t tag, uint8_t algorithm, uint8_t type)
{
	(void)snprintf(ret_text, 16, "%u/%u/%u/", tag, algorithm, type);
}

/* Has it signed the keys, validly when they were measured? */
static bool is_proven(struct readings *readings, const struct message *keys,
		      const struct record *key)
{
	const struct observation *observation = readings->look->observation;
	const uint16_t tag = key_tag(key->rdata, key->rdata_size);
	assert(key->type == TYPE_DNSKEY && key->rdata_size >= KEY_SIZE_LEAST);
	for (size_t i = 0; i < observation->proof_count; i++) {
		const struct proof *proof = &observation->proofs[i];
		struct rrsig_rdata rrsig;
		if (proof->result != SIGNATURE_GOOD || proof->key_tag != tag ||
		    proof->message >= observation->message_count ||
		    &readings->messages[proof->message] != keys ||
		    proof->record >= keys->record_count)
			continue;
		const struct record *record = &keys->records[proof->record];
		if (record->type == TYPE_RRSIG && rdata_rrsig(record, &rrsig) == OK &&
		    rrsig.type_covered == TYPE_DNSKEY && rrsig.key_tag == tag &&
		    rrsig.algorithm == key->rdata[KEY_ALGORITHM_AT] &&
		    signature_time(&rrsig, observation->started_s) == SIGNATURE_NOW)
			return true;
	}
	return false;
}

/* Is the key one that a DS may name (RFC 4034 s5.2, RFC 5011 s2.1), and does one name it? */
static bool is_named(struct readings *readings, const struct record *record,
		     const struct reading *ds, size_t *digests)
{
	const uint16_t tag = key_tag(record->rdata, record->rdata_size);
	struct dnskey_rdata key;
	if (rdata_dnskey(record, &key) != OK || (key.flags & DNSKEY_ZONE) == 0 ||
	    (key.flags & DNSKEY_REVOKE) != 0)
		return false;
	for (size_t i = 0; i < ds->item_count; i++) {
		uint8_t rdata[4 + DIGEST_MAX_OCTETS] = {(uint8_t)(tag >> 8), (uint8_t)tag,
							key.algorithm};
		char begin[16];
		size_t size = 0;
		uint8_t type = DIGEST_SHA1;
		for (; type <= (uint8_t)DIGEST_SHA384; type++) {
			text_of_numbers(begin, tag, key.algorithm, type);
			if (strncmp(ds->items[i], begin, strlen(begin)) == 0)
				break;
		}
		if (type > (uint8_t)DIGEST_SHA384 || *digests >= DIGESTS_MAX)
			continue;
		++*digests;
		rdata[3] = type;
		if (ds_digest(readings->look->observation->domain, record, type, rdata + 4,
			      &size) != OK)
			continue;
		const char *text = predicate_ds(readings->arena, rdata, size + 4);
		if (text != NULL && strcmp(ds->items[i], text) == 0)
			return true;
	}
	return false;
}

/* A good signature names its key by tag and algorithm alone: of two that are alike in both, nobody
 * says which has made it. */
static bool is_alone(const struct rrset *keys, const struct record *key)
{
	const uint16_t tag = key_tag(key->rdata, key->rdata_size);
	assert(key->rdata_size >= KEY_SIZE_LEAST);
	for (size_t i = 0; i < keys->count; i++) {
		const struct record *other = keys->records[i];
		const bool is_same = other->rdata_size == key->rdata_size &&
				     memcmp(other->rdata, key->rdata, key->rdata_size) == 0;
		if (!is_same && other->rdata_size >= KEY_SIZE_LEAST &&
		    other->rdata[KEY_ALGORITHM_AT] == key->rdata[KEY_ALGORITHM_AT] &&
		    key_tag(other->rdata, other->rdata_size) == tag)
			return false;
	}
	return true;
}

/* RFC 4035 s5.2: a DS names a key that is there and has signed the keys. */
static bool set_matches(struct readings *readings, const struct reading *ds,
			const struct message *keys)
{
	const struct rrset_key wanted = {ANSWER, readings->look->observation->domain, TYPE_DNSKEY};
	struct rrset rrset;
	size_t digests = 0;
	if (message_rrset(readings->arena, keys, &wanted, &rrset) != OK)
		return false;
	for (size_t i = 0; i < rrset.count; i++) {
		const struct record *record = rrset.records[i];
		if (is_named(readings, record, ds, &digests) && is_alone(&rrset, record) &&
		    is_proven(readings, keys, record))
			return true;
	}
	return false;
}

static void take_match(struct readings *readings, uint8_t server, size_t parents)
{
	const struct observation *observation = readings->look->observation;
	struct reading *reading =
		new_reading(readings, "name server", &observation->servers[server].ip);
	const struct message *keys = server_message(readings, server, TYPE_DNSKEY, reading);
	if (keys == NULL)
		return;
	reading->unknown = unsettled(keys);
	if (reading->unknown == NULL && (keys->flags & FLAG_AA) == 0)
		reading->unknown = "it answers without authority";
	if (reading->unknown == NULL && (observation->needs & NEED_SIGNATURES) == 0)
		reading->unknown = "signatures were not looked at";
	if (reading->unknown != NULL)
		return;
	assert(parents > 0 && parents < readings->count);
	reading->matches = true;
	for (size_t i = 0; i < parents; i++) {
		const struct reading *parent = &readings->items[i];
		if (parent->unknown == NULL)
			reading->matches &= set_matches(readings, parent, keys);
	}
}

static void take_matches(struct readings *readings)
{
	const struct observation *observation = readings->look->observation;
	take_parents(readings, TYPE_DS);
	const size_t parents = readings->count;
	for (size_t i = 0; i < parents; i++)
		readings->items[i].matches = readings->items[i].item_count > 0;
	for (uint8_t i = 0; i < observation->server_count && readings->error == OK; i++) {
		if (is_wanted(observation, i))
			take_match(readings, i, parents);
	}
	take_unasked(readings);
	if (readings->count == parents)
		new_reading(readings, "name servers", NULL)->unknown = "nobody was asked";
}

/* ---- addresses of names ---- */

static const uint8_t *wire_name(const struct predicate_term *term, struct name *name)
{
	const int error = name_from_text(term->name, name, NULL);
	assert(error == OK);
	return name->octets;
}

static void take_host(struct readings *readings, const struct host *host, uint16_t type)
{
	const struct observation *observation = readings->look->observation;
	const char **items = arena_take_array(readings->arena, host->address_count, sizeof(*items));
	struct reading *reading = new_reading(readings, "look-up of the name server", NULL);
	size_t count = 0;
	if (items == NULL) {
		readings->error = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < host->address_count; i++) {
		char text[IP_TEXT_MAX];
		const struct ip *ip = &observation->servers[host->addresses[i]].ip;
		if (ip->family != (type == TYPE_A ? 4 : 6))
			continue;
		items[count] = arena_text(readings->arena, ip_to_text(ip, text));
		if (items[count++] == NULL) {
			readings->error = ERR_MEMORY;
			return;
		}
	}
	reading->items = items;
	reading->item_count = predicate_sort(items, count);
}

static void take_lookup(struct readings *readings, const struct lookup *lookup)
{
	struct reading *reading = new_reading(readings, "look-up", NULL);
	switch ((enum lookup_result)lookup->result) {
	case LOOKUP_RESULT_FOUND:
		break;
	case LOOKUP_RESULT_NXDOMAIN:
	case LOOKUP_RESULT_NODATA:
		return;
	case LOOKUP_RESULT_BOGUS:
		reading->unknown = "what was found does not validate";
		return;
	default:
		reading->unknown = "the servers that should know do not answer";
		return;
	}
	if (lookup->message == MESSAGE_NONE) {
		reading->unknown = "what was found was not kept";
		return;
	}
	read_message(readings, reading, kept(readings, lookup->message),
		     &(struct rrset_key){ANSWER, lookup->target, lookup->type});
}

static bool is_looked_up(const struct host *host)
{
	return host->state == HOST_RESOLVED || host->state == HOST_NXDOMAIN ||
	       host->state == HOST_NO_ADDRESS;
}

static void take_addresses(struct readings *readings, const struct predicate_term *term,
			   uint16_t type)
{
	const struct observation *observation = readings->look->observation;
	struct name buffer;
	const uint8_t *name = wire_name(term, &buffer);
	for (size_t i = 0; i < observation->host_count; i++) {
		if (name_equal(observation->hosts[i].name, name) &&
		    is_looked_up(&observation->hosts[i]))
			take_host(readings, &observation->hosts[i], type);
	}
	for (size_t i = 0; i < observation->lookup_count; i++) {
		if (observation->lookups[i].type == type &&
		    observation->lookups[i].result != LOOKUP_RESULT_NONE &&
		    name_equal(observation->lookups[i].name, name))
			take_lookup(readings, &observation->lookups[i]);
	}
	/* Room is for each of them once, so the domain's own servers are asked last. */
	if (readings->count == 0 && name_equal(observation->domain, name))
		take_servers(readings, type);
}

/* ---- what checks found ---- */

static void take_finding(struct readings *readings, const struct finding *finding)
{
	const char **items = arena_take_array(readings->arena, 1, sizeof(*items));
	struct reading *reading = new_reading(readings, "name server", NULL);
	if (items == NULL) {
		readings->error = ERR_MEMORY;
		return;
	}
	assert(finding->sentence != NULL);
	items[0] = finding->sentence;
	reading->items = items;
	reading->item_count = 1;
	reading->where =
		finding->server == NULL
			? NULL
			: arena_format(readings->arena, "name server %.100s", finding->server);
	if (reading->where == NULL && finding->server != NULL)
		readings->error = ERR_MEMORY;
}

/* Servers that might show it and were not heard. */
static void take_unheard(struct readings *readings)
{
	const struct observation *observation = readings->look->observation;
	size_t wanted = 0;
	for (uint8_t i = 0; i < observation->server_count && readings->error == OK; i++) {
		if (!is_wanted(observation, i))
			continue;
		wanted++;
		struct reading *reading =
			new_reading(readings, "name server", &observation->servers[i].ip);
		(void)server_message(readings, i, TYPE_SOA, reading);
		if (reading->unknown == NULL)
			readings->count--;
	}
	const size_t before = readings->count;
	take_unasked(readings);
	if (wanted == 0 && readings->count == before)
		new_reading(readings, "name servers", NULL)->unknown = "nobody was asked";
}

static void take_checked(struct readings *readings, const struct predicate_term *term)
{
	const struct predicate_look *look = readings->look;
	const struct predicate_checked *checked = NULL;
	assert(term->item_count == 1);
	for (size_t i = 0; i < look->checked_count; i++) {
		if (strcmp(look->checked[i].code, term->items[0]) == 0)
			checked = &look->checked[i];
	}
	for (size_t i = 0; checked != NULL && i < checked->finding_count; i++)
		take_finding(readings, &checked->findings[i]);
	if (checked == NULL || checked->unknown != NULL || readings->count == 0) {
		struct reading *reading = new_reading(readings, "domain", NULL);
		reading->where = NULL;
		reading->unknown = checked != NULL ? checked->unknown : "it was not judged";
	}
	if (checked != NULL && checked->unknown == NULL && checked->asks_servers)
		take_unheard(readings);
}

/* ---- the whole ---- */

bool readings_concern(const struct readings *readings, const struct predicate_term *term)
{
	const struct observation *observation = readings->look->observation;
	struct name buffer;
	if (term->name == NULL)
		return false;
	const uint16_t type = predicate_word_of(term->kind)->type;
	const uint8_t *name = wire_name(term, &buffer);
	if (name_equal(observation->domain, name))
		return true;
	if (type != TYPE_A && type != TYPE_AAAA)
		return false;
	for (size_t i = 0; i < observation->host_count; i++) {
		if (name_equal(observation->hosts[i].name, name) &&
		    is_looked_up(&observation->hosts[i]))
			return true;
	}
	return observation_find_lookup(observation, name, type) >= 0;
}

void readings_take(struct readings *readings, const struct predicate_term *term)
{
	const struct predicate_word *word = predicate_word_of(term->kind);
	assert(term->name != NULL);
	readings->count = 0;
	if (word->sense == SENSE_NOT_FOUND) {
		take_checked(readings, term);
		return;
	}
	assert(word->type != 0);
	if (word->sense == SENSE_MATCHES) {
		take_matches(readings);
		return;
	}
	switch (word->type) {
	case TYPE_NS:
		if ((term->at & PREDICATE_AT_PARENT) != 0)
			take_parents(readings, TYPE_NS);
		if ((term->at & PREDICATE_AT_CHILD) != 0)
			take_servers(readings, TYPE_NS);
		break;
	case TYPE_DS:
		take_parents(readings, TYPE_DS);
		break;
	case TYPE_MX:
		take_servers(readings, TYPE_MX);
		break;
	case TYPE_A:
	case TYPE_AAAA:
		take_addresses(readings, term, word->type);
		break;
	default:
		break;
	}
}
