/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Can the server be asked over TCP, over DoT, DoH, DoQ; does a silent one show a sign of life? That
 * is a property of the server, not of a domain: it is asked once per address, with the name of the
 * domain that came first, and all domains of the server in this process share the answer.
 *
 * Nobody is told of a failure before a second look: TCP that fails is asked again after a pause,
 * and a silent server, whose first look was the domain's own question, is asked after one. So a
 * server that is silent to thousands of domains costs one datagram more in ten minutes.
 */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/inquiry_private.h"

#include <assert.h>
#include <string.h>

/* Some 700 octets each, and 2 to 6 KiB where a certificate was seen. */
#define CAPABILITIES_MAX 16384
/* What servers presented; some four kilobytes each, and who presents more has others forgotten. */
#define SESSIONS_OCTETS_MAX ((size_t)64 << 20)
/* RFC 7858 s3.1, RFC 9250 s4.1.1; DoH: DOH_PORT. */
#define DOT_PORT 853
#define DOQ_PORT 853
/* Longer ones are nobody's. */
#define PATH_MAX_OCTETS 256u

/* Its slot is the transport; EXCHANGE_UDP: is it alive? */
struct capability {
	struct inquiry inquiry; /* first */
	struct kept_result kept;
	struct kept_session *session; /* of what is encrypted; NULL: none was begun */
	bool is_padded;
};

static struct capability *capability_of(struct inquiry *inquiry)
{
	return (struct capability *)inquiry;
}

static bool is_encrypted(uint8_t transport)
{
	return transport >= EXCHANGE_DOT;
}

static bool is_alive(const struct exchange_result *result)
{
	return result->outcome == EXCHANGE_ANSWER || result->outcome == EXCHANGE_MALFORMED ||
	       result->outcome == EXCHANGE_MISMATCH;
}

static void record(const struct capability *capability, struct probe *probe)
{
	const struct inquiry *inquiry = &capability->inquiry;
	probe_record_shared(probe, inquiry->name, &capability->kept.result);
	if (!is_encrypted(inquiry->slot))
		return;
	const struct session_seen seen = {
		.kept = capability->session,
		.result = &capability->kept.result,
		.server = probe->server,
		.port = inquiry->address.port,
		.transport = inquiry->slot,
		.is_padded = capability->is_padded,
	};
	session_record(probe->domain, &seen);
}

static void tell(struct inquiry *inquiry, struct probe *probe)
{
	const struct capability *capability = capability_of(inquiry);
	if (inquiry->slot != EXCHANGE_UDP)
		record(capability, probe);
	else if (is_alive(&capability->kept.result))
		server_ask_again(probe->domain, probe->server);
}

static void drop(struct inquiry *inquiry)
{
	struct capability *capability = capability_of(inquiry);
	kept_result_drop(&capability->kept);
	session_forget(inquiry->scan, capability->session);
}

static void pause_over(void *context);

static const struct inquiry_kind *capability_kind(void)
{
	static const struct inquiry_kind kind = {
		.octets = sizeof(struct capability),
		.most = CAPABILITIES_MAX,
		.pause_over = pause_over,
		.tell = tell,
		.drop = drop,
	};
	return &kind;
}

static struct capability *capability_get(struct scan *scan, const struct address *address,
					 uint8_t transport)
{
	return capability_of(
		inquiry_get(scan, scan->capabilities, capability_kind(), address, transport));
}

static void capability_keep(struct capability *capability, const struct exchange_result *result)
{
	struct scan *scan = capability->inquiry.scan;
	kept_result_take(&capability->kept, result);
	session_forget(scan, capability->session);
	capability->session = NULL;
	while (scan->session_octets > SESSIONS_OCTETS_MAX &&
	       inquiry_forget_oldest(scan->capabilities))
		;
	if (result->session != NULL)
		capability->session = session_keep(scan, result->session);
	capability->is_padded = session_padded(result);
}

static void capability_end(struct capability *capability)
{
	/* Who is back may go again, and deserves another look then. */
	const bool is_back =
		capability->inquiry.slot == EXCHANGE_UDP && is_alive(&capability->kept.result);
	inquiry_end(&capability->inquiry, is_back ? 0 : INQUIRY_LIFE_NS);
}

/* Of TCP only: there is hardly any encryption, and nobody is told off for having none. */
static bool needs_second_look(const struct capability *capability,
			      const struct exchange_result *result)
{
	return capability->inquiry.slot == EXCHANGE_TCP && capability->inquiry.looks == 1 &&
	       (result->outcome == EXCHANGE_TIMEOUT || result->outcome == EXCHANGE_CLOSED ||
		result->outcome == EXCHANGE_MALFORMED || result->outcome == EXCHANGE_MISMATCH);
}

