/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a cache sends. First octet: the size of the pieces it comes in. Property: whatever the
 * pieces, the events and the set are the same; a set is in order and holds nothing twice; a PDU
 * that is read and written is read as the same; a report that goes back is a PDU. */
#include "gather/routing/rtr_session_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VRPS_MAX 64u

static void check_pdu(const uint8_t *octets, size_t size)
{
	struct rtr_pdu pdu;
	struct rtr_pdu again;
	uint8_t copy[RTR_PDU_MAX];
	struct writer writer;
	if (rtr_pdu_read(octets, size, &pdu) != OK || pdu.type == RTR_ROUTER_KEY)
		return;
	writer_init(&writer, copy, sizeof(copy));
	rtr_pdu_write(&writer, &pdu);
	assert(writer.error == OK && writer_used(&writer) == size);
	int error = rtr_pdu_read(copy, size, &again);
	assert(error == OK && again.type == pdu.type && again.number == pdu.number);
	assert(again.serial == pdu.serial && again.expire == pdu.expire);
	assert(again.is_announced == pdu.is_announced && again.vrp.as == pdu.vrp.as);
	assert(route_prefix_equal(&again.vrp.prefix, &pdu.vrp.prefix));
	assert(again.text_size == pdu.text_size && again.copy_size == pdu.copy_size);
}

static void check_set(const struct rtr_session *session)
{
	assert(rtr_set_count(&session->set) <= VRPS_MAX);
	assert(rtr_set_count(&session->set) == (session->facts.has_data ? session->facts.vrps : 0));
	for (size_t i = 0; i < 2; i++) {
		const struct prefix_list *list = &session->set.lists[i];
		for (size_t j = 1; j < list->count; j++) {
			int order = prefix_item_compare(&list->items[j - 1], &list->items[j]);
			assert(order < 0);
		}
	}
}

static void check_report(const struct rtr_session *session)
{
	struct rtr_pdu report;
	if (session->report_size == 0)
		return;
	int error = rtr_pdu_read(session->report, session->report_size, &report);
	assert(error == OK && report.type == RTR_ERROR_REPORT);
	assert(report.copy_size < 2 || report.copy[1] != RTR_ERROR_REPORT);
}

/* As the client does it; each event leaves its mark. */
static uint64_t play(struct rtr_session *session, const uint8_t *data, size_t size, size_t piece)
{
	uint8_t query[RTR_QUERY_MAX];
	uint64_t mark = 0;
	rtr_session_init(session, VRPS_MAX);
	rtr_session_connect(session);
	size_t asked = rtr_session_query(session, query);
	for (size_t at = 0; at < size;) {
		size_t taken = 0;
		const size_t part = size - at < piece ? size - at : piece;
		const enum rtr_event event = rtr_session_receive(session, data + at, part, &taken);
		assert(taken <= part && (event != RTR_NOTHING || taken == part));
		at += taken;
		if (event == RTR_NOTHING)
			continue;
		mark = mark * 31 + (uint64_t)event;
		check_set(session);
		if (event == RTR_BROKEN) {
			check_report(session);
			assert(session->error != OK && session->complaint.text[0] != '\0');
		}
		if (event == RTR_BROKEN || event == RTR_OLDER)
			rtr_session_connect(session);
		if (session->phase == RTR_IDLE)
			asked = rtr_session_query(session, query);
		check_pdu(query, asked);
	}
	return mark * 31 + session->facts.serial;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rtr_session whole;
	static struct rtr_session cut;
	if (size < 1)
		return 0;
	for (size_t at = 1; at + RTR_HEADER_BYTES <= size;) {
		struct rtr_pdu pdu;
		int error = rtr_header_read(data + at, size - at, &pdu);
		assert(error == OK);
		if (pdu.length < RTR_HEADER_BYTES || pdu.length > size - at ||
		    pdu.length > RTR_PDU_MAX)
			break;
		check_pdu(data + at, pdu.length);
		at += pdu.length;
	}
	const uint64_t mark = play(&whole, data + 1, size - 1, size);
	const uint64_t other = play(&cut, data + 1, size - 1, data[0] + 1u);
	assert(mark == other);
	assert(rtr_set_count(&whole.set) == rtr_set_count(&cut.set));
	assert(whole.partial_size == cut.partial_size);
	rtr_session_release(&whole);
	rtr_session_release(&cut);
	return 0;
}
