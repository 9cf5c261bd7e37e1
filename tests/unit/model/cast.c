/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/cast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct party_file cast_draft(const struct secret_key *key, const char *name, struct party_key *room)
{
	static const char *const tlds[] = {"example"};
	static const char *const domains[] = {"bank.test", "nic.example"};
	static const char *const prefixes[] = {"192.0.2.0/24", "2001:db8::/32"};
	static const char *const servers[] = {"ns.nic.example"};
	static const struct contact contacts[] = {
		{CONTACT_MAIL, "security@nic.example"},
		{CONTACT_WEBHOOK, "https://hooks.other.test:8443/dsfi"},
		{CONTACT_PHONE, "+41-44-0000000"},
	};
	static const char *const languages[] = {"de", "en"};
	*room = (struct party_key){.key = key->public, .since_s = CAST_NOW_S - 1000000};
	return (struct party_file){
		.edition = 1,
		.made_s = CAST_NOW_S - 1000000,
		.name = name,
		.roles = 1u << PARTY_IS_REGISTRY | 1u << PARTY_IS_CSIRT,
		.scope = {{tlds, 1}, {domains, 2}, {prefixes, 2}, {servers, 1}},
		.keys = room,
		.key_count = 1,
		.contacts = contacts,
		.contact_count = 3,
		.ceiling = TLP_AMBER,
		.languages = {languages, 2},
		.hours = "Monday to Friday, 8 to 18 h, Zurich",
	};
}

void cast_init(struct cast *cast)
{
	static const char *const names[] = {"Registry", "Registrar", "CSIRT", "Stranger"};
	struct random random;
	memset(cast, 0, sizeof(*cast));
	arena_init(&cast->arena, (size_t)64 << 20, 0);
	random_seeded(&random, 11);
	for (size_t i = 0; i < CAST_PARTIES; i++) {
		struct party_key key;
		assert_int_equal(secret_key_make(&random, CAST_NOW_S, &cast->keys[i]), OK);
		const struct party_file draft = cast_draft(&cast->keys[i], names[i], &key);
		const int error = party_make(&cast->arena, &draft, &cast->keys[i], &cast->complaint,
					     &cast->parties[i]);
		if (error != OK)
			fail_msg("%s", cast->complaint.text);
	}
}

void cast_release(struct cast *cast)
{
	arena_release(&cast->arena);
}

static int find_key(void *context, const char *author, int64_t made_s, size_t index,
		    uint8_t ret_sign[KEY_OCTETS])
{
	const struct cast *cast = context;
	for (size_t i = 0; i < CAST_PARTIES - 1; i++) {
		if (strcmp(cast->parties[i].id, author) == 0)
			return party_key_at(&cast->parties[i], made_s, index, ret_sign)
				       ? OK
				       : ERR_NOT_FOUND;
	}
	return ERR_NOT_FOUND;
}

struct case_trust cast_trust(struct cast *cast)
{
	return (struct case_trust){find_key, cast, CAST_NOW_S};
}

static struct case_message make(struct cast *cast, struct case_message *draft, size_t author)
{
	struct case_message message;
	memcpy(draft->author, cast->parties[author].id, ID_ROOM);
	const int error = case_message_make(&cast->arena, draft, &cast->keys[author],
					    &cast->complaint, &message);
	if (error != OK)
		fail_msg("%s", cast->complaint.text);
	return message;
}

struct case_message cast_notice(struct cast *cast)
{
	static const char *const domains[] = {"bank.example"};
	static const char *const indicators[] = {"ns:ns1.evil.test", "ip:192.0.2.66"};
	const struct case_member members[] = {
		{"sentence", MEMBER_LINE, .text = "all name servers replaced; DS removed"},
		{"domains", MEMBER_DOMAINS, .items = domains, .item_count = 1},
		{"since", MEMBER_TIME, .number = CAST_NOW_S - 300},
		{"indicators", MEMBER_INDICATORS, .items = indicators, .item_count = 2},
		{"points", MEMBER_NUMBER, .number = 85},
	};
	const char *const to[] = {cast->parties[2].id, cast->parties[1].id};
	struct case_message draft = {
		.kind = CASE_MESSAGE_NOTICE,
		.made_s = CAST_NOW_S - 60,
		.tlp = TLP_AMBER,
		.to = to,
		.to_count = 2,
		.members = members,
		.member_count = 5,
	};
	return make(cast, &draft, 0);
}

struct case_message cast_answer(struct cast *cast, const struct case_message *notice)
{
	const struct case_member members[] = {
		{"of", MEMBER_MESSAGE, .text = notice->id},
		{"answer", MEMBER_WORD, .text = "not-authorised"},
		{"text", MEMBER_TEXT, .text = "We have no order.\nWe look into it."},
	};
	const char *const to[] = {notice->author};
	const char *const after[] = {notice->id};
	struct case_message draft = {
		.kind = CASE_MESSAGE_ANSWER,
		.made_s = CAST_NOW_S - 30,
		.tlp = TLP_AMBER,
		.to = to,
		.to_count = 1,
		.after = after,
		.after_count = 1,
		.members = members,
		.member_count = 3,
	};
	memcpy(draft.case_id, notice->case_id, ID_ROOM);
	return make(cast, &draft, 1);
}
