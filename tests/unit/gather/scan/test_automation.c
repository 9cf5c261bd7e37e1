/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is looked up of signalling names and of DSYNC, and what nobody asks for. */
#include "gather/scan/scan_lab.h"

static const struct lookup *lookup(const struct lab *lab, const char *text, uint16_t type)
{
	const int index = observation_find_lookup(&lab->seen, fake_name(text).octets, type);
	return index < 0 ? NULL : &lab->seen.lookups[index];
}

static void begin(struct lab *lab)
{
	scan_free(lab->scan);
	lab_scan(lab, NEED_AUTOMATION, 0);
}

#define CDS                      \
	" 300 IN CDS 4711 13 2 " \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Signed, with CDS, and without DS. */
static struct fake_zone *add_waiting(struct lab *lab, const char *name)
{
	static const char *const addresses[] = {"192.0.2.11", "2001:db8::11", "192.0.2.12",
						"2001:db8::12"};
	char text[1024];
	snprintf(text, sizeof(text),
		 "%s 3600 IN NS ns1.op.tld.\n%s 3600 IN NS ns2.op.tld.\n%s" CDS "\n", name, name,
		 name);
	struct fake_zone *zone = fake_zone_add(lab->net, name, 31, text);
	for (unsigned int i = 1; i <= 2; i++) {
		snprintf(text, sizeof(text), "%s 3600 IN NS ns%u.op.tld.", name, i);
		fake_record(lab->net, lab->tld, text);
	}
	for (unsigned int i = 0; i < 4; i++)
		fake_serve(lab->net, addresses[i], zone);
	return zone;
}

static void nobody_signals(void **state)
{
	struct lab *lab = *state;
	(void)add_waiting(lab, "waits.tld.");
	begin(lab);
	const struct observation *seen = lab_look(lab, "waits.tld.");
	/* One question for each name server, one for the parent, and no further ones. */
	assert_int_equal(seen->lookup_count, 3);
	assert_int_equal(lookup(lab, "_signal.ns1.op.tld.", TYPE_NS)->result,
			 LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(lookup(lab, "_signal.ns2.op.tld.", TYPE_NS)->result,
			 LOOKUP_RESULT_NXDOMAIN);
	assert_int_equal(lookup(lab, "_dsync.tld.", TYPE_DSYNC)->result, LOOKUP_RESULT_NXDOMAIN);
}

static void an_operator_signals(void **state)
{
	struct lab *lab = *state;
	(void)add_waiting(lab, "waits.tld.");
	fake_record(lab->net, lab->op, "_dsboot.waits.tld._signal.ns1.op.tld." CDS);
	begin(lab);
	(void)lab_look(lab, "waits.tld.");
	const struct lookup *cds = lookup(lab, "_dsboot.waits.tld._signal.ns1.op.tld.", TYPE_CDS);
	assert_non_null(cds);
	assert_int_equal(cds->result, LOOKUP_RESULT_FOUND);
	assert_int_equal(cds->security, SECURITY_INSECURE);
	assert_int_equal(lookup(lab, "_dsboot.waits.tld._signal.ns1.op.tld.", TYPE_CDNSKEY)->result,
			 LOOKUP_RESULT_NODATA);
	assert_null(lookup(lab, "_dsboot.waits.tld._signal.ns2.op.tld.", TYPE_CDS));
}

static void who_need_not_wait(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "plain.tld.", 0);
	struct fake_zone *zone = add_waiting(lab, "trusted.tld.");
	fake_delegate_securely(lab->net, lab->tld, zone);
	(void)add_waiting(lab, "other.tld.");
	zone = add_waiting(lab, "asks-nothing.tld.");
	zone->count--;
	begin(lab);
	(void)lab_look(lab, "plain.tld.");
	assert_null(lookup(lab, "_signal.ns1.op.tld.", TYPE_NS));
	(void)lab_look(lab, "trusted.tld.");
	assert_null(lookup(lab, "_signal.ns1.op.tld.", TYPE_NS));
	(void)lab_look(lab, "other.tld.");
	assert_non_null(lookup(lab, "_signal.ns1.op.tld.", TYPE_NS));
}

/* Type CDS, scheme NOTIFY, port 5359. */
#define DSYNC_OCTETS "003b0114ef"

static void parents_that_take_notifications(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "plain.tld.", 0);
	(void)lab_domain(lab, "good.tld.", 9);
	/* "hear.tld." has an address, "gone.tld." does not exist. */
	fake_record(lab->net, lab->tld, "hear.tld. 300 IN A 192.0.2.77");
	fake_record(lab->net, lab->tld,
		    "plain._dsync.tld. 300 IN TYPE66 \\# 15 " DSYNC_OCTETS "0468656172"
		    "03746c6400");
	fake_record(lab->net, lab->tld,
		    "good._dsync.tld. 300 IN TYPE66 \\# 15 " DSYNC_OCTETS "04676f6e65"
		    "03746c6400");
	begin(lab);
	(void)lab_look(lab, "plain.tld.");
	assert_int_equal(lookup(lab, "_dsync.tld.", TYPE_DSYNC)->result, LOOKUP_RESULT_NODATA);
	assert_int_equal(lookup(lab, "plain._dsync.tld.", TYPE_DSYNC)->result, LOOKUP_RESULT_FOUND);
	assert_int_equal(lookup(lab, "plain._dsync.tld.", TYPE_DSYNC)->security, SECURITY_SECURE);
	assert_int_equal(lookup(lab, "hear.tld.", TYPE_A)->result, LOOKUP_RESULT_FOUND);
	(void)lab_look(lab, "good.tld.");
	assert_int_equal(lookup(lab, "gone.tld.", TYPE_AAAA)->result, LOOKUP_RESULT_NXDOMAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_signals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_operator_signals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_need_not_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parents_that_take_notifications, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("gather/scan automation", tests, NULL, NULL);
}
