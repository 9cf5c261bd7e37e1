/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/watch/look.h"

#include "base/memory.h"
#include "dns/resolver/reply.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/watch/pace.h"

#include <assert.h>

/* A message of 65,535 octets has 5,957 records at most; a pointer to each. */
#define SCRATCH_OCTETS ((size_t)1 << 20)
#define NONE (-1)

struct said {
	struct digest digest;
	struct address server;
};

struct look {
	struct look *next, *previous;
	struct watcher *watcher;
	struct cut *cut; /* held; NULL: not yet, or let go */
	struct look_target target;
	struct digest servers; /* while DS is asked for */
	struct said said[LOOK_ANSWERS_MAX];
	uint32_t tried; /* of the cut's servers, a bit each */
	uint8_t answers, questions;
	uint8_t asked; /* the server that was asked last */
	uint8_t domain[NAME_MAX_OCTETS];
};

struct watcher {
	struct watcher_tools tools;
	look_done *done;
	void *context;
	struct arena scratch;
	struct look *looks;
	uint32_t in_flight;
	bool is_closing;
};

static_assert(CUT_SERVERS_MAX <= 32, "a bit each");

/* ---- the end of a look ---- */

static void release_last(struct watcher *watcher)
{
	if (!watcher->is_closing || watcher->in_flight > 0)
		return;
	arena_release(&watcher->scratch);
	memory_give(watcher);
}

static void let_go(struct look *look)
{
	if (look->cut != NULL)
		cut_release(look->cut);
	look->cut = NULL;
}

static void end(struct look *look, enum look_outcome outcome, const struct said *said)
{
	struct watcher *watcher = look->watcher;
	struct look_result result = {
		.domain = look->domain,
		.outcome = outcome,
		.parent = look->cut != NULL ? look->cut->zone : NULL,
	};
	assert(watcher->in_flight > 0);
	if (said != NULL) {
		result.digest = said->digest;
		result.server = said->server;
	}
	if (!watcher->is_closing)
		watcher->done(watcher->context, &result);
	let_go(look);
	if (look->previous != NULL)
		look->previous->next = look->next;
	else
		watcher->looks = look->next;
	if (look->next != NULL)
		look->next->previous = look->previous;
	watcher->in_flight--;
	memory_give(look);
	release_last(watcher);
}

static void end_silent(struct look *look)
{
	end(look, look->target.is_silent ? LOOK_STILL_SILENT : LOOK_SILENT, NULL);
}

/* Was the parent said not to exist when it was looked at last? */
static bool doubts_parent(const struct look *look)
{
	struct digest no_parent;
	digest_no_parent(&no_parent);
	return look->target.has_doubt && digest_equal(&look->target.doubt, &no_parent);
}

/* As it was known; told where that was in doubt. */
static void end_known(struct look *look)
{
	assert(look->target.has_digest);
	end(look, look->target.is_silent || doubts_parent(look) ? LOOK_HEARD : LOOK_SAME, NULL);
}

/* The first answer is the odd one: had it been what is known, nobody else had been asked. */
static void end_differs(struct look *look)
{
	const struct said *odd = &look->said[0];
	assert(look->answers > 0 && !digest_equal(&look->target.digest, &odd->digest));
	const bool is_told =
		look->target.has_doubt && digest_equal(&look->target.doubt, &odd->digest);
	end(look, is_told ? LOOK_STILL_DIFFERS : LOOK_DIFFERS, odd);
}

/* ---- whom to ask ---- */

/* From the one whose turn it is; of that family if it is not 0. */
static int choose_among(const struct look *look, uint8_t family)
{
	const uint32_t count = look->cut->server_count;
	assert(count > 0 && count <= CUT_SERVERS_MAX);
	const uint32_t first = pace_turn(look->domain, look->target.round, count);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t at = (first + i) % count;
		if ((look->tried & 1u << at) == 0 &&
		    (family == 0 || look->cut->servers[at].family == family))
			return (int)at;
	}
	return NONE;
}

static int choose(const struct look *look)
{
	int chosen = NONE;
	if (look->questions >= LOOK_QUESTIONS_MAX)
		return NONE;
	/* Two addresses of one family are hardly ever one host's; one of each often are, and the
	 * host of one that has spoken already is not to speak twice among others. */
	if (look->answers > 0)
		chosen = choose_among(look, look->said[look->answers - 1].server.family);
	return chosen == NONE && look->answers < 2 ? choose_among(look, 0) : chosen;
}

static int index_of(const struct look *look, const struct address *server)
{
	for (uint32_t i = 0; i < look->cut->server_count; i++) {
		if (address_equal(&look->cut->servers[i], server))
			return (int)i;
	}
	return NONE;
}

