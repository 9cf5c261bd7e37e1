/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cases cost: the list of many of them, and a chain of messages read and proven.
 *   bench_cases [STORE]     with STORE the one that is listed is left there
 * Exit code 1 beyond twice a limit. */
#include "base/memory.h"
#include "judge/case/fold.h"
#include "keep/store/messages.h"
#include "model/party.h"
#include "os/file.h"
#include "seal/age.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CASES 10000u
#define CHAIN 20u
#define LIST_LIMIT_S 0.2
#define CHAIN_LIMIT_S 0.05
#define NOW_S 1790000000
/* What a message of some sentences has. */
#define OCTETS 900u
#define ROUNDS 20

static void must(int error, const char *what, const struct complaint *complaint)
{
	if (error == OK)
		return;
	fprintf(stderr, "bench_cases: %s: %s\n", what,
		complaint == NULL ? error_text(error) : complaint->text);
	exit(4);
}

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sum_up(struct store *store, const struct case_message *last, uint64_t clocks_mark,
		   struct complaint *complaint)
{
	uint8_t octets[CASE_SUMMARY_OCTETS_MAX];
	size_t size;
	const struct case_summary summary = {.state = CASE_REQUESTED,
					     .tlp = TLP_AMBER,
					     .message_count = CHAIN,
					     .domain_count = 1,
					     .due_count = 1,
					     .first_s = last->made_s - CHAIN,
					     .last_s = last->made_s,
					     .due_s = last->made_s + 86400,
					     .clocks_mark = clocks_mark,
					     .duty = CASE_DUTY_ACT,
					     .domain = "bank.example",
					     .sentence = "bank.example: all name servers were "
							 "replaced, and DS was removed",
					     .cause = ""};
	must(case_summary_encode(&summary, octets, sizeof(octets), &size), "encode", NULL);
	const struct store_summary kept = {last->case_id, CHAIN, octets, size};
	must(store_summary_put(store, &kept, complaint), "sum up", complaint);
}

/* The store looks at columns only, so the messages of the list need not be any. */
static void fill(struct store *store, struct complaint *complaint)
{
	static const char octets[OCTETS] = "{}";
	struct case_message message = {.is_proven = true, .octets = octets, .size = OCTETS};
	struct case_clocks *clocks = NULL;
	bool is_new = false;
	/* By other clocks a list would read the messages. */
	must(case_clocks_new(NULL, &clocks, complaint), "clocks", complaint);
	for (unsigned i = 0; i < CASES * CHAIN; i++) {
		const unsigned number = i / CHAIN;
		id_make(&i, sizeof(i), message.id);
		id_make(&number, sizeof(number), message.case_id);
		message.made_s = NOW_S + i;
		must(store_message_put(store, &message, NOW_S, &is_new, complaint), "put",
		     complaint);
		if (i % CHAIN == CHAIN - 1) {
			sum_up(store, &message, case_clocks_mark(clocks), complaint);
		}
	}
	case_clocks_free(clocks);
	must(store_commit(store, complaint), "commit", complaint);
}

static int count_case(void *context, const struct store_case *one)
{
	unsigned *count = context;
	*count += one->is_current && one->summary != NULL;
	return OK;
}

static bool bench_list(const char *left_at, struct complaint *complaint)
{
	struct store *store;
	char *folder;
	char path[4096];
	must(folder_make_temporary("bench-cases", complaint, &folder), "folder", complaint);
	(void)snprintf(path, sizeof(path), "%s%s", left_at != NULL ? left_at : folder,
		       left_at != NULL ? "" : "/store");
	must(store_open(path, STORE_WRITE, &store, complaint), "open", complaint);
	double began = now_s();
	fill(store, complaint);
	const double filled = now_s() - began;
	store_close(store);
	unsigned count = 0;
	began = now_s();
	must(store_open(path, STORE_READ, &store, complaint), "open", complaint);
	must(store_cases(store, count_case, &count, complaint), "list", complaint);
	const double taken = now_s() - began;
	store_close(store);
	printf("cases: %u of %u messages listed in %.3f s, limit %.1f s; put at %.0f messages/s\n",
	       count, CHAIN, taken, LIST_LIMIT_S, CASES * CHAIN / filled);
	must(folder_remove(folder, complaint), "remove", complaint);
	memory_give(folder);
	return count == CASES && taken <= 2 * LIST_LIMIT_S;
}

