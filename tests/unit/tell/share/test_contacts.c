/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case says is affected, and which contact is used then. */
#include "model/cast.h"
#include "tell/share/contacts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Of hosts in safe.test all is known, and of mailed.test; of others nothing. */
static int facts(void *context, const char *host, bool is_mail, struct contact_facts *ret_facts)
{
	static const char *const apart[] = {"ns.safe.test", "mail.safe.test"};
	static const char *const mailed[] = {"ns.safe.test", "mx.bank.example"};
	static const char *const served[] = {"ns1.evil.test"};
	(void)context;
	assert_true(is_mail == (strcmp(host, "hooks.safe.test") != 0));
	if (strstr(host, "safe.test") != NULL)
		*ret_facts = (struct contact_facts){true, apart, 2};
	else if (strcmp(host, "mailed.test") == 0)
		*ret_facts = (struct contact_facts){true, mailed, 2};
	else if (strcmp(host, "served.test") == 0)
		*ret_facts = (struct contact_facts){true, served, 1};
	return OK;
}

static const struct contact contacts[] = {
	{CONTACT_MAIL, "desk@bank.example"},
	{CONTACT_MAIL, "a@mailed.test"},
	{CONTACT_MAIL, "b@served.test"},
	{CONTACT_MAIL, "c@nowhere.test"},
	{CONTACT_WEBHOOK, "https://hooks.safe.test/x"},
	{CONTACT_PHONE, "+41-44-0000000"},
	{CONTACT_MAIL, "d@safe.test"},
};
#define CONTACTS 7

struct choosing {
	struct cast cast;
	struct share_threat threat;
	struct party_file party;
	struct share_contact *judged;
};

static void begin(struct choosing *choosing, size_t count)
{
	memset(choosing, 0, sizeof(*choosing));
	cast_init(&choosing->cast);
	const struct case_message notice = cast_notice(&choosing->cast);
	assert_int_equal(share_threat_find(&choosing->cast.arena, &notice, 1, &choosing->threat),
			 OK);
	choosing->party = choosing->cast.parties[1];
	choosing->party.contacts = contacts;
	choosing->party.contact_count = count;
	const struct share_contacts_question question = {.party = &choosing->party,
							 .before = &choosing->party,
							 .threat = &choosing->threat,
							 .facts = facts};
	assert_int_equal(share_contacts(&choosing->cast.arena, &question, &choosing->judged), OK);
}

static void test_threat(void **state)
{
	struct choosing choosing;
	begin(&choosing, CONTACTS);
	assert_int_equal(choosing.threat.since_s, CAST_NOW_S - 300);
	assert_int_equal(choosing.threat.before_s, CAST_NOW_S - 300);
	assert_non_null(choosing.threat.notice);
	assert_int_equal(choosing.threat.names.domain_count, 1);
	assert_string_equal(choosing.threat.names.domains[0], "bank.example");
	assert_int_equal(choosing.threat.names.server_count, 1);
	assert_string_equal(choosing.threat.names.servers[0], "ns1.evil.test");
	cast_release(&choosing.cast);
	(void)state;
}

/* Without a time in a notice: what came here in the second of the first message was here. */
static void test_no_since(void **state)
{
	struct cast cast;
	struct share_threat threat;
	cast_init(&cast);
	const struct case_message notice = cast_notice(&cast);
	const struct case_message note = {
		.kind = CASE_MESSAGE_NOTE, .made_s = notice.made_s, .is_proven = true};
	assert_int_equal(share_threat_find(&cast.arena, &note, 1, &threat), OK);
	assert_int_equal(threat.since_s, notice.made_s);
	assert_int_equal(threat.before_s, notice.made_s + 1);
	assert_null(threat.notice);
	cast_release(&cast);
	(void)state;
}

#define LIST 256u
/* Messages of LIST domains each, of which `distinct` are different; the notice is the last. */
static int find(struct choosing *choosing, size_t count, size_t distinct)
{
	struct arena *arena = &choosing->cast.arena;
	struct case_message *messages = arena_take_array(arena, count + 1, sizeof(*messages));
	assert_non_null(messages);
	for (size_t i = 0; i < count; i++) {
		const char **items = arena_take_array(arena, LIST, sizeof(*items));
		struct case_member *member = arena_take_zeroed(arena, sizeof(*member));
		assert_true(items != NULL && member != NULL);
		for (size_t j = 0; j < LIST; j++) {
			items[j] = arena_format(arena, "%zu.test", (i * LIST + j) % distinct);
			assert_non_null(items[j]);
		}
		*member = (struct case_member){"domains", MEMBER_DOMAINS, .items = items,
					       .item_count = LIST};
		messages[i] = (struct case_message){.kind = CASE_MESSAGE_NOTE,
						    .made_s = CAST_NOW_S,
						    .is_proven = true,
						    .members = member,
						    .member_count = 1};
	}
	messages[count] = cast_notice(&choosing->cast);
	return share_threat_find(arena, messages, count + 1, &choosing->threat);
}

