/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose name servers are: white labels, vanity names, resellers, two operators, wrong rules. */
#include "judge/adopt/operator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct suffix_list *suffixes;
	struct operators *operators;
};

static void begin(struct fixture *fixture, const char *rules)
{
	const struct operators_file file = {
		.path = "rules", .text = rules, .size = rules ? strlen(rules) : 0};

	arena_init(&fixture->arena, (size_t)1 << 20, 0);
	assert_int_equal(suffix_built_in(&fixture->suffixes, NULL), OK);
	assert_int_equal(operators_new(fixture->suffixes, rules ? &file : NULL, &fixture->operators,
				       NULL),
			 OK);
}

static void end(struct fixture *fixture)
{
	operators_free(fixture->operators);
	suffix_free(fixture->suffixes);
	arena_release(&fixture->arena);
}

/* `words`: the domain, then name and address of each name server, then NULL. */
static struct observation subject(struct fixture *fixture, const char *const *words)
{
	struct observation_builder builder;
	struct name name;
	struct ip ip;

	assert_int_equal(name_from_text(words[0], &name, NULL), OK);
	observation_builder_init(&builder, &fixture->arena, name.octets);
	for (size_t i = 1; words[i]; i += 2) {
		assert_int_equal(name_from_text(words[i], &name, NULL), OK);
		assert_int_equal(ip_from_text(words[i + 1], &ip), OK);
		const int host = observation_host(&builder, name.octets);
		const int server = observation_server(&builder, &ip, 53);

		assert_true(host >= 0 && server >= 0);
		builder.observation.hosts[host].flags |= HOST_AT_PARENT;
		assert_int_equal(observation_host_address(&builder, host, server, false), OK);
	}
	return builder.observation;
}

static void is_decided(struct fixture *fixture, const struct observation *observation, uint8_t host,
		       const char *name, enum operator_rule rule)
{
	struct operator_decision decision;

	assert_int_equal(operators_decide(fixture->operators, &fixture->arena, observation, host,
					  &decision),
			 OK);
	assert_string_equal(decision.name, name);
	assert_int_equal(decision.rule, rule);
	assert_non_null(operator_words(&fixture->arena, &decision));
}

static void without_rules(void **state)
{
	struct fixture fixture;
	static const char *const words[] = {"d.example",        "ns1.Host.co.uk", "192.0.2.1",
					    "ns.awsdns-07.org", "192.0.2.2",      NULL};

	begin(&fixture, NULL);
	const struct observation observation = subject(&fixture, words);

	is_decided(&fixture, &observation, 0, "host.co.uk", OPERATOR_BY_REGISTRABLE);
	is_decided(&fixture, &observation, 1, "Amazon Route 53", OPERATOR_BY_SUFFIX);
	end(&fixture);
}

static void vanity(void **state)
{
	struct fixture fixture;
	static const char *const other[] = {"other.example", "ns1.host.net", "192.0.2.1", NULL};
	static const char *const words[] = {"d.example",     "ns1.d.example", "192.0.2.1",
					    "ns2.d.example", "192.0.2.9",     NULL};

	begin(&fixture, NULL);
	const struct observation teacher = subject(&fixture, other);
	const struct observation observation = subject(&fixture, words);

	is_decided(&fixture, &observation, 0, OPERATOR_OWN_NAME, OPERATOR_OWN);
	/* Its own names teach nothing. */
	assert_int_equal(operators_learn(fixture.operators, &observation), OK);
	is_decided(&fixture, &observation, 0, OPERATOR_OWN_NAME, OPERATOR_OWN);
	assert_int_equal(operators_learn(fixture.operators, &teacher), OK);
	is_decided(&fixture, &observation, 0, "host.net", OPERATOR_BY_ADDRESS);
	is_decided(&fixture, &observation, 1, OPERATOR_OWN_NAME, OPERATOR_OWN);
	end(&fixture);
}

