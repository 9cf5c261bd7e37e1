/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be said in which kind of message: one table, and the reading and writing of it. */
#include "base/text.h"
#include "model/case_message_private.h"
#include "model/forms.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {
	[CASE_MESSAGE_NOTICE] = "notice",
	[CASE_MESSAGE_ACKNOWLEDGEMENT] = "acknowledgement",
	[CASE_MESSAGE_ASK] = "ask",
	[CASE_MESSAGE_ANSWER] = "answer",
	[CASE_MESSAGE_REQUEST] = "request",
	[CASE_MESSAGE_ACTION] = "action",
	[CASE_MESSAGE_DISPUTE] = "dispute",
	[CASE_MESSAGE_RECALL] = "recall",
	[CASE_MESSAGE_VERIFICATION] = "verification",
	[CASE_MESSAGE_CLOSURE] = "closure",
	[CASE_MESSAGE_NOTE] = "note",
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == CASE_MESSAGE_KIND_COUNT,
	      "every kind has its word");

const char *case_message_kind_text(enum case_message_kind kind)
{
	assert((unsigned)kind < CASE_MESSAGE_KIND_COUNT);
	return kinds[kind];
}

int case_message_kind_from_text(const char *text, enum case_message_kind *ret_kind)
{
	for (unsigned i = 0; i < CASE_MESSAGE_KIND_COUNT; i++) {
		if (strcmp(text, kinds[i]) == 0) {
			*ret_kind = (enum case_message_kind)i;
			return OK;
		}
	}
	return ERR_UNSUPPORTED;
}

struct body_rule {
	const char *name;
	enum case_member_type type;
	bool is_required;
	const char *words; /* of a WORD: what it may be, separated by '|' */
};

#define MUST true
#define MAY false
/* docs/format/message.md says what each is for. The end is a row without a name. */
static const struct body_rule rules[CASE_MESSAGE_KIND_COUNT][BODY_MEMBERS_MAX] = {
	[CASE_MESSAGE_NOTICE] = {{"sentence", MEMBER_LINE, MUST},
				 {"domains", MEMBER_DOMAINS, MUST},
				 {"since", MEMBER_TIME, MAY},
				 {"seen", MEMBER_TIME, MAY},
				 {"text", MEMBER_TEXT, MAY},
				 {"before", MEMBER_LINES, MAY},
				 {"now", MEMBER_LINES, MAY},
				 {"indicators", MEMBER_INDICATORS, MAY},
				 {"signals", MEMBER_LINES, MAY},
				 {"points", MEMBER_NUMBER, MAY},
				 {"test", MEMBER_TEXT, MAY},
				 {"clocks", MEMBER_LINE, MAY},
				 {"question", MEMBER_WORD, MAY, "authorised|other"},
				 {"due", MEMBER_TIME, MAY}},
	[CASE_MESSAGE_ACKNOWLEDGEMENT] = {{"of", MEMBER_MESSAGE, MUST}, {"text", MEMBER_TEXT, MAY}},
	[CASE_MESSAGE_ASK] = {{"question", MEMBER_WORD, MUST, "authorised|other"},
			      {"domains", MEMBER_DOMAINS, MAY},
			      {"text", MEMBER_TEXT, MAY},
			      {"due", MEMBER_TIME, MAY}},
	[CASE_MESSAGE_ANSWER] = {{"of", MEMBER_MESSAGE, MUST},
				 {"answer", MEMBER_WORD, MUST,
				  "authorised|not-authorised|unknown|other"},
				 {"domains", MEMBER_DOMAINS, MAY},
				 {"basis", MEMBER_LINE, MAY},
				 {"text", MEMBER_TEXT, MAY}},
	[CASE_MESSAGE_REQUEST] = {{"wanted", MEMBER_LINE, MUST},
				  {"domains", MEMBER_DOMAINS, MAY},
				  {"indicators", MEMBER_INDICATORS, MAY},
				  {"text", MEMBER_TEXT, MAY},
				  {"due", MEMBER_TIME, MAY}},
	[CASE_MESSAGE_ACTION] = {{"done", MEMBER_LINE, MUST},
				 {"when", MEMBER_TIME, MUST},
				 {"of", MEMBER_MESSAGE, MAY},
				 {"domains", MEMBER_DOMAINS, MAY},
				 {"indicators", MEMBER_INDICATORS, MAY},
				 {"text", MEMBER_TEXT, MAY}},
	[CASE_MESSAGE_DISPUTE] = {{"of", MEMBER_MESSAGE, MUST}, {"reason", MEMBER_TEXT, MUST}},
	[CASE_MESSAGE_RECALL] = {{"of", MEMBER_MESSAGE, MUST}, {"reason", MEMBER_TEXT, MUST}},
	[CASE_MESSAGE_VERIFICATION] = {{"result", MEMBER_WORD, MUST, "passed|failed|not-measured"},
				       {"test", MEMBER_TEXT, MUST},
				       {"measured", MEMBER_TIME, MUST},
				       {"domains", MEMBER_DOMAINS, MAY},
				       {"vantages", MEMBER_LINES, MAY},
				       {"seen", MEMBER_LINES, MAY},
				       {"text", MEMBER_TEXT, MAY}},
	[CASE_MESSAGE_CLOSURE] = {{"cause", MEMBER_LINE, MUST},
				  {"verification", MEMBER_MESSAGE, MAY},
				  {"text", MEMBER_TEXT, MAY}},
	[CASE_MESSAGE_NOTE] = {{"text", MEMBER_TEXT, MUST},
			       {"domains", MEMBER_DOMAINS, MAY},
			       {"indicators", MEMBER_INDICATORS, MAY}},
};

