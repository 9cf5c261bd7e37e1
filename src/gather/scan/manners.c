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
#include "base/memory.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/manners_private.h"

#include <assert.h>
#include <string.h>

/* After that the server is asked again. */
#define MANNERS_LIFE_NS (UINT64_C(600) * 1000000000u)
/* Some 1,000 octets each, and ten an address; beyond it the oldest is forgotten. */
#define MANNERS_MAX 32768
/* The cookie's. */
#define ROUNDS_MAX 3u

#define COOKIE_HEAD_OCTETS 4u
/* RFC 7873 s4: 8 octets of the client's, 8 to 32 of the server's. */
#define COOKIE_MIN_OCTETS 16u
#define COOKIE_MAX_OCTETS 40u
static_assert(COOKIE_HEAD_OCTETS + COOKIE_MAX_OCTETS <= EXCHANGE_OPTIONS_MAX, "a cookie fits");

/* A domain that waits for the answer; lives in the domain's arena. */
struct waiter {
	struct waiter *next;
	struct probe probe;
};

/* What outlives the transport's callback. */
struct round {
	struct exchange_result result;
	struct message message; /* what the record of an exchange reads of it */
	uint8_t *wire;
};

struct known {
	struct scan *scan;
	struct waiter *waiters;
	uint64_t expires_ns; /* 0: being asked, or about to be */
	struct timer pause;  /* before a second look */
	struct address address;
	struct manner manner;
	uint8_t looks;
	uint8_t round_count;
	struct round rounds[ROUNDS_MAX];
	uint8_t name[NAME_MAX_OCTETS];
};

#define KEY_OCTETS (sizeof(struct address) + 1)

static void make_key(uint8_t key[KEY_OCTETS], const struct address *address, uint8_t slot)
{
	memcpy(key, address, sizeof(*address));
	key[sizeof(*address)] = slot;
}

static void pause_over(void *context);

static void record_rounds(const struct known *known, struct probe *probe)
{
	for (unsigned int i = 0; i < known->round_count; i++)
		probe_record_shared(probe, known->name, &known->rounds[i].result);
}

static void tell_waiters(struct known *known)
{
	struct waiter *waiters = known->waiters;
	known->waiters = NULL;
	while (waiters != NULL) {
		/* The domain may be done and its arena used anew once it is settled. */
		struct waiter *waiter = waiters;
		struct domain *domain = waiter->probe.domain;
		waiters = waiter->next;
		if (!domain->scan->is_closing)
			record_rounds(known, &waiter->probe);
		domain_settle(domain);
	}
}

static void rounds_drop(struct known *known)
{
	for (unsigned int i = 0; i < ROUNDS_MAX; i++)
		memory_give(known->rounds[i].wire);
	memset(known->rounds, 0, sizeof(known->rounds));
	known->round_count = 0;
}

static void known_free(struct known *known)
{
	assert(!timer_is_started(&known->pause));
	rounds_drop(known);
	memory_give(known);
}

void manners_free(struct scan *scan)
{
	if (scan->manners == NULL)
		return;
	size_t cursor = 0;
	struct known *known;
	while ((known = map_next(scan->manners, &cursor, NULL, NULL)) != NULL) {
		/* One in flight goes when the transport has ended it. */
		if (timer_is_started(&known->pause)) {
			timer_stop(&known->pause);
			tell_waiters(known);
		} else if (known->expires_ns == 0) {
			continue;
		}
		known_free(known);
	}
	map_free(scan->manners, NULL);
	scan->manners = NULL;
}

static void trim(struct scan *scan)
{
	if (map_count(scan->manners) < MANNERS_MAX)
		return;
	size_t cursor = 0;
	struct known *oldest;
	const void *found;
	size_t key_size;
	do {
		oldest = map_next(scan->manners, &cursor, &found, &key_size);
	} while (oldest != NULL && oldest->expires_ns == 0);
	if (oldest == NULL)
		return;
	uint8_t key[KEY_OCTETS];
	assert(key_size == sizeof(key));
	memcpy(key, found, sizeof(key));
	(void)map_remove(scan->manners, key, sizeof(key));
	known_free(oldest);
}

