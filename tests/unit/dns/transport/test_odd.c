/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions in another form than the plain one, and answers from elsewhere. */
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static size_t with(const struct fake_query *query, uint16_t flags, uint16_t rcode, uint8_t *answer)
{
	const struct fake_answer how = {.flags = flags, .rcode = rcode};
	return fake_reply(query, &how, answer);
}

static struct told *ask_form(struct bench *bench, const struct exchange_form *form,
			     uint8_t transport)
{
	struct exchange_question question = bench_question(bench, "odd.example");
	question.transport = transport;
	question.form = form;
	bench->told = (struct told){.count = 0};
	bench_ask(bench, &question, &bench->told);
	bench_run(bench, &bench->told.count, 1);
	assert_int_equal(bench->told.count, 1);
	return &bench->told;
}

/* ---- what goes out ---- */

static size_t look_at_form(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const struct message *message = &query->message;
	uint16_t size = 7;
	(void)fake;
	assert_int_equal(message->edns.version, 1);
	assert_int_equal(message->edns.flags & ~EDNS_FLAG_DO, 0x0001);
	assert_int_equal(message->edns.udp_size, 4096);
	assert_non_null(message_option(message, 64998, &size));
	assert_int_equal(size, 0);
	assert_null(query->cookie);
	return with(query, 0, RCODE_BADVERS, answer);
}

static void test_form_as_sent(void **state)
{
	const struct exchange_form form = {.edns_version = 1,
					   .edns_flags = 1,
					   .udp_size = 4096,
					   .options = {0xfd, 0xe6, 0, 0},
					   .options_size = 4};
	struct bench bench;
	bench_open(&bench, NULL, look_at_form);
	const struct told *told = ask_form(&bench, &form, EXCHANGE_UDP);
	assert_int_equal(told->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(told->rcode, RCODE_BADVERS);
	assert_int_equal(bench.fake.udp_queries, 1);
	/* That was no refusal of EDNS. */
	bench.fake.script = fake_plainly;
	assert_false(bench_exchange(&bench, "plain.example")->result.without_edns);
	assert_int_equal(bench.fake.plain_queries, 0);
	bench_close(&bench);
}

static size_t wrong_class(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	(void)fake;
	assert_int_equal(query->message.question_class, CLASS_CH);
	assert_false(query->message.edns.present);
	return with(query, 0, RCODE_REFUSED, answer);
}

static size_t other_class(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	size_t size = wrong_class(fake, query, answer);
	answer[MESSAGE_HEADER_OCTETS + name_size(query->message.question_name) + 3] = CLASS_CH;
	return size;
}

static void test_class(void **state)
{
	const struct exchange_form form = {.class = CLASS_CH, .without_edns = true};
	struct bench bench;
	bench_open(&bench, NULL, other_class);
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_UDP)->rcode, RCODE_REFUSED);
	bench.fake.script = wrong_class;
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_UDP)->result.outcome, EXCHANGE_MISMATCH);
	bench_close(&bench);
}

static size_t update(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const uint16_t id = query->message.id;
	assert_int_equal(query->message.opcode, 5);
	/* The header alone will do; with opcode QUERY it would not. */
	const uint8_t header[12] = {(uint8_t)(id >> 8), (uint8_t)id,
				    (uint8_t)(fake->number == 0 ? 0xa8 : 0x80), RCODE_NOERROR};
	memcpy(answer, header, 12);
	return 12;
}

static void test_update(void **state)
{
	const struct exchange_form form = {.opcode = 5, .without_edns = true};
	struct bench bench;
	bench_open(&bench, NULL, update);
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_UDP)->result.outcome, EXCHANGE_ANSWER);
	bench.fake.number = 1;
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_UDP)->result.outcome, EXCHANGE_MISMATCH);
	bench_close(&bench);
}

/* ---- what is learned: nothing ---- */

static size_t silent_to_version_1(struct fake *fake, const struct fake_query *query,
				  uint8_t *answer)
{
	return query->message.edns.version == 1 ? 0 : fake_plainly(fake, query, answer);
}

