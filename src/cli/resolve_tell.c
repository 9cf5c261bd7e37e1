/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/resolve_private.h"
#include "dns/resolver/reason.h"
#include "dns/wire/message_json.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>

static const struct {
	const char *word;
	const char *shape;
	const char *color;
} securities[] = {
	[RESOLVER_INDETERMINATE] = {"indeterminate", "–", "\033[2m"},
	[RESOLVER_SECURE] = {"secure", "✓", "\033[32m"},
	[RESOLVER_INSECURE] = {"insecure", "!", "\033[33m"},
	[RESOLVER_BOGUS] = {"bogus", "✗", "\033[31m"},
};

/* For JSON, and for people what is not plain from the records. */
static const struct {
	const char *word;
	const char *sentence;
} states[] = {
	[LOOKUP_NONE] = {"none", ""},
	[LOOKUP_FOUND] = {"found", ""},
	[LOOKUP_NXDOMAIN] = {"nxdomain", ", there is no such name"},
	[LOOKUP_NODATA] = {"nodata", ", the name has no such data"},
	[LOOKUP_CYCLE] = {"cycle", ""},
	[LOOKUP_UNREACHABLE] = {"unreachable", ""},
	[LOOKUP_BOGUS] = {"bogus", ""},
	[LOOKUP_LIMIT] = {"limit", ""},
};

static const char *const outcomes[] = {
	[EXCHANGE_ANSWER] = "answer",       [EXCHANGE_TIMEOUT] = "timeout",
	[EXCHANGE_CLOSED] = "closed",       [EXCHANGE_UNREACHABLE] = "unreachable",
	[EXCHANGE_MALFORMED] = "malformed", [EXCHANGE_MISMATCH] = "mismatch",
	[EXCHANGE_TLS_FAILED] = "tls",      [EXCHANGE_NOT_ASKED] = "not asked",
};

static const char *const transports[] = {
	[EXCHANGE_UDP] = "udp", [EXCHANGE_TCP] = "tcp", [EXCHANGE_DOT] = "dot",
	[EXCHANGE_DOH] = "doh", [EXCHANGE_DOQ] = "doq",
};

static void put_question(struct json *json, const uint8_t *name, uint16_t type)
{
	char name_text[NAME_TEXT_MAX];
	char type_text[TYPE_TEXT_MAX];
	json_put_text(json, "name", name_to_text(name, name_text));
	json_put_text(json, "qtype", type_to_text(type, type_text));
}

void telling_init(struct telling *telling, const struct options *options, const uint8_t *name,
		  uint16_t type)
{
	*telling = (struct telling){.options = options, .type = type};
	name_copy(telling->name.octets, name);
	text_init(&telling->text, TELLING_OCTETS_MAX);
	if (!options_json(options))
		return;
	json_init(&telling->json, &telling->text);
	json_begin_object(&telling->json);
	json_put_text(&telling->json, "type", "resolution");
	put_question(&telling->json, name, type);
	json_key(&telling->json, "aliasMessages");
	json_begin_array(&telling->json);
}

void telling_release(struct telling *telling)
{
	text_release(&telling->text);
}

/* ---- for people ---- */

/* Does the verdict speak of it? A server may put into its answer what it likes. */
static bool is_answer(const struct message *message, const struct record *record, uint16_t type)
{
	if (record->section != SECTION_ANSWER || record->class != CLASS_IN ||
	    message->question_name == NULL)
		return false;
	if (record->type == TYPE_DNAME && type == TYPE_CNAME)
		return name_is_under(message->question_name, record->owner);
	return name_equal(record->owner, message->question_name) &&
	       (record->type == type || (type == TYPE_ANY && record->type != TYPE_RRSIG));
}

/* `type`: CNAME for a step on the way. Signatures are for the trace. */
static void put_answer(struct text *text, const struct message *message, uint16_t type)
{
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (!is_answer(message, record, type))
			continue;
		text_add(text, "    ");
		if (record_to_text(record, text) != OK)
			text_add(text, "(a record that cannot be shown)");
		text_add_char(text, '\n');
	}
}

static void put_reason(struct text *text, const struct lookup_answer *answer)
{
	const char *title = extended_error_text(answer->ede);
	if (answer->reason == NULL)
		return;
	text_format(text, "    why: %s", answer->reason);
	if (*title != '\0')
		text_format(text, " (EDE %u, %s)", answer->ede, title);
	text_add_char(text, '\n');
}