static const struct body_rule *rule_of(enum case_message_kind kind, const char *name)
{
	assert((unsigned)kind < CASE_MESSAGE_KIND_COUNT);
	for (const struct body_rule *rule = rules[kind]; rule->name != NULL; rule++) {
		if (strcmp(rule->name, name) == 0)
			return rule;
	}
	return NULL;
}

const char *case_message_kind_member(enum case_message_kind kind, size_t index,
				     enum case_member_type *ret_type, bool *ret_is_required)
{
	assert((unsigned)kind < CASE_MESSAGE_KIND_COUNT && index < BODY_MEMBERS_MAX);
	const struct body_rule *rule = &rules[kind][index];
	if (rule->name != NULL) {
		*ret_type = rule->type;
		*ret_is_required = rule->is_required;
	}
	return rule->name;
}

const struct case_member *case_message_member(const struct case_message *message, const char *name)
{
	for (size_t i = 0; i < message->member_count; i++) {
		if (strcmp(message->members[i].name, name) == 0)
			return &message->members[i];
	}
	return NULL;
}

/* ---- reading ---- */

static bool is_item_line(const char *text)
{
	return form_is_line(text, CASE_MESSAGE_LINE_MAX);
}

static const struct list_rule *list_rule_of(enum case_member_type type)
{
	static const struct list_rule lists[] = {
		[MEMBER_LINES] = {is_item_line, "plain line of text", CASE_MESSAGE_LIST_MAX, false},
		[MEMBER_DOMAINS] = {form_is_domain, "domain name in lower case",
				    CASE_MESSAGE_LIST_MAX, true},
		[MEMBER_INDICATORS] = {form_is_indicator, "indicator such as 'ns:ns1.example'",
				       CASE_MESSAGE_LIST_MAX, true},
	};
	assert(type >= MEMBER_LINES && type <= MEMBER_INDICATORS);
	return &lists[type];
}

static bool is_one_of(const char *word, const char *words)
{
	const size_t length = strlen(word);
	if (strchr(word, '|') != NULL)
		return false;
	for (const char *next = words; next != NULL; next = strchr(next, '|')) {
		next += *next == '|';
		if (strncmp(next, word, length) == 0 &&
		    (next[length] == '|' || next[length] == '\0'))
			return length > 0;
	}
	return false;
}

static void read_words(struct members *members, const struct body_rule *rule,
		       struct case_member *member)
{
	member->text = member_text(members, rule->name);
	if (member->text == NULL)
		return;
	if (rule->type == MEMBER_LINE && !form_is_line(member->text, CASE_MESSAGE_LINE_MAX))
		members_fail(members, ERR_FORMAT, rule->name,
			     "is no plain line of at most 1,000 octets");
	else if (rule->type == MEMBER_TEXT && !form_is_text(member->text, CASE_MESSAGE_TEXT_MAX))
		members_fail(members, ERR_FORMAT, rule->name,
			     "is no plain text of at most 16,384 octets");
	else if (rule->type == MEMBER_WORD && !is_one_of(member->text, rule->words))
		members_fail(members, ERR_FORMAT, rule->name, "is none of its words");
}

