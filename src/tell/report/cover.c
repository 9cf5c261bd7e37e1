/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the report's findings are under exception or in dispute. */
#include "base/memory.h"
#include "judge/adopt/operator.h"
#include "tell/report/report_private.h"

#include <assert.h>
#include <string.h>

/* One observation, decoded. */
#define DOMAIN_OCTETS_MAX ((size_t)64 << 20)

static int learn(void *context, const uint8_t *name, const uint8_t *encoded, size_t encoded_size)
{
	struct report *report = context;
	struct observation observation;
	struct arena arena;

	(void)name; /* the observation says it, too */
	arena_init(&arena, DOMAIN_OCTETS_MAX, 64 * 1024);
	int result = observation_decode(&arena, encoded, encoded_size, &observation, NULL);

	if (result == OK)
		result = operators_learn(report->cover.operators, &observation);
	arena_release(&arena);
	return result;
}

/* Only if anything is said of operators: a vanity name's is known when all addresses are. */
static int prepare_operators(struct report *report, struct store *store,
			     const struct operators_file *file, struct complaint *complaint)
{
	struct cover *cover = &report->cover;
	assert(!cover->operators);
	int result = suffix_built_in(&cover->suffixes, complaint);

	if (result == OK)
		result = operators_new(cover->suffixes, file, &cover->operators, complaint);
	if (result == OK)
		result = store_domains(store, report->run.id, learn, report, complaint);
	return result;
}

int cover_prepare(struct report *report, struct store *store,
		  const struct report_settings *settings, struct complaint *complaint)
{
	struct cover *cover = &report->cover;
	const int64_t since_s = report->before_s ? report->before_s : report->run.started_s;
	const int64_t now_s = settings->now_s ? settings->now_s : report->run.started_s;
	int result = excepted_load(store, since_s, now_s, &cover->excepted, complaint);

	if (result == OK && exceptions_name_operators(cover->excepted.all))
		result = prepare_operators(report, store, settings->operators_file, complaint);
	if (result == OK) {
		cover->by_finding =
			memory_take_zeroed(report->finding_count + 1, sizeof(*cover->by_finding));
		result = cover->by_finding ? OK : ERR_MEMORY;
	}
	return result;
}

void cover_release(struct cover *cover)
{
	excepted_release(&cover->excepted);
	operators_free(cover->operators);
	suffix_free(cover->suffixes);
	memory_give(cover->by_finding);
}

/* Who runs the domain's name servers, a name server each. */
struct concerned {
	const struct observation *observation;
	const char *names[OBSERVATION_HOSTS_MAX];
};

static int find_concerned(struct report *report, struct arena *arena, struct concerned *concerned)
{
	assert(concerned->observation->host_count <= OBSERVATION_HOSTS_MAX);
	for (uint8_t i = 0; i < concerned->observation->host_count; i++) {
		struct operator_decision decision;
		const int result = operators_decide(report->cover.operators, arena,
						    concerned->observation, i, &decision);

		if (result < 0)
			return result;
		concerned->names[i] = decision.name;
	}
	return OK;
}

static bool host_has(const struct host *host, int server)
{
	assert(server >= 0 && server < OBSERVATION_SERVERS_MAX);
	for (uint8_t i = 0; i < host->address_count; i++)
		if (host->addresses[i] == server)
			return true;
	for (uint8_t i = 0; i < host->glue_count; i++)
		if (host->glue[i] == server)
			return true;
	return false;
}

/* Of a finding at one server, those who run it; else all that the parent names. */
static size_t choose_concerned(const struct concerned *concerned, const char *address,
			       const char *ret_names[OBSERVATION_HOSTS_MAX])
{
	const struct observation *observation = concerned->observation;
	char text[IP_TEXT_MAX];
	int server = -1;
	size_t count = 0;

	for (uint8_t i = 0; address && i < observation->server_count; i++)
		if (strcmp(ip_to_text(&observation->servers[i].ip, text), address) == 0)
			server = i;
	for (uint8_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		const bool is_meant =
			server >= 0 ? host_has(host, server) : (host->flags & HOST_AT_PARENT) != 0;

		if (is_meant && concerned->names[i])
			ret_names[count++] = concerned->names[i];
	}
	assert(count <= OBSERVATION_HOSTS_MAX);
	return count;
}

int cover_domain(struct report *report, struct report_domain *domain, struct arena *arena,
		 const struct observation *observation)
{
	struct cover *cover = &report->cover;
	struct concerned concerned = {.observation = observation};
	int result = OK;

	assert(domain->first + domain->count <= report->finding_count);
	domain->worst_without = domain->worst;
	if (exceptions_count(cover->excepted.all) == 0 || domain->count == 0)
		return OK;
	if (cover->operators)
		result = find_concerned(report, arena, &concerned);
	domain->worst_without = (enum severity)0;
	for (uint32_t i = 0; i < domain->count && result == OK; i++) {
		const struct finding *finding = &report->findings[domain->first + i];
		const char *names[OBSERVATION_HOSTS_MAX];
		const struct exception_subject subject = {
			.domain = observation->domain,
			.operators = names,
			.operator_count =
				cover->operators
					? choose_concerned(&concerned, finding->server, names)
					: 0,
			.code = finding->code,
			.server = finding->server,
		};
		const struct exception *exception =
			excepted_note(&cover->excepted, &subject, report->domain_count);

		cover->by_finding[domain->first + i] = exception;
		if (!exception && finding->severity > domain->worst_without)
			domain->worst_without = finding->severity;
	}
	return result;
}
