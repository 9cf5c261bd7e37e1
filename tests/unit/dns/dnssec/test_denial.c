/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs: the examples of RFC 4035 app. B and RFC 5155 app. B, and what must not pass for one. */
#include "dns/dnssec/denial.h"
#include "dns/wire/type.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The zone of RFC 4035 app. A. */
#define APEX "example. 3600 IN NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY\n"
#define NSEC_A "a.example. 3600 IN NSEC ai.example. NS DS RRSIG NSEC\n"
#define NSEC_B "b.example. 3600 IN NSEC ns1.example. NS RRSIG NSEC\n"
#define NSEC_NS1 "ns1.example. 3600 IN NSEC ns2.example. A RRSIG NSEC\n"
#define NSEC_NS2 "ns2.example. 3600 IN NSEC *.w.example. A RRSIG NSEC\n"
#define NSEC_STAR "*.w.example. 3600 IN NSEC x.w.example. MX RRSIG NSEC\n"
#define NSEC_XW "x.w.example. 3600 IN NSEC x.y.w.example. MX RRSIG NSEC\n"
#define NSEC_XYW "x.y.w.example. 3600 IN NSEC xx.example. MX RRSIG NSEC\n"
#define NSEC_XX "xx.example. 3600 IN NSEC example. A HINFO AAAA RRSIG NSEC\n"

