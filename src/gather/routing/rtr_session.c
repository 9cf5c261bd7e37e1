/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "gather/routing/rtr_session_private.h"

#include <assert.h>
#include <string.h>

/* RFC 8210 s6: least, most, and what holds where a cache says nothing (version 0). */
#define REFRESH_DEFAULT_S 3600u
#define RETRY_DEFAULT_S 600u
#define EXPIRE_DEFAULT_S 7200u

/* Of an Error Report's text, as much is told. */
#define TEXT_TOLD_MAX 200u

void rtr_session_init(struct rtr_session *session, size_t vrps_max)
{
	assert(vrps_max > 0 && vrps_max <= ROUTING_ENTRIES_MAX / 2);
	*session = (struct rtr_session){
		.vrps_max = vrps_max,
		.version = RTR_VERSION_MAX,
		.facts = {.refresh_s = REFRESH_DEFAULT_S,
			  .retry_s = RETRY_DEFAULT_S,
			  .expire_s = EXPIRE_DEFAULT_S},
	};
}

void rtr_session_release(struct rtr_session *session)
{
	rtr_set_release(&session->set);
}

void rtr_session_connect(struct rtr_session *session)
{
	rtr_set_forget_changes(&session->set);
	session->phase = RTR_IDLE;
	session->is_settled = false;
	session->has_heard = false;
	session->partial_size = 0;
	session->report_size = 0;
	session->facts.skipped = 0;
}

void rtr_session_set_version(struct rtr_session *session, uint8_t version)
{
	assert(version <= RTR_VERSION_MAX);
	session->must_ask_all = session->must_ask_all || version != session->version;
	session->version = version;
}

void rtr_session_expire(struct rtr_session *session)
{
	rtr_set_forget(&session->set);
	session->must_ask_all = true;
	session->facts.has_data = false;
	session->facts.vrps = 0;
}

size_t rtr_session_query(struct rtr_session *session, uint8_t ret_query[RTR_QUERY_MAX])
{
	struct writer writer;
	assert(session->phase == RTR_IDLE);
	session->asked_all = session->must_ask_all || !session->facts.has_data;
	const struct rtr_pdu query = {
		.version = session->version,
		.type = session->asked_all ? RTR_RESET_QUERY : RTR_SERIAL_QUERY,
		.number = session->asked_all ? 0 : session->facts.session,
		.serial = session->facts.serial,
	};
	writer_init(&writer, ret_query, RTR_QUERY_MAX);
	rtr_pdu_write(&writer, &query);
	assert(writer.error == OK);
	session->phase = RTR_ASKED;
	return writer_used(&writer);
}

/* ---- what is wrong ---- */

/* Ends the session, with a report to the cache unless it was one of the cache's that was wrong. */
static enum rtr_event refuse(struct rtr_session *session, enum rtr_error code, int error)
{
	struct writer writer;
	session->error = error;
	session->report_size = 0;
	rtr_set_forget_changes(&session->set);
	if (session->partial_size >= 2 && session->partial[1] == RTR_ERROR_REPORT)
		return RTR_BROKEN;
	const size_t copied =
		session->partial_size < RTR_COPY_MAX ? session->partial_size : RTR_COPY_MAX;
	const struct rtr_pdu report = {
		.version = session->version,
		.type = RTR_ERROR_REPORT,
		.number = (uint16_t)code,
		.copy = session->partial,
		.copy_size = (uint32_t)copied,
		.text = session->complaint.text,
		.text_size = (uint32_t)strlen(session->complaint.text),
	};
	writer_init(&writer, session->report, sizeof(session->report));
	rtr_pdu_write(&writer, &report);
	assert(writer.error == OK);
	session->report_size = writer_used(&writer);
	return RTR_BROKEN;
}

static enum rtr_event refuse_state(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	(void)complain(&session->complaint, ERR_FORMAT, "the cache sent %s when none was due",
		       rtr_type_text(pdu->type));
	return refuse(session, RTR_CORRUPT_DATA, ERR_FORMAT);
}