static void replied(void *context, const struct exchange_result *result);
static void ds_replied(void *context, const struct exchange_result *result);

static int ask(struct look *look, uint16_t type, exchange_done *done)
{
	const struct exchange_question question = {
		.server = look->cut->servers[look->asked],
		.name = look->domain,
		.type = type,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = true,
	};
	look->questions++;
	return transport_ask(look->watcher->tools.transport, &question, done, look);
}

static bool is_known(const struct look *look, const struct said *said)
{
	return digest_equal(&said->digest, &look->target.digest);
}

static bool has_spoken(const struct look *look, const struct address *server)
{
	for (unsigned i = 0; i < look->answers; i++) {
		if (address_equal(&look->said[i].server, server))
			return true;
	}
	return false;
}

/* Has a family two addresses that answer, as far as is known? */
static bool has_pair(const struct look *look)
{
	unsigned counts[2] = {0, 0};
	for (uint32_t i = 0; i < look->cut->server_count; i++) {
		const struct address *server = &look->cut->servers[i];
		if ((look->tried & 1u << i) == 0 || has_spoken(look, server))
			counts[server->family == ADDRESS_IPV6]++;
	}
	return counts[0] > 1 || counts[1] > 1;
}

/* What two of them say alike; NULL: nothing. Two families may be one host, so where there are two
 * addresses of one family those have to. */
static const struct said *agreed(const struct look *look)
{
	const bool wants_family = look->answers > 1 && has_pair(look);
	for (unsigned i = 1; i < look->answers; i++) {
		for (unsigned k = 0; k < i; k++) {
			const struct said *one = &look->said[k], *other = &look->said[i];
			if (digest_equal(&one->digest, &other->digest) &&
			    (!wants_family || one->server.family == other->server.family))
				return other;
		}
	}
	return NULL;
}

static void settle_with_what_there_is(struct look *look)
{
	const struct said *said = agreed(look);
	if (look->answers == 0)
		end_silent(look);
	else if (said != NULL && !is_known(look, said))
		end(look, LOOK_MOVED, said);
	else
		end_differs(look);
}

static void ask_next(struct look *look)
{
	int chosen = choose(look);
	/* Nobody else is left: what one has said, it is to say again. */
	if (chosen == NONE && look->answers == 1 && look->questions < LOOK_QUESTIONS_MAX)
		chosen = index_of(look, &look->said[0].server);
	if (chosen == NONE) {
		settle_with_what_there_is(look);
		return;
	}
	look->asked = (uint8_t)chosen;
	look->tried |= 1u << chosen;
	if (ask(look, TYPE_NS, replied) != OK)
		settle_with_what_there_is(look);
}

/* ---- what they say ---- */

static void take(struct look *look, const struct digest *digest)
{
	struct said *said = &look->said[look->answers++];
	assert(look->answers <= LOOK_ANSWERS_MAX);
	*said = (struct said){*digest, look->cut->servers[look->asked]};
	if (!look->target.has_digest)
		end(look, LOOK_SEEN, said);
	else if (look->answers == 1 && is_known(look, said))
		end_known(look);
	else if (agreed(look) != NULL || look->answers == LOOK_ANSWERS_MAX)
		settle_with_what_there_is(look);
	else
		ask_next(look);
}

static struct reply read_reply(struct look *look, const struct exchange_result *result,
			       uint16_t type)
{
	const struct reply_question question = {look->cut->zone, look->domain, type};
	struct reply reply = reply_read(result, &question);
	/* Without EDNS there was no DO, and so no DS. */
	if (result->without_edns)
		reply.kind = REPLY_NONE;
	return reply;
}

static void take_referral(struct look *look, const struct message *message)
{
	struct arena *scratch = &look->watcher->scratch;
	const struct digest_question question = {message, look->domain, SECTION_AUTHORITY};
	struct digest servers, digest;
	int error = digest_servers(scratch, &question, &servers);
	if (error == OK)
		error = digest_ds(scratch, &question, &servers, &digest);
	if (error == OK)
		take(look, &digest);
	else
		settle_with_what_there_is(look);
}

/* Is one of the name servers below the domain, so that a referral has its glue? */
static bool has_inside(const struct message *message, const uint8_t *domain)
{
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		const uint8_t *target = record->type == TYPE_NS ? rdata_target(record) : NULL;
		if (record->section == SECTION_ANSWER && target != NULL &&
		    name_is_under(target, domain))
			return true;
	}
	return false;
}

/* The server has the child as well: its DS are the parent's to say. An answer need not have the
 * glue that a referral has to, so another server is asked if any is left. */
