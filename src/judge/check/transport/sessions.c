/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/transport/sessions.h"

#include "dns/wire/name.h"
#include "dns/wire/svcb.h"
#include "dns/wire/type.h"
#include "judge/check/verdict.h"

#include <assert.h>
#include <string.h>

const struct session *sessions_next(const struct evidence *evidence, uint16_t *cursor)
{
	const struct observation *observation = evidence->observation;

	while (*cursor < observation->session_count) {
		const struct session *session = &observation->sessions[(*cursor)++];

		/* No route from here says nothing of the server. */
		if (session->protocol >= SESSION_DOT && session->protocol <= SESSION_DOQ &&
		    session->outcome != SESSION_UNREACHABLE)
			return session;
	}
	return NULL;
}

static const struct view *session_view(const struct evidence *evidence,
				       const struct session *session)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t i = 0; i < observation->server_count; i++) {
		const struct ip *ip = &observation->servers[i].ip;

		if (ip->family == session->ip.family &&
		    memcmp(ip->octets, session->ip.octets, sizeof(ip->octets)) == 0)
			return &evidence->views[i];
	}
	return NULL;
}

static uint8_t transport_of(const struct session *session)
{
	switch (session->protocol) {
	case SESSION_DOT:
		return TRANSPORT_DOT;
	case SESSION_DOH:
		return TRANSPORT_DOH;
	default:
		return TRANSPORT_DOQ;
	}
}

static const struct exchange *session_exchange(const struct view *view,
					       const struct session *session)
{
	for (uint16_t i = 0; i < view->exchange_count; i++) {
		const struct exchange *exchange = view->exchanges[i];

		if (exchange->kind == PROBE_PLAIN && exchange->transport == transport_of(session))
			return exchange;
	}
	return NULL;
}

void sessions_judge(const struct evidence *evidence, struct verdicts *verdicts,
		    void (*tell)(const struct evidence *evidence, struct verdicts *verdicts,
				 const struct talk *talk))
{
	uint16_t cursor = 0;
	const struct session *session = sessions_next(evidence, &cursor);

	if (!session)
		verdict_not_measured(verdicts);
	for (; session; session = sessions_next(evidence, &cursor)) {
		const size_t before = verdicts->finding_count;
		struct talk talk = {.session = session, .view = session_view(evidence, session)};

		if (!talk.view)
			continue;
		talk.exchange = session_exchange(talk.view, session);
		tell(evidence, verdicts, &talk);
		if (verdicts->finding_count > before)
			verdict_evidence(verdicts, talk.exchange);
	}
}

const char *session_word(const struct session *session)
{
	static const char *const words[] = {
		[SESSION_DOT] = "DoT", [SESSION_DOH] = "DoH", [SESSION_DOQ] = "DoQ"};

	assert(session->protocol >= SESSION_DOT && session->protocol <= SESSION_DOQ);
	return words[session->protocol];
}

const char *session_trouble(const struct session *session)
{
	switch ((enum session_outcome)session->outcome) {
	case SESSION_ESTABLISHED:
		return "answered";
	case SESSION_TIMEOUT:
		return "nothing came in time";
	case SESSION_CLOSED:
		return "the connection was refused or closed";
	case SESSION_UNREACHABLE:
		return "no route";
	case SESSION_TLS_FAILED:
		return "the TLS handshake failed";
	case SESSION_PROTOCOL:
		return "it broke the protocol after the handshake";
	case SESSION_NOT_OFFERED:
		return "it speaks something else there";
	case SESSION_NO_ANSWER:
		return "the handshake was done, the question was not answered";
	}
	return "no outcome";
}

static enum announced in_record(const struct record *record, const struct session *session)
{
	static const char *const alpns[] = {
		[SESSION_DOT] = "dot", [SESSION_DOH] = "h2", [SESSION_DOQ] = "doq"};
	struct svcb svcb;
	const uint8_t *port;
	size_t size;

	if (svcb_read(record->rdata, record->rdata_size, &svcb) < 0 || svcb.priority == 0)
		return ANNOUNCED_UNKNOWN; /* an alias: whose ports those are is not known */
	if (!svcb_has_alpn(&svcb, alpns[session->protocol]))
		return ANNOUNCED_NOT;
	if (svcb_parameter(&svcb, SVCB_PORT, &port, &size) &&
	    (size != 2 || (port[0] << 8 | port[1]) != session->port))
		return ANNOUNCED_UNKNOWN; /* elsewhere, where nobody looked */
	return ANNOUNCED;
}

enum announced session_is_announced(const struct evidence *evidence, const struct session *session)
{
	struct name name;
	enum announced announced = ANNOUNCED_NOT;

	if (!session->host || name_prepend((const uint8_t *)"_dns", 4, session->host, &name) < 0)
		return ANNOUNCED_NOT;
	const struct looked_up found = look_up(evidence, name.octets, TYPE_SVCB);

	if (looked_up_is_absent(&found))
		return ANNOUNCED_NOT;
	if (looked_up_is_unknown(&found))
		return ANNOUNCED_UNKNOWN;
	for (size_t i = 0; i < found.rrset.count; i++) {
		const enum announced here = in_record(found.rrset.records[i], session);

		if (here == ANNOUNCED)
			return ANNOUNCED;
		if (here == ANNOUNCED_UNKNOWN)
			announced = ANNOUNCED_UNKNOWN;
	}
	return announced;
}