/* However much others say, what the notice says is there, or nothing is. */
static void test_many(void **state)
{
	struct choosing choosing = {.threat.since_s = 0};
	bool is_there = false;
	cast_init(&choosing.cast);
	assert_int_equal(find(&choosing, 300, 1000), OK);
	assert_int_equal(choosing.threat.names.domain_count, 1001);
	for (size_t i = 0; i < choosing.threat.names.domain_count; i++)
		is_there |= strcmp(choosing.threat.names.domains[i], "bank.example") == 0;
	assert_true(is_there);
	assert_int_equal(find(&choosing, 256, 65535), OK);
	assert_int_equal(choosing.threat.names.domain_count, SHARE_THREAT_NAMES_MAX);
	assert_int_equal(find(&choosing, 256, 65536), ERR_LIMIT);
	assert_int_equal(find(&choosing, 1024, 262144), ERR_LIMIT);
	cast_release(&choosing.cast);
	(void)state;
}

static void test_risks(void **state)
{
	static const enum contact_risk wanted[CONTACTS] = {CONTACT_DEPENDS, CONTACT_DEPENDS,
							   CONTACT_DEPENDS, CONTACT_NOT_KNOWN,
							   CONTACT_APART,   CONTACT_APART,
							   CONTACT_APART};
	struct choosing choosing;
	begin(&choosing, CONTACTS);
	for (size_t i = 0; i < CONTACTS; i++) {
		assert_int_equal(choosing.judged[i].risk, wanted[i]);
		assert_true((choosing.judged[i].reason[0] == '\0') == (wanted[i] == CONTACT_APART));
	}
	cast_release(&choosing.cast);
	(void)state;
}

/* Which is chosen of the first `count`; NULL: none. */
static const char *choose(size_t count, enum contact_kind kind, const char *named,
			  struct complaint *complaint)
{
	struct choosing choosing;
	const struct contact *chosen = NULL;
	begin(&choosing, count);
	const struct share_choice choice = {&choosing.party, &choosing.party, choosing.judged, kind,
					    named};
	const int error = share_choose(&choice, complaint, &chosen);
	assert_true(error == OK || (error == ERR_PERMISSION && chosen == NULL));
	cast_release(&choosing.cast);
	return chosen == NULL ? NULL : chosen->value;
}

static void test_choice(void **state)
{
	struct complaint complaint = {""};
	assert_string_equal(choose(CONTACTS, CONTACT_MAIL, NULL, NULL), "d@safe.test");
	assert_string_equal(choose(CONTACTS, CONTACT_WEBHOOK, NULL, NULL),
			    "https://hooks.safe.test/x");
	assert_string_equal(choose(CONTACTS, CONTACT_MAIL, "c@nowhere.test", NULL),
			    "c@nowhere.test");
	/* Whoever names it, what depends is not used. */
	assert_null(choose(CONTACTS, CONTACT_MAIL, "desk@bank.example", &complaint));
	assert_non_null(strstr(complaint.text, "telephone it: +41-44-0000000"));
	assert_non_null(strstr(complaint.text, "'bank.example' is in what is affected, which "
					       "--contact does not override"));
	assert_null(choose(4, CONTACT_MAIL, NULL, &complaint));
	assert_non_null(strstr(complaint.text, "--contact"));
	assert_non_null(strstr(complaint.text, "another way"));
	assert_null(strstr(complaint.text, "override"));
	assert_null(choose(3, CONTACT_MAIL, NULL, &complaint));
	assert_non_null(strstr(complaint.text, "--out"));
	assert_null(choose(3, CONTACT_WEBHOOK, NULL, &complaint));
	assert_non_null(strstr(complaint.text, "it has none"));
	(void)state;
}

/* Before the change the party had the first `count` of its contacts. */
static const struct contact *choose_new(struct choosing *choosing, size_t count, const char *named,
					struct complaint *complaint)
{
	struct party_file before;
	const struct contact *chosen = NULL;
	begin(choosing, CONTACTS);
	before = choosing->party;
	before.contact_count = count;
	const struct share_contacts_question question = {.party = &choosing->party,
							 .before = count > 0 ? &before : NULL,
							 .threat = &choosing->threat,
							 .facts = facts};
	assert_int_equal(share_contacts(&choosing->cast.arena, &question, &choosing->judged), OK);
	const struct share_choice choice = {.party = &choosing->party,
					    .before = question.before,
					    .contacts = choosing->judged,
					    .kind = CONTACT_MAIL,
					    .named = named};
	const int error = share_choose(&choice, complaint, &chosen);
	assert_true(error == (chosen != NULL ? OK : ERR_PERMISSION));
	return chosen;
}

