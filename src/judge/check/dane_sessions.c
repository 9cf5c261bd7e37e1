/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers presented, held against their TLSA records. */
#include "base/text.h"
#include "dns/wire/type.h"
#include "judge/check/dane_facts.h"
#include "judge/check/mail_facts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct session *dane_next_session(const struct evidence *evidence,
					const struct dane_host *host, uint16_t *cursor)
{
	const struct observation *observation = evidence->observation;
	const uint8_t protocol = host->service == TLSA_SMTP ? SESSION_SMTP : SESSION_HTTPS;

	while (*cursor < observation->session_count) {
		const struct session *session = &observation->sessions[(*cursor)++];

		if (session->protocol == protocol && session->port == host->port &&
		    session->host != NULL && name_equal(session->host, host->base))
			return session;
	}
	return NULL;
}

const char *session_address(const struct evidence *evidence, const struct session *session)
{
	assert(session->ip.family == 4 || session->ip.family == 6);
	char address[IP_TEXT_MAX];
	const char *text = arena_format(evidence->arena, "%s port %u",
					ip_to_text(&session->ip, address), session->port);

	return text != NULL ? text : "";
}

/* What a TLSA record of the key presented would say, to be held beside those that are there. */
static const char *key_line(const struct verdicts *verdicts, const struct session *session)
{
	const struct observation *observation = verdicts->evidence->observation;
	uint8_t digest[TLSA_SHA256_OCTETS];
	char hex[2 * TLSA_SHA256_OCTETS + 1];
	struct certificate *certificate;

	if (session->chain_count == 0)
		return "";
	const struct blob *blob = &observation->blobs[session->certificates[0]];

	if (certificate_new(blob->octets, blob->size, &certificate) != OK)
		return "";
	tlsa_digest(certificate, TLSA_KEY, digest);
	certificate_free(certificate);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return arena_format(verdicts->arena, "; its key is that of 3 1 1 %s", hex);
}

static const char *session_line(const struct verdicts *verdicts, const struct session *session)
{
	static const char *const outcomes[SESSION_OUTCOME_MAX + 1] = {
		[SESSION_ESTABLISHED] = "TLS was established",
		[SESSION_TIMEOUT] = "no answer in time",
		[SESSION_CLOSED] = "the connection was refused or closed",
		[SESSION_UNREACHABLE] = "no route from here",
		[SESSION_TLS_FAILED] = "the handshake failed",
		[SESSION_PROTOCOL] = "the server broke the protocol",
		[SESSION_NOT_OFFERED] = "TLS was not offered",
		[SESSION_NO_ANSWER] = "TLS was established, the question was not answered",
	};
	char until[TIME_TEXT_MAX] = "";

	if (session->chain_count > 0 && session->not_after_s != 0)
		time_to_text(session->not_after_s, until);
	const char *key = key_line(verdicts, session);

	return arena_format(verdicts->arena, "%s%s%s%s%s%s", outcomes[session->outcome],
			    session->note[0] != 0 ? ": " : "", session->note,
			    until[0] != 0 ? "; certificate until " : "", until,
			    key != NULL ? key : "");
}

void verdict_session_evidence(struct verdicts *verdicts, const struct session *session)
{
	assert(session->outcome >= SESSION_ESTABLISHED);
	if (verdicts->error < 0 || verdicts->finding_count == 0)
		return;
	struct finding *finding = &verdicts->findings[verdicts->finding_count - 1];
	char address[IP_TEXT_MAX];

	if (finding->evidence_count == FINDING_EVIDENCE_MAX)
		return;
	const struct finding_evidence line = {
		.server = arena_text(verdicts->arena, ip_to_text(&session->ip, address)),
		.question = arena_format(
			verdicts->arena, "%s port %u, %s",
			session->host != NULL ? evidence_name(verdicts->evidence, session->host)
					      : "(no name)",
			session->port, session->protocol == SESSION_SMTP ? "STARTTLS" : "TLS"),
		.answer = session_line(verdicts, session),
	};

	if (line.server == NULL || line.question == NULL || line.answer == NULL) {
		verdicts->error = ERR_MEMORY;
		return;
	}
	finding->evidence[finding->evidence_count++] = line;
}

/* ---- what was presented ---- */

static void read_chain(const struct observation *observation, const struct session *session,
		       struct chain *chain)
{
	for (uint8_t i = 0; i < session->chain_count; i++) {
		const struct blob *blob = &observation->blobs[session->certificates[i]];

		if (chain_add(chain, blob->octets, blob->size) != OK)
			return;
	}
}