/* RFC 8210 s5.1: what was learnt from another session is not to be kept. */
static enum rtr_event refuse_session(struct rtr_session *session, const struct rtr_pdu *pdu,
				     uint16_t expected)
{
	(void)complain(&session->complaint, ERR_FORMAT,
		       "the cache sent %s of session %u within session %u",
		       rtr_type_text(pdu->type), pdu->number, expected);
	rtr_session_expire(session);
	return refuse(session, RTR_CORRUPT_DATA, ERR_FORMAT);
}

/* ---- PDU by PDU ---- */

static enum rtr_event take_notify(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	/* RFC 8210 s7: ignored until the version is settled; an answer under way tells more. */
	if (!session->is_settled || session->phase != RTR_IDLE)
		return RTR_NOTHING;
	if (!session->facts.has_data || session->must_ask_all)
		return RTR_NOTIFIED;
	if (pdu->number != session->facts.session)
		return refuse_session(session, pdu, session->facts.session);
	return pdu->serial == session->facts.serial ? RTR_NOTHING : RTR_NOTIFIED;
}

static enum rtr_event take_response(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	if (session->phase != RTR_ASKED)
		return refuse_state(session, pdu);
	if (!session->asked_all && pdu->number != session->facts.session)
		return refuse_session(session, pdu, session->facts.session);
	session->phase = RTR_ANSWERED;
	session->answer_id = pdu->number;
	return RTR_NOTHING;
}

static enum rtr_event take_prefix(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	if (session->phase != RTR_ANSWERED)
		return refuse_state(session, pdu);
	/* A change of everything is each withdrawn and each announced. */
	const size_t most = session->vrps_max * (session->asked_all ? 1 : 2);
	int error = ERR_LIMIT;
	if (rtr_set_changes(&session->set) < most)
		error = rtr_set_change(&session->set, &pdu->vrp, pdu->is_announced);
	if (error == OK)
		return RTR_NOTHING;
	(void)complain(&session->complaint, error,
		       error == ERR_LIMIT ? "the cache sends more than %zu prefixes in one answer"
					  : "no memory for the answer of the cache (%zu prefixes)",
		       most);
	return refuse(session, RTR_INTERNAL_ERROR, error);
}

static uint32_t within(uint32_t value, uint32_t minimum, uint32_t maximum)
{
	return value < minimum ? minimum : value > maximum ? maximum : value;
}

/* RFC 8210 s6; what is out of its bounds is brought within. */
static void take_intervals(struct rtr_facts *facts, const struct rtr_pdu *pdu)
{
	if (pdu->version == 0) {
		facts->refresh_s = REFRESH_DEFAULT_S;
		facts->retry_s = RETRY_DEFAULT_S;
		facts->expire_s = EXPIRE_DEFAULT_S;
		return;
	}
	facts->refresh_s = within(pdu->refresh, 1, 86400);
	facts->retry_s = within(pdu->retry, 1, 7200);
	facts->expire_s = within(pdu->expire, 600, 172800);
	/* It is larger than the others. */
	const uint32_t longer =
		facts->refresh_s > facts->retry_s ? facts->refresh_s : facts->retry_s;
	if (facts->expire_s <= longer)
		facts->expire_s = longer + 1;
}

static enum rtr_event refuse_changes(struct rtr_session *session, int error)
{
	/* What stands is as it was, but not what the cache believes it to be. */
	session->must_ask_all = true;
	if (error == ERR_EXISTS) {
		(void)complain(&session->complaint, ERR_FORMAT,
			       "the cache announced a prefix that was announced already");
		return refuse(session, RTR_DUPLICATE_ANNOUNCEMENT, ERR_FORMAT);
	}
	if (error == ERR_NOT_FOUND) {
		(void)complain(&session->complaint, ERR_FORMAT,
			       "the cache withdrew a prefix that was not announced");
		return refuse(session, RTR_WITHDRAWAL_OF_UNKNOWN, ERR_FORMAT);
	}
	(void)complain(&session->complaint, error, "the answer of the cache cannot be kept: %s",
		       error_text(error));
	return refuse(session, RTR_INTERNAL_ERROR, error);
}