static void read_member(struct members *members, const struct body_rule *rule,
			struct case_member *member)
{
	*member = (struct case_member){.name = rule->name, .type = rule->type};
	switch (rule->type) {
	case MEMBER_LINE:
	case MEMBER_TEXT:
	case MEMBER_WORD:
		read_words(members, rule, member);
		break;
	case MEMBER_MESSAGE:
		member->text = member_id(members, rule->name);
		break;
	case MEMBER_TIME:
		member->number = member_time(members, rule->name);
		break;
	case MEMBER_NUMBER:
		member->number = member_number(members, rule->name, 0, INT32_MAX);
		break;
	case MEMBER_LINES:
	case MEMBER_DOMAINS:
	case MEMBER_INDICATORS:
		member->items = member_list(members, rule->name, list_rule_of(rule->type),
					    &member->item_count);
		if (members->error == OK && member->item_count == 0)
			members_fail(members, ERR_FORMAT, rule->name, "is an empty list");
		break;
	}
}

void body_read(struct members *members, struct case_message *message)
{
	const char *names[BODY_MEMBERS_MAX + 1] = {NULL};
	const struct body_rule *all = rules[message->kind];
	size_t count = 0;
	for (size_t i = 0; all[i].name != NULL; i++)
		names[i] = all[i].name;
	members_are_among(members, names);
	if (members->error != OK)
		return;
	struct case_member *list =
		arena_take_array(members->arena, BODY_MEMBERS_MAX, sizeof(*list));
	if (list == NULL) {
		members_fail(members, ERR_MEMORY, "body", "does not fit into memory");
		return;
	}
	for (size_t i = 0; all[i].name != NULL && members->error == OK; i++) {
		if (all[i].is_required || json_object_get(members->object, all[i].name) != NULL)
			read_member(members, &all[i], &list[count++]);
	}
	message->members = list;
	message->member_count = count;
}

/* ---- writing ---- */

/* Where it is no UTF-8 any more; the length where it is. */
static size_t utf8_end(const char *text)
{
	const uint8_t *octets = (const uint8_t *)text;
	const size_t length = strlen(text);
	size_t at = 0;
	size_t size;
	while (at < length && (size = utf8_size(octets + at, length - at)) > 0)
		at += size;
	assert(at <= length);
	return at;
}

static int check_text(const char *name, const char *text, struct complaint *complaint)
{
	if (text == NULL)
		return OK;
	const size_t at = utf8_end(text);
	if (text[at] == '\0')
		return OK;
	return complain(complaint, ERR_FORMAT,
			"message: '%s' is not UTF-8: octet %zu is 0x%02x; give it in UTF-8", name,
			at + 1, (unsigned)(uint8_t)text[at]);
}

int body_check(const struct case_message *draft, struct complaint *complaint)
{
	int error = OK;
	for (size_t i = 0; i < draft->member_count && error == OK; i++) {
		const struct case_member *member = &draft->members[i];
		assert(member->name != NULL);
		error = check_text(member->name, member->text, complaint);
		for (size_t j = 0; j < member->item_count && error == OK; j++)
			error = check_text(member->name, member->items[j], complaint);
	}
	return error;
}

static int compare_items(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static json_t *write_list(const struct case_member *member)
{
	json_t *list = json_array();
	const char *items[CASE_MESSAGE_LIST_MAX];
	const size_t count = member->item_count;
	/* More than that is refused when it is read again. */
	const size_t taken = count < CASE_MESSAGE_LIST_MAX ? count : CASE_MESSAGE_LIST_MAX;
	if (taken > 0)
		memcpy(items, member->items, taken * sizeof(*items));
	if (list_rule_of(member->type)->is_sorted)
		qsort(items, taken, sizeof(*items), compare_items);
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list,
					    json_string(i < taken ? items[i] : member->items[i]));
	if (list != NULL && json_array_size(list) == count)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *write_member(const struct case_member *member)
{
	char time[TIME_TEXT_MAX];
	switch (member->type) {
	case MEMBER_TIME:
		time_to_text(member->number, time);
		return json_string(time);
	case MEMBER_NUMBER:
		return json_integer(member->number);
	case MEMBER_LINES:
	case MEMBER_DOMAINS:
	case MEMBER_INDICATORS:
		return write_list(member);
	default:
		return json_string(member->text);
	}
}

json_t *body_write(const struct case_message *draft)
{
	json_t *body = json_object();
	for (size_t i = 0; i < draft->member_count && body != NULL; i++) {
		const struct case_member *member = &draft->members[i];
		const struct body_rule *rule = rule_of(draft->kind, member->name);
		assert(rule == NULL || rule->type == member->type);
		/* One that is not the kind's is refused when it is read again. */
		if (json_object_set_new(body, member->name, write_member(member)) != 0) {
			json_decref(body);
			body = NULL;
		}
	}
	return body;
}
