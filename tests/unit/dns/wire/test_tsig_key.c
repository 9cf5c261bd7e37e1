/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of TSIG in both forms, and what is none. */
#include "dns/wire/tsig_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct tsig_key read_key(const char *text)
{
	struct tsig_key key;
	struct complaint complaint = {""};
	if (tsig_key_read(text, strlen(text), &key, &complaint) != OK)
		fail_msg("%s: %s", text, complaint.text);
	return key;
}

static void test_clause(void **state)
{
	(void)state;
	struct tsig_key key = read_key("key \"Transfer.Example\" {\n\talgorithm hmac-sha384;\n"
				       "\tsecret \"c2VjcmV0\";\n};\n");
	assert_true(name_equal_exactly(key.name.octets, (const uint8_t *)"\x08transfer\x07"
									 "example"));
	assert_int_equal(key.algorithm, TSIG_HMAC_SHA384);
	assert_int_equal(key.secret_size, 6);
	assert_memory_equal(key.secret, "secret", 6);
	tsig_key_wipe(&key);
	assert_int_equal(key.secret_size, 0);
	assert_int_equal(key.secret[0], 0);
	key = read_key("# a\n// b\n/* c\n */ key k { secret c2VjcmV0 ; algorithm "
		       "HMAC-MD5.SIG-ALG.REG.INT; } ; /* d */");
	assert_int_equal(key.algorithm, TSIG_HMAC_MD5);
}

static void test_line(void **state)
{
	(void)state;
	struct tsig_key key = read_key("hmac-sha1:k.example.:c2VjcmV0\n");
	assert_int_equal(key.algorithm, TSIG_HMAC_SHA1);
	assert_true(name_equal(key.name.octets, (const uint8_t *)"\1k\7example"));
	key = read_key("k.example:c2VjcmV0");
	assert_int_equal(key.algorithm, TSIG_HMAC_SHA256);
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"key",
		"key k",
		"key k { }",
		"key k { };",
		"key k { algorithm hmac-sha256; };",
		"key k { secret c2VjcmV0; };",
		"key k { algorithm hmac-sha256; secret c2VjcmV0; }",
		"key k { algorithm hmac-sha256; secret c2VjcmV0 };",
		"key k { algorithm hmac-sha256; secret c2VjcmV0; secret c2VjcmV0; };",
		"key k { algorithm hmac-sha3; secret c2VjcmV0; };",
		"key k { algorithm hmac-sha256; secret c2VjcmV; };",
		"key k { algorithm hmac-sha256; secret \"\"; };",
		"key k { algorithm hmac-sha256; secret \"c2VjcmV0; };",
		"key k..k { algorithm hmac-sha256; secret c2VjcmV0; };",
		"key k { algorithm hmac-sha256; secret c2VjcmV0; }; key l { };",
		"/* key k { algorithm hmac-sha256; secret c2VjcmV0; };",
		"c2VjcmV0",
		"hmac-sha3:k:c2VjcmV0",
		"k:",
		"k:c2VjcmV0 k:c2VjcmV0",
		"a:b:c:c2VjcmV0",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct tsig_key key;
		struct complaint complaint = {""};
		if (tsig_key_read(texts[i], strlen(texts[i]), &key, &complaint) == OK)
			fail_msg("%s is read", texts[i]);
		assert_true(complaint.text[0] != '\0');
		/* Whatever was misread may be the secret. */
		assert_null(strstr(complaint.text, "c2Vjcm"));
	}
	static char large[TSIG_TEXT_MAX + 1];
	struct tsig_key key;
	memset(large, ' ', sizeof(large));
	assert_int_equal(tsig_key_read(large, sizeof(large), &key, NULL), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clause),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests_name("dns/wire tsig_key", tests, NULL, NULL);
}
