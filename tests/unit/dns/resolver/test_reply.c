/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply says, one table row each; hints and anchors from files. */
#include "base/arena.h"
#include "dns/resolver/reply.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct row {
	const char *name; /* of the test */
	uint16_t flags, rcode, type;
	const char *answer, *authority; /* one record each, or NULL */
	enum reply_kind kind;
	const char *leads_to; /* child or target */
};

/* A server of tld. is asked for www.example.tld. */
static const struct row rows[] = {
	{"answer", FLAG_AA, RCODE_NOERROR, TYPE_A, "www.example.tld. 1 IN A 192.0.2.1", NULL,
	 REPLY_ANSWER, NULL},
	{"answer without authority", 0, RCODE_NOERROR, TYPE_A, "www.example.tld. 1 IN A 192.0.2.1",
	 NULL, REPLY_LAME, NULL},
	{"answer to something else", FLAG_AA, RCODE_NOERROR, TYPE_A,
	 "example.tld. 1 IN A 192.0.2.1", NULL, REPLY_NODATA, NULL},
	{"alias", FLAG_AA, RCODE_NOERROR, TYPE_A, "www.example.tld. 1 IN CNAME other.tld.", NULL,
	 REPLY_ALIAS, "other.tld."},
	{"alias of nothing", FLAG_AA, RCODE_NXDOMAIN, TYPE_A,
	 "www.example.tld. 1 IN CNAME gone.tld.", NULL, REPLY_ALIAS, "gone.tld."},
	{"alias asked for", FLAG_AA, RCODE_NOERROR, TYPE_CNAME,
	 "www.example.tld. 1 IN CNAME other.tld.", NULL, REPLY_ANSWER, NULL},
	{"referral", 0, RCODE_NOERROR, TYPE_A, NULL, "example.tld. 1 IN NS ns.example.tld.",
	 REPLY_REFERRAL, "example.tld."},
	{"referral with authority", FLAG_AA, RCODE_NOERROR, TYPE_A, NULL,
	 "example.tld. 1 IN NS ns.example.tld.", REPLY_REFERRAL, "example.tld."},
	{"referral upwards", 0, RCODE_NOERROR, TYPE_A, NULL, ". 1 IN NS a.root-servers.net.",
	 REPLY_LAME, NULL},
	{"referral to itself", 0, RCODE_NOERROR, TYPE_A, NULL, "tld. 1 IN NS ns.tld.", REPLY_LAME,
	 NULL},
	{"referral sideways", 0, RCODE_NOERROR, TYPE_A, NULL, "other.tld. 1 IN NS ns.tld.",
	 REPLY_LAME, NULL},
	{"no data", FLAG_AA, RCODE_NOERROR, TYPE_A, NULL, "tld. 1 IN SOA a. b. 1 2 3 4 5",
	 REPLY_NODATA, NULL},
	{"no data, not even SOA", FLAG_AA, RCODE_NOERROR, TYPE_A, NULL, NULL, REPLY_NODATA, NULL},
	{"nothing", 0, RCODE_NOERROR, TYPE_A, NULL, NULL, REPLY_LAME, NULL},
	{"no such name", FLAG_AA, RCODE_NXDOMAIN, TYPE_A, NULL, "tld. 1 IN SOA a. b. 1 2 3 4 5",
	 REPLY_NXDOMAIN, NULL},
	{"no such name, says who", 0, RCODE_NXDOMAIN, TYPE_A, NULL, "tld. 1 IN SOA a. b. 1 2 3 4 5",
	 REPLY_LAME, NULL},
	{"refused", 0, RCODE_REFUSED, TYPE_A, NULL, NULL, REPLY_LAME, NULL},
	{"failed", FLAG_AA, RCODE_SERVFAIL, TYPE_A, NULL, NULL, REPLY_LAME, NULL},
};

static void put(struct arena *arena, struct builder *builder, enum section section,
		const char *line)
{
	struct record record;
	if (line == NULL)
		return;
	assert_int_equal(record_from_text(arena, line, &record, NULL), OK);
	builder_record(builder, section, &record);
}

