/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a worker says, and whether it can be so. A worker reads what strangers send; one that they
 * have taken over can say anything, and all it may reach is its own end.
 */
#include "daemon/scan_parent_private.h"
#include "dns/transport/transport.h"
#include "dns/wire/name.h"

#include <assert.h>

/* Beyond any count of an honest worker; the sum over all that ever were still fits 64 bits. */
#define COUNT_MAX (UINT64_C(1) << 48)
/* Grants that a worker may leave unread, besides settings and targets: one for each address. */
#define GRANTS_UNREAD_MAX ((size_t)(FRAME_HEADER_OCTETS + WIRE_TOKENS_OCTETS) * LEASE_WANTS_MAX)

/* What it says of a domain that it has is for the judge to read. */
static int hear_observation(struct member *member, struct reader *body)
{
	struct crew *crew = member->crew;
	const uint8_t *name;
	if (wire_target_read(body, &name) != OK || reader_left(body) == 0 ||
	    reader_left(body) > OBSERVATION_OCTETS_MAX)
		return ERR_FORMAT;
	const struct target *target = member_target(member, name);
	if (target == NULL)
		return ERR_FORMAT;
	int error = bench_ask(crew, member, member_yield(member, target), body->next,
			      reader_left(body));
	if (error != OK)
		crew_end(crew, error);
	else
		member_feed(member);
	return OK;
}

/* Who asks and does not read the answers would have us keep them for ever. */
static bool reads_answers(const struct member *member)
{
	const struct crew *crew = member->crew;
	const size_t unread_max = GRANTS_UNREAD_MAX + crew->settings_size +
				  ((size_t)crew->wire.domains_in_flight + TARGETS_AHEAD) *
					  (NAME_MAX_OCTETS + FRAME_HEADER_OCTETS);
	return channel_unsent(&member->child.channel) <= unread_max;
}

static int hear_turn(struct member *member, enum frame_kind kind, struct reader *body)
{
	const struct crew *crew = member->crew;
	struct wire_tokens tokens;
	int error = wire_tokens_read(body, &tokens);
	if (error != OK || crew->turns == NULL || tokens.count != 1 || tokens.server.port != 0)
		return ERR_FORMAT;
	if (!reads_answers(member))
		return ERR_LIMIT;
	return kind == FRAME_TURN_WANT ? turns_want(crew->turns, member->index, &tokens.server)
				       : turns_done(crew->turns, member->index, &tokens.server);
}

static int hear_lease(struct member *member, struct reader *body)
{
	const struct crew *crew = member->crew;
	struct wire_tokens tokens;
	int error = wire_tokens_read(body, &tokens);
	if (error != OK || crew->leases == NULL || tokens.count == 0)
		return ERR_FORMAT;
	if (!reads_answers(member))
		return ERR_LIMIT;
	return leases_want(crew->leases, member->index, &tokens.server, tokens.count);
}

static int hear_counts(struct member *member, struct reader *body)
{
	struct wire_counts counts;
	int error = wire_counts_read(body, &counts);
	if (error != OK)
		return error;
	if (counts.queries < member->counts.queries || counts.answers < member->counts.answers ||
	    counts.queries > COUNT_MAX || counts.answers > COUNT_MAX ||
	    counts.network > NETWORK_ALL || counts.in_flight > member->crew->wire.domains_in_flight)
		return ERR_FORMAT;
	member->counts = counts;
	member->is_at_work = true;
	return OK;
}

/* Counts come first from whoever can work; after that, nobody has to believe that it cannot. */
static int hear_failed(struct member *member, struct reader *body)
{
	if (member->is_at_work ||
	    wire_failed_read(body, &member->unable_error, &member->unable) != OK)
		return ERR_FORMAT;
	member->is_unable = true;
	return ERR_INTERRUPTED;
}

int member_hear(void *context, enum frame_kind kind, struct reader *body)
{
	struct member *member = context;
	assert(member->child.is_running);
	member->heard_ns = loop_now_ns(member->crew->loop);
	member->frames++;
	if (member->crew->error != OK)
		return OK; /* the end has come; nothing more is taken */
	switch (kind) {
	case FRAME_OBSERVATION:
		return hear_observation(member, body);
	case FRAME_LEASE:
		return hear_lease(member, body);
	case FRAME_TURN_WANT:
	case FRAME_TURN_DONE:
		return hear_turn(member, kind, body);
	case FRAME_COUNTS:
		return hear_counts(member, body);
	case FRAME_FAILED:
		return hear_failed(member, body);
	default:
		return ERR_FORMAT;
	}
}
