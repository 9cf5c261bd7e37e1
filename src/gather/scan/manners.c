/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Manners that are the server's: EDNS in odd forms, cookies, names of class CH, a question that is
 * none of its business, recursion. Asked once per address and process; all domains of the server
 * share the answer for a while.
 *
 * Silence is believed after a second look only, as everywhere. A cookie takes two questions or
 * three: the first gets the server's cookie, the next brings it back, and is made once more when
 * the answer was BADCOOKIE with a new one (RFC 7873 s5.3).
 */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/inquiry_private.h"
#include "gather/scan/manners_private.h"

#include <assert.h>
#include <string.h>

/* Some 1,000 octets each, and ten an address. */
#define MANNERS_MAX 32768
/* The cookie's. */
#define ROUNDS_MAX 3u

#define COOKIE_HEAD_OCTETS 4u
/* RFC 7873 s4: 8 octets of the client's, 8 to 32 of the server's. */
#define COOKIE_MIN_OCTETS 16u
#define COOKIE_MAX_OCTETS 40u
static_assert(COOKIE_HEAD_OCTETS + COOKIE_MAX_OCTETS <= EXCHANGE_OPTIONS_MAX, "a cookie fits");

struct known {
	struct inquiry inquiry; /* first */
	struct manner manner;
	uint8_t round_count;
	struct kept_result rounds[ROUNDS_MAX];
};

static void record_rounds(const struct known *known, struct probe *probe)
{
	for (unsigned int i = 0; i < known->round_count; i++)
		probe_record_shared(probe, known->inquiry.name, &known->rounds[i].result);
}

static void tell(struct inquiry *inquiry, struct probe *probe)
{
	record_rounds((const struct known *)inquiry, probe);
}

static void drop(struct inquiry *inquiry)
{
	struct known *known = (struct known *)inquiry;
	for (unsigned int i = 0; i < ROUNDS_MAX; i++)
		kept_result_drop(&known->rounds[i]);
	known->round_count = 0;
}

static void pause_over(void *context);

static const struct inquiry_kind *known_kind(void)
{
	static const struct inquiry_kind kind = {
		.octets = sizeof(struct known),
		.most = MANNERS_MAX,
		.pause_over = pause_over,
		.tell = tell,
		.drop = drop,
	};
	return &kind;
}

static void put_cookie(struct exchange_form *form, const uint8_t *cookie, size_t size)
{
	assert(size <= COOKIE_MAX_OCTETS);
	form->options[0] = 0;
	form->options[1] = EDNS_COOKIE;
	form->options[2] = 0;
	form->options[3] = (uint8_t)size;
	memcpy(form->options + COOKIE_HEAD_OCTETS, cookie, size);
	form->options_size = (uint8_t)(COOKIE_HEAD_OCTETS + size);
}

/* Is there a cookie to bring back? The next question is made ready then. */
static bool takes_cookie(struct known *known, const struct exchange_result *result)
{
	static const uint8_t ours[] = PROBE_CLIENT_COOKIE;
	uint16_t size = 0;
	if (known->manner.kind != PROBE_COOKIE || known->round_count >= ROUNDS_MAX ||
	    result->message == NULL)
		return false;
	const bool is_first = known->round_count == 1;
	const uint8_t *cookie = message_option(result->message, EDNS_COOKIE, &size);
	if (cookie == NULL || size < COOKIE_MIN_OCTETS || size > COOKIE_MAX_OCTETS ||
	    memcmp(cookie, ours, sizeof(ours)) != 0 ||
	    (!is_first && result->message->rcode != RCODE_BADCOOKIE))
		return false;
	put_cookie(&known->manner.form, cookie, size);
	return true;
}

static bool known_ask(struct known *known);

static void known_replied(void *context, const struct exchange_result *result)
{
	struct known *known = context;
	if (!inquiry_replied(&known->inquiry))
		return;
	if (result->outcome == EXCHANGE_TIMEOUT && known->inquiry.looks == 1 &&
	    known->round_count == 0) {
		inquiry_pause(&known->inquiry);
		return;
	}
	kept_result_take(&known->rounds[known->round_count++], result);
	if (takes_cookie(known, result) && known_ask(known))
		return;
	inquiry_end(&known->inquiry, INQUIRY_LIFE_NS);
}

static bool known_ask(struct known *known)
{
	const struct exchange_question question = {
		.server = known->inquiry.address,
		.name = known->inquiry.name,
		.type = known->manner.type,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = known->manner.dnssec_ok,
		.recursion = known->manner.recursion,
		.form = &known->manner.form,
	};
	return inquiry_ask(&known->inquiry, &question, known_replied);
}

static void pause_over(void *context)
{
	struct known *known = context;
	if (known_ask(known))
		return;
	const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
	kept_result_take(&known->rounds[known->round_count++], &nothing);
	inquiry_end(&known->inquiry, INQUIRY_LIFE_NS);
}

static bool known_begin(struct known *known, const struct domain *domain,
			const struct manner *manner)
{
	name_copy(known->inquiry.name,
		  manner->name != NULL ? manner->name : domain->builder.observation.domain);
	known->manner = *manner;
	known->inquiry.looks = 0;
	drop(&known->inquiry);
	return known_ask(known);
}

