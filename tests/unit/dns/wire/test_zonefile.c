/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"
#include "failing_memory.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
	struct text text;
	size_t count;
	size_t stop_at; /* 0: never */
};

static int note(void *context, const struct record *record)
{
	struct seen *seen = context;
	if (++seen->count == seen->stop_at)
		return ERR_INTERRUPTED;
	assert_int_equal(record_to_text(record, &seen->text), OK);
	text_add_char(&seen->text, '\n');
	return OK;
}

static int read_text(struct seen *seen, const char *text, struct complaint *complaint)
{
	const struct zonefile zonefile = {
		.origin = named("example"), .default_ttl = 3600, .take = note, .context = seen};
	text_reset(&seen->text);
	seen->count = 0;
	complaint->text[0] = '\0';
	return zonefile_read(&zonefile, text, strlen(text), complaint);
}

static void assert_records(const char *text, const char *expected)
{
	struct seen seen = {.stop_at = 0};
	struct complaint complaint;
	text_init(&seen.text, 1 << 16);
	const int error = read_text(&seen, text, &complaint);
	if (error != OK)
		print_error("%s\n", complaint.text);
	assert_int_equal(error, OK);
	assert_string_equal(text_get(&seen.text), expected);
	text_release(&seen.text);
}

static void assert_refused(const char *text, int code, const char *line)
{
	struct seen seen = {.stop_at = 0};
	struct complaint complaint;
	text_init(&seen.text, 1 << 16);
	assert_int_equal(read_text(&seen, text, &complaint), code);
	if (strstr(complaint.text, line) == NULL)
		print_error("wanted '%s' in: %s\n", line, complaint.text);
	assert_non_null(strstr(complaint.text, line));
	text_release(&seen.text);
}

static void records(void **state)
{
	assert_records("", "");
	assert_records("; nothing\n\n", "");
	assert_records("$TTL 1h\n"
		       "@ SOA NS1 Host (1 2 3 4\n 1w ) ; note\n"
		       " NS NS1 ; same owner\n"
		       "ns1 300 IN A 192.0.2.1\n"
		       "$ORIGIN Sub.Example.\n"
		       "x IN 60 AAAA 2001:db8::1",
		       "example. 3600 IN SOA ns1.example. host.example. 1 2 3 4 604800\n"
		       "example. 3600 IN NS ns1.example.\n"
		       "ns1.example. 300 IN A 192.0.2.1\n"
		       "x.sub.example. 60 IN AAAA 2001:db8::1\n");
	/* NSEC keeps case, as message.h says. */
	assert_records("A NSEC B A\n", "a.example. 3600 IN NSEC B.example. A\n");
}

static void dsync_forms(void **state)
{
	assert_records("*._dsync DSYNC CDS NOTIFY 5359 Notify ; first\n"
		       "    DSYNC CSYNC 1 5360 notify.other.\n"
		       "  7200 IN dsync TYPE59 ( NOTIFY\n 53 ; port\n x )\n"
		       "a (\n DSYNC CDS\n NOTIFY 53 b )\n"
		       "d DSYNC \\# 6 003b 01 0035 00\n"
		       "$ORIGIN dsync.\n"
		       "dsync TXT ( dsync \"\nDSYNC\n(;\" ) ; DSYNC\n"
		       "; DSYNC\n"
		       "e DSYNC CDS 255 0 .",
		       "*._dsync.example. 3600 IN DSYNC CDS NOTIFY 5359 Notify.example.\n"
		       "*._dsync.example. 3600 IN DSYNC CSYNC NOTIFY 5360 notify.other.\n"
		       "*._dsync.example. 7200 IN DSYNC CDS NOTIFY 53 x.example.\n"
		       "a.example. 3600 IN DSYNC CDS NOTIFY 53 b.example.\n"
		       "d.example. 3600 IN DSYNC CDS NOTIFY 53 .\n"
		       "dsync.dsync. 3600 IN TXT \"dsync\" \"\\010DSYNC\\010(;\"\n"
		       "e.dsync. 3600 IN DSYNC CDS 255 0 .\n");
}

