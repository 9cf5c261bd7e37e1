/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing_memory.h"
#include "seal/age.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECIPIENTS 3
#define SIZE_MAX_TRIED ((size_t)1 << 20)

struct sealing {
	struct random random;
	struct secret_key keys[RECIPIENTS + 1]; /* the last is a stranger's */
	uint8_t to[RECIPIENTS][KEY_OCTETS];
	uint8_t *plain;
	struct complaint complaint;
};

static void begin(struct sealing *sealing)
{
	random_seeded(&sealing->random, 7);
	for (size_t i = 0; i < RECIPIENTS + 1; i++) {
		assert_int_equal(secret_key_make(&sealing->random, 0, &sealing->keys[i]), OK);
		if (i < RECIPIENTS)
			memcpy(sealing->to[i], sealing->keys[i].public.seal, KEY_OCTETS);
	}
	sealing->plain = memory_take(SIZE_MAX_TRIED);
	assert_non_null(sealing->plain);
	random_octets(&sealing->random, sealing->plain, SIZE_MAX_TRIED);
}

static struct age_buffer seal(struct sealing *sealing, size_t size)
{
	const struct age_recipients to = {sealing->to, RECIPIENTS};
	struct age_buffer sealed = {0};
	assert_int_equal(age_seal(&to, (struct age_octets){sealing->plain, size}, &sealing->random,
				  &sealing->complaint, &sealed),
			 OK);
	return sealed;
}

static int open_as(struct sealing *sealing, size_t who, struct age_octets sealed,
		   struct age_buffer *ret_plain)
{
	const struct age_identities identities = {&sealing->keys[who], 1, AGE_PLAIN_MAX};
	sealing->complaint.text[0] = '\0';
	return age_open(&identities, sealed, &sealing->complaint, ret_plain);
}

/* Refused, with a sentence, and nothing is given. */
static int refused(struct sealing *sealing, const uint8_t *data, size_t size)
{
	struct age_buffer plain = {0};
	const int error = open_as(sealing, 0, (struct age_octets){data, size}, &plain);
	assert_true(error < 0);
	assert_null(plain.data);
	assert_int_not_equal(sealing->complaint.text[0], '\0');
	return error;
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, SIZE_MAX_TRIED};
	struct sealing sealing;
	begin(&sealing);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct age_buffer sealed = seal(&sealing, sizes[i]);
		struct age_buffer armoured = {0};
		struct age_buffer plain = {0};
		const struct age_octets octets = {sealed.data, sealed.size};
		assert_int_equal(age_armour(octets, &armoured), OK);
		assert_true(age_is_sealed(octets) && !age_is_armoured(octets));
		for (size_t who = 0; who < RECIPIENTS; who++) {
			assert_int_equal(open_as(&sealing, who, octets, &plain), OK);
			assert_int_equal(plain.size, sizes[i]);
			assert_memory_equal(plain.data, sealing.plain, sizes[i]);
			age_buffer_release(&plain);
		}
		assert_int_equal(open_as(&sealing, 1,
					 (struct age_octets){armoured.data, armoured.size}, &plain),
				 OK);
		assert_int_equal(plain.size, sizes[i]);
		age_buffer_release(&plain);
		assert_int_equal(open_as(&sealing, RECIPIENTS, octets, &plain), ERR_PERMISSION);
		age_buffer_release(&armoured);
		age_buffer_release(&sealed);
	}
	memory_give(sealing.plain);
	(void)state;
}

/* Cut anywhere, one bit of it another, something behind it. */
static void test_altered(void **state)
{
	struct sealing sealing;
	begin(&sealing);
	struct age_buffer sealed = seal(&sealing, 100);
	for (size_t i = 0; i < sealed.size; i++) {
		(void)refused(&sealing, sealed.data, i);
		for (size_t bit = 0; bit < 8; bit++) {
			sealed.data[i] ^= (uint8_t)(1 << bit);
			(void)refused(&sealing, sealed.data, sealed.size);
			sealed.data[i] ^= (uint8_t)(1 << bit);
		}
	}
	/* The octet behind, which is none of the file's. */
	assert_int_equal(refused(&sealing, sealed.data, sealed.size + 1), ERR_DAMAGED);
	age_buffer_release(&sealed);
	memory_give(sealing.plain);
	(void)state;
}

#define CHUNK (AGE_CHUNK_OCTETS + 16)

