/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets what, who has it, and what is withheld; and what is made ready to leave. */
#include "failing_memory.h"
#include "model/cast.h"
#include "seal/age.h"
#include "tell/share/mail.h"
#include "tell/share/parcel.h"
#include "tell/share/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct staging {
	struct cast cast;
	struct case_message messages[2]; /* the registry's notice, the registrar's answer to it */
	const struct party_file *recipients[2];
	struct share_question question;
	struct share_row *rows;
	size_t count;
	bool is_sent;
};

static bool was_sent(void *context, const struct case_message *message, const char *party)
{
	const struct staging *staging = context;
	assert_true(id_is(message->id) && id_is(party));
	return staging->is_sent;
}

/* The registry shares with registrar and CSIRT. */
static void begin(struct staging *staging)
{
	memset(staging, 0, sizeof(*staging));
	cast_init(&staging->cast);
	staging->messages[0] = cast_notice(&staging->cast);
	staging->messages[1] = cast_answer(&staging->cast, &staging->messages[0]);
	staging->recipients[0] = &staging->cast.parties[1];
	staging->recipients[1] = &staging->cast.parties[2];
	staging->question = (struct share_question){
		.self = staging->cast.parties[0].id,
		.messages = staging->messages,
		.message_count = 2,
		.recipients = staging->recipients,
		.recipient_count = 2,
		.is_sealed = true,
		.now_s = CAST_NOW_S,
		.was_sent = was_sent,
		.context = staging,
	};
}

static void plan(struct staging *staging)
{
	assert_int_equal(share_plan(&staging->cast.arena, &staging->question, &staging->rows,
				    &staging->count),
			 OK);
	assert_int_equal(staging->count, 4);
	for (size_t i = 0; i < staging->count; i++) {
		assert_ptr_equal(staging->rows[i].to, staging->recipients[i / 2]);
		assert_ptr_equal(staging->rows[i].message, &staging->messages[i % 2]);
		assert_true((staging->rows[i].reason == NULL) ==
			    (staging->rows[i].verdict == SHARE_GOES));
	}
}

static void expect(struct staging *staging, size_t row, enum share_verdict verdict,
		   const char *reason)
{
	plan(staging);
	assert_string_equal(share_verdict_text(staging->rows[row].verdict),
			    share_verdict_text(verdict));
	if (reason != NULL)
		assert_non_null(strstr(staging->rows[row].reason, reason));
}

static void test_plan(void **state)
{
	struct staging staging;
	begin(&staging);
	/* The registrar answered the notice, so it has it; the answer is its own. */
	expect(&staging, 0, SHARE_HAS, "wrote after it");
	expect(&staging, 1, SHARE_HAS, "wrote it");
	expect(&staging, 2, SHARE_GOES, NULL);
	expect(&staging, 3, SHARE_NOT_FOR, "not written to");
	assert_null(staging.rows[0].barred);
	staging.question.is_again = true;
	expect(&staging, 0, SHARE_GOES, NULL);
	expect(&staging, 1, SHARE_HAS, "wrote it");
	staging.question.is_again = false;
	staging.is_sent = true;
	expect(&staging, 2, SHARE_HAS, "it was sent");
	cast_release(&staging.cast);
	(void)state;
}

/* That it names a message as seen lets it have nothing; that it was sent does. */
static void test_claimed(void **state)
{
	struct staging staging;
	begin(&staging);
	/* The notice was for the CSIRT alone. */
	staging.messages[0].tlp = TLP_RED;
	staging.messages[0].to =
		&staging.messages[0]
			 .to[strcmp(staging.messages[0].to[0], staging.cast.parties[2].id) != 0];
	staging.messages[0].to_count = 1;
	assert_string_equal(staging.messages[0].to[0], staging.cast.parties[2].id);
	expect(&staging, 0, SHARE_HAS, "wrote after it");
	assert_non_null(strstr(staging.rows[0].barred, "not written to"));
	assert_null(staging.rows[1].barred);
	staging.is_sent = true;
	expect(&staging, 0, SHARE_HAS, NULL);
	assert_null(staging.rows[0].barred);
	/* A ceiling holds, too. */
	cast_release(&staging.cast);
	begin(&staging);
	struct party_file low = staging.cast.parties[1];
	low.ceiling = TLP_CLEAR;
	staging.recipients[0] = &low;
	expect(&staging, 0, SHARE_HAS, "wrote after it");
	assert_non_null(strstr(staging.rows[0].barred, "ceiling"));
	cast_release(&staging.cast);
	(void)state;
}

static void test_withheld(void **state)
{
	struct staging staging;
	struct party_file csirt;
	struct party_key ended;
	begin(&staging);
	staging.question.has_cap = true;
	staging.question.cap = TLP_GREEN;
	expect(&staging, 2, SHARE_WITHHELD, "--tlp lets nothing");
	staging.question.cap = TLP_AMBER;
	expect(&staging, 2, SHARE_GOES, NULL);
	/* Below its ceiling, not above. */
	csirt = staging.cast.parties[2];
	csirt.ceiling = TLP_GREEN;
	staging.recipients[1] = &csirt;
	expect(&staging, 2, SHARE_WITHHELD, "whose ceiling is TLP:green");
	csirt.ceiling = TLP_RED;
	expect(&staging, 2, SHARE_GOES, NULL);
	/* No key is left. */
	ended = csirt.keys[0];
	ended.until_s = CAST_NOW_S - 10;
	csirt.keys = &ended;
	expect(&staging, 2, SHARE_WITHHELD, "has ended");
	/* What is not clear leaves sealed. */
	staging.recipients[1] = &staging.cast.parties[2];
	staging.question.is_sealed = false;
	expect(&staging, 2, SHARE_WITHHELD, "leaves sealed only");
	cast_release(&staging.cast);
	(void)state;
}