static struct known *known_get(struct scan *scan, const struct address *address, uint8_t slot)
{
	uint8_t key[KEY_OCTETS];
	make_key(key, address, slot);
	struct known *known = map_get(scan->manners, key, sizeof(key));
	if (known != NULL)
		return known;
	trim(scan);
	known = memory_take_zeroed(1, sizeof(*known));
	if (known == NULL || map_put(scan->manners, key, sizeof(key), known, NULL) != OK) {
		memory_give(known);
		return NULL;
	}
	known->scan = scan;
	known->address = *address;
	timer_init(&known->pause, pause_over, known);
	known->expires_ns = 1; /* at rest, and long over */
	return known;
}

/* Without memory for the message only the outcome is kept. */
static void keep_round(struct round *round, const struct exchange_result *result)
{
	memory_give(round->wire);
	*round = (struct round){.result = *result};
	round->result.message = NULL;
	const struct message *message = result->message;
	if (message == NULL)
		return;
	round->wire = memory_take(message->wire_size);
	if (round->wire == NULL)
		return;
	memcpy(round->wire, message->wire, message->wire_size);
	round->message = (struct message){
		.wire = round->wire, .wire_size = message->wire_size, .edns = message->edns};
	round->message.edns.options = NULL;
	round->result.message = &round->message;
}

static void known_end(struct known *known)
{
	struct scan *scan = known->scan;
	assert(known->expires_ns == 0 && !scan->is_closing);
	known->expires_ns = loop_now_ns(scan->loop) + MANNERS_LIFE_NS;
	tell_waiters(known);
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
	struct scan *scan = known->scan;
	assert(scan->busy > 0 && known->expires_ns == 0);
	scan->busy--;
	if (scan->is_closing) {
		tell_waiters(known);
		known_free(known);
		scan_release(scan);
		return;
	}
	if (result->outcome == EXCHANGE_TIMEOUT && known->looks == 1 && known->round_count == 0) {
		timer_start(scan->loop, &known->pause, SECOND_LOOK_PAUSE_MS);
		return;
	}
	keep_round(&known->rounds[known->round_count++], result);
	if (takes_cookie(known, result) && known_ask(known))
		return;
	known_end(known);
}

static bool known_ask(struct known *known)
{
	struct scan *scan = known->scan;
	const struct exchange_question question = {
		.server = known->address,
		.name = known->name,
		.type = known->manner.type,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = known->manner.dnssec_ok,
		.recursion = known->manner.recursion,
		.form = &known->manner.form,
	};
	if (transport_ask(scan->transport, &question, known_replied, known) != OK)
		return false;
	known->looks++;
	known->expires_ns = 0;
	scan->busy++;
	return true;
}

static void pause_over(void *context)
{
	struct known *known = context;
	if (known_ask(known))
		return;
	const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
	keep_round(&known->rounds[known->round_count++], &nothing);
	known_end(known);
}

static bool known_begin(struct known *known, const struct domain *domain,
			const struct manner *manner)
{
	name_copy(known->name,
		  manner->name != NULL ? manner->name : domain->builder.observation.domain);
	known->manner = *manner;
	known->looks = 0;
	rounds_drop(known);
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
	struct known *known = known_get(scan, &address, slot);
	struct waiter *waiter = arena_take(&domain->arena, sizeof(*waiter));
	if (known == NULL || waiter == NULL) {
		domain->builder.observation.cut_short = true;
		return;
	}
	if (known->expires_ns > loop_now_ns(scan->loop)) {
		record_rounds(known, &probe);
		return;
	}
	if (known->expires_ns != 0 && !known_begin(known, domain, manner)) {
		domain->builder.observation.cut_short = true;
		return;
	}
	*waiter = (struct waiter){.next = known->waiters, .probe = probe};
	known->waiters = waiter;
	domain->pending++;
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