static void test_chunks(void **state)
{
	struct sealing sealing;
	begin(&sealing);
	struct age_buffer sealed = seal(&sealing, 3 * AGE_CHUNK_OCTETS);
	uint8_t *chunks = sealed.data + sealed.size - 3 * CHUNK;
	uint8_t *copy = memory_take(CHUNK);
	assert_non_null(copy);
	/* Two change places. */
	memcpy(copy, chunks, CHUNK);
	memcpy(chunks, chunks + CHUNK, CHUNK);
	memcpy(chunks + CHUNK, copy, CHUNK);
	assert_int_equal(refused(&sealing, sealed.data, sealed.size), ERR_DAMAGED);
	memcpy(chunks + CHUNK, chunks, CHUNK);
	memcpy(chunks, copy, CHUNK);
	/* The last is left out, and all but the first. */
	assert_int_equal(refused(&sealing, sealed.data, sealed.size - CHUNK), ERR_DAMAGED);
	assert_int_equal(refused(&sealing, sealed.data, sealed.size - 2 * CHUNK), ERR_DAMAGED);
	/* One is there twice. */
	memcpy(copy, chunks + CHUNK, CHUNK);
	memcpy(chunks + CHUNK, chunks, CHUNK);
	assert_int_equal(refused(&sealing, sealed.data, sealed.size), ERR_DAMAGED);
	/* The first is left out. */
	memcpy(chunks, copy, CHUNK);
	memmove(chunks + CHUNK, chunks + 2 * CHUNK, CHUNK);
	assert_int_equal(refused(&sealing, sealed.data, sealed.size - CHUNK), ERR_DAMAGED);
	memory_give(copy);
	age_buffer_release(&sealed);
	memory_give(sealing.plain);
	(void)state;
}

static void test_limits(void **state)
{
	static uint8_t many[AGE_STANZAS_MAX + 1][KEY_OCTETS];
	struct sealing sealing;
	struct age_buffer out = {0};
	begin(&sealing);
	for (size_t i = 0; i < AGE_STANZAS_MAX + 1; i++)
		memcpy(many[i], sealing.keys[i == AGE_STANZAS_MAX - 1 ? 0 : 3].public.seal,
		       KEY_OCTETS);
	struct age_recipients to = {many, AGE_STANZAS_MAX + 1};
	const struct age_octets plain = {sealing.plain, 10};
	assert_int_equal(age_seal(&to, plain, &sealing.random, &sealing.complaint, &out),
			 ERR_LIMIT);
	to.count = 0;
	assert_int_equal(age_seal(&to, plain, &sealing.random, &sealing.complaint, &out),
			 ERR_LIMIT);
	to.count = AGE_STANZAS_MAX;
	assert_int_equal(age_seal(&to, plain, &sealing.random, &sealing.complaint, &out), OK);
	const struct age_octets sealed = {out.data, out.size};
	struct age_identities identities = {sealing.keys, 1, 10};
	struct age_buffer got = {0};
	assert_int_equal(age_open(&identities, sealed, &sealing.complaint, &got), OK);
	age_buffer_release(&got);
	identities.plain_max = 9;
	assert_int_equal(age_open(&identities, sealed, &sealing.complaint, &got), ERR_LIMIT);
	identities.count = 0;
	assert_int_equal(age_open(&identities, sealed, &sealing.complaint, &got), ERR_PERMISSION);
	age_buffer_release(&out);
	/* A key to which nothing can be sealed. */
	memset(many[0], 0, KEY_OCTETS);
	assert_int_equal(age_seal(&to, plain, &sealing.random, &sealing.complaint, &out),
			 ERR_FORMAT);
	memory_give(sealing.plain);
	(void)state;
}

