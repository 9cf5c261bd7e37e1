/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A finding: a judge's verdict about one domain. Code, severity, one plain sentence with the values
 * in it, the evidence, and (by its code) how to mend it and the reference.
 */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

#include <stdint.h>

enum severity {
	SEVERITY_INFO = 1,
	SEVERITY_NOTICE,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
	SEVERITY_CRITICAL
};
/* Who can act. */
enum party {
	PARTY_REGISTRANT = 1,
	PARTY_REGISTRAR,
	PARTY_REGISTRY,
	PARTY_DNS_OPERATOR,
	PARTY_NETWORK
};

#define FINDING_EVIDENCE_MAX 8 /* a person reads no more; the observation has the rest */
#define FINDING_SENTENCE_MAX 1024

/* In place of a server: the resolver asked, from the root down. */
#define FINDING_LOOKED_UP "look-up"

/* A pointer to what was received: an exchange, told in words. */
struct finding_evidence {
	const char *server;   /* address as text, NULL for the parent, or FINDING_LOOKED_UP */
	const char *question; /* "example.com. SOA" */
	const char *answer;   /* what came back, in one line */
};

struct finding {
	const char *code;   /* "DNSSEC-SIG-EXPIRED" */
	const char *domain; /* presentation form */
	enum severity severity;
	enum party party;
	const char *server; /* address, when one server is at fault; NULL for the whole domain */
	const char *sentence;
	const char *reference; /* "RFC 4035 s5.3.1" */
	uint8_t evidence_count;
	struct finding_evidence evidence[FINDING_EVIDENCE_MAX];
};

/* "at 192.0.2.1", "at the parent", "looked up": two words, the second of which may be "". */
struct finding_place {
	const char *how, *where;
};
struct finding_place finding_place(const struct finding_evidence *evidence);

/* What ends a sentence that stands alone: "." unless a name's last dot does. */
const char *sentence_stop(const char *sentence);
const char *severity_text(enum severity severity);
MUST_CHECK int severity_from_text(const char *text, enum severity *ret_severity);
const char *party_text(enum party party);
MUST_CHECK int party_from_text(const char *text, enum party *ret_party);
/* One JSON object, `"type":"finding"`; schema in docs/format/finding.schema.json. */
void finding_to_json(const struct finding *finding, struct json *json);
/* Its members, into an object that is open. */
void finding_members_to_json(const struct finding *finding, struct json *json);
/* Reads one line back. Strings in the arena. */
MUST_CHECK int finding_from_json(struct arena *arena, const char *line, size_t size,
				 struct finding *ret_finding, struct complaint *complaint);

/*
 * The binary form: everything but code, domain and server, which whoever keeps or sends it has
 * beside it. Octets and texts in the arena. ERR_DAMAGED: not what finding_encode made, or with a
 * control character in it, which would lead the terminal astray that it is printed on.
 */
MUST_CHECK int finding_encode(struct arena *arena, const struct finding *finding,
			      const uint8_t **ret_octets, size_t *ret_size);
MUST_CHECK int finding_decode(struct arena *arena, const uint8_t *octets, size_t size,
			      struct finding *ret_finding);

#endif