static void capability_replied(void *context, const struct exchange_result *result)
{
	struct capability *capability = context;
	if (!inquiry_replied(&capability->inquiry))
		return;
	/* That it failed both times is told as it was the first time. */
	if (capability->inquiry.looks == 1 || result->outcome == EXCHANGE_ANSWER)
		capability_keep(capability, result);
	if (needs_second_look(capability, result))
		inquiry_pause(&capability->inquiry);
	else
		capability_end(capability);
}

/* `domain`: who asks first; NULL: it is asked again. */
static bool capability_ask(struct capability *capability, struct domain *domain,
			   unsigned int server)
{
	struct inquiry *inquiry = &capability->inquiry;
	char host[NAME_TEXT_MAX];
	char path[PATH_MAX_OCTETS];
	const bool has_name = domain != NULL && is_encrypted(inquiry->slot) &&
			      server_host_text(&domain->builder.observation, server, host);
	const bool has_path = domain != NULL && inquiry->slot == EXCHANGE_DOH &&
			      server_announces_doh(domain, server, path, sizeof(path)) &&
			      path[0] != '\0';
	const struct exchange_question question = {
		.server = inquiry->address,
		.name = inquiry->name,
		.type = TYPE_SOA,
		.transport = inquiry->slot,
		/* The transport may have given the server up; this is to find out whether rightly.
		 */
		.once = inquiry->looks > 0 || inquiry->slot == EXCHANGE_UDP ||
			is_encrypted(inquiry->slot),
		.host = has_name ? host : NULL,
		.path = has_path ? path : NULL,
	};
	return inquiry_ask(inquiry, &question, capability_replied);
}

static void pause_over(void *context)
{
	struct capability *capability = context;
	if (!capability_ask(capability, NULL, 0))
		capability_end(capability); /* the first look is all there is */
}

static bool capability_begin(struct capability *capability, struct domain *domain,
			     unsigned int server)
{
	struct inquiry *inquiry = &capability->inquiry;
	name_copy(inquiry->name, domain->builder.observation.domain);
	inquiry->looks = 0;
	capability->kept.result = (struct exchange_result){.outcome = EXCHANGE_NOT_ASKED};
	if (inquiry->slot != EXCHANGE_UDP)
		return capability_ask(capability, domain, server);
	inquiry_pause(inquiry);
	return true;
}

static bool wait_for(struct capability *capability, const struct probe *probe)
{
	if (capability->inquiry.expires_ns != 0 &&
	    !capability_begin(capability, probe->domain, probe->server))
		return false;
	return inquiry_wait(&capability->inquiry, probe);
}

void server_await_life(struct domain *domain, unsigned int server)
{
	const struct address address = server_address(&domain->builder.observation, server);
	struct capability *capability = capability_get(domain->scan, &address, EXCHANGE_UDP);
	const struct probe probe = {.domain = domain, .server = (uint8_t)server};
	/* Known not to live: it has had its second look. */
	if (capability != NULL && inquiry_is_known(&capability->inquiry))
		return;
	if (capability == NULL || !wait_for(capability, &probe))
		domain->builder.observation.cut_short = true;
}

static void probe_capability(struct domain *domain, unsigned int server, uint8_t transport)
{
	assert(transport >= EXCHANGE_TCP && transport <= EXCHANGE_DOQ);
	struct scan *scan = domain->scan;
	struct address address = server_address(&domain->builder.observation, server);
	if (transport != EXCHANGE_TCP)
		address.port = transport == EXCHANGE_DOH   ? DOH_PORT
			       : transport == EXCHANGE_DOQ ? DOQ_PORT
							   : DOT_PORT;
	struct probe probe = {.domain = domain,
			      .type = TYPE_SOA,
			      .server = (uint8_t)server,
			      .transport = transport};
	struct capability *capability = capability_get(scan, &address, transport);
	if (capability != NULL && inquiry_is_known(&capability->inquiry)) {
		record(capability, &probe);
		return;
	}
	if (capability != NULL && wait_for(capability, &probe))
		return;
	domain->builder.observation.cut_short = true;
	const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
	(void)probe_record(&probe, &nothing);
}

static void probe_usable(struct domain *domain, uint8_t transport)
{
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (domain->facts[i].is_usable)
			probe_capability(domain, i, transport);
	}
}

void tcp_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_TCP);
}

void dot_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_DOT);
}

/* Port 443 is the web's: who does not announce DoH there is no more asked for it than any web
 * server (RFC 9539 is of DoT and DoQ), but by its own operator. */
void doh_stage(struct domain *domain)
{
	const bool is_own = (domain->scan->needs & NEED_OWN) != 0;
	char path[PATH_MAX_OCTETS];
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (domain->facts[i].is_usable &&
		    (is_own || server_announces_doh(domain, i, path, sizeof(path))))
			probe_capability(domain, i, EXCHANGE_DOH);
	}
}

void doq_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_DOQ);
}