/* Headers put together by hand: what each is refused for. */
static void test_headers(void **state)
{
#define V1 "age-encryption.org/v1\n"
#define SHARE "O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHCY"
#define BODY "3aKjozt9agh7jGmvOKvR4iax41Wl4zj95MKK4X9JuWc"
#define END "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n"
	static const struct {
		const char *text;
		int error;
	} rows[] = {
		{"", ERR_FORMAT},
		{"age", ERR_FORMAT},
		{"age-encryption.org/v2\n", ERR_UNSUPPORTED},
		{"age-encryption.org/\n", ERR_UNSUPPORTED},
		{"age-encryption.org/v1\r\n", ERR_FORMAT},
		{V1, ERR_FORMAT},
		{V1 END, ERR_FORMAT},
		{V1 "-> X25519 " SHARE "\n" BODY "\n" END, ERR_PERMISSION},
		{V1 "-> one two three\n\n" END, ERR_PERMISSION},
		{V1
		 "-> one\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" END,
		 ERR_FORMAT},
		{V1
		 "-> one\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n" END,
		 ERR_PERMISSION},
		{V1 "-> X25519 " SHARE "\n" BODY "=\n" END, ERR_FORMAT},
		{V1 "-> X25519 " SHARE "=\n" BODY "\n" END, ERR_FORMAT},
		{V1 "-> X25519 " SHARE " more\n" BODY "\n" END, ERR_FORMAT},
		{V1 "-> X25519\n" BODY "\n" END, ERR_FORMAT},
		{V1 "-> X25519 " SHARE "\nAAAA\n" END, ERR_FORMAT},
		{V1 "-> one\nAB\n" END, ERR_FORMAT}, /* bits beyond the data */
		{V1 "-> one  two\n\n" END, ERR_FORMAT},
		{V1 "-> one \n\n" END, ERR_FORMAT},
		{V1 "->\n\n" END, ERR_FORMAT},
		{V1 "-> \xc3\xa4\n\n" END, ERR_FORMAT},
		{V1 "-> a a a a a a a a a a a a a a a a a\n\n" END, ERR_LIMIT},
		{V1 "-> one\n\n--- AAAA\n", ERR_FORMAT},
		{V1 "-> one\n\n---\n", ERR_FORMAT},
		/* A share of zeros. */
		{V1 "-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" BODY "\n" END,
		 ERR_FORMAT},
	};
	struct sealing sealing;
	begin(&sealing);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const int error =
			refused(&sealing, (const uint8_t *)rows[i].text, strlen(rows[i].text));
		if (error != rows[i].error)
			fail_msg("row %zu: %d for %d: %s", i, error, rows[i].error,
				 sealing.complaint.text);
	}
	memory_give(sealing.plain);
	(void)state;
}

static void test_armour(void **state)
{
	struct sealing sealing;
	struct age_buffer armoured = {0};
	struct age_buffer got = {0};
	char text[8192];
	begin(&sealing);
	struct age_buffer sealed = seal(&sealing, 100);
	assert_int_equal(age_armour((struct age_octets){sealed.data, sealed.size}, &armoured), OK);
	/* White space around it, and CRLF throughout. */
	size_t length = (size_t)snprintf(text, sizeof(text), " \r\n");
	for (size_t i = 0; i < armoured.size; i++) {
		if (armoured.data[i] == '\n')
			text[length++] = '\r';
		text[length++] = (char)armoured.data[i];
	}
	text[length++] = '\n';
	const struct age_octets returns = {(const uint8_t *)text, length};
	assert_int_equal(age_unarmour(returns, &sealing.complaint, &got), OK);
	assert_int_equal(got.size, sealed.size);
	assert_memory_equal(got.data, sealed.data, got.size);
	age_buffer_release(&got);
	/* One line ends otherwise. */
	char *second = strstr(strstr(text, "\r\n") + 2, "\r\n") + 2;
	second = strstr(second, "\r\n");
	assert_non_null(second);
	second[0] = 'A';
	assert_int_equal(age_unarmour(returns, &sealing.complaint, &got), ERR_FORMAT);
	/* Cut anywhere but in the white space at the end. */
	for (size_t i = 0; i + 1 < armoured.size; i++)
		(void)refused(&sealing, armoured.data, i);
	/* Any other character, anywhere. */
	for (size_t i = 0; i + 1 < armoured.size; i++) {
		armoured.data[i] ^= 1;
		(void)refused(&sealing, armoured.data, armoured.size);
		armoured.data[i] ^= 1;
	}
	age_buffer_release(&armoured);
	age_buffer_release(&sealed);
	memory_give(sealing.plain);
	(void)state;
}

static void test_memory(void **state)
{
	struct sealing sealing;
	begin(&sealing);
	const long before = memory_in_use();
	FOR_EACH_FAILURE(allocation)
	{
		const struct age_recipients to = {sealing.to, RECIPIENTS};
		struct age_buffer sealed = {0}, armoured = {0}, plain = {0};
		int error = age_seal(&to, (struct age_octets){sealing.plain, 1000}, &sealing.random,
				     &sealing.complaint, &sealed);
		if (error == OK)
			error = age_armour((struct age_octets){sealed.data, sealed.size},
					   &armoured);
		if (error == OK)
			error = open_as(&sealing, 0,
					(struct age_octets){armoured.data, armoured.size}, &plain);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		age_buffer_release(&sealed);
		age_buffer_release(&armoured);
		age_buffer_release(&plain);
		assert_int_equal(memory_in_use(), before);
	}
	memory_give(sealing.plain);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),   cmocka_unit_test(test_altered),
		cmocka_unit_test(test_chunks),  cmocka_unit_test(test_limits),
		cmocka_unit_test(test_headers), cmocka_unit_test(test_armour),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
