/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/random.h"
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "tell/report/report.h"
#include "tell/report/report_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A report of a million domains with a finding each takes about 600 MiB. */
#define REPORT_OCTETS_MAX ((size_t)4 << 30)
/* One observation, decoded and walked. */
#define DOMAIN_OCTETS_MAX ((size_t)64 << 20)

const char *report_mark_word(enum mark state)
{
	static const char *const words[] = {
		[MARK_GOOD] = "good",
		[MARK_WARNING] = "warning",
		[MARK_BAD] = "bad",
		[MARK_NONE] = "not measured",
	};

	assert(state <= MARK_NONE);
	return words[state];
}

struct report_row *report_row_of(struct report *report, const char *code)
{
	for (size_t i = 0; i < report->row_count; i++)
		if (strcmp(report->rows[i].code, code) == 0)
			return &report->rows[i];
	if (report->row_count == REPORT_ROWS_MAX)
		return NULL;
	struct report_row *row = &report->rows[report->row_count];
	const char *kept = arena_text(&report->arena, code);

	if (!kept)
		return NULL;
	*row = (struct report_row){
		.code = kept,
		.check = check_by_code(code),
		.index = report->row_count,
	};
	report->row_count++;
	return row;
}

static int prepare_rows(struct report *report)
{
	size_t count;
	const struct check *checks = check_all(&count);

	report->rows = arena_take_array(&report->arena, REPORT_ROWS_MAX, sizeof(*report->rows));
	if (!report->rows)
		return ERR_MEMORY;
	assert(count <= REPORT_ROWS_MAX);
	for (size_t i = 0; i < count; i++)
		if (!report_row_of(report, checks[i].code))
			return ERR_MEMORY;
	return OK;
}

/* Doubles an array on the heap; NULL leaves it as it was. */
static void *grown(void *array, size_t *room, size_t size)
{
	const size_t wanted = *room ? *room * 2 : 256;
	void *bigger = memory_resize(array, wanted * size);

	if (bigger)
		*room = wanted;
	return bigger;
}

static int copy_finding(struct report *report, const struct finding *from, struct finding *to)
{
	struct arena *arena = &report->arena;

	*to = *from;
	to->domain = arena_text(arena, from->domain);
	to->sentence = arena_text(arena, from->sentence);
	to->server = from->server ? arena_text(arena, from->server) : NULL;
	to->reference = from->reference ? arena_text(arena, from->reference) : NULL;
	if (!to->domain || !to->sentence)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < from->evidence_count; i++) {
		const struct finding_evidence *evidence = &from->evidence[i];

		to->evidence[i] = (struct finding_evidence){
			.server = evidence->server ? arena_text(arena, evidence->server) : NULL,
			.question =
				evidence->question ? arena_text(arena, evidence->question) : NULL,
			.answer = evidence->answer ? arena_text(arena, evidence->answer) : NULL,
		};
	}
	return OK;
}

static int take_finding(void *context, const struct store_finding *stored)
{
	struct report *report = context;
	struct report_row *row = report_row_of(report, stored->finding.code);

	if (!row)
		return ERR_MEMORY;
	if (report->finding_count == report->finding_room) {
		void *bigger =
			grown(report->findings, &report->finding_room, sizeof(*report->findings));

		if (!bigger)
			return ERR_MEMORY;
		report->findings = bigger;
	}
	struct finding *finding = &report->findings[report->finding_count];
	const int result = copy_finding(report, &stored->finding, finding);

	if (result < 0)
		return result;
	finding->code = row->code;
	report->finding_count++;
	return OK;
}

static int by_domain_worst_first(const void *left, const void *right)
{
	const struct finding *ours = left;
	const struct finding *theirs = right;
	const int order = strcmp(ours->domain, theirs->domain);

	if (order != 0)
		return order;
	if (ours->severity != theirs->severity)
		return ours->severity > theirs->severity ? -1 : 1;
	const int codes = strcmp(ours->code, theirs->code);

	if (codes != 0)
		return codes;
	return strcmp(ours->server ? ours->server : "", theirs->server ? theirs->server : "");
}