static void test_silence(void **state)
{
	const struct exchange_form form = {.edns_version = 1};
	struct bench bench;
	bench_open(&bench, NULL, silent_to_version_1);
	/* Dead after three silent questions, if they were plain ones. */
	for (unsigned i = 0; i < 4; i++) {
		const struct told *told = ask_form(&bench, &form, EXCHANGE_UDP);
		assert_int_equal(told->result.outcome, EXCHANGE_TIMEOUT);
		assert_int_equal(told->result.attempts, 3);
	}
	assert_int_equal(bench.fake.plain_queries, 0);
	assert_int_equal(bench_exchange(&bench, "plain.example")->result.outcome, EXCHANGE_ANSWER);
	bench_close(&bench);
}

static void test_nobody_joins(void **state)
{
	const struct exchange_form form = {.edns_flags = 1};
	struct bench bench;
	struct told plain = {.count = 0};
	struct told odd[2] = {{.count = 0}};
	bench_open(&bench, NULL, fake_plainly);
	struct exchange_question question = bench_question(&bench, "same.example");
	bench_ask(&bench, &question, &plain);
	question.form = &form;
	bench_ask(&bench, &question, &odd[0]);
	bench_ask(&bench, &question, &odd[1]);
	bench_run(&bench, &plain.count, 1);
	bench_run(&bench, &odd[0].count, 1);
	bench_run(&bench, &odd[1].count, 1);
	assert_int_equal(bench.fake.udp_queries, 3);
	bench_close(&bench);
}

/* ---- truncation ---- */

static size_t truncates(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	return query->is_stream ? fake_plainly(fake, query, answer)
				: with(query, FLAG_TC, RCODE_NOERROR, answer);
}

static void test_truncated(void **state)
{
	struct exchange_form form = {.udp_size = 512, .keeps_truncated = true};
	struct bench bench;
	bench_open(&bench, NULL, truncates);
	fake_listen(&bench.fake);
	const struct told *told = ask_form(&bench, &form, EXCHANGE_UDP);
	assert_int_equal(told->result.transport, EXCHANGE_UDP);
	assert_true(told->flags & FLAG_TC);
	assert_int_equal(bench.fake.stream_queries, 0);
	form.keeps_truncated = false;
	told = ask_form(&bench, &form, EXCHANGE_UDP);
	assert_int_equal(told->result.transport, EXCHANGE_TCP);
	assert_true(told->result.truncated);
	bench_close(&bench);
}

/* ---- transfers ---- */

struct counted {
	unsigned messages, wanted;
};

static bool goes_on(void *context, const struct message *message)
{
	struct counted *counted = context;
	assert_int_equal(message->rcode, RCODE_NOERROR);
	return ++counted->messages < counted->wanted;
}

/* The answer, whose length is still to be written before it, and three messages more without a
 * question (RFC 5936 s2.2.1). */
static size_t transfer(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const uint16_t id = query->message.id;
	size_t size = fake_plainly(fake, query, answer);
	for (unsigned i = 0; i < 3; i++) {
		const uint8_t more[12] = {(uint8_t)(id >> 8), (uint8_t)id, 0x84};
		answer[size] = 0;
		answer[size + 1] = 12;
		memcpy(answer + size + 2, more, 12);
		size += 14;
	}
	return size;
}

/* Frames are written here, since there are several of them. */
static size_t framed(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	uint8_t whole[2 + 4096];
	size_t first = fake_plainly(fake, query, answer);
	size_t size = transfer(fake, query, whole + 2);
	whole[0] = (uint8_t)(first >> 8);
	whole[1] = (uint8_t)first;
	for (unsigned i = 0; i < 64; i++) {
		if (fake->streams[i] != NULL && fake->number == i)
			assert_int_equal(stream_write(fake->streams[i], whole, size + 2), OK);
	}
	return 0;
}

