/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole zones, with consent: taken to their end, compared with their ZONEMD, and limited. */
#include "dns/dnssec/zonemd.h"
#include "scan_lab.h"

#define NEEDS (NEED_SERVERS | NEED_OWN)
#define A_MESSAGE 3u
#define ENDLESS_A_MESSAGE 4000u
#define COPIES_MAX 64u
#define RECORDS_LIMIT 100000u

enum how { WHOLE, STOPS, FAILS, EMPTY, ENDLESS };

struct giving {
	const struct fake_zone *zone;
	struct record more; /* beside what the zone has; type 0: none */
	enum how how;
	struct address server;
	unsigned int part;
};

/* The SOA, what else the zone has, the SOA. */
static const struct record *record_at(const struct giving *giving, size_t at)
{
	const struct fake_zone *zone = giving->zone;
	const struct record *soa = NULL;
	size_t others = 0;
	for (size_t i = 0; i < zone->count; i++) {
		if (zone->records[i].type == TYPE_SOA)
			soa = &zone->records[i];
		else if (++others == at)
			return &zone->records[i];
	}
	if (at == others + 1 && giving->more.type != 0)
		return &giving->more;
	return at == 0 || at == others + 1 + (giving->more.type != 0) ? soa : NULL;
}

static void add_names(struct builder *builder, unsigned int part)
{
	for (unsigned int i = 0; i < ENDLESS_A_MESSAGE; i++) {
		const uint8_t rdata[] = {10, (uint8_t)part, (uint8_t)(i >> 8), (uint8_t)i};
		const struct record record = {.owner = fake_name("good.tld.").octets,
					      .type = TYPE_A,
					      .class = CLASS_IN,
					      .rdata = rdata,
					      .rdata_size = sizeof(rdata)};
		builder_record(builder, SECTION_ANSWER, &record);
	}
}

static int give(void *context, const struct exchange_question *question, uint8_t *wire, size_t room)
{
	struct giving *giving = context;
	if (question->type != TYPE_AXFR)
		return -1;
	if (!address_equal(&giving->server, &question->server)) {
		giving->server = question->server;
		giving->part = 0;
	}
	const unsigned int part = giving->part++;
	const uint16_t rcode = part > 0 && giving->how == FAILS ? RCODE_SERVFAIL : RCODE_NOERROR;
	if (part > 0 && giving->how == STOPS)
		return 0;
	struct builder builder;
	builder_init(&builder, wire, room, 1, FLAG_QR | FLAG_AA);
	if (part == 0)
		builder_question(&builder, question->name, question->type, CLASS_IN);
	for (size_t i = part * A_MESSAGE; i < (part + 1) * A_MESSAGE; i++) {
		const struct record *record = record_at(giving, i);
		if (record != NULL && (part == 0 || giving->how == WHOLE))
			builder_record(&builder, SECTION_ANSWER, record);
	}
	if (giving->how == ENDLESS)
		add_names(&builder, part);
	return (int)builder_finish(&builder, rcode);
}

static const struct observation *look(struct lab *lab, struct giving *giving)
{
	scan_free(lab->scan);
	lab_scan(lab, NEEDS, 0);
	giving->server = (struct address){.family = ADDRESS_NONE};
	lab->net->script = give;
	lab->net->script_context = giving;
	const struct observation *seen = lab_look(lab, "good.tld.");
	assert_int_equal(seen->transfer_count, 4);
	for (unsigned int i = 1; i < 4; i++)
		assert_int_equal(seen->transfers[i].end, seen->transfers[0].end);
	/* The exchange has the first message, whatever came of the others. */
	unsigned int count = 0;
	for (unsigned int i = 0; i < seen->exchange_count; i++) {
		const struct exchange *exchange = &seen->exchanges[i];
		if (exchange->kind != PROBE_TRANSFER)
			continue;
		count++;
		assert_int_equal(exchange->outcome, OUTCOME_ANSWER);
		assert_int_not_equal(exchange->message, MESSAGE_NONE);
	}
	assert_int_equal(count, 4);
	return seen;
}