static void attach_findings(struct report *report, struct report_domain *domain)
{
	const struct finding *findings = report->findings;
	size_t low = 0;
	size_t high = report->finding_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(findings[middle].domain, domain->name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	domain->first = (uint32_t)low;
	while (low < report->finding_count && strcmp(findings[low].domain, domain->name) == 0)
		low++;
	domain->count = (uint32_t)low - domain->first;
	domain->worst = domain->count ? findings[domain->first].severity : (enum severity)0;
}

/* Each code counts once a domain, however many servers show it. */
static void count_findings(struct report *report, const struct report_domain *domain)
{
	for (uint32_t i = 0; i < domain->count; i++) {
		const struct finding *finding = &report->findings[domain->first + i];

		if (i > 0 &&
		    strcmp(finding->code, report->findings[domain->first + i - 1].code) == 0)
			continue;
		struct report_row *row = report_row_of(report, finding->code);

		assert(row);
		row->domains++;
	}
}

static bool has_dnssec_error(const struct report *report, const struct report_domain *domain)
{
	for (uint32_t i = 0; i < domain->count; i++) {
		const struct finding *finding = &report->findings[domain->first + i];

		if (finding->severity >= SEVERITY_ERROR &&
		    strncmp(finding->code, "DNSSEC-", 7) == 0)
			return true;
	}
	return false;
}

static bool is_any_server_asked(const struct observation *observation)
{
	for (uint8_t i = 0; i < observation->server_count; i++)
		if (observation->servers[i].asked)
			return true;
	return false;
}

/* Where questions got to no name server, only what is wrong already at the parent is known. A scan
 * of delegations does not ask them in the first place. */
static bool is_known(const struct report_domain *domain, const struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;

	if (observation->not_measured || observation->delegation == DELEGATION_UNKNOWN)
		return false;
	return domain->worst >= SEVERITY_WARNING || evidence_reached_server(evidence) ||
	       !is_any_server_asked(observation);
}

static void count_domain(struct report *report, struct report_domain *domain,
			 const struct evidence *evidence)
{
	struct report_totals *totals = &report->totals;
	const struct observation *observation = evidence->observation;
	const bool is_measured = is_known(domain, evidence);
	const bool is_signed = evidence_is_signed(evidence);

	domain->state = is_measured ? finding_mark(domain->worst) : MARK_NONE;
	totals->domains++;
	totals->good += domain->state == MARK_GOOD;
	totals->warning += domain->state == MARK_WARNING;
	totals->bad += domain->state == MARK_BAD;
	totals->not_measured += domain->state == MARK_NONE;
	totals->is_signed += is_signed;
	totals->secure += is_signed && evidence->ds.count > 0 &&
			  observation->ds_security == SECURITY_SECURE &&
			  !has_dnssec_error(report, domain);
	if (!domain->operator)
		return;
	domain->operator->domains++;
	domain->operator->is_signed += is_signed;
	domain->operator->troubled += domain->worst >= SEVERITY_WARNING;
}

/* The other view. */
static void count_without(struct report *report, const struct report_domain *domain)
{
	struct report_without *without = &report->without;

	assert(domain->worst_without <= domain->worst);
	const enum mark state =
		domain->state == MARK_NONE ? MARK_NONE : finding_mark(domain->worst_without);

	without->good += state == MARK_GOOD;
	without->warning += state == MARK_WARNING;
	without->bad += state == MARK_BAD;
	without->not_measured += state == MARK_NONE;
}

static int add_domain(struct report *report, struct arena *arena, const struct evidence *evidence)
{
	if (report->domain_count == report->domain_room) {
		void *bigger =
			grown(report->domains, &report->domain_room, sizeof(*report->domains));

		if (!bigger)
			return ERR_MEMORY;
		report->domains = bigger;
	}
	struct report_domain *domain = &report->domains[report->domain_count++];

	*domain = (struct report_domain){
		.name = arena_text(&report->arena, evidence->domain),
		.operator= operator_of(report, evidence->observation),
	};
	if (!domain->name)
		return ERR_MEMORY;
	attach_findings(report, domain);
	count_domain(report, domain, evidence);
	count_findings(report, domain);
	const int result = cover_domain(report, domain, arena, evidence->observation);

	count_without(report, domain);
	return result;
}

static int take_domain(void *context, const uint8_t *name, const uint8_t *encoded,
		       size_t encoded_size)
{
	struct report *report = context;
	struct observation observation;
	struct evidence evidence;
	struct arena arena;
	int result;

	(void)name; /* the observation says it, too */
	arena_init(&arena, DOMAIN_OCTETS_MAX, 64 * 1024);
	result = observation_decode(&arena, encoded, encoded_size, &observation, NULL);
	if (result == OK)
		result = evidence_prepare(&arena, &observation, observation.started_s, &evidence);
	if (result == OK)
		result = add_domain(report, &arena, &evidence);
	arena_release(&arena);
	return result;
}

static int take_count(void *context, const struct store_count *count)
{
	struct report_row *row = report_row_of(context, count->code);

	if (!row)
		return ERR_MEMORY;
	row->not_measured = count->not_measured;
	return OK;
}

static int worst_first(const void *left, const void *right)
{
	const struct report_domain *ours = left;
	const struct report_domain *theirs = right;

	if (ours->worst != theirs->worst)
		return ours->worst > theirs->worst ? -1 : 1;
	if (ours->count != theirs->count)
		return ours->count > theirs->count ? -1 : 1;
	return strcmp(ours->name, theirs->name);
}

static int rows_by_domains(const void *left, const void *right)
{
	const struct report_row *ours = left;
	const struct report_row *theirs = right;

	if (ours->domains != theirs->domains)
		return ours->domains > theirs->domains ? -1 : 1;
	return strcmp(ours->code, theirs->code);
}

static int sort_all(struct report *report)
{
	if (report->domain_count > 0)
		qsort(report->domains, report->domain_count, sizeof(*report->domains), worst_first);
	qsort(report->rows, report->row_count, sizeof(*report->rows), rows_by_domains);
	return operators_rank(report);
}

/* The newest run, or the one asked for. */
struct run_search {
	int64_t wanted, newest;
	int64_t last_s, before_s; /* when the run at hand, and the one before the found, began */
	struct store_run found;
};

static int take_run(void *context, const struct store_run *run)
{
	struct run_search *search = context;

	if (run->id > search->newest)
		search->newest = run->id;
	if (search->wanted ? run->id == search->wanted : run->id == search->newest) {
		search->found = *run;
		search->before_s = search->last_s;
	}
	search->last_s = run->started_s;
	return OK;
}

static int complain_no_run(const struct run_search *search, struct complaint *complaint)
{
	if (search->newest == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"the store holds no run; scan first: dsfi check --store FILE ...");
	return complain(complaint, ERR_NOT_FOUND, "the store has no run %lld; its newest is %lld",
			(long long)search->wanted, (long long)search->newest);
}

static int gather(struct report *report, struct store *store,
		  const struct report_settings *settings, struct complaint *complaint)
{
	const struct store_filter filter = {.run = report->run.id};
	int result = prepare_rows(report);

	if (result == OK)
		result = store_findings(store, &filter, take_finding, report, complaint);
	if (result == OK && report->finding_count > 0)
		qsort(report->findings, report->finding_count, sizeof(*report->findings),
		      by_domain_worst_first);
	report->totals.findings = report->finding_count;
	if (result == OK)
		result = cover_prepare(report, store, settings, complaint);
	if (result == OK)
		result = store_domains(store, report->run.id, take_domain, report, complaint);
	if (result == OK)
		result = store_counts(store, report->run.id, take_count, report, complaint);
	report->without.accepted = report->cover.excepted.accepted;
	report->without.disputed = report->cover.excepted.disputed;
	if (result == OK)
		result = sort_all(report);
	return result;
}

static const char *make_title(struct report *report, const char *wanted)
{
	struct text number;
	const char *title;

	if (wanted)
		return arena_text(&report->arena, wanted);
	text_init(&number, 64);
	markup_number(&number, report->totals.domains);
	title = arena_format(&report->arena, "DNS security of %s domain%s", text_get(&number),
			     report->totals.domains == 1 ? "" : "s");
	text_release(&number);
	return title;
}

int report_new(struct store *store, const struct report_settings *settings,
	       struct report **ret_report, struct complaint *complaint)
{
	struct run_search search = {.wanted = settings->run};
	struct report *report;
	struct random random;
	uint8_t key[16];
	int result = store_runs(store, take_run, &search, complaint);

	if (result < 0)
		return result;
	if (search.found.id == 0)
		return complain_no_run(&search, complaint);
	report = memory_take_zeroed(1, sizeof(*report));
	if (!report)
		return ERR_MEMORY;
	arena_init(&report->arena, REPORT_OCTETS_MAX, 1 << 20);
	report->run = search.found;
	report->before_s = search.before_s;
	report->worst = settings->worst ? settings->worst : WORST_DEFAULT;
	/* Operators' names come from the DNS: nobody may know where they fall. */
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	report->operators_by_name = map_new(key);
	result =
		report->operators_by_name ? gather(report, store, settings, complaint) : ERR_MEMORY;
	if (result == OK) {
		report->title = make_title(report, settings->title);
		result = report->title ? OK : ERR_MEMORY;
	}
	if (result < 0) {
		report_free(report);
		return result;
	}
	*ret_report = report;
	return OK;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	map_free(report->operators_by_name, NULL);
	cover_release(&report->cover);
	memory_give(report->findings);
	memory_give(report->domains);
	arena_release(&report->arena);
	memory_give(report);
}

struct report_totals report_totals(const struct report *report)
{
	return report->totals;
}

struct report_without report_without(const struct report *report)
{
	return report->without;
}
