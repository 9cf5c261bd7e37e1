/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `dsfi share` says: each message and each recipient, and what leaves. */
#include "base/json.h"
#include "cli/share_private.h"

#include <assert.h>
#include <string.h>

#define LINE_MAX_OCTETS ((size_t)2 * CASE_MESSAGE_OCTETS_MAX)

static bool leaves(const struct share_row *row)
{
	return row->verdict == SHARE_GOES || row->verdict == SHARE_SENT;
}

/* What became of it before; NULL: nothing, or that is not asked. There may be several ways: the
 * last. */
static const struct undelivered *before_of(const struct sharing *sharing,
					   const struct share_row *row, bool is_preview)
{
	const struct undelivered *found = NULL;
	for (size_t i = 0; is_preview && leaves(row) && i < sharing->undelivered.count; i++) {
		const struct undelivered *one = &sharing->undelivered.items[i];
		if (strcmp(one->message, row->message->id) == 0 &&
		    strcmp(one->party, row->to->id) == 0 &&
		    (found == NULL || one->last_s >= found->last_s))
			found = one;
	}
	return found;
}

static int tell_json(const struct sharing *sharing, const struct share_row *row, bool has_octets)
{
	const struct undelivered *before = before_of(sharing, row, has_octets);
	char way[SHARE_WAY_ROOM];
	struct text line;
	struct json json;
	text_init(&line, LINE_MAX_OCTETS);
	json_init(&json, &line);
	json_begin_object(&json);
	json_put_text(&json, "type", "share");
	json_put_text(&json, "verdict", share_verdict_text(row->verdict));
	json_put_text(&json, "case", sharing->case_id);
	json_put_text(&json, "id", row->message->id);
	json_put_text(&json, "kind", case_message_kind_text(row->message->kind));
	json_put_text(&json, "to", row->to->id);
	json_put_text(&json, "tlp", tlp_text(row->message->tlp));
	share_way_text(sharing, row, way);
	if (way[0] != '\0')
		json_put_text(&json, "way", way);
	if (row->reason != NULL)
		json_put_text(&json, "reason", row->reason);
	if (leaves(row))
		json_put_bool(&json, "sealed", sharing->is_sealed);
	if (before != NULL) {
		json_key(&json, "before");
		json_begin_object(&json);
		undelivered_put(before, &json);
		json_end_object(&json);
	}
	if (leaves(row) && has_octets)
		json_put_text(&json, "octets", row->message->octets);
	json_end_object(&json);
	json_end_line(&json);
	if (line.error == OK)
		fputs(text_get(&line), sharing->options->out);
	const int error = line.error;
	text_release(&line);
	return error;
}

static void tell_row(const struct sharing *sharing, const struct share_row *row, bool has_octets)
{
	const struct undelivered *before = before_of(sharing, row, has_octets);
	FILE *out = sharing->options->out;
	fprintf(out, "  %-8s  %s  %s, TLP:%s", share_verdict_text(row->verdict), row->message->id,
		case_message_kind_text(row->message->kind), tlp_text(row->message->tlp));
	if (row->reason != NULL)
		fprintf(out, ": %s", parties_shown(row->reason));
	else
		fputs(sharing->is_sealed ? ", sealed" : ", not sealed", out);
	fputc('\n', out);
	if (before != NULL) {
		char time[TIME_TEXT_MAX];
		time_to_text(before->last_s, time);
		fprintf(out, "            it %s %s, by %s", undelivered_state_text(before), time,
			parties_shown(before->way));
		fprintf(out, "%s%s\n", before->detail[0] != '\0' ? ": " : "",
			parties_shown(before->detail));
	}
	if (leaves(row) && has_octets)
		fprintf(out, "%s\n", row->message->octets);
}

static const char *risk_text(enum contact_risk risk)
{
	static const char *const texts[] = {"apart", "depends", "not-known"};
	assert((unsigned)risk <= CONTACT_NOT_KNOWN);
	return texts[risk];
}

static int contact_json(const struct sharing *sharing, const struct party_file *party,
			const struct share_contact *one, bool is_chosen)
{
	char shown[CONTACT_SHOWN_ROOM];
	struct text line;
	struct json json;
	text_init(&line, LINE_MAX_OCTETS);
	json_init(&json, &line);
	json_begin_object(&json);
	contact_shown(one->contact, shown);
	json_put_text(&json, "type", "share-contact");
	json_put_text(&json, "party", party->id);
	json_put_text(&json, "kind", contact_kind_text(one->contact->kind));
	json_put_text(&json, "value", shown);
	json_put_text(&json, "risk", risk_text(one->risk));
	json_put_bool(&json, "new", one->is_new);
	json_put_text(&json, "reason", one->reason);
	json_put_bool(&json, "used", is_chosen);
	json_end_object(&json);
	json_end_line(&json);
	if (line.error == OK)
		fputs(text_get(&line), sharing->options->out);
	const int error = line.error;
	text_release(&line);
	return error;
}

/* Whom it goes to, and what was thought of each contact. */
static int tell_recipient(const struct sharing *sharing, const struct party_file *party)
{
	const struct share_target *target = share_target_of(sharing, party);
	FILE *out = sharing->options->out;
	char shown[CONTACT_SHOWN_ROOM];
	int error = OK;
	if (!sharing->is_json)
		fprintf(out, "to %s (%s)\n", party->name, party->id);
	for (size_t i = 0; target->contacts != NULL && i < party->contact_count; i++) {
		const struct share_contact *one = &target->contacts[i];
		const bool is_chosen = one->contact == target->chosen;
		contact_shown(one->contact, shown);
		if (sharing->is_json)
			error = contact_json(sharing, party, one, is_chosen);
		else
			fprintf(out, "  %-8s  %s %s%s%s\n", is_chosen ? "by" : "not by",
				contact_kind_text(one->contact->kind), shown,
				one->reason[0] == '\0' ? "" : ": ", one->reason);
		if (error != OK)
			return error;
	}
	return OK;
}

int share_tell(const struct sharing *sharing, bool has_octets)
{
	const struct party_file *last = NULL;
	int error = OK;
	for (size_t i = 0; i < sharing->row_count; i++) {
		const struct share_row *row = &sharing->rows[i];
		assert(row->to != NULL && (leaves(row) || row->reason != NULL));
		if (row->to != last)
			error = tell_recipient(sharing, row->to);
		last = row->to;
		if (error == OK && sharing->is_json)
			error = tell_json(sharing, row, has_octets);
		else if (error == OK)
			tell_row(sharing, row, has_octets);
		if (error != OK)
			return complain(sharing->complaint, error, "%s", error_text(error));
	}
	return OK;
}
