/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/telling.h"
#include "dns/wire/name.h"

int tell_seen_json(const struct observation *observation, struct text *text)
{
	struct json json;
	json_init(&json, text);
	int error = observation_to_json(observation, &json);
	if (error == OK)
		json_end_line(&json);
	return error;
}

/* What there is, not whether it is right; that is `dsfi check`. */
void tell_seen(const struct observation *observation, struct text *text)
{
	char name[NAME_TEXT_MAX], parent[NAME_TEXT_MAX];
	unsigned answered = 0, questions = 0, asked = 0;
	text_format(text, "%s ", name_to_text(observation->domain, name));
	if (observation->not_measured != NULL) {
		text_format(text, "not measured: %s\n", observation->not_measured);
		return;
	}
	for (unsigned i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->kind != PROBE_PLAIN)
			continue; /* not to be answered by everybody */
		questions++;
		answered += exchange->outcome == OUTCOME_ANSWER;
	}
	for (unsigned i = 0; i < observation->server_count; i++)
		asked += observation->servers[i].asked;
	text_add(text, delegation_text(observation->delegation));
	if (observation->parent != NULL)
		text_format(text, " at %s", name_to_text(observation->parent, parent));
	text_format(text,
		    ", %u name servers, %u of %u addresses asked, %u of %u questions answered\n",
		    observation->host_count, asked, observation->server_count, answered, questions);
}