static void test_new(void **state)
{
	struct choosing choosing;
	struct complaint complaint = {""};
	assert_null(choose_new(&choosing, 6, NULL, &complaint));
	assert_true(choosing.judged[6].is_new && !choosing.judged[5].is_new);
	assert_int_equal(choosing.judged[6].risk, CONTACT_APART);
	assert_non_null(strstr(choosing.judged[6].reason, "new since the change: not in"));
	assert_non_null(strstr(complaint.text, "telephone it: +41-44-0000000"));
	assert_non_null(strstr(complaint.text, "--contact"));
	cast_release(&choosing.cast);
	assert_non_null(choose_new(&choosing, 6, "d@safe.test", &complaint));
	cast_release(&choosing.cast);
	/* What depends is not used, however old. */
	assert_null(choose_new(&choosing, 0, "desk@bank.example", &complaint));
	assert_null(strstr(choosing.judged[0].reason, "new since"));
	/* Of two reasons both are said. */
	assert_non_null(strstr(choosing.judged[3].reason, "not known"));
	assert_non_null(
		strstr(choosing.judged[3].reason, "; it is new since the change: the party"));
	/* A new number may be anybody's. */
	assert_null(strstr(complaint.text, "+41"));
	cast_release(&choosing.cast);
	(void)state;
}

/* A host that has several webhooks names none of them. */
static void test_several(void **state)
{
	static const struct contact hooks[] = {
		{CONTACT_MAIL, "d@safe.test"},
		{CONTACT_WEBHOOK, "https://hooks.safe.test/evil"},
		{CONTACT_WEBHOOK, "https://hooks.safe.test/x"},
	};
	struct choosing choosing;
	struct complaint complaint = {""};
	const struct contact *chosen = NULL;
	char shown[CONTACT_SHOWN_ROOM];
	begin(&choosing, 0);
	choosing.party.contacts = hooks;
	choosing.party.contact_count = 3;
	const struct share_contacts_question question = {
		.party = &choosing.party, .threat = &choosing.threat, .facts = facts};
	assert_int_equal(share_contacts(&choosing.cast.arena, &question, &choosing.judged), OK);
	struct share_choice choice = {.party = &choosing.party,
				      .contacts = choosing.judged,
				      .kind = CONTACT_WEBHOOK,
				      .named = "hooks.safe.test"};
	assert_int_equal(share_choose(&choice, &complaint, &chosen), ERR_ARGUMENT);
	assert_null(chosen);
	assert_non_null(strstr(complaint.text, "several webhooks are at this host"));
	contact_shown(&hooks[2], shown);
	choice.named = shown;
	assert_int_equal(share_choose(&choice, &complaint, &chosen), OK);
	assert_ptr_equal(chosen, &hooks[2]);
	cast_release(&choosing.cast);
	(void)state;
}

/* Somebody took the good ones out of the file. */
static void test_gone(void **state)
{
	struct choosing choosing;
	struct complaint complaint = {""};
	const struct contact *chosen = NULL;
	begin(&choosing, 3);
	struct party_file before = choosing.party;
	before.contact_count = CONTACTS;
	const struct share_choice choice = {&choosing.party, &before, choosing.judged, CONTACT_MAIL,
					    NULL};
	assert_int_equal(share_choose(&choice, &complaint, &chosen), ERR_PERMISSION);
	assert_non_null(
		strstr(complaint.text, "gone from its file since the change: c@nowhere.test"));
	assert_non_null(strstr(complaint.text, "telephone it: +41-44-0000000"));
	/* What stands behind the host of a webhook may be a secret. */
	struct share_choice hook = choice;
	hook.kind = CONTACT_WEBHOOK;
	assert_int_equal(share_choose(&hook, &complaint, &chosen), ERR_PERMISSION);
	assert_non_null(strstr(complaint.text, "since the change: https://hooks.safe.test/#"));
	assert_null(strstr(complaint.text, "hooks.safe.test/x"));
	cast_release(&choosing.cast);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threat),  cmocka_unit_test(test_no_since),
		cmocka_unit_test(test_many),    cmocka_unit_test(test_risks),
		cmocka_unit_test(test_choice),  cmocka_unit_test(test_new),
		cmocka_unit_test(test_several), cmocka_unit_test(test_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