void manner_share(struct domain *domain, unsigned int server, const struct manner *manner,
		  uint8_t slot)
{
	struct scan *scan = domain->scan;
	const struct address address = server_address(&domain->builder.observation, server);
	struct probe probe = {.domain = domain,
			      .type = manner->type,
			      .server = (uint8_t)server,
			      .transport = EXCHANGE_UDP,
			      .kind = manner->kind};
	struct known *known =
		(struct known *)inquiry_get(scan, scan->manners, known_kind(), &address, slot);
	if (known != NULL && inquiry_is_known(&known->inquiry)) {
		record_rounds(known, &probe);
		return;
	}
	if (known == NULL ||
	    (known->inquiry.expires_ns != 0 && !known_begin(known, domain, manner)) ||
	    !inquiry_wait(&known->inquiry, &probe))
		domain->builder.observation.cut_short = true;
}

/* ---- what is asked ---- */

static const struct manner manners[] = {
	{.kind = PROBE_EDNS_VERSION,
	 .type = TYPE_SOA,
	 .needs_edns = true,
	 .form = {.edns_version = 1}},
	{.kind = PROBE_EDNS_OPTION,
	 .type = TYPE_SOA,
	 .needs_edns = true,
	 .form = {.options = {PROBE_UNKNOWN_OPTION >> 8, PROBE_UNKNOWN_OPTION & 0xff, 0, 0},
		  .options_size = 4}},
	{.kind = PROBE_EDNS_FLAG,
	 .type = TYPE_SOA,
	 .needs_edns = true,
	 .form = {.edns_flags = PROBE_UNKNOWN_FLAG}},
	{.kind = PROBE_NSID,
	 .type = TYPE_SOA,
	 .needs_edns = true,
	 .form = {.options = {0, EDNS_NSID, 0, 0}, .options_size = 4}},
	{.kind = PROBE_COOKIE,
	 .type = TYPE_SOA,
	 .needs_edns = true,
	 .form = {.options_size = 0 /* put_cookie() */}},
	{.kind = PROBE_CHAOS,
	 .type = TYPE_TXT,
	 .name = (const uint8_t *)"\7version\4bind",
	 .form = {.class = CLASS_CH}},
	{.kind = PROBE_CHAOS,
	 .type = TYPE_TXT,
	 .name = (const uint8_t *)"\7version\6server",
	 .form = {.class = CLASS_CH}},
	{.kind = PROBE_CHAOS,
	 .type = TYPE_TXT,
	 .name = (const uint8_t *)"\10hostname\4bind",
	 .form = {.class = CLASS_CH}},
	{.kind = PROBE_OUTSIDE, .type = TYPE_NS, .name = (const uint8_t *)""},
};
#define MANNER_COUNT (sizeof(manners) / sizeof(manners[0]))

static const struct manner small = {
	.kind = PROBE_EDNS_SMALL,
	.type = TYPE_DNSKEY,
	.needs_edns = true,
	.dnssec_ok = true,
	.form = {.udp_size = PROBE_SMALL_OCTETS, .keeps_truncated = true},
};
static const struct manner recursion = {
	.kind = PROBE_RECURSION,
	.type = TYPE_SOA,
	.name = (const uint8_t *)"",
	.recursion = true,
};

/* Slots of those that are not in the table. */
enum { SLOT_SMALL = MANNER_COUNT, SLOT_SMALL_WITH_KEYS, SLOT_RECURSION };

/* Does this domain's DNSKEY answer need more room than the small buffer has? */
static bool has_large_keys(const struct domain *domain, unsigned int server)
{
	const uint16_t message = domain->facts[server].key_message;
	return message != MESSAGE_NONE &&
	       domain->builder.observation.messages[message].size > PROBE_SMALL_OCTETS;
}

static void ask_server(struct domain *domain, unsigned int server)
{
	static const uint8_t ours[PROBE_CLIENT_COOKIE_OCTETS] = PROBE_CLIENT_COOKIE;
	const struct server_facts *facts = &domain->facts[server];
	for (size_t i = 0; i < MANNER_COUNT; i++) {
		struct manner manner = manners[i];
		if (manner.needs_edns && !facts->speaks_edns)
			continue;
		manner.form.without_edns = !facts->speaks_edns;
		if (manner.kind == PROBE_COOKIE)
			put_cookie(&manner.form, ours, sizeof(ours));
		manner_share(domain, server, &manner, (uint8_t)i);
	}
	/* With keys too large for it, and otherwise once, too: some cut whatever comes. */
	if (facts->speaks_edns)
		manner_share(domain, server, &small,
			     has_large_keys(domain, server) ? SLOT_SMALL_WITH_KEYS : SLOT_SMALL);
}

void manners_stage(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (!domain->facts[i].is_usable)
			continue;
		ask_server(domain, i);
		manners_of_zone(domain, i);
	}
}

void own_stage(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (!domain->facts[i].is_usable)
			continue;
		struct manner manner = recursion;
		manner.form.without_edns = !domain->facts[i].speaks_edns;
		manner_share(domain, i, &manner, SLOT_RECURSION);
		manners_own(domain, i);
	}
}