static void take_child(struct look *look, const struct message *message)
{
	if (has_inside(message, look->domain) && choose(look) != NONE) {
		ask_next(look);
		return;
	}
	const struct digest_question question = {message, look->domain, SECTION_ANSWER};
	if (digest_servers(&look->watcher->scratch, &question, &look->servers) != OK ||
	    ask(look, TYPE_DS, ds_replied) != OK)
		settle_with_what_there_is(look);
}

static void take_denial(struct look *look, bool is_nxdomain)
{
	struct digest digest;
	digest_denial(is_nxdomain, &digest);
	take(look, &digest);
}

static void take_reply(struct look *look, const struct reply *reply)
{
	switch (reply->kind) {
	case REPLY_REFERRAL:
		if (name_equal(reply->child, look->domain))
			take_referral(look, reply->message);
		else
			ask_next(look); /* a zone between that others do not know of */
		return;
	case REPLY_ANSWER:
		take_child(look, reply->message);
		return;
	case REPLY_NXDOMAIN:
		take_denial(look, true);
		return;
	case REPLY_NODATA:
	case REPLY_ALIAS:
		take_denial(look, false);
		return;
	case REPLY_NONE:
	case REPLY_LAME:
		break;
	}
	ask_next(look);
}

static void replied(void *context, const struct exchange_result *result)
{
	struct look *look = context;
	if (look->watcher->is_closing) {
		end_silent(look);
		return;
	}
	arena_reset(&look->watcher->scratch);
	const struct reply reply = read_reply(look, result, TYPE_NS);
	take_reply(look, &reply);
}

static void ds_replied(void *context, const struct exchange_result *result)
{
	struct look *look = context;
	if (look->watcher->is_closing) {
		end_silent(look);
		return;
	}
	struct arena *scratch = &look->watcher->scratch;
	arena_reset(scratch);
	const struct reply reply = read_reply(look, result, TYPE_DS);
	const struct digest_question question = {reply.message, look->domain, SECTION_ANSWER};
	struct digest digest;
	if (reply.kind != REPLY_ANSWER && reply.kind != REPLY_NODATA)
		ask_next(look);
	else if (digest_ds(scratch, &question, &look->servers, &digest) != OK)
		settle_with_what_there_is(look);
	else
		take(look, &digest);
}

/* ---- the beginning ---- */

static void parent_found(void *context, enum lookup_state state, struct cut *cut)
{
	struct look *look = context;
	if (look->watcher->is_closing) {
		end_silent(look);
		return;
	}
	if (cut != NULL) {
		look->cut = cut_hold(cut);
		ask_next(look);
		return;
	}
	if (state != LOOKUP_NXDOMAIN) {
		end_silent(look);
		return;
	}
	/* What is above does not exist, so it does not either (RFC 8020 s2). One server may have
	 * said so: what was there before has moved when it is said again. */
	struct said said = {0}, doubt = {0};
	digest_denial(true, &said.digest);
	digest_no_parent(&doubt.digest);
	if (!look->target.has_digest)
		end(look, LOOK_SEEN, &said);
	else if (is_known(look, &said))
		end_known(look);
	else if (doubts_parent(look))
		end(look, LOOK_MOVED, &said);
	else
		end(look, LOOK_DIFFERS, &doubt);
}

int watcher_look(struct watcher *watcher, const struct look_target *target)
{
	assert(!watcher->is_closing && target->domain[0] != 0);
	struct look *look = memory_take_zeroed(1, sizeof(*look));
	if (look == NULL)
		return ERR_MEMORY;
	look->watcher = watcher;
	look->target = *target;
	(void)name_copy_lower(look->domain, target->domain);
	const int error =
		resolver_parent(watcher->tools.resolver, look->domain, parent_found, look);
	if (error != OK) {
		memory_give(look);
		return error;
	}
	look->next = watcher->looks;
	if (look->next != NULL)
		look->next->previous = look;
	watcher->looks = look;
	watcher->in_flight++;
	return OK;
}

uint32_t watcher_in_flight(const struct watcher *watcher)
{
	return watcher->in_flight;
}

int watcher_new(const struct watcher_tools *tools, look_done *done, void *context,
		struct watcher **ret_watcher)
{
	assert(tools->transport != NULL && tools->resolver != NULL && done != NULL);
	struct watcher *watcher = memory_take_zeroed(1, sizeof(*watcher));
	if (watcher == NULL)
		return ERR_MEMORY;
	watcher->tools = *tools;
	watcher->done = done;
	watcher->context = context;
	arena_init(&watcher->scratch, SCRATCH_OCTETS, 0);
	*ret_watcher = watcher;
	return OK;
}

void watcher_free(struct watcher *watcher)
{
	if (watcher == NULL)
		return;
	watcher->is_closing = true;
	/* The resolver's cuts must be let go before it is. */
	for (struct look *look = watcher->looks; look != NULL; look = look->next)
		let_go(look);
	release_last(watcher);
}
