/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/mail_facts.h"

#include "dns/policy/sts.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* One line of evidence; a longer answer is cut, the observation has the whole. */
#define LOOKUP_TEXT_MAX 400

static void answer(void *context, const uint8_t *name, uint16_t type,
		   struct policy_answer *ret_answer)
{
	const struct evidence *evidence = context;
	const struct looked_up found = look_up(evidence, name, type);

	if (found.lookup == NULL)
		return;
	ret_answer->state = POLICY_FAILED;
	if (found.lookup->result == LOOKUP_RESULT_NXDOMAIN)
		ret_answer->state = POLICY_NXDOMAIN;
	else if (found.lookup->result == LOOKUP_RESULT_NODATA)
		ret_answer->state = POLICY_NODATA;
	else if (found.lookup->result == LOOKUP_RESULT_FOUND && found.rrset.count > 0)
		*ret_answer = (struct policy_answer){.state = POLICY_FOUND,
						     .count = found.rrset.count,
						     .records = found.rrset.records};
}

struct policy_source evidence_source(const struct evidence *evidence)
{
	/* The evaluators give it back to `answer`, which changes nothing. */
	return (struct policy_source){.ask = answer, .context = (void *)(uintptr_t)evidence};
}

static bool is_alias(const struct looked_up *found)
{
	return found->lookup != NULL && !name_equal(found->lookup->name, found->lookup->target);
}

const uint8_t *evidence_registrable(const struct evidence *evidence, const uint8_t *name)
{
	for (size_t labels = name_labels(name); labels > 1; labels--) {
		const uint8_t *above = name_suffix(name, labels);
		const struct looked_up found = look_up(evidence, above, TYPE_NS);

		if (found.lookup != NULL && found.lookup->result == LOOKUP_RESULT_NXDOMAIN)
			return above;
	}
	return NULL;
}

static void find_host(const struct evidence *evidence, const struct exchanger *exchanger,
		      struct exchanger_facts *facts)
{
	const struct looked_up ipv4 = look_up(evidence, exchanger->name, TYPE_A);
	const struct looked_up ipv6 = look_up(evidence, exchanger->name, TYPE_AAAA);

	facts->name = exchanger->name;
	facts->is_alias = is_alias(&ipv4);
	if (ipv4.rrset.count > 0 || ipv6.rrset.count > 0) {
		facts->state = EXCHANGER_FOUND;
	} else if (ipv4.lookup != NULL && ipv4.lookup->result == LOOKUP_RESULT_NXDOMAIN) {
		facts->state = EXCHANGER_GONE;
		facts->registrable = evidence_registrable(evidence, ipv4.lookup->target);
	} else if (looked_up_is_absent(&ipv4) && looked_up_is_absent(&ipv6)) {
		facts->state = EXCHANGER_WITHOUT_ADDRESS;
	}
}

static bool has_address(const struct evidence *evidence)
{
	const uint8_t *domain = evidence->observation->domain;

	return look_up(evidence, domain, TYPE_A).rrset.count > 0 ||
	       look_up(evidence, domain, TYPE_AAAA).rrset.count > 0;
}

static void find_exchangers(const struct evidence *evidence, struct mail_facts *facts)
{
	const struct policy_source source = evidence_source(evidence);
	const struct policy_answer found =
		policy_look(&source, evidence->observation->domain, TYPE_MX);

	facts->knows_exchangers = found.state != POLICY_UNKNOWN && found.state != POLICY_FAILED;
	exchangers_read(&found, &facts->exchangers);
	facts->takes_mail = facts->exchangers.count > 0 ||
			    (found.state == POLICY_NODATA && has_address(evidence));
	for (uint8_t i = 0; i < facts->exchangers.count; i++)
		find_host(evidence, &facts->exchangers.items[i], &facts->hosts[i]);
}

typedef bool is_of_kind(const char *text, size_t size);

static int find_texts(const struct evidence *evidence, const char *labels, is_of_kind *is_one,
		      struct mail_texts *ret_texts)
{
	struct mail_texts texts = {.is_known = true};
	char text[NAME_TEXT_MAX + 16];
	const struct policy_source source = evidence_source(evidence);

	(void)snprintf(text, sizeof(text), "%s.%s", labels, evidence->domain);
	/* A name that is too long cannot exist. */
	if (name_from_text(text, &texts.name, NULL) != OK)
		return OK;
	const struct policy_answer found = policy_look(&source, texts.name.octets, TYPE_TXT);

	texts.is_known = found.state != POLICY_UNKNOWN && found.state != POLICY_FAILED;
	for (uint16_t i = 0; i < found.count; i++) {
		const char *octets;
		size_t size;
		const int error = policy_text(evidence->arena, found.records[i], &octets, &size);

		if (error == ERR_MEMORY)
			return error;
		if (error || !is_one(octets, size))
			continue;
		texts.count++;
		texts.text = octets;
		texts.size = size;
	}
	*ret_texts = texts;
	return OK;
}