static struct reply read_row(struct arena *arena, const struct row *row, size_t cut_octets)
{
	static const uint8_t zone[] = "\3tld", name[] = "\3www\7example\3tld";
	static uint8_t wire[1024];
	static struct message message;
	struct builder builder;
	builder_init(&builder, wire, sizeof(wire), 1, FLAG_QR | row->flags);
	builder_question(&builder, name, row->type, CLASS_IN);
	put(arena, &builder, SECTION_ANSWER, row->answer);
	put(arena, &builder, SECTION_AUTHORITY, row->authority);
	size_t size = builder_finish(&builder, row->rcode);
	assert_true(size > cut_octets);
	assert_int_equal(message_walk(arena, wire, size - cut_octets, &message), OK);
	const struct exchange_result result = {.outcome = EXCHANGE_ANSWER, .message = &message};
	const struct reply_question question = {zone, name, row->type};
	return reply_read(&result, &question);
}

static void every_kind_of_reply(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct reply reply = read_row(&arena, row, 0);
		if (reply.kind != row->kind)
			fail_msg("%s: %d", row->name, reply.kind);
		const uint8_t *led = reply.kind == REPLY_ALIAS ? reply.target : reply.child;
		struct name name;
		if (row->leads_to == NULL)
			continue;
		assert_int_equal(name_from_text(row->leads_to, &name, NULL), OK);
		assert_non_null(led);
		assert_true(name_equal(led, name.octets));
	}
	arena_release(&arena);
}

static void what_cannot_be_read_says_nothing(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	assert_int_equal(read_row(&arena, &rows[0], 3).kind, REPLY_NONE);
	static const uint8_t name[] = "\3tld";
	const struct reply_question question = {name, name, TYPE_A};
	const struct exchange_result silent = {.outcome = EXCHANGE_TIMEOUT};
	assert_int_equal(reply_read(&silent, &question).kind, REPLY_NONE);
	arena_release(&arena);
}

/* ---- files ---- */

static const char *write_file(const char *text)
{
	static char path[64];
	snprintf(path, sizeof(path), "/tmp/dsfi-hints-XXXXXX");
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
	close(descriptor);
	return path;
}

static void hints(void **state)
{
	(void)state;
	struct address addresses[4];
	struct complaint complaint;
	size_t count = 0;
	const char *path = write_file("# root\n\n198.41.0.4\n [2001:db8::1]:5353 \n");
	assert_int_equal(hints_from_file(path, addresses, 4, &count, &complaint), OK);
	assert_int_equal(count, 2);
	assert_int_equal(addresses[0].port, 53);
	assert_int_equal(addresses[1].port, 5353);
	assert_int_equal(hints_from_file(path, addresses, 1, &count, &complaint), ERR_LIMIT);
	unlink(path);
	path = write_file("198.41.0.4\nrubbish\n");
	assert_int_equal(hints_from_file(path, addresses, 4, &count, &complaint), ERR_FORMAT);
	assert_non_null(strstr(complaint.text, "line 2: 'rubbish'"));
	unlink(path);
	path = write_file("; as IANA publishes it\n.  3600000  NS  A.ROOT-SERVERS.NET.\n"
			  "A.ROOT-SERVERS.NET.  3600000  A  198.41.0.4\n"
			  "A.ROOT-SERVERS.NET.  3600000  AAAA  2001:503:ba3e::2:30\n");
	assert_int_equal(hints_from_file(path, addresses, 4, &count, &complaint), OK);
	assert_int_equal(count, 2);
	assert_int_equal(addresses[1].family, ADDRESS_IPV6);
	assert_int_equal(hints_from_file(path, addresses, 1, &count, &complaint), ERR_LIMIT);
	unlink(path);
	path = write_file("rubbish\n");
	assert_int_equal(hints_from_file(path, addresses, 4, &count, &complaint), ERR_FORMAT);
	assert_non_null(strstr(complaint.text, "line 1: 'rubbish'"));
	unlink(path);
	path = write_file("; nothing\n");
	assert_int_equal(hints_from_file(path, addresses, 4, &count, &complaint), ERR_FORMAT);
	unlink(path);
	assert_true(hints_from_file(path, addresses, 4, &count, &complaint) < 0);
	assert_int_equal(hints_built_in(addresses, 4), 4);
	struct address all[64];
	assert_int_equal(hints_built_in(all, 64), 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_reply),
		cmocka_unit_test(what_cannot_be_read_says_nothing),
		cmocka_unit_test(hints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
