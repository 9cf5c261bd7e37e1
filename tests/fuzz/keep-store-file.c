/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store's file, damaged: the input is a list of places (three octets) and what stands there now
 * (one octet), put over a small sound store; an input of fewer than four octets leaves it sound.
 * Properties: whatever stands there, reading ends with a named error or with what makes sense, and
 * a store that was not touched is verified.
 */
#include "base/arena.h"
#include "base/text.h"
#include "dns/wire/name.h"
#include "keep/store/audit.h"
#include "keep/store/drafts.h"
#include "keep/store/expire.h"
#include "keep/store/messages.h"
#include "keep/store/parties.h"
#include "keep/store/store.h"
#include "keep/store/watch.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_MAX ((size_t)1 << 20)
#define DOMAINS 5

struct shelf {
	char folder[64];
	char path[96];
	uint8_t *sound;
	size_t size;
};

static void remove_folder(const struct shelf *shelf)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	char path[128];
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", shelf->path, ends[i]);
		(void)unlink(path);
	}
}

static void add_domain(struct store *store, int64_t run, unsigned number)
{
	struct observation_builder builder;
	struct arena arena;
	struct name name;
	char text[64];
	uint8_t encoded[4096];
	size_t encoded_size;
	arena_init(&arena, (size_t)1 << 20, 0);
	(void)snprintf(text, sizeof(text), "d%u.example.", number % DOMAINS);
	int error = name_from_text(text, &name, NULL);
	observation_builder_init(&builder, &arena, name.octets);
	builder.observation.started_s = 1700000000 + number;
	builder.observation.vantage = "here";
	builder.observation.scanner = "dsfi";
	builder.observation.delegation = number % 3 == 0 ? DELEGATION_NXDOMAIN : DELEGATION_NODATA;
	const struct finding finding = {.domain = text,
					.code = "DELEGATION-MISSING",
					.severity = SEVERITY_ERROR,
					.party = PARTY_REGISTRAR,
					.sentence = "It is not delegated",
					.reference = "RFC 1034 s4.2.1"};
	const char *const gaps[] = {"SERVER-SILENT", "SERVER-LAME"};
	if (error == OK)
		error = observation_encode(&builder.observation, encoded, sizeof(encoded),
					   &encoded_size);
	assert(error == OK);
	const struct store_entry entry = {.run = run,
					  .observation = &builder.observation,
					  .encoded = encoded,
					  .encoded_size = encoded_size,
					  .findings = &finding,
					  .finding_count = number % 2,
					  .not_measured = gaps,
					  .not_measured_count = number % 3};
	error = store_add(store, &entry, NULL);
	assert(error == OK);
	arena_release(&arena);
}

#define MADE_S 1790000000

static struct party_file make_party(struct arena *arena, const struct secret_key *key)
{
	struct party_file party;
	const struct party_key keys[] = {{.key = key->public, .since_s = MADE_S}};
	const struct party_file draft = {.edition = 1,
					 .made_s = MADE_S,
					 .name = "Registry",
					 .roles = 1u << PARTY_IS_REGISTRY,
					 .keys = keys,
					 .key_count = 1,
					 .ceiling = TLP_AMBER};
	const int error = party_make(arena, &draft, key, NULL, &party);
	assert(error == OK);
	(void)error;
	return party;
}

static struct case_message make_message(struct arena *arena, const struct secret_key *key,
					const struct party_file *party)
{
	struct case_message message;
	const char *const domains[] = {"d1.example"};
	const struct case_member members[] = {
		{"sentence", MEMBER_LINE, .text = "all name servers replaced"},
		{"domains", MEMBER_DOMAINS, .items = domains, .item_count = 1}};
	struct case_message draft = {.kind = CASE_MESSAGE_NOTICE,
				     .made_s = MADE_S,
				     .tlp = TLP_GREEN,
				     .members = members,
				     .member_count = 2};
	memcpy(draft.author, party->id, ID_ROOM);
	const int error = case_message_make(arena, &draft, key, NULL, &message);
	assert(error == OK);
	(void)error;
	return message;
}

