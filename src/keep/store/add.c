/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

/*
 * Octets kept for the last look's raw observation as the difference to the first. What changes in
 * any case: of each exchange its place in the order, id and round trip; where equal answers stand;
 * each server's cookies. What changes within a week: each signature with its times. An estimate
 * that is too small costs one longer row later.
 */
#define ROOM_BASE 64
#define ROOM_EXCHANGE 12
#define ROOM_MESSAGE 8
#define ROOM_SERVER 32
#define ROOM_SIGNATURE 16

struct known_domain {
	int64_t id; /* 0: never seen */
	int64_t interval;
};

static int find_domain(struct store *store, struct octets key, struct known_domain *ret_domain)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	int error = statement_ready(store, STATEMENT_DOMAIN_GET, &statement);
	if (error != OK)
		return error;
	sqlite3_bind_blob64(statement, 1, key.data, key.size, SQLITE_STATIC);
	error = statement_row(store, statement, &has_row);
	*ret_domain = (struct known_domain){0};
	if (error == OK && has_row) {
		ret_domain->id = sqlite3_column_int64(statement, 0);
		ret_domain->interval = sqlite3_column_int64(statement, 1);
		if (ret_domain->id <= 0)
			error = ERR_DAMAGED;
	}
	(void)sqlite3_reset(statement);
	return error;
}

/* Where the domain's newest interval is. */
static int point_domain(struct store *store, struct octets key, struct known_domain *domain)
{
	sqlite3_stmt *statement = NULL;
	bool is_new = domain->id == 0;
	int error = statement_ready(store, is_new ? STATEMENT_DOMAIN_INSERT : STATEMENT_DOMAIN_MOVE,
				    &statement);
	if (error != OK)
		return error;
	if (is_new) {
		domain->id = ++store->domain_count;
		store->has_new_domains = true;
	}
	sqlite3_bind_blob64(statement, 1, key.data, key.size, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, is_new ? domain->id : domain->interval);
	if (is_new)
		sqlite3_bind_int64(statement, 3, domain->interval);
	return statement_run(store, statement);
}

/* Signatures met; most domains have about ten. */
#define SIGNATURES_KNOWN 64
struct signatures {
	size_t octets;
	size_t count;
	uint64_t starts[SIGNATURES_KNOWN]; /* their first octets: enough to know one again */
};

static void measure_signature(struct signatures *signatures, const struct record *record)
{
	struct rrsig_rdata rrsig;
	uint64_t start = 0;
	if (record->type != TYPE_RRSIG || rdata_rrsig(record, &rrsig) != OK)
		return;
	memcpy(&start, rrsig.signature,
	       rrsig.signature_size < sizeof(start) ? rrsig.signature_size : sizeof(start));
	for (size_t i = 0; i < signatures->count; i++) {
		if (signatures->starts[i] == start)
			return;
	}
	signatures->octets += ROOM_SIGNATURE + rrsig.signature_size;
	if (signatures->count < SIGNATURES_KNOWN)
		signatures->starts[signatures->count++] = start;
}

/* Octets of the different signatures in the answers. */
static int measure_signatures(struct store *store, const struct observation *observation,
			      size_t *ret_octets)
{
	struct signatures signatures = {0};
	for (size_t i = 0; i < observation->message_count; i++) {
		const struct kept_message *kept = &observation->messages[i];
		struct message message;
		int error = message_walk(&store->arena, kept->wire, kept->size, &message);
		if (error != OK)
			return error;
		for (size_t j = 0; j < message.record_count; j++)
			measure_signature(&signatures, &message.records[j]);
	}
	*ret_octets = signatures.octets;
	return OK;
}

static int room_for_last(struct store *store, const struct observation *observation,
			 size_t *ret_room)
{
	size_t signatures = 0;
	int error = measure_signatures(store, observation, &signatures);
	if (error == OK)
		*ret_room = ROOM_BASE + ROOM_EXCHANGE * (size_t)observation->exchange_count +
			    ROOM_MESSAGE * (size_t)observation->message_count +
			    ROOM_SERVER * (size_t)observation->server_count + signatures;
	return error;
}