static void tell_plain(struct telling *telling, const struct lookup_answer *answer)
{
	const bool color = options_color(telling->options, telling->options->out);
	char name[NAME_TEXT_MAX];
	char type[TYPE_TEXT_MAX];
	/* The head comes first, the aliases that were gathered before after it. */
	fprintf(telling->options->out, "%s%s %s %s: %s%s%s\n",
		color ? securities[answer->security].color : "", securities[answer->security].shape,
		name_to_text(telling->name.octets, name), type_to_text(telling->type, type),
		securities[answer->security].word, states[answer->state].sentence,
		color ? "\033[0m" : "");
	if (answer->message != NULL)
		put_answer(&telling->text, answer->message, telling->type);
	put_reason(&telling->text, answer);
}

/* ---- for programs ---- */

static int tell_json(struct telling *telling, const struct lookup_answer *answer)
{
	struct json *json = &telling->json;
	int error = OK;
	json_end_array(json);
	json_put_text(json, "state", states[answer->state].word);
	json_put_text(json, "security", securities[answer->security].word);
	json_put_text(json, "reason", answer->reason);
	json_key(json, "ede");
	if (answer->reason != NULL && answer->ede != EDE_NONE)
		json_number(json, answer->ede);
	else
		json_null_value(json);
	json_key(json, "responseMessage");
	if (answer->message != NULL)
		error = message_to_json(answer->message, json);
	else
		json_null_value(json);
	json_end_object(json);
	json_end_line(json);
	return error;
}

void telling_step(struct telling *telling, const struct message *message)
{
	if (!options_json(telling->options))
		put_answer(&telling->text, message, TYPE_CNAME);
	else if (message_to_json(message, &telling->json) != OK)
		telling->text.error = ERR_MEMORY;
}

int telling_end(struct telling *telling, const struct lookup_answer *answer)
{
	int error = OK;
	assert(answer->state < sizeof(states) / sizeof(states[0]));
	if (options_json(telling->options))
		error = tell_json(telling, answer);
	else
		tell_plain(telling, answer);
	if (error == OK)
		error = telling->text.error;
	if (error == OK)
		fwrite(text_get(&telling->text), 1, telling->text.length, telling->options->out);
	return error;
}

/* ---- the trace ---- */

static void trace_plain(struct text *text, const struct exchange_question *question,
			const struct exchange_result *result)
{
	const struct message *message = result->message;
	char server[ADDRESS_TEXT_MAX];
	char name[NAME_TEXT_MAX];
	char type[TYPE_TEXT_MAX];
	address_to_text(&question->server, server);
	text_format(text, "  %s %s: %s %s: %s", server,
		    transports[result->transport != 0 ? result->transport : EXCHANGE_UDP],
		    name_to_text(question->name, name), type_to_text(question->type, type),
		    outcomes[result->outcome]);
	if (message == NULL) {
		text_format(text, " after %u attempt%s\n", result->attempts,
			    result->attempts == 1 ? "" : "s");
		return;
	}
	text_format(text, " %s%s, %zu octets in %u.%03u ms\n", rcode_to_text(message->rcode, type),
		    (message->flags & FLAG_AA) != 0 ? " aa" : "", message->wire_size,
		    result->rtt_us / 1000, result->rtt_us % 1000);
	for (size_t i = 0; i < message->record_count; i++) {
		text_add(text, "      ");
		if (record_to_text(&message->records[i], text) != OK)
			text_add(text, "(a record that cannot be shown)");
		text_add_char(text, '\n');
	}
}

static int trace_json(struct text *text, const struct exchange_question *question,
		      const struct exchange_result *result)
{
	char server[ADDRESS_TEXT_MAX];
	struct json json;
	int error = OK;
	address_to_text(&question->server, server);
	json_init(&json, text);
	json_begin_object(&json);
	json_put_text(&json, "type", "exchange");
	json_put_text(&json, "server", server);
	put_question(&json, question->name, question->type);
	json_put_text(&json, "transport",
		      transports[result->transport != 0 ? result->transport : EXCHANGE_UDP]);
	json_put_text(&json, "outcome", outcomes[result->outcome]);
	json_put_number(&json, "attempts", result->attempts);
	json_put_number(&json, "mismatches", result->mismatches);
	json_put_number(&json, "rtt_us", result->rtt_us);
	json_key(&json, "responseMessage");
	if (result->message != NULL)
		error = message_to_json(result->message, &json);
	else
		json_null_value(&json);
	json_end_object(&json);
	json_end_line(&json);
	return error;
}

int telling_exchange(const struct options *options, const struct exchange_question *question,
		     const struct exchange_result *result)
{
	struct text text;
	int error = OK;
	assert(result->outcome < sizeof(outcomes) / sizeof(outcomes[0]));
	text_init(&text, TELLING_OCTETS_MAX);
	if (options_json(options))
		error = trace_json(&text, question, result);
	else
		trace_plain(&text, question, result);
	if (error == OK)
		error = text.error;
	if (error == OK)
		fwrite(text_get(&text), 1, text.length, options->out);
	text_release(&text);
	return error;
}