/* Two entries, the first of which goes, and what tells of that. */
static void add_audit(struct store *store, const char *subject)
{
	uint8_t head[AUDIT_HASH_OCTETS];
	char hex[2 * AUDIT_HASH_OCTETS + 1];
	int64_t count = 0;
	const struct store_audit audit = {.who = "a", .act = "read", .subject = subject};
	assert(store_audit_put(store, &audit, NULL) == OK);
	assert(store_audit_put(store, &audit, NULL) == OK);
	assert(store_expire_begin(store, NULL) == OK);
	assert(store_expire_audit(store, INT64_MAX, &count, head, NULL) == OK && count == 1);
	assert(hex_from_octets(head, sizeof(head), hex, sizeof(hex)) == OK);
	const struct store_audit expired = {.who = "a", .act = AUDIT_EXPIRED, .subject = hex};
	assert(store_audit_put(store, &expired, NULL) == OK);
}

static void add_case(struct store *store)
{
	struct random random;
	struct secret_key key;
	struct arena arena;
	bool is_new = false;
	arena_init(&arena, (size_t)4 << 20, 0);
	random_seeded(&random, 7);
	assert(secret_key_make(&random, MADE_S, &key) == OK);
	const struct party_file party = make_party(&arena, &key);
	const struct case_message message = make_message(&arena, &key, &party);
	const struct store_contact contact = {party.id, "mail", "a@b.test", MADE_S, 0, "refused"};
	const struct store_summary summary = {message.id, 1, (const uint8_t *)"open", 4};
	const struct store_delivery delivery = {
		.message = message.id, .party = party.id, .way = "file x", .last_s = MADE_S};
	const struct store_parcel parcel = {
		message.id, party.id, (const uint8_t *)"key of thirty-two octets, or two", "x", 1};
	const struct store_draft draft = {"b.test", "mail", "a@b.test", "abuse",
					  "",       "rdap", "file",     MADE_S};
	assert(store_party_put(store, &party, MADE_S, NULL) == OK);
	assert(store_self_put(store, party.id, NULL) == OK);
	assert(store_contact_put(store, &contact, NULL) == OK);
	assert(store_message_put(store, &message, MADE_S, &is_new, NULL) == OK && is_new);
	assert(store_summary_put(store, &summary, NULL) == OK);
	assert(store_delivery_put(store, &delivery, NULL) == OK);
	assert(store_parcel_put(store, &parcel, NULL) == OK);
	assert(store_draft_put(store, &draft, NULL) == OK);
	add_audit(store, message.id);
	assert(store_commit(store, NULL) == OK);
	arena_release(&arena);
}

static void add_watched(struct store *store)
{
	static const uint8_t digest[WATCH_DIGEST_OCTETS] = "said";
	for (unsigned i = 0; i < DOMAINS; i++) {
		struct name name;
		char text[64];
		bool is_new = false;
		(void)snprintf(text, sizeof(text), "d%u.example.", i);
		assert(name_from_text(text, &name, NULL) == OK);
		const struct store_watch watch = {.domain = name.octets,
						  .since_s = MADE_S,
						  .by_whom = "ana (1000)",
						  .list = "banks"};
		const struct store_watch_news news = {name.octets, WATCH_SEEN, MADE_S, digest};
		assert(store_watch_add(store, &watch, &is_new, NULL) == OK && is_new);
		assert(store_watch_note(store, &news, NULL) == OK);
		const struct store_watch_full full = {.domain = name.octets,
						      .time_s = MADE_S,
						      .due = WATCH_DUE_LATER,
						      .later_s = MADE_S + 3600,
						      .told = digest,
						      .told_size = sizeof(digest)};
		if (i % 2 == 0)
			assert(store_watch_looked(store, &full, NULL) == OK);
	}
	assert(store_commit(store, NULL) == OK);
}

static void make_sound(struct shelf *shelf)
{
	struct store *store;
	struct complaint complaint = {""};
	int error = store_open(shelf->path, STORE_WRITE, &store, &complaint);
	assert(error == OK);
	for (unsigned i = 0; i < 3; i++) {
		struct store_run run = {.started_s = 1700000000 + i, .domains = DOMAINS};
		error = store_run_begin(store, &run, &run.id, &complaint);
		assert(error == OK);
		for (unsigned domain = 0; domain < DOMAINS; domain++)
			add_domain(store, run.id, domain + DOMAINS * i);
		assert(store_commit(store, &complaint) == OK);
		assert(store_run_finish(store, run.id, 1700000100 + i, &complaint) == OK);
	}
	add_case(store);
	add_watched(store);
	store_close(store);
}