static void complaints(void **state)
{
	assert_refused("a A 192.0.2.1\nb A 192.0.2.\n", ERR_FORMAT, "line 2");
	assert_refused("$INCLUDE /etc/passwd\n", ERR_UNSUPPORTED, "$INCLUDE is not followed");
	assert_refused("a A 192.0.2.1\n$INCLUDE /etc/passwd x.\n", ERR_UNSUPPORTED, "line 2");
	assert_refused("a DSYNC CDS NOTIFY 53\n", ERR_FORMAT, "line 1: DSYNC wants");
	assert_refused("\n\na DSYNC CDS 256 53 x\n", ERR_FORMAT, "line 3: DSYNC wants");
	assert_refused("a DSYNC CDS NOTIFY 53 x y\n", ERR_FORMAT, "DSYNC wants");
	assert_refused("a DSYNC CDS NOTIFY 53 x..y\n", ERR_FORMAT, "line 1");
	assert_refused("a DSYNC \\# 2 0000\n", ERR_FORMAT, "line 1");
	assert_refused("a DSYNC CDS NOTIFY ( 53\n x )\nb DSYNC CDS 1 2 c\n\nd A x\n", ERR_FORMAT,
		       "line 5");
	assert_refused("a A \\# 3 010203\n", ERR_FORMAT, "line 1");
	assert_refused("\377\376\001\n", ERR_FORMAT, "line 1");
}

static void stopping(void **state)
{
	struct seen seen = {.stop_at = 2};
	struct complaint complaint;
	text_init(&seen.text, 1 << 16);
	assert_int_equal(read_text(&seen, "a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1\n",
				   &complaint),
			 ERR_INTERRUPTED);
	assert_int_equal(seen.count, 2);
	text_release(&seen.text);
}

static void files(void **state)
{
	char path[] = "/tmp/dsfi-zonefile-XXXXXX";
	struct seen seen = {.stop_at = 0};
	struct complaint complaint;
	const struct zonefile zonefile = {
		.origin = named("example"), .default_ttl = 3600, .take = note, .context = &seen};
	text_init(&seen.text, 1 << 16);
	const int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(zonefile_read_file(&zonefile, path, &complaint), OK);
	assert_int_equal(seen.count, 0);
	assert_int_equal(write(descriptor, "a A 192.0.2.1\nb B", 17), 17);
	assert_int_equal(zonefile_read_file(&zonefile, path, &complaint), ERR_FORMAT);
	assert_int_equal(seen.count, 1);
	assert_non_null(strstr(complaint.text, path));
	assert_non_null(strstr(complaint.text, "line 2"));
	close(descriptor);
	unlink(path);
	assert_int_equal(zonefile_read_file(&zonefile, path, &complaint), ERR_NOT_FOUND);
	assert_int_equal(zonefile_read_file(&zonefile, "/tmp", &complaint), ERR_ARGUMENT);
	text_release(&seen.text);
}

static int ignore(void *context, const struct record *record)
{
	(void)context;
	(void)record;
	return OK;
}

static void out_of_memory(void **state)
{
	static const char text[] = "a DSYNC CDS NOTIFY 53 b\nA TXT c\nB DSYNC \\# 6 003b01003500\n";
	const struct zonefile zonefile = {
		.origin = named("example"), .default_ttl = 3600, .take = ignore};
	unsigned long failures = 0;
	FOR_EACH_FAILURE(which)
	{
		struct complaint complaint = {.text = ""};
		const long before = memory_in_use();
		const int error = zonefile_read(&zonefile, text, strlen(text), &complaint);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		failures += memory_has_failed();
		assert_int_equal(memory_in_use(), before);
	}
	assert_true(failures >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),    cmocka_unit_test(dsync_forms),
		cmocka_unit_test(complaints), cmocka_unit_test(stopping),
		cmocka_unit_test(files),      cmocka_unit_test(out_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
