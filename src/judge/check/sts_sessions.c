/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/sts_sessions.h"

#include "dns/wire/type.h"
#include "judge/check/looked_up.h"

#include <assert.h>

#define HTTPS_PORT 443
#define STATUS_OK 200

static void add_sessions(const struct evidence *evidence, const uint8_t *host,
			 struct sts_sessions *sessions)
{
	const struct observation *observation = evidence->observation;

	for (uint16_t i = 0; i < observation->session_count; i++) {
		const struct session *session = &observation->sessions[i];

		if (session->protocol != SESSION_HTTPS || session->port != HTTPS_PORT ||
		    session->host == NULL || !name_equal(session->host, host) ||
		    sessions->count == STS_SESSIONS_MAX)
			continue;
		sessions->items[sessions->count++] = session;
		sessions->is_known |= session->outcome != SESSION_UNREACHABLE;
		sessions->has_policy |= sts_session_has_policy(session);
	}
}

void sts_sessions_find(const struct evidence *evidence, struct sts_sessions *ret_sessions)
{
	const uint8_t *domain = evidence->observation->domain;
	struct name name;

	*ret_sessions = (struct sts_sessions){.count = 0};
	if (name_prepend((const uint8_t *)"_mta-sts", 8, domain, &name) != OK)
		return;
	const struct looked_up texts = look_up(evidence, name.octets, TYPE_TXT);

	if (looked_up_is_unknown(&texts))
		return;
	/* The scan asks for a policy where a record begins so; whether it is sound is told
	 * elsewhere. */
	if (!sts_is_announced(evidence->arena, texts.rrset.records, texts.rrset.count)) {
		ret_sessions->is_known = ret_sessions->is_absent = true;
		return;
	}
	if (name_prepend((const uint8_t *)"mta-sts", 7, domain, &name) == OK)
		add_sessions(evidence, name.octets, ret_sessions);
}

bool sts_session_has_policy(const struct session *session)
{
	return session->outcome == SESSION_ESTABLISHED && session->status == STATUS_OK &&
	       session->body != BLOB_NONE;
}

int sts_session_policy(const struct evidence *evidence, const struct session *session,
		       struct sts_policy *ret_policy, const char **ret_words)
{
	assert(session->body < evidence->observation->blob_count);
	const struct blob *blob = &evidence->observation->blobs[session->body];

	return sts_parse_policy(evidence->arena, (const char *)blob->octets, blob->size, ret_policy,
				ret_words);
}
