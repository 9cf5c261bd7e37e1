/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/watch_private.h"

#include <assert.h>
#include <inttypes.h>

void watch_json_time(struct json *json, const char *key, int64_t time_s)
{
	char time[TIME_TEXT_MAX];
	if (time_s != 0)
		time_to_text(time_s, time);
	json_put_text(json, key, time_s != 0 ? time : NULL);
}

static void put(struct watching *watching)
{
	progress_clear(&watching->line);
	if (watching->text.error == OK)
		fwrite(text_get(&watching->text), 1, watching->text.length, watching->options->out);
	/* What nobody reads is not worth anybody's answers; cli_main says it. */
	if (fflush(watching->options->out) != 0 || ferror(watching->options->out))
		watch_end(watching, ERR_FULL);
}

/* ---- what a look brought ---- */

static const char *event_word(enum look_outcome outcome)
{
	return outcome == LOOK_MOVED    ? "moved"
	       : outcome == LOOK_SILENT ? "silent"
	       : outcome == LOOK_HEARD  ? "heard"
					: "differs";
}

static void add_json(struct watching *watching, const struct wire_looked *looked)
{
	char name[NAME_TEXT_MAX], parent[NAME_TEXT_MAX], server[ADDRESS_TEXT_MAX];
	const bool has_server = looked->server.family != ADDRESS_NONE;
	struct json json;
	if (has_server)
		address_to_text(&looked->server, server);
	json_init(&json, &watching->text);
	json_begin_object(&json);
	json_put_text(&json, "type", "look");
	json_put_text(&json, "domain", name_to_text(looked->domain, name));
	json_put_text(&json, "event", event_word(looked->outcome));
	watch_json_time(&json, "time", watch_wall_s());
	json_put_text(&json, "parent",
		      looked->parent != NULL ? name_to_text(looked->parent, parent) : NULL);
	json_put_text(&json, "server", has_server ? server : NULL);
	json_end_object(&json);
	json_end_line(&json);
}

static void add_text(struct watching *watching, const struct wire_looked *looked)
{
	char name[NAME_TEXT_MAX], parent[NAME_TEXT_MAX], time[TIME_TEXT_MAX];
	char server[ADDRESS_TEXT_MAX] = "its parent is not there";
	struct text *text = &watching->text;
	if (looked->server.family != ADDRESS_NONE)
		address_to_text(&looked->server, server);
	time_to_text(watch_wall_s(), time);
	name_to_text(looked->domain, name);
	if (looked->parent != NULL)
		name_to_text(looked->parent, parent);
	text_format(text, "%s  %s ", time, name);
	switch (looked->outcome) {
	case LOOK_MOVED:
		text_format(text, "moved: its parent says something else (%s)%s\n", server,
			    watching->full_most > 0 ? "; a full look follows" : "");
		break;
	case LOOK_DIFFERS:
		if (looked->server.family == ADDRESS_NONE) {
			text_format(text,
				    "differs: its parent is said not to exist; asked again\n");
			break;
		}
		text_format(text,
			    "differs: %s alone says something else than other servers of %s\n",
			    server, looked->parent != NULL ? parent : "its parent");
		break;
	case LOOK_SILENT:
		text_format(text, "silent: no server of %s that was asked gives an answer\n",
			    looked->parent != NULL ? parent : "its parent");
		break;
	default:
		text_format(text, "heard: its parent answers again, as before\n");
		break;
	}
}

void watch_tell_looked(struct watching *watching, const struct wire_looked *looked)
{
	if (looked->outcome != LOOK_MOVED && looked->outcome != LOOK_DIFFERS &&
	    looked->outcome != LOOK_SILENT && looked->outcome != LOOK_HEARD)
		return;
	assert(looked->domain != NULL);
	text_reset(&watching->text);
	if (options_json(watching->options))
		add_json(watching, looked);
	else
		add_text(watching, looked);
	put(watching);
}

void watch_tell_unseen(struct watching *watching, const uint8_t *domain)
{
	char name[NAME_TEXT_MAX];
	command_note(watching->options,
		     "%s moved at its parent, and three full looks saw nothing change: glue alone, "
		     "or it is as before again",
		     name_to_text(domain, name));
}

/* ---- a round ---- */

static void add_round_json(struct watching *watching, const struct store_watch_round *round)
{
	struct json json;
	json_init(&json, &watching->text);
	json_begin_object(&json);
	json_put_text(&json, "type", "round");
	watch_json_time(&json, "began", round->began_s);
	watch_json_time(&json, "ended", round->ended_s);
	json_put_number(&json, "milliseconds",
			(int64_t)(watch_now_ms(watching) - watching->began_ms));
	json_put_number(&json, "looked", (int64_t)round->looked);
	json_put_number(&json, "silent", (int64_t)round->silent);
	json_put_number(&json, "differing", (int64_t)round->differing);
	json_put_number(&json, "moved", (int64_t)round->moved);
	json_put_number(&json, "opted_out", (int64_t)watching->opted_out);
	json_put_number(&json, "lost", (int64_t)watching->lost);
	json_end_object(&json);
	json_end_line(&json);
}

void watch_tell_round(struct watching *watching, const struct store_watch_round *round)
{
	const uint64_t took_ms = watch_now_ms(watching) - watching->began_ms;
	if (options_json(watching->options)) {
		text_reset(&watching->text);
		add_round_json(watching, round);
		put(watching);
		return;
	}
	progress_clear(&watching->line);
	command_note(watching->options,
		     "round %u: %" PRIu64 " looked at in %" PRIu64 ".%" PRIu64 " s, %" PRIu64
		     " moved, %" PRIu64 " differ, of %" PRIu64 " the parent is silent%s",
		     watching->round + 1, round->looked, took_ms / 1000, took_ms % 1000 / 100,
		     round->moved, round->differing, round->silent,
		     watching->is_stopping ? " (ended early)" : "");
}
