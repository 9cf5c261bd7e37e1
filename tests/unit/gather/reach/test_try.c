/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is tried and what is refused at once; nothing is connected to, since no name is found. */
#include "dns/wire/name.h"
#include "gather/reach/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct lab {
	struct clock clock;
	struct random random;
	struct loop *loop;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct trust *trust;
	struct complaint complaint;
	struct reach *reach;
	size_t told, worked, bodies, left_out;
	char words[REACH_WORDS_MAX];
};

static struct reach_settings settings_of(const struct lab *lab)
{
	return (struct reach_settings){
		.loop = lab->loop,
		.resolver = lab->resolver,
		.trust = (const struct trust *)&lab->trust, /* not looked at: nothing connects */
		.sender = "",
		.now_s = 1,
		.timeout_ms = 200,
	};
}

static int set_up(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	/* Nobody listens there. */
	const struct address nobody = address_from_ipv4((const uint8_t[4]){127, 0, 0, 1}, 9);
	assert_non_null(lab);
	lab->clock = clock_system();
	random_system(&lab->random);
	assert_int_equal(loop_new(&lab->clock, &lab->loop), OK);
	const struct transport_settings limits = {.rate_per_server = 0};
	assert_int_equal(transport_new(lab->loop, &limits, &lab->random, &lab->transport, NULL),
			 OK);
	lab->verifier = verifier_new(NULL, &lab->random);
	assert_non_null(lab->verifier);
	const struct resolver_settings settings = {
		.hints = &nobody, .hint_count = 1, .random = &lab->random, .clock = &lab->clock};
	assert_int_equal(resolver_new(lab->loop, lab->transport, lab->verifier, &settings,
				      &lab->resolver),
			 OK);
	const struct reach_settings of = settings_of(lab);
	assert_int_equal(reach_new(&of, &lab->complaint, &lab->reach), OK);
	*state = lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	resolver_free(lab->resolver);
	reach_free(lab->reach);
	transport_free(lab->transport);
	verifier_free(lab->verifier);
	loop_free(lab->loop);
	free(lab);
	return 0;
}

static void done(void *context, const struct reach_result *result)
{
	struct lab *lab = context;
	lab->told++;
	lab->worked += result->worked;
	lab->left_out += result->left_out;
	lab->bodies += result->body != NULL;
	assert_true(strlen(result->words) < sizeof(lab->words));
	memcpy(lab->words, result->words, strlen(result->words) + 1);
	loop_stop(lab->loop);
}

static int try_one(struct lab *lab, enum reach_kind kind, const char *value)
{
	const struct reach_order order = {.kind = kind, .value = value};
	return reach_try(lab->reach, &order, done, lab, &lab->complaint);
}

static void test_refused(void **state)
{
	static const struct {
		enum reach_kind kind;
		const char *value, *words;
	} rows[] = {
		{REACH_MAIL, "", "no mail address"},
		{REACH_MAIL, "@a.example", "no mail address"},
		{REACH_MAIL, "a", "no mail address"},
		{REACH_MAIL, "a@a..example", "no mail address"},
		{REACH_MAIL, "a@a.example\r\nDATA", "not plain"},
		{REACH_MAIL, "a@a.example>", "not plain"},
		{REACH_WEBHOOK, "http://a.example/TOKEN", "https://"},
		{REACH_WEBHOOK, "https://", "no host"},
		{REACH_WEBHOOK, "https:///TOKEN", "no host"},
		{REACH_WEBHOOK, "https://a_b@c.example/TOKEN", "no host"},
		{REACH_WEBHOOK, "https://[::1]/", "port"},
		{REACH_WEBHOOK, "https://a.example:/", "port"},
		{REACH_WEBHOOK, "https://a.example:25/TOKEN", "port"},
		{REACH_WEBHOOK, "https://a.example:70000/", "port"},
		{REACH_WEBHOOK, "https://a.example:443a/", "port"},
		{REACH_WEBHOOK, "https://a.example/TOKEN b", "not plain"},
		{REACH_DOCUMENT, "ftp://a.example/", "https://"},
	};
	struct lab *lab = *state;
	char value[REACH_VALUE_MAX + 2];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lab->complaint.text[0] = '\0';
		if (try_one(lab, rows[i].kind, rows[i].value) != ERR_ARGUMENT)
			fail_msg("'%s' is taken", rows[i].value);
		if (strstr(lab->complaint.text, rows[i].words) == NULL)
			fail_msg("'%s': '%s'", rows[i].value, lab->complaint.text);
		/* It may be a secret. */
		assert_null(strstr(lab->complaint.text, "TOKEN"));
	}
	memset(value, 'a', sizeof(value));
	value[1] = '@';
	value[sizeof(value) - 1] = '\0';
	assert_int_equal(try_one(lab, REACH_MAIL, value), ERR_ARGUMENT);
	assert_int_equal(lab->told, 0);
}

