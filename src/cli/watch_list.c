/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi watch list: what is watched, and what is known of it. */
#include "base/text.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "cli/watch_private.h"
#include "dns/wire/name.h"
#include "keep/store/watch.h"

#include <inttypes.h>
#include <stdio.h>

struct listing {
	const struct options *options;
	struct text text;
	uint64_t count;
};

static void tell_json(const struct store_watch *watch, struct text *text)
{
	char name[NAME_TEXT_MAX];
	struct json json;
	json_init(&json, text);
	json_begin_object(&json);
	json_put_text(&json, "type", "watched");
	json_put_text(&json, "domain", name_to_text(watch->domain, name));
	watch_json_time(&json, "since", watch->since_s);
	json_put_text(&json, "by", watch->by_whom);
	json_put_text(&json, "list", watch->list[0] != '\0' ? watch->list : NULL);
	watch_json_time(&json, "first_seen", watch->looked_s);
	watch_json_time(&json, "moved", watch->moved_s);
	watch_json_time(&json, "silent_since", watch->silent_s);
	watch_json_time(&json, "full_look", watch->full_s);
	json_put_bool(&json, "full_look_due",
		      watch->due != WATCH_DUE_NOT && watch->due != WATCH_DUE_LATER);
	watch_json_time(&json, "full_look_later", watch->later_s);
	json_put_bool(&json, "differs", watch->doubt != NULL);
	json_end_object(&json);
	json_end_line(&json);
}

static void tell_text(const struct store_watch *watch, struct text *text)
{
	char name[NAME_TEXT_MAX], time[TIME_TEXT_MAX];
	time_to_text(watch->since_s, time);
	text_format(text, "%s  since %s", name_to_text(watch->domain, name), time);
	if (watch->list[0] != '\0')
		text_format(text, ", %s", watch->list);
	if (watch->looked_s == 0)
		text_add(text, ", not looked at yet");
	if (watch->moved_s != 0) {
		time_to_text(watch->moved_s, time);
		text_format(text, ", moved %s", time);
	}
	if (watch->silent_s != 0) {
		time_to_text(watch->silent_s, time);
		text_format(text, ", its parent has been silent since %s", time);
	}
	if (watch->doubt != NULL)
		text_add(text, ", servers of its parent differ");
	if (watch->due == WATCH_DUE_LATER) {
		time_to_text(watch->later_s, time);
		text_format(text, ", will be scored again %s", time);
	} else if (watch->due != WATCH_DUE_NOT) {
		text_add(text, ", a full look is due");
	}
	text_add(text, "\n");
}

static int tell(void *context, const struct store_watch *watch)
{
	struct listing *listing = context;
	text_reset(&listing->text);
	if (options_json(listing->options))
		tell_json(watch, &listing->text);
	else
		tell_text(watch, &listing->text);
	listing->count++;
	if (listing->text.error == OK)
		fwrite(text_get(&listing->text), 1, listing->text.length, listing->options->out);
	/* What nobody reads is not worth reading; cli_main says it. */
	return ferror(listing->options->out) ? ERR_FULL : listing->text.error;
}

static int note_end(const struct listing *listing, struct store *store, struct complaint *complaint)
{
	struct store_watch_round round;
	char time[TIME_TEXT_MAX];
	const int error = store_watch_round_last(store, &round, complaint);
	if (error != OK && error != ERR_NOT_FOUND)
		return error;
	if (error == ERR_NOT_FOUND) {
		command_note(listing->options, "%" PRIu64 " watched; 'dsfi watch run' looks",
			     listing->count);
		return OK;
	}
	time_to_text(round.ended_s, time);
	command_note(listing->options, "%" PRIu64 " watched; the last round ended %s",
		     listing->count, time);
	return OK;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct listing listing = {.options = options};
	struct store *store = NULL;
	text_init(&listing.text, WATCH_LINE_MAX);
	int error = store_open(options_text(options, "store"), STORE_READ, &store, &complaint);
	if (error == OK)
		error = store_watches(store, tell, &listing, &complaint);
	if (error == OK)
		error = note_end(&listing, store, &complaint);
	text_release(&listing.text);
	store_close(store);
	if (error == ERR_FULL && ferror(options->out))
		return EXIT_UNABLE;
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static const struct option list_options[] = {OPTION_PARTIES_STORE};
static const struct example list_examples[] = {
	{"dsfi watch list", "one line a domain, in order of name"},
	{"dsfi watch list --json | jq -r 'select(.silent_since).domain'",
	 "those whose parents do not answer"},
};

static const struct command list = {
	.name = "list",
	.parent = "watch",
	.summary = "list the domains that are watched",
	.operands = "",
	.description = "One line a domain: since when it is watched, of which list, when it moved "
		       "last, and whether its parent is silent.",
	.options = list_options,
	.option_count = sizeof(list_options) / sizeof(list_options[0]),
	.examples = list_examples,
	.example_count = sizeof(list_examples) / sizeof(list_examples[0]),
	.see_also = "dsfi-watch-add(1), dsfi-watch-run(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_watch_list(void)
{
	return &list;
}
