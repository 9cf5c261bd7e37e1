/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/scan/scan.h"

#include "base/memory.h"
#include "dns/policy/suffix.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

#define DOMAINS_IN_FLIGHT_DEFAULT 2000
#define DOMAIN_OCTETS_DEFAULT ((size_t)1 << 20)
/* A signed domain of two servers in two families fits the first two chunks of its arena. */
#define DOMAIN_CHUNK_OCTETS 4096
/* 64 addresses times 12 questions, walked: honest observations stay far below. */
#define SCRATCH_OCTETS_MAX ((size_t)16 << 20)
/* Domains kept at rest, first chunk and all, for the next to come. */
#define DOMAINS_AT_REST_MAX 64

#define SCANNER "dsfi " DSFI_VERSION

struct stage {
	stage_function *ask;
	unsigned int need;
	bool joins; /* rests on nothing that the one before it finds: asks at the same time */
};

/* The plan. The second round is for name servers that only the zone itself names, the third for
 * those that only a server names which was well at the second look. */
static const struct stage stages[] = {
	{delegation_stage, NEED_DELEGATION},
	{addresses_outside_stage, NEED_ADDRESSES},
	{addresses_inside_stage, NEED_ADDRESSES},
	{servers_stage, NEED_SERVERS},
	{addresses_outside_stage, NEED_SERVERS},
	{addresses_inside_stage, NEED_SERVERS},
	{servers_stage, NEED_SERVERS},
	{second_look_stage, NEED_SERVERS},
	{addresses_outside_stage, NEED_SERVERS},
	{addresses_inside_stage, NEED_SERVERS},
	{servers_stage, NEED_SERVERS},
	{second_look_stage, NEED_SERVERS},
	{services_stage, NEED_SERVICES},
	{mail_stage, NEED_MAIL},
	{names_stage, NEED_NAMES, .joins = true},
	{logins_stage, NEED_LOGINS, .joins = true},
	{asked_stage, NEED_ASKED, .joins = true},
	{mail_hosts_stage, NEED_ROUTES, .joins = true},
	{primary_stage, NEED_NAMES, .joins = true},
	{reverse_stage, NEED_WAYS, .joins = true},
	{dangling_stage, NEED_NAMES, .joins = true},
	{dane_stage, NEED_DANE, .joins = true},
	{automation_stage, NEED_AUTOMATION, .joins = true},
	{policy_name_stage, NEED_CONNECT, .joins = true},
	{announcements_stage, NEED_DOT | NEED_DOH | NEED_DOQ, .joins = true},
	{tcp_stage, NEED_TCP, .joins = true},
	{manners_stage, NEED_MANNERS, .joins = true},
	{own_stage, NEED_OWN, .joins = true},
	{dot_stage, NEED_DOT},
	{doh_stage, NEED_DOH, .joins = true},
	{doq_stage, NEED_DOQ, .joins = true},
	{connect_stage, NEED_CONNECT, .joins = true},
	{confirm_stage, NEED_SERVERS},
};
#define STAGE_COUNT (sizeof(stages) / sizeof(stages[0]))

/* What a need rests on. */
static unsigned int needs_whole(unsigned int needs)
{
	if ((needs & NEED_CONNECT) != 0)
		needs |= NEED_DANE;
	if ((needs & (NEED_SERVICES | NEED_TCP | NEED_DOT | NEED_DOH | NEED_DOQ | NEED_SIGNATURES |
		      NEED_MAIL | NEED_NAMES | NEED_WAYS | NEED_MANNERS | NEED_OWN |
		      NEED_AUTOMATION | NEED_LOGINS | NEED_ASKED)) != 0)
		needs |= NEED_SERVERS;
	if ((needs & NEED_SERVERS) != 0)
		needs |= NEED_ADDRESSES;
	return needs | NEED_DELEGATION;
}

/* ---- a domain's life ---- */

static void list_add(struct domain **list, struct domain *domain)
{
	domain->previous = NULL;
	domain->next = *list;
	if (domain->next != NULL)
		domain->next->previous = domain;
	*list = domain;
}

static void list_remove(struct domain **list, struct domain *domain)
{
	if (domain->previous != NULL)
		domain->previous->next = domain->next;
	else
		*list = domain->next;
	if (domain->next != NULL)
		domain->next->previous = domain->previous;
}

static struct domain *domain_take(struct scan *scan)
{
	struct domain *domain = scan->at_rest;
	if (domain != NULL) {
		list_remove(&scan->at_rest, domain);
		scan->at_rest_count--;
		return domain;
	}
	domain = memory_take_zeroed(1, sizeof(*domain));
	if (domain == NULL)
		return NULL;
	domain->scan = scan;
	arena_init(&domain->arena, scan->domain_octets_max, DOMAIN_CHUNK_OCTETS);
	return domain;
}

static void domain_free(struct domain *domain)
{
	arena_release(&domain->arena);
	memory_give(domain);
}