/* Another state than before, or the first one. */
static int begin_interval(struct store *store, const struct look *look, struct octets state,
			  struct octets key, struct known_domain *domain)
{
	const struct store_entry *entry = look->entry;
	struct octets raw = {.data = entry->encoded, .size = entry->encoded_size};
	struct interval interval = {
		.previous = domain->interval,
		.first_run = look->run,
		.first_s = look->time_s,
	};
	int error = evidence_put(store, domain->interval, raw, &interval.id);
	/* The domain points to what is to come. */
	if (error == OK && (interval.previous < 0 || interval.previous >= interval.id))
		error = ERR_DAMAGED;
	if (error == OK)
		error = state_find(store, state, &interval.state);
	if (error == OK && interval.state == 0)
		error = state_put(store, state, interval.id, raw, &interval.state);
	if (error != OK)
		return error;
	size_t room = 0;
	domain->interval = interval.id;
	error = point_domain(store, key, domain);
	interval.domain = domain->id;
	if (error == OK)
		error = room_for_last(store, entry->observation, &room);
	return error == OK ? interval_insert(store, &interval, room) : error;
}

/* The state of the look before: the end moves, the last raw observation is replaced. */
static int extend_interval(struct store *store, const struct look *look,
			   const struct interval *interval)
{
	struct octets raw = {.data = look->entry->encoded, .size = look->entry->encoded_size};
	struct octets first;
	struct octets packed;
	int error = evidence_get(store, interval->id, &first);
	if (error == OK)
		error = pack(store, raw, first, &packed);
	if (error != OK)
		return error;
	/* A clock that was put back does not shorten what is known. */
	int64_t last_s = look->time_s > interval->last_s ? look->time_s : interval->last_s;
	return interval_extend(store, interval, look->run, last_s, packed);
}

/* Fills in whose look it is and who and when the one before was. */
static int put_observation(struct store *store, struct look *look)
{
	const struct observation *observation = look->entry->observation;
	uint8_t key_octets[NAME_KEY_MAX];
	struct octets key = {.data = key_octets};
	struct octets state;
	struct known_domain domain;
	struct interval interval = {0};
	int64_t state_id = 0;
	key.size = name_to_key(observation->domain, key_octets);
	int error = observation_state(&store->arena, observation, &state.data, &state.size);
	if (error == OK)
		error = find_domain(store, key, &domain);
	if (error == OK && domain.id != 0) {
		error = interval_get(store, domain.interval, &interval);
		if (error == OK)
			error = state_find(store, state, &state_id);
	}
	if (error != OK)
		return error;
	look->before_run = interval.last_run;
	look->before_s = interval.last_s;
	/* An old run resumed after a newer one: a domain's looks stay in order of run. */
	if (look->run < interval.last_run)
		look->run = interval.last_run;
	if (state_id != 0 && state_id == interval.state)
		error = extend_interval(store, look, &interval);
	else
		error = begin_interval(store, look, state, key, &domain);
	look->domain = domain.id;
	return error;
}

int store_add(struct store *store, const struct store_entry *entry, struct complaint *complaint)
{
	assert(entry->observation != NULL && entry->encoded != NULL && entry->run > 0);
	assert(entry->finding_count == 0 || entry->findings != NULL);
	assert(entry->not_measured_count == 0 || entry->not_measured != NULL);
	if (store->broken != OK)
		return store_fail(store, complaint, store->broken, "cannot go on after a failure");
	struct look look = {
		.run = entry->run, .time_s = entry->observation->started_s, .entry = entry};
	bool was_new = false;
	arena_reset(&store->arena);
	int error = store_write_begin(store);
	if (error == OK)
		error = put_observation(store, &look);
	if (error == OK)
		error = findings_put(store, &look);
	if (error == OK)
		error = gap_put(store, &look);
	if (error == OK)
		error = adoption_put(store, &look);
	if (error == OK)
		error = seen_mark(store, entry->run, look.domain, &was_new);
	arena_reset(&store->arena);
	if (error != OK)
		return store_break(store, complaint, error, "cannot keep what was seen");
	assert(store->done == 0 || store->done_run == entry->run);
	store->done_run = entry->run;
	store->done += was_new;
	return OK;
}