static void rules_in_order(void **state)
{
	struct fixture fixture;
	static const char *const words[] = {"Sold.example",  "ns1.white.net", "192.0.2.1",
					    "ns2.other.net", "198.51.100.7",  NULL};
	static const char *const reseller[] = {"mine.example", "ns1.white.net", "192.0.2.1", NULL};

	begin(&fixture, "# ours\nsuffix white.net | Big Host\nprefix 198.51.100.0/25 | Net\n"
			"suffix other.net | Later\ndomain mine.example | Reseller\n");
	const struct observation observation = subject(&fixture, words);
	const struct observation sold = subject(&fixture, reseller);
	struct operator_decision decision;

	is_decided(&fixture, &observation, 0, "Big Host", OPERATOR_BY_SUFFIX);
	is_decided(&fixture, &observation, 1, "Net", OPERATOR_BY_PREFIX);
	assert_int_equal(operators_decide(fixture.operators, &fixture.arena, &observation, 1,
					  &decision),
			 OK);
	assert_int_equal(decision.line, 3);
	assert_string_equal(operator_words(&fixture.arena, &decision),
			    "a rule says so of the name server's address (line 3 of the operators "
			    "file)");
	/* The first rule that fits counts, whatever its kind. */
	is_decided(&fixture, &sold, 0, "Big Host", OPERATOR_BY_SUFFIX);
	end(&fixture);
	begin(&fixture, "domain mine.example | Reseller\nsuffix white.net | Big Host\n");
	const struct observation again = subject(&fixture, reseller);

	is_decided(&fixture, &again, 0, "Reseller", OPERATOR_BY_DOMAIN);
	end(&fixture);
}

static void two_operators(void **state)
{
	struct fixture fixture;
	static const char *const words[] = {"d.example", "a.one.net", "192.0.2.1", "b.one.net",
					    "192.0.2.2", "a.two.net", "192.0.2.3", NULL};
	struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
	uint8_t count = 0;

	begin(&fixture, NULL);
	const struct observation observation = subject(&fixture, words);

	assert_int_equal(operators_of(fixture.operators, &fixture.arena, &observation, decisions,
				      &count),
			 OK);
	/* Each once, whoever has more names. */
	assert_int_equal(count, 2);
	assert_string_equal(decisions[0].name, "one.net");
	assert_string_equal(decisions[1].name, "two.net");
	end(&fixture);
}

static void wrong_rules(void **state)
{
	static const struct {
		const char *text, *words;
	} wrong[] = {
		{"\nsuffix\n", "line 2 of 'rules': a rule is like"},
		{"sufix a.net | A\n", "line 1 of 'rules': a rule begins with"},
		{"suffix | A\n", "nothing, or too much, stands behind 'suffix'"},
		{"suffix a..net | A\n", "line 1 of 'rules'"},
		{"suffix . | A\n", "the root would take every name server"},
		{"suffix a*b.net | A\n", "a * may only end a label of a suffix"},
		{"domain a*.net | A\n", "a * may only end a label of a suffix"},
		{"prefix 192.0.2.0 | A\n", "is no prefix like 192.0.2.0/24"},
		{"prefix 192.0.2.0/33 | A\n", "is no prefix like 192.0.2.0/24"},
		{"prefix 192.0.2.0/0 | A\n", "is no prefix like 192.0.2.0/24"},
		{"prefix 192.0.2.1/24 | A\n", "'192.0.2.1/24' has bits behind its length"},
		{"suffix a.net | \n", "the operator's name has 1 to 80 octets"},
		{"suffix a.net | A | B\n", "the operator's name has 1 to 80 octets"},
		{"suffix a.net | \033[2J\n", "control characters"},
		{"suffix a.net\t| A\033\n", "the operator's name has 1 to 80 octets"},
	};
	struct suffix_list *suffixes;

	assert_int_equal(suffix_built_in(&suffixes, NULL), OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct operators_file file = {
			.path = "rules", .text = wrong[i].text, .size = strlen(wrong[i].text)};
		struct complaint complaint = {""};
		struct operators *operators = NULL;

		assert_int_equal(operators_new(suffixes, &file, &operators, &complaint),
				 ERR_FORMAT);
		assert_null(operators);
		assert_non_null(strstr(complaint.text, wrong[i].words));
	}
	suffix_free(suffixes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_rules),  cmocka_unit_test(vanity),
		cmocka_unit_test(rules_in_order), cmocka_unit_test(two_operators),
		cmocka_unit_test(wrong_rules),
	};

	return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