static struct shelf *open_shelf(void)
{
	static struct shelf shelf;
	if (shelf.sound != NULL)
		return &shelf;
	(void)snprintf(shelf.folder, sizeof(shelf.folder), "/tmp/store-file.XXXXXX");
	char *folder = mkdtemp(shelf.folder);
	assert(folder != NULL);
	(void)folder;
	(void)snprintf(shelf.path, sizeof(shelf.path), "%s/store", shelf.folder);
	make_sound(&shelf);
	shelf.sound = malloc(FILE_MAX);
	FILE *file = fopen(shelf.path, "rb");
	assert(shelf.sound != NULL && file != NULL);
	shelf.size = fread(shelf.sound, 1, FILE_MAX, file);
	assert(shelf.size > 0 && shelf.size < FILE_MAX);
	(void)fclose(file);
	remove_folder(&shelf);
	(void)rmdir(shelf.folder);
	return &shelf;
}

static void put_damaged(const struct shelf *shelf, const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(shelf->size);
	assert(copy != NULL);
	memcpy(copy, shelf->sound, shelf->size);
	for (size_t i = 0; i + 4 <= size; i += 4) {
		const size_t place = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2];
		copy[place % shelf->size] = data[i + 3];
	}
	FILE *file = fopen(shelf->path, "wb");
	assert(file != NULL);
	const size_t written = fwrite(copy, 1, shelf->size, file);
	assert(written == shelf->size);
	(void)written;
	(void)fclose(file);
	free(copy);
}

static int take_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	struct store *store = context;
	(void)store;
	assert(name_is_valid(domain, name_size(domain)) && (encoded != NULL || size == 0));
	return OK;
}

static int take_finding(void *context, const struct store_finding *found)
{
	(void)context;
	assert(found->finding.sentence != NULL && found->finding.code != NULL &&
	       found->finding.domain != NULL);
	return OK;
}

static int take_run(void *context, const struct store_run *run)
{
	int64_t *newest = context;
	*newest = run->id > *newest ? run->id : *newest;
	return OK;
}

static int take_interval(void *context, const struct store_interval *interval)
{
	(void)context;
	assert(interval->state != NULL && interval->first_raw != NULL);
	return OK;
}

static int take_count(void *context, const struct store_count *count)
{
	(void)context;
	assert(memchr(count->code, '\0', sizeof(count->code)) != NULL);
	return OK;
}

static int take_party(void *context, const struct store_party *party)
{
	(void)context;
	assert(id_is(party->id) && party->octets != NULL);
	return OK;
}

static int take_contact(void *context, const struct store_contact *contact)
{
	(void)context;
	assert(contact->kind != NULL && contact->outcome != NULL);
	return OK;
}

/* The last one's id is kept. */
static int take_message(void *context, const struct store_message *message)
{
	assert(id_is(message->id) && id_is(message->case_id) && message->octets != NULL);
	memcpy(context, message->id, ID_ROOM);
	return OK;
}

static int take_parcel(void *context, const struct store_parcel *parcel)
{
	(void)context;
	assert(parcel->party != NULL && parcel->key != NULL && parcel->octets != NULL);
	return OK;
}

static int take_case(void *context, const struct store_case *one)
{
	(void)context;
	assert(id_is(one->id) && one->messages > 0);
	return OK;
}

static int take_delivery(void *context, const struct store_delivery *delivery)
{
	(void)context;
	assert(delivery->way != NULL && delivery->state <= DELIVERY_FAILED);
	return OK;
}

static int take_audit(void *context, const struct store_audit *entry)
{
	int64_t *last = context;
	assert((*last == 0 || entry->id == *last + 1) && entry->who != NULL);
	*last = entry->id;
	return OK;
}

/* Fine, or an error that has its sentence. */
static void ended(int error, struct complaint *complaint)
{
	assert(error == OK || (error < 0 && complaint->text[0] != '\0'));
	complaint->text[0] = '\0';
}

static int take_past(void *context, const struct store_past *past)
{
	(void)context;
	assert(past->count > 0 && past->count <= STORE_PAST_INTERVALS_MAX);
	return OK;
}

static int take_draft(void *context, const struct store_draft *draft)
{
	(void)context;
	assert(draft->kind != NULL && draft->value != NULL && draft->place != NULL);
	return OK;
}

