/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

#include <string.h>

/* Declared in the generated table. */
void check_server_cookie_wrong(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 7873 s4: the client's 8 octets, then 8 to 32 of the server's. */
#define COOKIE_MIN_OCTETS 16u
#define COOKIE_MAX_OCTETS 40u

/* What is wrong with the cookie of one answer; NULL: nothing, or there is none. */
static const char *wrong_in(const struct evidence *evidence, const struct message *message)
{
	static const uint8_t ours[] = PROBE_CLIENT_COOKIE;
	uint16_t size = 0;
	const uint8_t *cookie = message_option(message, EDNS_COOKIE, &size);

	if (!cookie)
		return NULL;
	if (size < sizeof(ours) || memcmp(cookie, ours, sizeof(ours)) != 0)
		return "what comes back does not begin with the client's own cookie";
	if (size < COOKIE_MIN_OCTETS || size > COOKIE_MAX_OCTETS)
		return arena_format(evidence->arena,
				    "what comes back has %u octets, where 16 to 40 are allowed",
				    size);
	return NULL;
}

static const char *find_wrong(const struct evidence *evidence, const struct view *view,
			      const struct exchange **ret_exchange)
{
	struct odd odd;
	uint16_t cursor = 0;
	unsigned refused = 0;
	unsigned rounds = 0;

	while (odd_next(evidence, view, PROBE_COOKIE, &cursor, &odd)) {
		if (!odd.has_message)
			continue;
		*ret_exchange = odd.exchange;
		const char *what = wrong_in(evidence, &odd.message);

		if (what)
			return what;
		/* The first question had no server cookie to refuse. */
		refused += rounds++ > 0 && odd.message.rcode == RCODE_BADCOOKIE;
	}
	return refused > 1 ? "it refuses the cookies that it has just given itself" : NULL;
}

void check_server_cookie_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_COOKIE)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *exchange = NULL;
		const char *what = view->condition == CONDITION_USABLE
					   ? find_wrong(evidence, view, &exchange)
					   : NULL;

		if (!what)
			continue;
		verdict(verdicts, view, "%s handles DNS cookies wrongly: %s", view->address, what);
		verdict_evidence(verdicts, exchange);
	}
}
