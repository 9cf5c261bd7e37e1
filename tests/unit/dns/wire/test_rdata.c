/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
	static struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	*state = &arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	return 0;
}

static struct record record_of(void **state, const char *line)
{
	struct record record;
	assert_int_equal(record_from_text(*state, line, &record, NULL), OK);
	return record;
}

/* Does RDATA of this type fit? */
static bool fits(const struct record *record)
{
	union {
		struct soa_rdata soa;
		struct dnskey_rdata dnskey;
		struct ds_rdata ds;
		struct rrsig_rdata rrsig;
		struct nsec3_rdata nsec3;
		struct dsync_rdata dsync;
	} none;
	switch (record->type) {
	case TYPE_SOA:
		return rdata_soa(record, &none.soa) == OK;
	case TYPE_DNSKEY:
		return rdata_dnskey(record, &none.dnskey) == OK;
	case TYPE_CDS:
		return rdata_ds(record, &none.ds) == OK;
	case TYPE_RRSIG:
		return rdata_rrsig(record, &none.rrsig) == OK;
	case TYPE_NSEC3:
		return rdata_nsec3(record, &none.nsec3) == OK;
	default:
		return rdata_dsync(record, &none.dsync) == OK;
	}
}

/* Cut anywhere before `from` it is refused; behind, the last field is only shorter. */
static void assert_cut_refused(struct record record, uint16_t from)
{
	for (const uint16_t whole = record.rdata_size; record.rdata_size > 0;) {
		record.rdata_size--;
		assert_int_equal(fits(&record), record.rdata_size >= from && from < whole);
	}
}

static void soa(void **state)
{
	const struct record record = record_of(state, "x. 5 IN SOA a.x. b. 1 2 3 4 4294967295");
	struct soa_rdata value;
	assert_int_equal(rdata_soa(&record, &value), OK);
	assert_true(name_equal_exactly(value.mname, named("a.x")));
	assert_true(name_equal_exactly(value.rname, named("b")));
	assert_int_equal(value.serial, 1);
	assert_int_equal(value.refresh, 2);
	assert_int_equal(value.retry, 3);
	assert_int_equal(value.expire, 4);
	assert_int_equal(value.minimum, 4294967295u);
	assert_cut_refused(record, record.rdata_size);
	uint8_t longer[64] = {0};
	memcpy(longer, record.rdata, record.rdata_size);
	const struct record more = {.rdata = longer,
				    .rdata_size = (uint16_t)(record.rdata_size + 1)};
	value.serial = 42;
	assert_int_equal(rdata_soa(&more, &value), ERR_FORMAT);
	assert_int_equal(value.serial, 42);
}

static void dnskey_and_ds(void **state)
{
	const struct record key = record_of(state, "x. 5 IN DNSKEY 257 3 13 AQID");
	struct dnskey_rdata dnskey;
	assert_int_equal(rdata_dnskey(&key, &dnskey), OK);
	assert_int_equal(dnskey.flags, DNSKEY_ZONE | DNSKEY_SEP);
	assert_int_equal(dnskey.protocol, 3);
	assert_int_equal(dnskey.algorithm, 13);
	assert_int_equal(dnskey.key_size, 3);
	assert_memory_equal(dnskey.key, "\1\2\3", 3);
	assert_cut_refused(key, 4);

	const struct record record = record_of(state, "x. 5 IN CDS 60485 5 1 abcd");
	struct ds_rdata ds;
	assert_int_equal(rdata_ds(&record, &ds), OK);
	assert_int_equal(ds.key_tag, 60485);
	assert_int_equal(ds.algorithm, 5);
	assert_int_equal(ds.digest_type, 1);
	assert_int_equal(ds.digest_size, 2);
	assert_memory_equal(ds.digest, "\253\315", 2);
	assert_cut_refused(record, 4);
}

static void rrsig(void **state)
{
	const struct record record = record_of(
		state, "x. 5 IN RRSIG SOA 13 2 3600 2000000000 1000000000 2642 X. AQIDBA==");
	struct rrsig_rdata value;
	assert_int_equal(rdata_rrsig(&record, &value), OK);
	assert_int_equal(value.type_covered, TYPE_SOA);
	assert_int_equal(value.algorithm, 13);
	assert_int_equal(value.labels, 2);
	assert_int_equal(value.original_ttl, 3600);
	assert_int_equal(value.expiration, 2000000000);
	assert_int_equal(value.inception, 1000000000);
	assert_int_equal(value.key_tag, 2642);
	assert_true(name_equal_exactly(value.signer, named("x")));
	assert_int_equal(value.signed_head_size, 18 + 3);
	assert_int_equal(value.signature_size, 4);
	assert_memory_equal(value.signature, "\1\2\3\4", 4);
	assert_cut_refused(record, 21);
}