/* What is too old goes, or says why not; nothing of it is kept. */
static void expire_all(const struct shelf *shelf)
{
	struct store *store = NULL;
	struct complaint complaint = {""};
	uint8_t head[AUDIT_HASH_OCTETS];
	int64_t count = 0;
	int error = store_open(shelf->path, STORE_WRITE, &store, &complaint);
	if (error == OK)
		error = store_expire_begin(store, &complaint);
	if (error == OK)
		error = store_expire_case(store, "none", &count, &complaint);
	if (error == OK)
		error = store_expire_tries(store, INT64_MAX, &count, &complaint);
	if (error == OK)
		error = store_expire_drafts(store, INT64_MAX, &count, &complaint);
	if (error == OK)
		error = store_expire_audit(store, INT64_MAX, &count, head, &complaint);
	ended(error, &complaint);
	assert(error != OK || count >= 0);
	store_close(store);
}

static void read_cases(struct store *store)
{
	struct complaint complaint = {""};
	char self[ID_ROOM] = "";
	char message[ID_ROOM] = "";
	int64_t last = 0;
	ended(store_parties(store, take_party, NULL, &complaint), &complaint);
	ended(store_self(store, self, &complaint), &complaint);
	ended(store_contacts(store, self, take_contact, NULL, &complaint), &complaint);
	ended(store_messages(store, NULL, take_message, message, &complaint), &complaint);
	if (message[0] != '\0')
		ended(store_parcels(store, message, take_parcel, NULL, &complaint), &complaint);
	ended(store_cases(store, take_case, NULL, &complaint), &complaint);
	ended(store_deliveries(store, NULL, take_delivery, NULL, &complaint), &complaint);
	ended(store_audits(store, take_audit, &last, &complaint), &complaint);
	ended(store_drafts(store, "b.test", take_draft, NULL, &complaint), &complaint);
}

static int take_watch(void *context, const struct store_watch *watch)
{
	(void)context;
	assert(name_is_valid(watch->domain, name_size(watch->domain)));
	assert(watch->by_whom != NULL && watch->list != NULL && watch->due <= WATCH_DUE_LATER);
	assert((watch->due == WATCH_DUE_LATER) == (watch->later_s > WATCH_DUE_MOVED));
	assert(watch->told_size <= WATCH_TOLD_OCTETS_MAX);
	return OK;
}

static void read_watched(struct store *store)
{
	struct complaint complaint = {""};
	struct store_watch_round round;
	const struct store_watch_part part = {NULL, DOMAINS};
	const struct store_watch_queue queue = {MADE_S, MADE_S + 7200, DOMAINS};
	uint64_t count = 0;
	ended(store_watches(store, take_watch, NULL, &complaint), &complaint);
	ended(store_watch_next(store, &part, take_watch, NULL, &complaint), &complaint);
	ended(store_watch_due(store, &queue, take_watch, NULL, &complaint), &complaint);
	ended(store_watch_count(store, &count, &complaint), &complaint);
	ended(store_watch_round_last(store, &round, &complaint), &complaint);
}

static void read_all(struct store *store)
{
	struct complaint complaint = {""};
	struct name name;
	int64_t newest = 0;
	const struct store_filter all = {.include_closed = true};
	ended(name_from_text("d1.example.", &name, NULL), &complaint);
	ended(store_runs(store, take_run, &newest, &complaint), &complaint);
	ended(store_findings(store, &all, take_finding, NULL, &complaint), &complaint);
	ended(store_history(store, name.octets, take_interval, NULL, &complaint), &complaint);
	ended(store_past_of(store, name.octets, take_past, NULL, &complaint), &complaint);
	ended(store_pasts(store, take_past, NULL, &complaint), &complaint);
	if (newest == 0)
		return;
	ended(store_domains(store, newest, take_domain, store, &complaint), &complaint);
	ended(store_counts(store, newest, take_count, NULL, &complaint), &complaint);
	ended(store_changed(store, newest, take_past, NULL, &complaint), &complaint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shelf *shelf = open_shelf();
	struct complaint complaint = {""};
	struct store *store = NULL;
	(void)mkdir(shelf->folder, 0700);
	put_damaged(shelf, data, size);
	int error = store_open(shelf->path, STORE_READ, &store, &complaint);
	if (error == OK) {
		error = store_verify(store, &complaint);
		read_all(store);
		read_cases(store);
		read_watched(store);
		store_close(store);
	}
	assert(size >= 4 || error == OK);
	assert(error == OK || complaint.text[0] != '\0');
	/* Writing is slow; some of them are enough. */
	if (size / 4 % 4 <= 1)
		expire_all(shelf);
	remove_folder(shelf);
	(void)rmdir(shelf->folder);
	return 0;
}