static void domain_give(struct domain *domain)
{
	struct scan *scan = domain->scan;
	if (scan->is_closing || scan->at_rest_count == DOMAINS_AT_REST_MAX) {
		domain_free(domain);
		return;
	}
	/* Not the memory that a large domain took beyond the first chunk. */
	arena_reset(&domain->arena);
	domain->arena.chunk_bytes = DOMAIN_CHUNK_OCTETS;
	list_add(&scan->at_rest, domain);
	scan->at_rest_count++;
}

static void domain_finish(struct domain *domain)
{
	struct scan *scan = domain->scan;
	struct observation *observation = &domain->builder.observation;
	if (domain->cut != NULL)
		cut_release(domain->cut);
	list_remove(&scan->in_flight, domain);
	scan->in_flight_count--;
	if (!scan->is_closing) {
		if ((scan->needs & NEED_SIGNATURES) != 0)
			domain_prove(domain);
		if ((scan->needs & NEED_ROUTES) != 0)
			domain_add_routes(domain);
		scan->done(scan->context, observation);
	}
	domain_give(domain);
	scan_release(scan);
}

/*
 * Verifying a domain's signatures and judging it take a hundred times as long as taking a reply.
 * One a turn of the loop: replies that wait in the kernel meanwhile would look slow, or lost.
 */
static void finish_one(void *context)
{
	struct scan *scan = context;
	struct domain *domain = scan->answered_first;
	assert(domain != NULL && !scan->is_closing);
	scan->answered_first = domain->next_answered;
	if (scan->answered_first == NULL)
		scan->answered_last = NULL;
	else
		loop_defer(scan->loop, &scan->deferred);
	domain_finish(domain);
}

static void domain_queue(struct domain *domain)
{
	struct scan *scan = domain->scan;
	const uint64_t took_ns = loop_now_ns(scan->loop) - domain->started_ns;
	domain->builder.observation.took_ms = (uint32_t)(took_ns / 1000000u);
	domain->next_answered = NULL;
	if (scan->answered_last != NULL)
		scan->answered_last->next_answered = domain;
	else
		scan->answered_first = domain;
	scan->answered_last = domain;
	loop_defer(scan->loop, &scan->deferred);
}

static void domain_go_on(struct domain *domain)
{
	const struct scan *scan = domain->scan;
	assert(domain->pending == 0);
	while (!scan->is_closing && domain->stage < STAGE_COUNT &&
	       (domain->pending == 0 || stages[domain->stage].joins)) {
		const struct stage *stage = &stages[domain->stage++];
		if ((scan->needs & stage->need) != 0)
			stage->ask(domain);
	}
	if (domain->pending > 0)
		return;
	if (scan->is_closing)
		domain_finish(domain);
	else
		domain_queue(domain);
}

void domain_settle(struct domain *domain)
{
	assert(domain->pending > 0);
	if (--domain->pending == 0)
		domain_go_on(domain);
}

static void domain_begin(struct domain *domain)
{
	struct scan *scan = domain->scan;
	struct observation *observation = &domain->builder.observation;
	domain->cut = NULL;
	domain->confirmation = NULL;
	domain->started_ns = loop_now_ns(scan->loop);
	domain->pending = 0;
	domain->parents_tried = domain->parents_denied = 0;
	domain->denial = (struct denial){.delegation = DELEGATION_UNKNOWN};
	domain->parent_tries = 0;
	domain->stage = 0;
	observation->started_s = clock_wall_s(&scan->clock);
	observation->vantage = scan->vantage;
	observation->scanner = SCANNER;
	observation->needs = scan->needs;
	list_add(&scan->in_flight, domain);
	scan->in_flight_count++;
}

int scan_domain(struct scan *scan, const uint8_t *name)
{
	assert(!scan->is_closing);
	if (scan->in_flight_count >= scan->in_flight_max)
		return ERR_BUSY;
	struct domain *domain = domain_take(scan);
	if (domain == NULL)
		return ERR_MEMORY;
	observation_builder_init(&domain->builder, &domain->arena, name);
	if (domain->builder.observation.domain == NULL) {
		domain_give(domain);
		return ERR_MEMORY;
	}
	domain_begin(domain);
	delegation_stage(domain);
	if (domain->pending > 0) {
		domain->stage = 1;
		return OK;
	}
	/* Nothing was asked, so nobody will call back: it is as if it had not been. */
	list_remove(&scan->in_flight, domain);
	scan->in_flight_count--;
	domain_give(domain);
	return ERR_MEMORY;
}

void scan_turn(struct scan *scan, const struct address *address)
{
	assert(address->port == 0);
	if (scan->contacts != NULL)
		contacts_turn(scan->contacts, address);
}

uint32_t scan_in_flight(const struct scan *scan)
{
	return scan->in_flight_count;
}

/* ---- all of them ---- */