/* What another party said, and to whom. */
static void test_passed_on(void **state)
{
	static const enum share_verdict wanted[TLP_COUNT] = {SHARE_GOES, SHARE_GOES, SHARE_NOT_FOR,
							     SHARE_NOT_FOR, SHARE_NOT_FOR};
	struct staging staging;
	begin(&staging);
	for (unsigned mark = 0; mark < TLP_COUNT; mark++) {
		staging.messages[1].tlp = (enum tlp)mark;
		plan(&staging);
		assert_int_equal(staging.rows[3].verdict, wanted[mark]);
	}
	cast_release(&staging.cast);
	(void)state;
}

static void test_little_memory(void **state)
{
	struct staging staging;
	int error = ERR_MEMORY;
	begin(&staging);
	staging.question.has_cap = true;
	staging.question.cap = TLP_CLEAR;
	for (size_t cap = 64; error == ERR_MEMORY; cap += 32) {
		struct arena small;
		arena_init(&small, cap, 32);
		error = share_plan(&small, &staging.question, &staging.rows, &staging.count);
		arena_release(&small);
	}
	assert_int_equal(error, OK);
	cast_release(&staging.cast);
	(void)state;
}

static void test_parcel(void **state)
{
	struct staging staging;
	struct random random;
	struct text octets;
	struct age_buffer plain = {0};
	char name[PARCEL_NAME_ROOM];
	begin(&staging);
	random_seeded(&random, 3);
	struct parcel parcel = {.message = &staging.messages[0],
				.to = &staging.cast.parties[2],
				.is_sealed = true,
				.now_s = CAST_NOW_S};
	FOR_EACH_FAILURE(allocation)
	{
		text_init(&octets, PARCEL_OCTETS_MAX);
		const int error = parcel_make(&parcel, &random, &octets, NULL);
		assert_true(error == OK || (failing_memory.has_failed && error == ERR_MEMORY));
		text_release(&octets);
	}
	text_init(&octets, PARCEL_OCTETS_MAX);
	assert_int_equal(parcel_make(&parcel, &random, &octets, NULL), OK);
	for (size_t i = 0; i < CAST_PARTIES; i++) {
		const struct age_identities identities = {&staging.cast.keys[i], 1, 1 << 20};
		const struct age_octets sealed = {(const uint8_t *)text_get(&octets),
						  octets.length};
		assert_int_equal(age_open(&identities, sealed, NULL, &plain),
				 i == 2 ? OK : ERR_PERMISSION);
	}
	assert_int_equal(plain.size, parcel.message->size);
	assert_memory_equal(plain.data, parcel.message->octets, plain.size);
	age_buffer_release(&plain);
	parcel_name(&parcel, name);
	assert_int_equal(strlen(name), 32 + 1 + 32 + 4);
	/* Unsealed: only what is clear. */
	parcel.is_sealed = false;
	text_reset(&octets);
	assert_int_equal(parcel_make(&parcel, &random, &octets, &staging.cast.complaint),
			 ERR_PERMISSION);
	assert_int_equal(octets.length, 0);
	staging.messages[0].tlp = TLP_CLEAR;
	assert_int_equal(parcel_make(&parcel, &random, &octets, NULL), OK);
	assert_int_equal(octets.length, parcel.message->size + 1);
	text_release(&octets);
	cast_release(&staging.cast);
	(void)state;
}

static void test_mail(void **state)
{
	struct text octets, mail;
	text_init(&octets, 1024);
	text_add(&octets, "-----BEGIN\nabc\n-----END\n");
	struct share_mail draft = {.from = "a@b.example",
				   .to = "c@d.example",
				   .key = "m.p.o",
				   .date_s = CAST_NOW_S,
				   .is_sealed = true,
				   .octets = &octets};
	text_init(&mail, SHARE_MAIL_MAX);
	assert_int_equal(share_mail_write(&draft, &mail), OK);
	assert_non_null(strstr(text_get(&mail), "\r\nDate: Mon, 21 Sep 2026 14:13:20 +0000\r\n"));
	assert_non_null(strstr(text_get(&mail), "\r\nMessage-ID: <m.p.o@b.example>\r\n"));
	assert_non_null(strstr(text_get(&mail), "\r\n-----BEGIN\r\nabc\r\n-----END\r\n"));
	for (const char *at = text_get(&mail); (at = strchr(at, '\n')) != NULL; at++)
		assert_int_equal(at[-1], '\r');
	draft.is_sealed = false;
	text_reset(&mail);
	assert_int_equal(share_mail_write(&draft, &mail), OK);
	assert_non_null(strstr(text_get(&mail), "\r\n\r\nLS0tLS1CRUdJTgphYmMKLS0tLS1FTkQK\r\n"));
	text_release(&mail);
	text_release(&octets);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),          cmocka_unit_test(test_claimed),
		cmocka_unit_test(test_withheld),      cmocka_unit_test(test_passed_on),
		cmocka_unit_test(test_little_memory), cmocka_unit_test(test_parcel),
		cmocka_unit_test(test_mail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