/* What would be a command of its own, or be cut. */
static void test_senders(void **state)
{
	static const char *const senders[] = {"a@b.example>\r\nRCPT TO:<x@c.example",
					      "a b@c.example", "a@b.example\x7f",
					      "\xc3\xa9@b.example"};
	struct lab *lab = *state;
	struct reach_settings settings = settings_of(lab);
	struct reach *reach = NULL;
	char longest[REACH_VALUE_MAX + 2];
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		settings.sender = senders[i];
		assert_int_equal(reach_new(&settings, &lab->complaint, &reach), ERR_ARGUMENT);
	}
	memset(longest, 'a', sizeof(longest));
	longest[REACH_VALUE_MAX + 1] = '\0';
	settings.sender = longest;
	assert_int_equal(reach_new(&settings, &lab->complaint, &reach), ERR_ARGUMENT);
	longest[REACH_VALUE_MAX] = '\0';
	assert_int_equal(reach_new(&settings, &lab->complaint, &reach), OK);
	reach_free(reach);
}

/* Each ends within its time, also where no name server answers. */
static void test_not_found(void **state)
{
	static const char *const values[] = {"a@a.example", "https://a.example/",
					     "https://a.example:8443?a"};
	struct lab *lab = *state;
	for (size_t kind = REACH_MAIL; kind <= REACH_DOCUMENT; kind++) {
		assert_int_equal(try_one(lab, (enum reach_kind)kind, values[kind]), OK);
		assert_int_equal(lab->told, kind);
		assert_int_equal(loop_run(lab->loop), OK);
		assert_int_equal(lab->told, kind + 1);
		assert_true(lab->words[0] != '\0');
	}
	assert_true(lab->worked == 0 && lab->bodies == 0);
}

static bool everybody(void *context, const uint8_t *name)
{
	(void)context;
	return !name_is_root(name);
}

/* Nobody is asked where it is, and it did not fail. */
static void test_left_out(void **state)
{
	static const char *const values[] = {"a@a.example", "https://a.example/",
					     "https://a.example:8443?a"};
	struct lab *lab = *state;
	struct reach_settings settings = settings_of(lab);
	settings.opted_out_name = everybody;
	reach_free(lab->reach);
	assert_int_equal(reach_new(&settings, &lab->complaint, &lab->reach), OK);
	for (size_t kind = REACH_MAIL; kind <= REACH_DOCUMENT; kind++) {
		assert_int_equal(try_one(lab, (enum reach_kind)kind, values[kind]), OK);
		assert_int_equal(lab->told, kind);
		assert_int_equal(loop_run(lab->loop), OK);
		assert_int_equal(lab->told, kind + 1);
		assert_int_equal(lab->left_out, kind + 1);
		assert_string_equal(lab->words, "left out, as its owner asked: 'a.example'");
	}
	assert_int_equal(lab->worked, 0);
	assert_int_equal(transport_counts(lab->transport).sent_udp, 0);
}

/* Nobody is told after the end. */
static void test_given_up(void **state)
{
	struct lab *lab = *state;
	assert_int_equal(try_one(lab, REACH_MAIL, "a@a.example"), OK);
	assert_int_equal(try_one(lab, REACH_WEBHOOK, "https://a.example"), OK);
	assert_int_equal(lab->told, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_senders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_given_up, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