static enum rtr_event take_end(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	if (session->phase != RTR_ANSWERED)
		return refuse_state(session, pdu);
	if (pdu->number != session->answer_id)
		return refuse_session(session, pdu, session->answer_id);
	int error = rtr_set_apply(&session->set, session->asked_all);
	if (error != OK)
		return refuse_changes(session, error);
	struct rtr_facts *facts = &session->facts;
	facts->vrps = rtr_set_count(&session->set);
	facts->serial = pdu->serial;
	facts->session = pdu->number;
	facts->version = session->version;
	facts->has_data = true;
	take_intervals(facts, pdu);
	session->must_ask_all = false;
	session->phase = RTR_IDLE;
	/* Changes without end would fill the memory little by little. */
	if (facts->vrps <= session->vrps_max)
		return RTR_UPDATED;
	(void)complain(&session->complaint, ERR_LIMIT, "the cache has more than %zu prefixes",
		       session->vrps_max);
	rtr_session_expire(session);
	return refuse(session, RTR_INTERNAL_ERROR, ERR_LIMIT);
}

static enum rtr_event take_reset(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	if (session->phase != RTR_ASKED || session->asked_all)
		return refuse_state(session, pdu);
	session->phase = RTR_IDLE;
	session->must_ask_all = true;
	return RTR_ASK_ALL;
}

static enum rtr_event take_report(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	const size_t told = pdu->text_size < TEXT_TOLD_MAX ? pdu->text_size : TEXT_TOLD_MAX;
	const bool is_plain = told > 0 && text_is_plain(pdu->text, told);
	session->error = pdu->number == RTR_NO_DATA               ? ERR_NOT_FOUND
			 : pdu->number == RTR_UNSUPPORTED_VERSION ? ERR_UNSUPPORTED
								  : ERR_FORMAT;
	(void)complain(&session->complaint, session->error, "the cache reports: %s%s%.*s",
		       rtr_error_text(pdu->number), is_plain ? ": " : "", is_plain ? (int)told : 0,
		       is_plain ? pdu->text : "");
	rtr_set_forget_changes(&session->set);
	if (pdu->number == RTR_NO_DATA && session->phase != RTR_IDLE) {
		session->phase = RTR_IDLE;
		return RTR_NOT_READY;
	}
	/* What it made of ours is not known. */
	session->must_ask_all = true;
	return RTR_BROKEN;
}

static enum rtr_event take_pdu(struct rtr_session *session, const struct rtr_pdu *pdu)
{
	switch (pdu->type) {
	case RTR_SERIAL_NOTIFY:
		return take_notify(session, pdu);
	case RTR_CACHE_RESPONSE:
		return take_response(session, pdu);
	case RTR_IPV4_PREFIX:
	case RTR_IPV6_PREFIX:
		return take_prefix(session, pdu);
	case RTR_END_OF_DATA:
		return take_end(session, pdu);
	case RTR_CACHE_RESET:
		return take_reset(session, pdu);
	case RTR_ERROR_REPORT:
		return take_report(session, pdu);
	case RTR_ROUTER_KEY:
		session->facts.skipped++;
		return session->phase == RTR_ANSWERED ? RTR_NOTHING : refuse_state(session, pdu);
	default: /* queries */
		(void)complain(&session->complaint, ERR_FORMAT, "the cache asks (%s)",
			       rtr_type_text(pdu->type));
		return refuse(session, RTR_INVALID_REQUEST, ERR_FORMAT);
	}
}

/* ---- versions, RFC 8210 s7 ---- */

static enum rtr_event refuse_version(struct rtr_session *session, const struct rtr_pdu *header)
{
	(void)complain(&session->complaint, ERR_UNSUPPORTED,
		       "the cache speaks version %u of RTR though it was asked in version %u; does "
		       "it have a setting for that?",
		       header->version, session->version);
	return refuse(session, RTR_UNSUPPORTED_VERSION, ERR_UNSUPPORTED);
}