/* The zone of RFC 5155 app. A, without opt-out; flags are replaced where a case wants it. */
#define H(owner, next, types) owner ".example. 3600 IN NSEC3 1 0 12 aabbccdd " next " " types "\n"
#define H_APEX                                                                    \
	H("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "2t7b4g4vsa5smi47k61mv5bv1a22bojr", \
	  "MX DNSKEY NS SOA NSEC3PARAM RRSIG")
#define H_NS1 H("2t7b4g4vsa5smi47k61mv5bv1a22bojr", "2vptu5timamqttgl4luu9kg21e0aor3s", "A RRSIG")
#define H_A H("35mthgpgcu1qg68fab165klnsnk3dpvl", "b4um86eghhds6nea196smvmlo4ors995", "NS DS RRSIG")
#define H_XW H("b4um86eghhds6nea196smvmlo4ors995", "gjeqe526plbf1g8mklp59enfd789njgi", "MX RRSIG")
#define H_YW H("ji6neoaepv8b5o6k4ev33abha8ht9fgc", "k8udemvp1j2f7eg6jebps17vp3n8i58h", "")
#define H_W H("k8udemvp1j2f7eg6jebps17vp3n8i58h", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi", "")
#define H_NS2 H("q04jkcevqvmu85r014c7dkba38o0ji5r", "r53bq7cc2uvmubfu5ocmm6pers9tk9en", "A RRSIG")
#define H_STAR H("r53bq7cc2uvmubfu5ocmm6pers9tk9en", "t644ebqk9bibcna874givr6joj62mlhv", "MX RRSIG")

/* An RRSIG of a type at an owner with so many labels; its signature is nobody's business here. */
#define LABELS_28 "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
#define SIGNED(owner, type, labels)                                                         \
	owner " 3600 IN RRSIG " type " 13 " labels " 3600 20300101000000 20200101000000 1 " \
	      "example. AAAA\n"

struct proof {
	const char *what;
	const char *records;
	const char *name;
	uint16_t type;
	enum denial denial;
};

static const struct proof nsec_proofs[] = {
	{"B.2 name error", NSEC_B APEX, "ml.example.", TYPE_A, DENIAL_NXDOMAIN},
	{"B.3 no data", NSEC_NS1, "ns1.example.", TYPE_MX, DENIAL_NODATA},
	{"B.5 referral to an unsigned zone", NSEC_B, "b.example.", TYPE_DS, DENIAL_NO_DS},
	{"B.7 wildcard no data", NSEC_XYW NSEC_STAR, "a.z.w.example.", TYPE_AAAA,
	 DENIAL_WILDCARD_NODATA},
	{"B.8 DS asked at the child", APEX, "example.", TYPE_DS, DENIAL_INCOMPLETE},
	{"empty non-terminal", NSEC_XW, "y.w.example.", TYPE_A, DENIAL_NODATA},
	{"empty non-terminal before a wildcard", NSEC_NS2, "w.example.", TYPE_A, DENIAL_NODATA},
	{"last name of the zone", NSEC_XX APEX, "z.example.", TYPE_A, DENIAL_NXDOMAIN},
	{"deep below nothing", NSEC_XX APEX, "a.b.c.z.example.", TYPE_A, DENIAL_NXDOMAIN},
	{"the type is there", NSEC_NS1, "ns1.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"wildcard not denied", NSEC_B, "ml.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"name not denied", APEX, "ml.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"wildcard has the type", NSEC_XYW NSEC_STAR, "a.z.w.example.", TYPE_MX, DENIAL_INCOMPLETE},
	/* RFC 6840 s4.1 */
	{"below a delegation", NSEC_B APEX, "x.b.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"beside a delegation's NS", NSEC_B, "b.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"a delegation's DS is there", NSEC_A, "a.example.", TYPE_DS, DENIAL_INCOMPLETE},
	{"below a DNAME", "d.example. 3600 IN NSEC e.example. DNAME RRSIG NSEC\n" APEX,
	 "x.d.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"at a DNAME", "d.example. 3600 IN NSEC e.example. DNAME RRSIG NSEC\n", "d.example.",
	 TYPE_A, DENIAL_NODATA},
	/* RFC 6840 s4.3 */
	{"a CNAME is there", "c.example. 3600 IN NSEC d.example. CNAME RRSIG NSEC\n", "c.example.",
	 TYPE_A, DENIAL_INCOMPLETE},
	/* RFC 6840 s4.4 */
	{"the child's apex", "b.example. 3600 IN NSEC x.b.example. NS SOA RRSIG NSEC\n",
	 "b.example.", TYPE_DS, DENIAL_INCOMPLETE},
	{"a next name beyond the zone", "m.example. 3600 IN NSEC b.test. A RRSIG NSEC\n" APEX,
	 "z.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"a chain that turns back early", "m.example. 3600 IN NSEC c.example. A RRSIG NSEC\n" APEX,
	 "z.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"a zone of one name", "example. 3600 IN NSEC example. NS SOA RRSIG NSEC\n", "x.example.",
	 TYPE_A, DENIAL_NXDOMAIN},
	{"another zone's records", "b.test. 3600 IN NSEC ns.test. A RRSIG NSEC\n", "ml.example.",
	 TYPE_A, DENIAL_INCOMPLETE},
	{"a name of another zone", NSEC_B APEX, "ml.test.", TYPE_A, DENIAL_INCOMPLETE},
	{"any type", NSEC_NS1, "ns1.example.", TYPE_ANY, DENIAL_INCOMPLETE},
	{"case does not matter", "B.example. 3600 IN NSEC NS1.example. NS RRSIG NSEC\n" APEX,
	 "Ml.eXample.", TYPE_A, DENIAL_NXDOMAIN},
	{"a delegation at the wildcard",
	 NSEC_XYW "*.w.example. 3600 IN NSEC x.w.example. NS RRSIG NSEC\n", "a.z.w.example.",
	 TYPE_AAAA, DENIAL_INCOMPLETE},
	{"an empty wildcard", NSEC_XYW "ns2.example. 3600 IN NSEC a.*.w.example. A RRSIG NSEC\n",
	 "a.z.w.example.", TYPE_AAAA, DENIAL_WILDCARD_NODATA},
	{"only other records", "example. 3600 IN SOA a. b. 1 2 3 4 5\n", "ml.example.", TYPE_A,
	 DENIAL_NONE},
	/* CVE-2017-15105: what a wildcard's NSEC says is about the wildcard. */
	{"an NSEC made from a wildcard",
	 "v.w.example. 3600 IN NSEC x.w.example. MX RRSIG NSEC\n" SIGNED("v.w.example.", "NSEC",
									 "2"),
	 "v.w.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"the wildcard's own NSEC", NSEC_XYW NSEC_STAR SIGNED("*.w.example.", "NSEC", "2"),
	 "a.z.w.example.", TYPE_AAAA, DENIAL_WILDCARD_NODATA},
};

static const struct proof nsec3_proofs[] = {
	{"B.1 name error", H_APEX H_XW H_A, "a.c.x.w.example.", TYPE_A, DENIAL_NXDOMAIN},
	{"B.2 no data", H_NS1, "ns1.example.", TYPE_MX, DENIAL_NODATA},
	{"B.2.1 no data, empty non-terminal", H_YW, "y.w.example.", TYPE_A, DENIAL_NODATA},
	{"B.5 wildcard no data", H_W H_NS2 H_STAR, "a.z.w.example.", TYPE_AAAA,
	 DENIAL_WILDCARD_NODATA},
	{"B.6 DS asked at the child", H_APEX, "example.", TYPE_DS, DENIAL_INCOMPLETE},
	{"the type is there", H_NS1, "ns1.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"no closest encloser", H_APEX H_A, "a.c.x.w.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"no next closer name", H_XW H_A, "a.c.x.w.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"no wildcard", H_APEX H_XW, "a.c.x.w.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"wildcard has the type", H_W H_NS2 H_STAR, "a.z.w.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"the DS is there", H_A, "a.example.", TYPE_DS, DENIAL_INCOMPLETE},
	{"beside a delegation's NS", H_A, "a.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"below a delegation", H_APEX H_A H_XW, "x.a.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"another zone's", H_NS1, "ns1.test.", TYPE_MX, DENIAL_INCOMPLETE},
	{"parameters that differ",
	 H_APEX H_XW "35mthgpgcu1qg68fab165klnsnk3dpvl.example. 3600 IN NSEC3 1 0 11 aabbccdd "
		     "b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG\n",
	 "a.c.x.w.example.", TYPE_A, DENIAL_INCOMPLETE},
	{"unknown flags",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 1 2 12 aabbccdd "
	 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
	 "ns1.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"unknown hash",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 2 0 12 aabbccdd "
	 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
	 "ns1.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"too many iterations",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 1 0 151 aabbccdd "
	 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
	 "ns1.example.", TYPE_MX, DENIAL_TOO_COSTLY},
	{"as many iterations as are computed, and no such hash",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 1 0 150 aabbccdd "
	 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
	 "ns1.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"too many labels for the iterations",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 1 0 150 aabbccdd "
	 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
	 LABELS_28 LABELS_28 LABELS_28 LABELS_28 "example.", TYPE_MX, DENIAL_TOO_COSTLY},
	{"an owner that is no hash",
	 "ns1.example. 3600 IN NSEC3 1 0 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A\n",
	 "ns1.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"a hash of another length",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 1 0 12 aabbccdd "
	 "2vptu5ti A RRSIG\n",
	 "ns1.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"deeper than the zone",
	 "2t7b4g4vsa5smi47k61mv5bv1a22bojr.w.example. 3600 IN NSEC3 1 0 12 aabbccdd "
	 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
	 "ns1.example.", TYPE_MX, DENIAL_INCOMPLETE},
	{"an NSEC3 made from a wildcard",
	 H_NS1 SIGNED("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "NSEC3", "1"), "ns1.example.",
	 TYPE_MX, DENIAL_INCOMPLETE},
	{"an NSEC3 signed as it stands",
	 H_NS1 SIGNED("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "NSEC3", "2"), "ns1.example.",
	 TYPE_MX, DENIAL_NODATA},
};

/* The same zone as the RFC has it, with opt-out. */
static const struct proof opt_out_proofs[] = {
	{"B.1 name error", H_APEX H_XW H_A, "a.c.x.w.example.", TYPE_A, DENIAL_OPT_OUT},
	{"B.2 no data", H_NS1, "ns1.example.", TYPE_MX, DENIAL_NODATA},
	{"B.3 opt-out delegation", H_A H_APEX, "c.example.", TYPE_DS, DENIAL_OPT_OUT},
	{"B.5 wildcard no data", H_W H_NS2 H_STAR, "a.z.w.example.", TYPE_AAAA, DENIAL_OPT_OUT},
	{"DS, but no encloser", H_A, "c.example.", TYPE_DS, DENIAL_INCOMPLETE},
	{"not DS, and no wildcard", H_XW H_APEX, "a.c.x.w.example.", TYPE_A, DENIAL_INCOMPLETE},
};

static void set_opt_out(struct message *message)
{
	for (size_t i = 0; i < message->record_count; i++)
		if (message->records[i].type == TYPE_NSEC3)
			((uint8_t *)(uintptr_t)message->records[i].rdata)[1] |= 1;
}

static void check(const struct proof *proofs, size_t count, bool opt_out)
{
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	for (size_t i = 0; i < count; i++) {
		const struct proof *proof = &proofs[i];
		struct message message;
		arena_reset(&arena);
		script_message(&arena, SECTION_AUTHORITY, proof->records, &message);
		if (opt_out)
			set_opt_out(&message);
		enum denial denial = denial_prove(&arena, &message, script_name(&arena, "example."),
						  script_name(&arena, proof->name), proof->type);
		if (denial != proof->denial)
			fail_msg("%s: %s, expected %s", proof->what, denial_text(denial),
				 denial_text(proof->denial));
	}
	arena_release(&arena);
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void by_nsec(void **state)
{
	check(nsec_proofs, COUNT(nsec_proofs), false);
}

static void by_nsec3(void **state)
{
	check(nsec3_proofs, COUNT(nsec3_proofs), false);
}

static void by_nsec3_with_opt_out(void **state)
{
	check(opt_out_proofs, COUNT(opt_out_proofs), true);
}

/* RFC 4035 B.6, RFC 5155 B.4, and what lies around them. */
static void wildcard_answers(void **state)
{
	static const struct {
		const char *records;
		const char *name;
		uint8_t labels;
		bool shown;
	} cases[] = {
		{NSEC_XYW, "a.z.w.example.", 2, true},
		{NSEC_XYW, "a.z.w.example.", 1, false}, /* w.example. encloses it more closely */
		{NSEC_XW, "a.z.w.example.", 2, false},
		{NSEC_XYW, "a.z.w.example.", 4, true},  /* made from no wildcard */
		{NSEC_XYW, "a.z.w.example.", 0, false}, /* a wildcard above the zone */
		{NSEC_XYW, "a.z.w.test.", 2, false},
		{NSEC_XW, "x.w.example.", 2, false},  /* it exists */
		{NSEC_XW, "y.w.example.", 2, false},  /* it exists, empty */
		{NSEC_STAR, "*.w.example.", 2, true}, /* the wildcard itself */
		{H_NS2, "a.z.w.example.", 2, true},
		{H_APEX, "a.z.w.example.", 2, false},
		{H_NS1, "ns1.example.", 1, false}, /* it exists */
		{"example. 3600 IN SOA a. b. 1 2 3 4 5\n", "a.z.w.example.", 2, false},
		{"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN NSEC3 1 0 501 aabbccdd "
		 "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n",
		 "a.z.w.example.", 2, false},
	};
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct message message;
		arena_reset(&arena);
		script_message(&arena, SECTION_AUTHORITY, cases[i].records, &message);
		bool shown =
			denial_wildcard_answer(&arena, &message, script_name(&arena, "example."),
					       script_name(&arena, cases[i].name), cases[i].labels);
		if (shown != cases[i].shown)
			fail_msg("%s with %u labels: %d", cases[i].name, cases[i].labels, shown);
	}
	arena_release(&arena);
}

/* The root has no parent, so its own NSEC says that it has no DS. */
static void the_root(void **state)
{
	struct arena arena;
	struct message message;
	arena_init(&arena, 1 << 16, 0);
	const uint8_t *root = script_name(&arena, ".");
	script_message(&arena, SECTION_AUTHORITY,
		       ". 86400 IN NSEC aaa. NS SOA RRSIG NSEC DNSKEY\n"
		       "zw. 86400 IN NSEC . NS RRSIG NSEC\n",
		       &message);
	assert_int_equal(denial_prove(&arena, &message, root, root, TYPE_DS), DENIAL_NODATA);
	assert_int_equal(denial_prove(&arena, &message, root, script_name(&arena, "zzz."), TYPE_A),
			 DENIAL_NXDOMAIN);
	assert_int_equal(denial_prove(&arena, &message, root, script_name(&arena, "zw."), TYPE_DS),
			 DENIAL_NO_DS);
	arena_release(&arena);
}

static void only_the_authority_section_counts(void **state)
{
	struct arena arena;
	struct message message;
	arena_init(&arena, 1 << 16, 0);
	const uint8_t *zone = script_name(&arena, "example.");
	script_message(&arena, SECTION_ADDITIONAL, NSEC_NS1, &message);
	assert_int_equal(denial_prove(&arena, &message, zone, script_name(&arena, "ns1.example."),
				      TYPE_MX),
			 DENIAL_NONE);
	arena_release(&arena);
}

static void a_full_arena_is_too_costly(void **state)
{
	struct arena arena, full;
	struct message message;
	arena_init(&arena, 1 << 16, 0);
	arena_init(&full, 16, 16);
	const uint8_t *zone = script_name(&arena, "example.");
	const uint8_t *name = script_name(&arena, "ns1.example.");
	script_message(&arena, SECTION_AUTHORITY, NSEC_NS1, &message);
	assert_int_equal(denial_prove(&full, &message, zone, name, TYPE_MX), DENIAL_TOO_COSTLY);
	assert_false(denial_wildcard_answer(&full, &message, zone, name, 1));
	script_message(&arena, SECTION_AUTHORITY, H_NS1, &message);
	assert_int_equal(denial_prove(&full, &message, zone, name, TYPE_MX), DENIAL_TOO_COSTLY);
	arena_release(&arena);
	arena_release(&full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_nsec),
		cmocka_unit_test(by_nsec3),
		cmocka_unit_test(by_nsec3_with_opt_out),
		cmocka_unit_test(wildcard_answers),
		cmocka_unit_test(the_root),
		cmocka_unit_test(only_the_authority_section_counts),
		cmocka_unit_test(a_full_arena_is_too_costly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