static void test_first_message_of_transfer(void **state)
{
	const struct exchange_form form = {.is_alone = true};
	struct bench bench;
	bench_open(&bench, NULL, framed);
	fake_listen(&bench.fake);
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_TCP)->result.outcome, EXCHANGE_ANSWER);
	bench_run_for(&bench, 50);
	assert_null(bench.fake.streams[0]); /* closed by us */
	/* The next one has a connection of its own, beside the one that others share. */
	bench.fake.script = fake_plainly;
	(void)bench_exchange_over(&bench, "plain.example", EXCHANGE_TCP);
	(void)ask_form(&bench, &form, EXCHANGE_TCP);
	(void)bench_exchange_over(&bench, "again.example", EXCHANGE_TCP);
	assert_int_equal(bench.fake.connections, 3);
	bench_close(&bench);
}

static void test_whole_transfer(void **state)
{
	struct counted counted = {.wanted = 4};
	struct exchange_form form = {
		.is_alone = true, .goes_on = goes_on, .goes_on_context = &counted};
	struct bench bench;
	bench_open(&bench, NULL, framed);
	fake_listen(&bench.fake);
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_TCP)->result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(counted.messages, 4);
	bench_run_for(&bench, 50);
	/* One more is wanted than comes: a time-out, not a hang. */
	counted = (struct counted){.wanted = 5};
	assert_int_equal(ask_form(&bench, &form, EXCHANGE_TCP)->result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(counted.messages, 4);
	bench_close(&bench);
}

/* ---- answers from elsewhere ---- */

static size_t says_nothing(void *context, const struct udp_request *request, uint8_t *answer)
{
	(void)context;
	(void)request;
	(void)answer;
	return 0;
}

static struct udp_server *open_elsewhere(struct bench *bench)
{
	static const struct udp_server_handler deaf = {.answer = says_nothing};
	const uint8_t other[4] = {127, 0, 0, 2};
	struct address address = address_from_ipv4(other, bench->fake.address.port);
	struct udp_server *server;
	assert_int_equal(udp_server_new(bench->loop, &address, &deaf, NULL, &server), OK);
	return server;
}

static size_t from_elsewhere(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	struct udp_server *elsewhere = (struct udp_server *)(uintptr_t)fake->number;
	struct udp_request request = fake->request;
	size_t size = fake_plainly(fake, query, answer);
	request.local = udp_server_address(elsewhere);
	assert_int_equal(udp_server_send(elsewhere, &request, answer, size), OK);
	return 0;
}

static size_t other_question(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	struct udp_server *elsewhere = (struct udp_server *)(uintptr_t)fake->number;
	struct udp_request request = fake->request;
	size_t size = fake_plainly(fake, query, answer);
	answer[13] ^= 1; /* another letter of the name */
	request.local = udp_server_address(elsewhere);
	assert_int_equal(udp_server_send(elsewhere, &request, answer, size), OK);
	return 0;
}

static void test_other_source(void **state)
{
	struct bench bench;
	bench_open(&bench, NULL, from_elsewhere);
	struct udp_server *elsewhere = open_elsewhere(&bench);
	bench.fake.number = (uint64_t)(uintptr_t)elsewhere;
	const struct told *told = bench_exchange(&bench, "moved.example");
	assert_int_equal(told->result.outcome, EXCHANGE_MISMATCH);
	assert_true(told->result.other_source);
	assert_false(told->has_message);
	bench.fake.script = other_question;
	told = bench_exchange(&bench, "forged.example");
	assert_false(told->result.other_source);
	bench.fake.script = fake_plainly;
	assert_int_equal(bench_exchange(&bench, "back.example")->result.outcome, EXCHANGE_ANSWER);
	udp_server_free(elsewhere);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form_as_sent),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_nobody_joins),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_first_message_of_transfer),
		cmocka_unit_test(test_whole_transfer),
		cmocka_unit_test(test_other_source),
	};
	return cmocka_run_group_tests_name("dns/transport odd questions", tests, NULL, NULL);
}