/* Whether the PDU is to be looked at; if not, *ret_event says why. */
static bool take_version(struct rtr_session *session, const struct rtr_pdu *header,
			 enum rtr_event *ret_event)
{
	*ret_event = RTR_NOTHING;
	if (!session->is_settled && header->type == RTR_SERIAL_NOTIFY)
		return false;
	if (header->version == session->version) {
		session->is_settled = session->is_settled || header->type != RTR_ERROR_REPORT;
		return true;
	}
	if (session->is_settled) {
		(void)complain(&session->complaint, ERR_FORMAT,
			       "the cache changed from version %u to %u on one connection",
			       session->version, header->version);
		*ret_event = refuse(session, RTR_UNEXPECTED_VERSION, ERR_FORMAT);
	} else if (header->version > session->version) {
		*ret_event = refuse_version(session, header);
	} else if (header->type == RTR_ERROR_REPORT) {
		/* It did not understand the question, and closes. */
		rtr_session_set_version(session, header->version);
		*ret_event = RTR_OLDER;
	} else if (session->asked_all) {
		/* It answers as it can. */
		rtr_session_set_version(session, header->version);
		session->is_settled = true;
		return true;
	} else {
		/* To a question with numbers of the newer version, which mean nothing in this. */
		rtr_session_set_version(session, header->version);
		*ret_event = RTR_OLDER;
	}
	return false;
}

/* ---- PDUs out of the stream ---- */

static enum rtr_event take_whole(struct rtr_session *session)
{
	struct rtr_pdu pdu;
	enum rtr_event event;
	int error = rtr_header_read(session->partial, session->partial_size, &pdu);
	assert(error == OK);
	session->has_heard = true;
	if (!take_version(session, &pdu, &event))
		return event;
	error = rtr_pdu_read(session->partial, session->partial_size, &pdu);
	if (error == OK)
		return take_pdu(session, &pdu);
	if (error == ERR_UNSUPPORTED) {
		(void)complain(&session->complaint, ERR_FORMAT,
			       "the cache sent a PDU of type %u, which version %u does not have",
			       pdu.type, session->version);
		return refuse(session, RTR_UNSUPPORTED_TYPE, ERR_FORMAT);
	}
	(void)complain(&session->complaint, ERR_FORMAT, "the cache sent %s that is malformed",
		       rtr_type_text(pdu.type));
	return refuse(session, RTR_CORRUPT_DATA, ERR_FORMAT);
}

/* Adds up to `wanted` octets of the PDU under way. True: they are there. */
static bool collect(struct rtr_session *session, size_t wanted, const uint8_t **data, size_t *left)
{
	const size_t had = session->partial_size;
	const size_t missing = wanted > had ? wanted - had : 0;
	const size_t taken = missing < *left ? missing : *left;
	assert(wanted <= RTR_PDU_MAX);
	if (taken > 0)
		memcpy(session->partial + had, *data, taken);
	session->partial_size += taken;
	*data += taken;
	*left -= taken;
	return session->partial_size >= wanted;
}

enum rtr_event rtr_session_receive(struct rtr_session *session, const uint8_t *data, size_t size,
				   size_t *ret_taken)
{
	size_t left = size;
	enum rtr_event event = RTR_NOTHING;
	while (event == RTR_NOTHING && collect(session, RTR_HEADER_BYTES, &data, &left)) {
		struct rtr_pdu header;
		int error = rtr_header_read(session->partial, session->partial_size, &header);
		assert(error == OK);
		if (header.length < RTR_HEADER_BYTES || header.length > RTR_PDU_MAX) {
			(void)complain(&session->complaint, ERR_FORMAT,
				       "the cache sent a PDU of %u octets; is this an RTR service?",
				       header.length);
			event = refuse(session, RTR_CORRUPT_DATA, ERR_FORMAT);
			break;
		}
		if (!collect(session, header.length, &data, &left))
			break;
		event = take_whole(session);
		session->partial_size = 0;
	}
	*ret_taken = size - left;
	return event;
}
