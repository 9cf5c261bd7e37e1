/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/change.h"

#include <assert.h>
#include <string.h>

static const char *const class_words[] = {
	[CHANGE_DELEGATION_REPLACED] = "delegation-replaced",
	[CHANGE_DELEGATION_PARTLY] = "delegation-partly",
	[CHANGE_DELEGATION_GONE] = "delegation-gone",
	[CHANGE_DELEGATION_NEW] = "delegation-new",
	[CHANGE_DS_REMOVED] = "ds-removed",
	[CHANGE_DS_REPLACED] = "ds-replaced",
	[CHANGE_DS_ADDED] = "ds-added",
	[CHANGE_SERVERS_MOVED] = "servers-moved",
	[CHANGE_APEX_NS] = "apex-ns",
	[CHANGE_SOA] = "soa",
	[CHANGE_KEYS] = "keys",
	[CHANGE_SIGNER] = "signer",
	[CHANGE_MAIL_MOVED] = "mail-moved",
	[CHANGE_MAIL_PARTLY] = "mail-partly",
	[CHANGE_MAIL_ADDRESSES] = "mail-addresses",
	[CHANGE_ADDRESSES] = "addresses",
	[CHANGE_NETWORKS] = "networks",
	[CHANGE_POLICY] = "policy",
	[CHANGE_UPDATES] = "updates",
	[CHANGE_RESTORED] = "restored",
	[CHANGE_OTHER] = "other",
};
static_assert(sizeof(class_words) / sizeof(class_words[0]) == CHANGE_CLASS_COUNT,
	      "a word for every class");
static_assert(CHANGE_CLASS_COUNT <= 32, "classes are bits of a word");

const char *change_class_text(enum change_class change_class)
{
	assert((unsigned int)change_class < CHANGE_CLASS_COUNT);
	return class_words[change_class];
}

int change_class_from_text(const char *text, enum change_class *ret_class)
{
	for (unsigned int i = 0; i < CHANGE_CLASS_COUNT; i++) {
		if (strcmp(text, class_words[i]) == 0) {
			*ret_class = (enum change_class)i;
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

static void put_time(struct json *json, const char *key, int64_t time_s)
{
	char text[TIME_TEXT_MAX];
	time_to_text(time_s, text);
	json_put_text(json, key, text);
}

static void put_look(struct json *json, const char *key, int64_t run, int64_t time_s)
{
	json_key(json, key);
	json_begin_object(json);
	json_put_number(json, "run", run);
	put_time(json, "time", time_s);
	json_end_object(json);
}

static void put_reasons(const struct change *change, struct json *json)
{
	json_key(json, "reasons");
	json_begin_array(json);
	for (size_t i = 0; i < change->reason_count; i++) {
		const struct change_reason *reason = &change->reasons[i];
		json_begin_object(json);
		json_put_text(json, "signal", reason->number);
		json_put_text(json, "name", reason->name);
		json_put_number(json, reason->is_factor ? "percent" : "points", reason->points);
		json_put_number(json, "fresh", reason->fresh);
		json_put_text(json, "sentence", reason->sentence);
		json_put_text(json, "clears", reason->clears);
		json_put_text(json, "reference", reason->reference);
		json_end_object(json);
	}
	json_end_array(json);
	json_key(json, "not_known");
	json_begin_array(json);
	for (size_t i = 0; i < change->unknown_count; i++) {
		json_begin_object(json);
		json_put_text(json, "signal", change->unknowns[i].number);
		json_put_text(json, "name", change->unknowns[i].name);
		json_put_text(json, "why", change->unknowns[i].why);
		json_end_object(json);
	}
	json_end_array(json);
}

static void put_rule(const struct change_rule *rule, struct json *json)
{
	assert(rule->signal_count <= CHANGE_REASONS_MAX);
	if (rule->signal_count == 0)
		return;
	json_key(json, "rule");
	json_begin_object(json);
	json_put_number(json, "score", rule->score);
	json_key(json, "signals");
	json_begin_array(json);
	for (size_t i = 0; i < rule->signal_count; i++)
		json_text(json, rule->signals[i]);
	json_end_array(json);
	json_end_object(json);
}

void change_to_json(const struct change *change, struct json *json)
{
	assert(change->domain != NULL && change->band != NULL);
	assert(change->sentence_count <= CHANGE_SENTENCES_MAX);
	json_begin_object(json);
	json_put_text(json, "type", "change");
	json_put_text(json, "domain", change->domain);
	json_put_number(json, "score", change->score);
	json_put_text(json, "band", change->band);
	if (change->is_scored_again)
		json_put_number(json, "score_before", change->score_before);
	json_put_bool(json, "high_value", change->is_high_value);
	put_look(json, "before", change->before_run, change->before_s);
	put_look(json, "after", change->after_run, change->after_s);
	if (change->undone_run != 0) {
		put_look(json, "undone", change->undone_run, change->undone_s);
	} else {
		json_key(json, "undone");
		json_null_value(json);
	}
	put_time(json, "judged", change->judged_s);
	json_key(json, "classes");
	json_begin_array(json);
	for (unsigned int i = 0; i < CHANGE_CLASS_COUNT; i++) {
		if ((change->classes >> i & 1u) != 0)
			json_text(json, class_words[i]);
	}
	json_end_array(json);
	json_key(json, "sentences");
	json_begin_array(json);
	for (size_t i = 0; i < change->sentence_count; i++)
		json_text(json, change->sentences[i]);
	json_end_array(json);
	put_rule(&change->rule, json);
	put_reasons(change, json);
	json_end_object(json);
}