/* The digest of what the zone has; `serial` of its SOA. */
static void add_digest(struct giving *giving, uint8_t rdata[6 + 48], const uint8_t *apex)
{
	struct record copies[COPIES_MAX];
	uint8_t digest[ZONEMD_DIGEST_MAX_OCTETS];
	size_t count = 0;
	for (const struct record *record; (record = record_at(giving, count)) != NULL; count++) {
		assert_true(count < COPIES_MAX);
		copies[count] = *record;
		if (count == 0)
			memcpy(rdata, record->rdata + record->rdata_size - 20, 4);
	}
	assert_int_equal(zonemd_digest(apex, copies, count, ZONEMD_SHA384, digest), 48);
	rdata[4] = ZONEMD_SCHEME_SIMPLE;
	rdata[5] = ZONEMD_SHA384;
	memcpy(rdata + 6, digest, 48);
	giving->more = (struct record){.owner = apex,
				       .type = TYPE_ZONEMD,
				       .class = CLASS_IN,
				       .ttl = 300,
				       .rdata = rdata,
				       .rdata_size = 6 + 48};
}

static void whole_zones_are_compared(void **state)
{
	struct lab *lab = *state;
	struct giving giving = {.zone = lab_domain(lab, "good.tld.", 9)};
	const struct name apex = fake_name("good.tld.");
	uint8_t rdata[6 + 48];
	const struct observation *seen = look(lab, &giving);
	assert_int_equal(seen->transfers[0].end, TRANSFER_WHOLE);
	assert_int_equal(seen->transfers[0].digest, TRANSFER_DIGEST_ABSENT);
	const uint32_t records = seen->transfers[0].records;
	assert_int_equal(records, giving.zone->count);
	assert_int_equal(seen->transfers[0].messages, (records + 1 + 2) / A_MESSAGE);
	assert_true(seen->transfers[0].messages > 1);
	add_digest(&giving, rdata, apex.octets);
	seen = look(lab, &giving);
	assert_int_equal(seen->transfers[0].digest, TRANSFER_DIGEST_GOOD);
	assert_int_equal(seen->transfers[0].records, records + 1);
	rdata[20] ^= 1;
	assert_int_equal(look(lab, &giving)->transfers[3].digest, TRANSFER_DIGEST_WRONG);
	rdata[3] ^= 1;
	assert_int_equal(look(lab, &giving)->transfers[3].digest, TRANSFER_DIGEST_SERIAL);
	rdata[3] ^= 1;
	rdata[5] = 240;
	assert_int_equal(look(lab, &giving)->transfers[3].digest, TRANSFER_DIGEST_UNSUPPORTED);
}

static void what_is_not_whole_is_not_compared(void **state)
{
	static const enum transfer_end ends[] = {[STOPS] = TRANSFER_CUT,
						 [FAILS] = TRANSFER_BROKEN,
						 [EMPTY] = TRANSFER_BROKEN,
						 [ENDLESS] = TRANSFER_LIMIT};
	struct lab *lab = *state;
	struct giving giving = {.zone = lab_domain(lab, "good.tld.", 9)};
	for (enum how how = STOPS; how <= ENDLESS; how++) {
		giving.how = how;
		const struct transfer *transfer = &look(lab, &giving)->transfers[2];
		assert_int_equal(transfer->end, ends[how]);
		assert_int_equal(transfer->digest, TRANSFER_DIGEST_UNKNOWN);
		assert_true(transfer->records <= RECORDS_LIMIT);
	}
}

static void none_where_none_begins(void **state)
{
	struct lab *lab = *state;
	(void)lab_domain(lab, "good.tld.", 9);
	scan_free(lab->scan);
	lab_scan(lab, NEEDS, 0);
	assert_int_equal(lab_look(lab, "good.tld.")->transfer_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_zones_are_compared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_whole_is_not_compared, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(none_where_none_begins, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("gather/scan transfer", tests, NULL, NULL);
}