int mail_facts_find(const struct evidence *evidence, struct mail_facts *ret_facts)
{
	const uint8_t *domain = evidence->observation->domain;
	const struct policy_source source = evidence_source(evidence);
	const struct looked_up mx = look_up(evidence, domain, TYPE_MX);
	const struct looked_up txt = look_up(evidence, domain, TYPE_TXT);

	assert((evidence->observation->needs & NEED_MAIL) != 0);
	memset(ret_facts, 0, sizeof(*ret_facts));
	ret_facts->is_aliased = is_alias(&mx) || is_alias(&txt);
	if (ret_facts->is_aliased)
		return OK;
	find_exchangers(evidence, ret_facts);
	int error = spf_walk(evidence->arena, &source, domain, &ret_facts->spf);
	if (!error)
		error = dmarc_discover(evidence->arena, &source, domain, &ret_facts->dmarc);
	if (!error)
		error = find_texts(evidence, "_mta-sts", sts_is_record, &ret_facts->sts);
	if (!error)
		error = find_texts(evidence, "_smtp._tls", tlsrpt_is_record, &ret_facts->tlsrpt);
	return error;
}

bool mail_spf_verdicts(const struct evidence *evidence, struct verdicts *verdicts,
		       enum spf_problem_kind kind, const char *before, const char *between)
{
	const struct spf_report *report = &evidence->mail->spf;
	const struct spf_problem *problem;
	uint8_t cursor = 0;
	bool is_any = false;

	while ((problem = spf_next_problem(report, kind, &cursor)) != NULL) {
		verdict(verdicts, NULL, "%s%s%s%s", before, evidence_name(evidence, problem->where),
			between, problem->words);
		verdict_lookup_evidence(verdicts, problem->where, TYPE_TXT);
		is_any = true;
	}
	return is_any;
}

void mail_spf_unknown(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct spf_report *report = &evidence->mail->spf;

	if (report->found == SPF_FOUND_UNKNOWN || !report->is_complete)
		verdict_not_measured(verdicts);
}

static const char *lookup_line(struct verdicts *verdicts, const struct looked_up *found)
{
	static const char *const words[LOOKUP_RESULT_COUNT] = {
		"not looked up",     "found",
		"does not exist",    "no such records",
		"a circle",          "no server that should know answers",
		"does not validate", "a limit was reached",
	};
	struct text text;
	const char *line;

	text_init(&text, 1 << 20);
	assert(found->lookup->result < LOOKUP_RESULT_COUNT);
	for (uint16_t i = 0; i < found->rrset.count && text.length < LOOKUP_TEXT_MAX; i++) {
		text_add(&text, i > 0 ? "; " : "");
		if (record_to_text(found->rrset.records[i], &text) < 0)
			text_add(&text, "(a record that cannot be shown)");
	}
	if (found->rrset.count == 0)
		text_add(&text, words[found->lookup->result]);
	if (text.length > LOOKUP_TEXT_MAX)
		text.data[LOOKUP_TEXT_MAX] = '\0';
	line = text.length > LOOKUP_TEXT_MAX ? arena_format(verdicts->arena, "%s ...", text.data)
					     : arena_text(verdicts->arena, text_get(&text));
	text_release(&text);
	return line;
}

void verdict_lookup_evidence(struct verdicts *verdicts, const uint8_t *name, uint16_t type)
{
	char type_text[TYPE_TEXT_MAX];
	const struct looked_up found = look_up(verdicts->evidence, name, type);

	if (found.lookup == NULL || verdicts->error < 0 || verdicts->finding_count == 0)
		return;
	struct finding *finding = &verdicts->findings[verdicts->finding_count - 1];
	if (finding->evidence_count == FINDING_EVIDENCE_MAX)
		return;
	const struct finding_evidence line = {
		.server = FINDING_LOOKED_UP,
		.question = arena_format(verdicts->arena, "%s %s",
					 evidence_name(verdicts->evidence, name),
					 type_to_text(type, type_text)),
		.answer = lookup_line(verdicts, &found),
	};

	if (line.question == NULL || line.answer == NULL) {
		verdicts->error = ERR_MEMORY;
		return;
	}
	finding->evidence[finding->evidence_count++] = line;
}

void mail_tell_hosts(const struct evidence *evidence, struct verdicts *verdicts,
		     bool (*is_it)(const struct exchanger_facts *host), mail_host_tell *tell)
{
	const struct mail_facts *mail = evidence->mail;
	const struct exchangers *exchangers = &mail->exchangers;
	bool is_known = mail->knows_exchangers;
	bool is_any = false;

	for (uint8_t i = 0; i < exchangers->count; i++) {
		const struct exchanger_facts *host = &mail->hosts[i];

		if (exchangers->items[i].fault != EXCHANGER_SOUND)
			continue;
		is_known &= host->state != EXCHANGER_UNKNOWN;
		if (!is_it(host))
			continue;
		tell(evidence, verdicts, host);
		is_any = true;
	}
	if (!is_any && !is_known)
		verdict_not_measured(verdicts);
}