/* RFC 7672 s3.2.2: the TLSA base domain, the mail server's name, the domain itself. */
static bool name_fits(const struct evidence *evidence, const struct dane_host *host,
		      const struct certificate *certificate)
{
	const uint8_t *names[] = {host->base, host->host, evidence->observation->domain};
	const size_t count = host->service == TLSA_SMTP ? 3 : 2;

	for (size_t i = 0; i < count; i++) {
		char text[NAME_TEXT_MAX];

		name_to_text(names[i], text);
		text[strlen(text) - 1] = '\0';
		if (certificate_is_for(certificate, text))
			return true;
	}
	return false;
}

static bool is_in_time(const struct evidence *evidence, const struct chain *chain,
		       const struct tlsa *tlsa)
{
	const size_t count = tlsa_path_length(tlsa, chain);

	for (size_t i = 0; i < count; i++)
		if (certificate_not_before(chain->items[i]) > evidence->now_s ||
		    certificate_not_after(chain->items[i]) < evidence->now_s)
			return false;
	return true;
}

static enum dane_standing stand_to(const struct evidence *evidence, const struct dane_host *host,
				   const struct session *session, const struct chain *chain,
				   const struct tlsa *tlsa)
{
	const bool is_trusted = (session->flags & SESSION_TRUSTED) != 0;

	switch (tlsa_judge(tlsa, chain, is_trusted)) {
	case TLSA_VERDICT_YES:
		return DANE_STANDING_FITS;
	case TLSA_VERDICT_ANCHORED:
		if (!name_fits(evidence, host, chain->items[0]))
			return DANE_STANDING_NAME;
		return is_in_time(evidence, chain, tlsa) ? DANE_STANDING_FITS
							 : DANE_STANDING_EXPIRED;
	case TLSA_VERDICT_NO_ANCHOR:
		/* A chain that goes up to its root names all who could vouch. */
		return chain_is_whole(chain) ? DANE_STANDING_MISMATCH : DANE_STANDING_INCOMPLETE;
	case TLSA_VERDICT_OPEN:
		return DANE_STANDING_UNKNOWN;
	default:
		return DANE_STANDING_MISMATCH;
	}
}

/* Sooner in the enumeration is closer. */
static enum dane_standing stand(const struct evidence *evidence, const struct dane_host *host,
				const struct session *session)
{
	enum dane_standing best = DANE_STANDING_MISMATCH;
	struct chain chain = {.count = 0};

	read_chain(evidence->observation, session, &chain);
	if (chain.count == 0)
		best = DANE_STANDING_UNKNOWN;
	for (uint16_t i = 0; i < host->tlsa.rrset.count && chain.count > 0; i++) {
		const struct record *record = host->tlsa.rrset.records[i];
		enum dane_standing standing;
		struct tlsa tlsa;

		if (!tlsa_is_usable(record->rdata, record->rdata_size, host->service) ||
		    tlsa_read(record->rdata, record->rdata_size, &tlsa) != OK)
			continue;
		standing = stand_to(evidence, host, session, &chain, &tlsa);
		if (standing == DANE_STANDING_FITS) {
			best = standing;
			break;
		}
		if (standing < best)
			best = standing;
	}
	chain_release(&chain);
	return best;
}

/* Every address of the host. Is it known how each stands? */
static bool judge_host(const struct evidence *evidence, struct verdicts *verdicts,
		       const struct dane_host *host, enum dane_standing sought,
		       const char *predicate)
{
	const struct session *session;
	uint16_t cursor = 0;
	bool is_known = false;

	while ((session = dane_next_session(evidence, host, &cursor)) != NULL) {
		const enum dane_standing standing = stand(evidence, host, session);

		is_known |= standing != DANE_STANDING_UNKNOWN;
		if (standing != sought)
			continue;
		verdict(verdicts, NULL, "The %s server %s of %s at %s %s",
			host->service == TLSA_SMTP ? "mail" : "web",
			evidence_name(evidence, host->host), evidence->domain,
			session_address(evidence, session), predicate);
		verdict_lookup_evidence(verdicts, host->tlsa_name.octets, TYPE_TLSA);
		verdict_session_evidence(verdicts, session);
	}
	return is_known;
}

void dane_verdicts(const struct evidence *evidence, struct verdicts *verdicts,
		   enum dane_standing standing, const char *predicate)
{
	const size_t before = verdicts->finding_count;
	struct dane_facts facts;
	bool is_known;

	dane_facts_find(evidence, &facts);
	is_known = facts.knows_mail;
	for (uint8_t i = 0; i < facts.count; i++) {
		const struct dane_host *host = &facts.hosts[i];

		if (looked_up_is_unknown(&host->tlsa))
			is_known = false;
		if (host->is_secure && host->usable_count > 0)
			is_known &= judge_host(evidence, verdicts, host, standing, predicate);
	}
	if (verdicts->finding_count == before && !is_known)
		verdict_not_measured(verdicts);
}