static void denial(void **state)
{
	const struct record record = record_of(state, "x. 5 IN NSEC B.x. A MX TYPE1234");
	struct nsec_rdata nsec;
	assert_int_equal(rdata_nsec(&record, &nsec), OK);
	assert_true(name_equal_exactly(nsec.next, named("B.x")));
	assert_true(bitmap_has(nsec.bitmap, nsec.bitmap_size, TYPE_A));
	assert_true(bitmap_has(nsec.bitmap, nsec.bitmap_size, TYPE_MX));
	assert_true(bitmap_has(nsec.bitmap, nsec.bitmap_size, 1234));
	assert_false(bitmap_has(nsec.bitmap, nsec.bitmap_size, TYPE_NS));
	assert_false(bitmap_has(nsec.bitmap, nsec.bitmap_size, TYPE_CAA));
	assert_false(bitmap_has(nsec.bitmap, nsec.bitmap_size, 1235));
	assert_false(bitmap_has(nsec.bitmap, nsec.bitmap_size, 65535));
	assert_false(bitmap_has(nsec.bitmap, 1, TYPE_A));
	assert_false(bitmap_has(nsec.bitmap, 2, TYPE_A));

	const struct record hashed = record_of(
		state, "x. 5 IN NSEC3 1 1 12 aabb 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG");
	struct nsec3_rdata nsec3;
	assert_int_equal(rdata_nsec3(&hashed, &nsec3), OK);
	assert_int_equal(nsec3.hash_algorithm, 1);
	assert_int_equal(nsec3.flags, NSEC3_OPT_OUT);
	assert_int_equal(nsec3.iterations, 12);
	assert_int_equal(nsec3.salt_size, 2);
	assert_memory_equal(nsec3.salt, "\252\273", 2);
	assert_int_equal(nsec3.next_size, 20);
	assert_true(bitmap_has(nsec3.bitmap, nsec3.bitmap_size, TYPE_RRSIG));
	struct nsec3_rdata none;
	/* Without a bitmap it is an empty non-terminal's. */
	for (uint16_t size = 0; size < 28; size++) {
		struct record cut = hashed;
		cut.rdata_size = size;
		assert_int_equal(rdata_nsec3(&cut, &none) == OK, size == 4 + 3 + 21);
	}
	const struct record no_hash = {.rdata = (const uint8_t *)"\1\0\0\0\0\0", .rdata_size = 6};
	assert_int_equal(rdata_nsec3(&no_hash, &none), ERR_FORMAT);
}

static void signals(void **state)
{
	const struct record record = record_of(state, "x. 5 IN CSYNC 66 3 A NS AAAA");
	struct csync_rdata csync;
	assert_int_equal(rdata_csync(&record, &csync), OK);
	assert_int_equal(csync.serial, 66);
	assert_int_equal(csync.flags, 3);
	assert_true(bitmap_has(csync.bitmap, csync.bitmap_size, TYPE_AAAA));
	const struct record announced = record_of(state, "x. 5 IN DSYNC CDS NOTIFY 5359 N.x.");
	struct dsync_rdata dsync;
	assert_int_equal(rdata_dsync(&announced, &dsync), OK);
	assert_int_equal(dsync.type, TYPE_CDS);
	assert_int_equal(dsync.scheme, DSYNC_NOTIFY);
	assert_int_equal(dsync.port, 5359);
	assert_true(name_equal_exactly(dsync.target, named("N.x")));
	assert_cut_refused(announced, announced.rdata_size);
}

static void targets(void **state)
{
	static const char *const lines[] = {"x. 5 IN NS a.x.", "x. 5 IN CNAME a.x.",
					    "x. 5 IN DNAME a.x.", "x. 5 IN PTR a.x.",
					    "x. 5 IN MX 1 a.x."};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct record record = record_of(state, lines[i]);
		assert_true(name_equal_exactly(rdata_target(&record), named("a.x")));
		record.rdata_size--;
		assert_null(rdata_target(&record));
	}
	const struct record srv = record_of(state, "x. 5 IN SRV 1 2 3 a.x.");
	assert_null(rdata_target(&srv));
}

static void places(void **state)
{
	static const uint8_t wire[] = "\1X\0\0\1\300\0";
	const uint8_t *rdata = NULL;
	uint16_t size = 42;
	struct rdata_place place = {wire, 7, 3, 4, TYPE_MX};
	assert_int_equal(rdata_canonical(*state, &place, &rdata, &size), OK);
	assert_int_equal(size, 5);
	assert_memory_equal(rdata, "\0\1\1x\0", 5);
	place.size = 5; /* beyond the message */
	size = 42;
	assert_int_equal(rdata_canonical(*state, &place, &rdata, &size), ERR_FORMAT);
	place.offset = 8;
	assert_int_equal(rdata_canonical(*state, &place, &rdata, &size), ERR_FORMAT);
	place = (struct rdata_place){wire, 7, 3, 3, TYPE_MX};
	assert_int_equal(rdata_canonical(*state, &place, &rdata, &size), ERR_FORMAT);
	assert_int_equal(size, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soa),     cmocka_unit_test(dnskey_and_ds),
		cmocka_unit_test(rrsig),   cmocka_unit_test(denial),
		cmocka_unit_test(signals), cmocka_unit_test(targets),
		cmocka_unit_test(places),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