static int only_key(void *context, const char *author, int64_t made_s, size_t index,
		    uint8_t ret_sign[KEY_OCTETS])
{
	const struct secret_key *key = context;
	(void)author;
	(void)made_s;
	if (index > 0)
		return ERR_NOT_FOUND;
	memcpy(ret_sign, key->public.sign, KEY_OCTETS);
	return OK;
}

static void make_chain(struct arena *arena, const struct secret_key *key,
		       struct case_message chain[CHAIN], struct complaint *complaint)
{
	static char words[OCTETS];
	static const char *const domains[] = {"bank.example"};
	memset(words, 'x', sizeof(words) - 1);
	const struct case_member members[] = {
		{"sentence", MEMBER_LINE, .text = "all name servers replaced"},
		{"domains", MEMBER_DOMAINS, .items = domains, .item_count = 1},
		{"text", MEMBER_TEXT, .text = words}};
	for (unsigned i = 0; i < CHAIN; i++) {
		const char *after[] = {i == 0 ? NULL : chain[i - 1].id};
		struct case_message draft = {.kind = CASE_MESSAGE_NOTICE,
					     .made_s = NOW_S + i,
					     .tlp = TLP_AMBER,
					     .after = after,
					     .after_count = i > 0,
					     .members = members,
					     .member_count = 3};
		id_make(key->public.sign, KEY_OCTETS, draft.author);
		if (i > 0)
			memcpy(draft.case_id, chain[0].id, ID_ROOM);
		must(case_message_make(arena, &draft, key, complaint, &chain[i]), "make",
		     complaint);
	}
}

static bool bench_chain(struct secret_key *key, struct complaint *complaint)
{
	struct arena arena;
	struct case_message chain[CHAIN];
	const struct case_trust trust = {only_key, key, NOW_S};
	arena_init(&arena, (size_t)256 << 20, 0);
	make_chain(&arena, key, chain, complaint);
	const double began = now_s();
	for (unsigned i = 0; i < CHAIN * ROUNDS; i++) {
		struct case_message message;
		struct text octets;
		text_init(&octets, CASE_MESSAGE_OCTETS_MAX);
		text_add_octets(&octets, chain[i % CHAIN].octets, chain[i % CHAIN].size);
		must(case_message_read(&arena, trust, &octets, complaint, &message), "read",
		     complaint);
		text_release(&octets);
	}
	const double taken = (now_s() - began) / ROUNDS;
	printf("cases: a chain of %u messages of %zu octets read and proven in %.1f ms, limit %.0f "
	       "ms\n",
	       CHAIN, chain[1].size, taken * 1000, CHAIN_LIMIT_S * 1000);
	arena_release(&arena);
	return taken <= 2 * CHAIN_LIMIT_S;
}

static void bench_seal(struct random *random, const struct secret_key *key,
		       struct complaint *complaint)
{
	uint8_t to[64][KEY_OCTETS];
	static uint8_t plain[4096];
	const struct age_recipients recipients = {(const uint8_t(*)[KEY_OCTETS])to, 64};
	const struct age_identities identities = {key, 1, sizeof(plain)};
	struct age_buffer sealed, opened;
	for (size_t i = 0; i < 64; i++)
		memcpy(to[i], key->public.seal, KEY_OCTETS);
	const double began = now_s();
	must(age_seal(&recipients, (struct age_octets){plain, sizeof(plain)}, random, complaint,
		      &sealed),
	     "seal", complaint);
	const double middle = now_s();
	must(age_open(&identities, (struct age_octets){sealed.data, sealed.size}, complaint,
		      &opened),
	     "open", complaint);
	printf("cases: 4 KiB sealed to 64 in %.1f ms, opened in %.1f ms\n", (middle - began) * 1000,
	       (now_s() - middle) * 1000);
	age_buffer_release(&sealed);
	age_buffer_release(&opened);
}

int main(int argc, char **argv)
{
	struct complaint complaint = {""};
	struct random random;
	struct secret_key key;
	random_system(&random);
	must(secret_key_make(&random, NOW_S - 1, &key), "key", NULL);
	bool is_within = bench_chain(&key, &complaint);
	bench_seal(&random, &key, &complaint);
	is_within &= bench_list(argc > 1 ? argv[1] : NULL, &complaint);
	secret_key_wipe(&key);
	return is_within ? 0 : 1;
}
