/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory runs out at every place it can: the domain is told of once, cut short, and nothing is
 * lost. */
#define FAKE_WITH_FAILING_MEMORY
#include "gather/scan/scan_lab.h"

/* The zone's SOA and one record more, and in the next message the SOA again. */
struct giving {
	const struct fake_zone *zone;
	struct address server;
	bool is_second;
};

static int give(void *context, const struct exchange_question *question, uint8_t *wire, size_t room)
{
	struct giving *giving = context;
	if (question->type != TYPE_AXFR)
		return -1;
	giving->is_second = address_equal(&giving->server, &question->server);
	giving->server = question->server;
	struct builder builder;
	builder_init(&builder, wire, room, 1, FLAG_QR | FLAG_AA);
	if (!giving->is_second)
		builder_question(&builder, question->name, question->type, CLASS_IN);
	for (size_t i = 0; i < giving->zone->count; i++)
		if (giving->zone->records[i].type == TYPE_SOA)
			builder_record(&builder, SECTION_ANSWER, &giving->zone->records[i]);
	for (size_t i = 0; i < giving->zone->count && !giving->is_second; i++)
		if (giving->zone->records[i].type == TYPE_MX)
			builder_record(&builder, SECTION_ANSWER, &giving->zone->records[i]);
	return (int)builder_finish(&builder, RCODE_NOERROR);
}

static void fail_each(unsigned int needs)
{
	FOR_EACH_FAILURE(allocation)
	{
		memory_fail_at(0);
		const long before = memory_in_use();
		void *own = NULL;
		set_up(&own);
		struct lab *lab = own;
		struct giving giving = {.zone = lab_domain(lab, "good.tld.", 9)};
		lab->net->script = give;
		lab->net->script_context = &giving;
		scan_free(lab->scan);
		lab_scan(lab, needs, 0);
		struct name name = fake_name("good.tld.");
		memory_fail_at(allocation);
		const bool is_begun = scan_domain(lab->scan, name.octets) == OK;
		fake_run(lab->net);
		const bool has_failed = memory_has_failed();
		memory_fail_at(0);
		assert_int_equal(lab->done, is_begun);
		assert_int_equal(scan_in_flight(lab->scan), 0);
		tear_down(&own);
		assert_int_equal(memory_in_use(), before);
		failing_memory.has_failed = has_failed;
	}
}

static void each_allocation_fails_once(void **state)
{
	(void)state;
	fail_each(NEED_ALL_DEFAULT);
}

static void each_allocation_of_odd_questions_fails_once(void **state)
{
	(void)state;
	fail_each(NEED_SERVERS | NEED_MANNERS | NEED_OWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_fails_once),
		cmocka_unit_test(each_allocation_of_odd_questions_fails_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
