/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `dsfi share` says: each message and each recipient, and what leaves. */
#include "base/json.h"
#include "cli/share_private.h"

#include <assert.h>
#include <string.h>

#define LINE_MAX_OCTETS ((size_t)2 * CASE_MESSAGE_OCTETS_MAX)

static int tell_json(const struct sharing *sharing, const struct share_row *row, bool has_octets)
{
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
	if (row->reason != NULL)
		json_put_text(&json, "reason", row->reason);
	if (row->verdict == SHARE_GOES) {
		json_put_bool(&json, "sealed", sharing->is_sealed);
		if (has_octets)
			json_put_text(&json, "octets", row->message->octets);
	}
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
	FILE *out = sharing->options->out;
	fprintf(out, "  %-8s  %s  %s, TLP:%s", share_verdict_text(row->verdict), row->message->id,
		case_message_kind_text(row->message->kind), tlp_text(row->message->tlp));
	if (row->reason != NULL)
		fprintf(out, ": %s", row->reason);
	else
		fputs(sharing->is_sealed ? ", sealed" : ", not sealed", out);
	fputc('\n', out);
	if (row->verdict == SHARE_GOES && has_octets)
		fprintf(out, "%s\n", row->message->octets);
}

int share_tell(const struct sharing *sharing, bool has_octets)
{
	const struct party_file *last = NULL;
	for (size_t i = 0; i < sharing->row_count; i++) {
		const struct share_row *row = &sharing->rows[i];
		assert(row->verdict == SHARE_GOES || row->reason != NULL);
		if (sharing->is_json) {
			const int error = tell_json(sharing, row, has_octets);
			if (error != OK)
				return complain(sharing->complaint, error, "%s", error_text(error));
			continue;
		}
		if (row->to != last)
			fprintf(sharing->options->out, "to %s (%s)\n", row->to->name, row->to->id);
		last = row->to;
		tell_row(sharing, row, has_octets);
	}
	return OK;
}
