/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "os/netns.h"
#include "world/addresses_private.h"
#include "world/mail_host_private.h"
#include "world/place_private.h"
#include "world/serve_private.h"
#include "world/stage_private.h"

#include <assert.h>

int stage_make(struct stage *stage, struct complaint *complaint)
{
	const struct clock clock = clock_system();
	assert(stage->world != NULL && stage->authority == NULL);
	stage->now_s = clock_wall_s(&clock);
	int error = authority_new(stage->world, stage->now_s, &stage->authority);
	if (!error)
		error = authority_prepare(stage->authority);
	if (!error)
		error = responder_new(stage->authority, &stage->responder);
	return error ? complain(complaint, error, "the world's server cannot start: %s",
				error_text(error))
		     : 0;
}

int stage_open(struct stage *stage, struct loop *loop, struct complaint *complaint)
{
	assert(stage->responder != NULL && stage->serve == NULL);
	int error = mail_hosts_new(loop, stage->world, complaint, &stage->mail_hosts);
	if (error)
		return error;
	const struct serve_options options = {
		.without_ipv6 = !netns_has_ipv6(),
		.world = stage->world,
		.now_s = stage->now_s,
		.other_https = mail_hosts_accept_https,
		.other_context = stage->mail_hosts,
	};
	return serve_new(loop, stage->responder, &options, complaint, &stage->serve);
}

void stage_close(struct stage *stage)
{
	mail_hosts_free(stage->mail_hosts);
	stage->mail_hosts = NULL;
	serve_free(stage->serve);
	stage->serve = NULL;
}

void stage_release(struct stage *stage)
{
	stage_close(stage);
	responder_free(stage->responder);
	authority_free(stage->authority);
	world_free(stage->world);
	*stage = (struct stage){0};
}

static int check_address(const struct world *first, const struct address *address,
			 struct complaint *complaint)
{
	char text[ADDRESS_TEXT_MAX];
	if (address_is_free(address) || world_server_at(first, address) != NONE)
		return 0;
	address_to_text(address, text);
	return complain(complaint, ERR_ARGUMENT,
			"%s was no server's address when this world began, and is outside of "
			"198.18.0.0/15 and 2001:db8::/32",
			text);
}

int stage_may_follow(const struct world *first, const struct world *next,
		     struct complaint *complaint)
{
	if (world_has_places(next))
		return complain(complaint, ERR_ARGUMENT,
				"servers with `place` cannot come while a world runs");
	if (next->has_routing != first->has_routing)
		return complain(complaint, ERR_ARGUMENT, "`routing` stays as it was at the start");
	int error = 0;
	for (uint32_t i = 0; i < next->server_count && !error; i++) {
		const struct world_server *server = &next->servers[i];
		for (uint32_t j = 0; j < server->address_count && !error; j++)
			error = check_address(first, &server->addresses[j], complaint);
	}
	for (uint32_t i = 0; i < next->canned_count && !error; i++)
		error = check_address(first, &next->canned[i].at, complaint);
	return error;
}