static void scan_configure(struct scan *scan, const struct scan_settings *settings)
{
	scan->needs = needs_whole(settings->needs);
	/* Without leave nobody is connected to. */
	if (settings->connect == NULL)
		scan->needs &= ~NEED_CONNECT;
	scan->trust = settings->trust;
	scan->vantage = settings->vantage != NULL ? settings->vantage : "";
	scan->in_flight_max = settings->domains_in_flight != 0 ? settings->domains_in_flight
							       : DOMAINS_IN_FLIGHT_DEFAULT;
	scan->domain_octets_max = settings->domain_octets_max != 0 ? settings->domain_octets_max
								   : DOMAIN_OCTETS_DEFAULT;
	scan->random = settings->random;
	scan->opted_out_name = settings->opted_out_name;
	scan->opted_out_context = settings->opted_out_context;
	scan->servers_kept = settings->servers_kept;
	if (scan->random == NULL) {
		random_system(&scan->own_random);
		scan->random = &scan->own_random;
	}
	scan->routes = settings->routes;
	scan->vrps = settings->vrps;
	scan->routing = settings->routing;
	assert(scan->routes != NULL || (scan->needs & NEED_ROUTES) == 0);
	scan->suffixes = settings->suffixes;
	scan->tsig_key = settings->tsig_key;
	scan->asked = settings->asked;
	scan->asked_size = settings->asked_size;
	if (settings->tsig_key == NULL || (scan->needs & NEED_OWN) == 0)
		scan->needs &= ~NEED_TSIG;
	scan->clock = settings->clock != NULL ? *settings->clock : clock_system();
}

int scan_new(const struct scan_tools *tools, const struct scan_settings *settings, scan_done *done,
	     void *context, struct scan **ret_scan)
{
	assert(tools->loop != NULL && tools->transport != NULL && done != NULL);
	struct scan *scan = memory_take_zeroed(1, sizeof(*scan));
	if (scan == NULL)
		return ERR_MEMORY;
	scan->loop = tools->loop;
	scan->transport = tools->transport;
	scan->resolver = tools->resolver;
	scan->verifier = tools->verifier;
	scan->done = done;
	scan->context = context;
	scan_configure(scan, settings);
	if (settings->suffixes == NULL && (scan->needs & (NEED_MAIL | NEED_NAMES)) != 0 &&
	    suffix_built_in(&scan->own_suffixes, NULL) == OK)
		scan->suffixes = scan->own_suffixes;
	deferred_init(&scan->deferred, finish_one, scan);
	arena_init(&scan->scratch, SCRATCH_OCTETS_MAX, 64 * 1024);
	uint8_t secret[16];
	random_octets(scan->random, secret, sizeof(secret));
	scan->capabilities = map_new(secret);
	scan->manners = map_new(secret);
	scan->lookups = lookups_new(scan, secret);
	if ((scan->needs & NEED_CONNECT) != 0)
		scan->contacts = contacts_new(scan, secret, settings->connect);
	const bool has_contacts = scan->contacts != NULL || (scan->needs & NEED_CONNECT) == 0;
	if (scan->capabilities == NULL || scan->manners == NULL || scan->lookups == NULL ||
	    !has_contacts) {
		contacts_free(scan->contacts);
		lookups_free(scan->lookups);
		map_free(scan->manners, NULL);
		map_free(scan->capabilities, NULL);
		suffix_free(scan->own_suffixes);
		memory_give(scan);
		return ERR_MEMORY;
	}
	*ret_scan = scan;
	return OK;
}

bool scan_is_opted_out(const struct scan *scan, const uint8_t *host)
{
	return scan->opted_out_name != NULL && scan->opted_out_name(scan->opted_out_context, host);
}

void scan_release(struct scan *scan)
{
	if (!scan->is_closing || scan->in_flight_count > 0 || scan->busy > 0)
		return;
	arena_release(&scan->scratch);
	suffix_free(scan->own_suffixes);
	memory_give(scan);
}

void scan_free(struct scan *scan)
{
	if (scan == NULL)
		return;
	assert(!scan->is_closing);
	scan->is_closing = true;
	scan->in_flight_count++; /* nobody else frees the scan meanwhile */
	deferred_cancel(scan->loop, &scan->deferred);
	struct domain *next;
	for (struct domain *domain = scan->in_flight; domain != NULL; domain = next) {
		next = domain->next;
		if (domain->cut != NULL)
			cut_release(domain->cut);
		domain->cut = NULL;
		confirm_cancel(domain);
	}
	struct domain *answered = scan->answered_first;
	while (answered != NULL) {
		struct domain *domain = answered;
		answered = domain->next_answered;
		domain_finish(domain);
	}
	while (scan->at_rest != NULL) {
		struct domain *domain = scan->at_rest;
		scan->at_rest = domain->next;
		domain_free(domain);
	}
	inquiries_free(scan->capabilities);
	scan->capabilities = NULL;
	inquiries_free(scan->manners);
	scan->manners = NULL;
	lookups_free(scan->lookups);
	scan->lookups = NULL;
	contacts_free(scan->contacts);
	scan->contacts = NULL;
	scan->in_flight_count--;
	scan_release(scan);
}
