/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a case is mended is measured: its domains are looked at as `dsfi scan` does and kept in
 * the store, every address of their parents is asked, and the case's test is held against what came
 * back. A look is for whatever the test's findings need, as far as that needs nobody's consent.
 * What is said is signed as a verification, whatever its result.
 */
#include "base/memory.h"
#include "cli/case_checks.h"
#include "cli/case_past.h"
#include "cli/cases.h"
#include "cli/gather.h"
#include "cli/parent_look.h"
#include "cli/table.h"
#include "cli/telling.h"
#include "dns/wire/name.h"
#include "judge/case/predicate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* As many as one case's test can name. */
#define DOMAINS_MAX PREDICATE_TERMS_MAX
#define LOOKS_ARENA_MAX ((size_t)1 << 30)
#define MEMBERS_MAX 8u
#define ASKED_OCTETS_MAX ((size_t)PREDICATE_TERMS_MAX * NAME_MAX_OCTETS)
/* A look of another store that is older shows what was, not what is. */
#define ALSO_WITHIN_S 3600

struct verifying {
	const struct options *options;
	struct cases cases;
	struct arena arena; /* looks, and what they came to */
	char id[ID_ROOM];
	const char *test; /* canonical */
	struct predicate predicate;
	const char *domains[DOMAINS_MAX + 1]; /* texts, ended by NULL */
	struct name names[DOMAINS_MAX];
	struct parent_look parents[DOMAINS_MAX];
	size_t domain_count;
	uint8_t *asked; /* names of terms about addresses, in wire form, one behind the other */
	size_t asked_size;
	int64_t began_s, last_run; /* when it began, and the store's newest run until then */
	int64_t all_since_s;       /* by what this party measured last; 0: it was not so */
	struct predicate_look *looks;
	size_t look_count, look_room;
	struct predicate_verdict verdict;
	struct case_member members[MEMBERS_MAX];
	size_t member_count;
	struct complaint complaint;
};

static int out_of_memory(struct verifying *verifying)
{
	return complain(&verifying->complaint, ERR_MEMORY, "out of memory");
}

/* ---- what is to be measured ---- */

static int add_domain(struct verifying *verifying, const char *text)
{
	struct complaint *complaint = &verifying->complaint;
	for (size_t i = 0; i < verifying->domain_count; i++) {
		if (strcmp(verifying->domains[i], text) == 0)
			return OK;
	}
	if (verifying->domain_count == DOMAINS_MAX)
		return complain(complaint, ERR_LIMIT, "the test is about more than %u domains",
				DOMAINS_MAX);
	const size_t at = verifying->domain_count;
	assert(at < DOMAINS_MAX);
	const int error = name_from_text(text, &verifying->names[at], complaint);
	if (error != OK)
		return error;
	name_lower(verifying->names[at].octets);
	verifying->domains[at] = text;
	verifying->parents[at] = (struct parent_look){.domain = verifying->names[at].octets};
	verifying->domain_count++;
	return OK;
}

static bool is_of_addresses(enum predicate_kind kind)
{
	return kind == PREDICATE_A || kind == PREDICATE_A_NONE_OF || kind == PREDICATE_AAAA ||
	       kind == PREDICATE_AAAA_NONE_OF;
}

static bool is_of_zone(enum predicate_kind kind)
{
	return kind != PREDICATE_STANDS && kind != PREDICATE_FROM && !is_of_addresses(kind);
}

static int ask_for(struct verifying *verifying, const char *text)
{
	struct name name;
	const int error = name_from_text(text, &name, &verifying->complaint);
	if (error != OK)
		return error;
	name_lower(name.octets);
	const size_t size = name_size(name.octets);
	for (size_t at = 0; at < verifying->asked_size; at += name_size(verifying->asked + at)) {
		if (name_equal(verifying->asked + at, name.octets))
			return OK;
	}
	assert(verifying->asked_size + size <= ASKED_OCTETS_MAX);
	memcpy(verifying->asked + verifying->asked_size, name.octets, size);
	verifying->asked_size += size;
	return OK;
}

/* Addresses that the test is about are looked up beside what every look asks. */
static int add_asked(struct verifying *verifying)
{
	int error = OK;
	verifying->asked = arena_take_octets(&verifying->arena, ASKED_OCTETS_MAX);
	if (verifying->asked == NULL)
		return out_of_memory(verifying);
	for (size_t i = 0; i < verifying->predicate.count && error == OK; i++) {
		if (is_of_addresses(verifying->predicate.terms[i].kind))
			error = ask_for(verifying, verifying->predicate.terms[i].name);
	}
	return error;
}

/* Texts that outlive the case that they were read with. */
static const char *keep_text(struct verifying *verifying, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = arena_take_octets(&verifying->arena, size);
	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

static bool is_red(const struct cases *cases)
{
	return cases->view.notice != NULL && cases->view.notice->tlp == TLP_RED;
}

static int take_case(struct verifying *verifying)
{
	struct cases *cases = &verifying->cases;
	int error = cases_load(cases, options_operand(verifying->options, 0));
	if (error != OK)
		return error;
	memcpy(verifying->id, cases->id, ID_ROOM);
	/* The result says what the test is, and of which domains. */
	if (is_red(cases))
		error = allowed(verifying->options, ACCESS_READ_RED, &verifying->complaint);
	if (error != OK)
		return error;
	if (cases->view.test == NULL)
		return complain(&verifying->complaint, ERR_NOT_FOUND,
				"the case has no test, so nothing can be measured; its opener can "
				"open it anew with --test");
	verifying->test = keep_text(verifying, cases->view.test);
	if (verifying->test == NULL)
		return out_of_memory(verifying);
	error = predicate_parse(&verifying->arena, verifying->test, &verifying->predicate,
				&verifying->complaint);
	if (error == OK)
		error = case_checks_known(&verifying->predicate, &verifying->complaint);
	if (error != OK)
		return complain_more(&verifying->complaint, error,
				     "the case's test cannot be read by this version");
	for (size_t i = 0; i < cases->view.domain_count && error == OK; i++) {
		const char *text = keep_text(verifying, cases->view.domains[i]);
		error = text == NULL ? out_of_memory(verifying) : add_domain(verifying, text);
	}
	for (size_t i = 0; i < verifying->predicate.count && error == OK; i++) {
		if (is_of_zone(verifying->predicate.terms[i].kind))
			error = add_domain(verifying, verifying->predicate.terms[i].name);
	}
	return error == OK ? add_asked(verifying) : error;
}

/* The key is looked at before anybody is asked anything. */
static int check_key(struct verifying *verifying)
{
	struct secret_key key;
	const char *path = options_text(verifying->options, "key");
	if (options_flag(verifying->options, "say-nothing"))
		return OK;
	if (verifying->cases.self == NULL)
		return complain(&verifying->complaint, ERR_NOT_FOUND,
				"the store is nobody's yet; 'dsfi party add NAME --key FILE' makes "
				"the party that signs here");
	const int error = parties_key(path, &verifying->complaint, &key);
	secret_key_wipe(&key);
	return error;
}

/* ---- looking ---- */

static const struct option verify_options[] = {
	OPTION_CASES_KEY,
	OPTION_CASES_TO,
	OPTION_CASES_TLP,
	{.name = "say-nothing",
	 .kind = OPTION_FLAG,
	 .help = "measure, print the result, and make no message of it, from which a "
		 "later measurement could count how long it has stood"},
	{.name = "also",
	 .kind = OPTION_LIST,
	 .argument = "STORE",
	 .help = "with the newest looks of another store, as of another vantage point, which "
		 "are an hour old at most; each must pass, too"},
	{.name = "text", .kind = OPTION_TEXT, .argument = "TEXT", .help = "more, in words"},
	OPTION_ROLES,
	{.name = "store",
	 .letter = 's',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = PARTIES_STORE,
	 .help = "the store that has the case; the look at its domains is kept there, too, and "
		 "what was seen there before tells how long it has stood"},
	GATHER_LOOK_ROWS,
	GATHER_UNGIVEN_ROWS,
};
#define OPTION_COUNT (sizeof(verify_options) / sizeof(verify_options[0]))
static const struct command look_row = {.name = "verify",
					.parent = "case",
					.options = verify_options,
					.option_count = OPTION_COUNT};

static int look(struct verifying *verifying)
{
	const struct gather_job job = {.telling = TELLING_NOTHING,
				       .judges = true,
				       .done_word = "looked at",
				       .needs = case_checks_needs(&verifying->predicate),
				       .asked = verifying->asked,
				       .asked_size = verifying->asked_size};
	struct gather_summary summary;
	struct options scan = *verifying->options;
	assert(verifying->domain_count > 0 && verifying->domains[verifying->domain_count] == NULL);
	scan.command = &look_row;
	scan.operands = verifying->domains;
	scan.operand_count = verifying->domain_count;
	scan.dashes_at = verifying->domain_count;
	return gather_run(&scan, &job, &summary);
}

struct taking {
	struct verifying *verifying;
	int64_t since_s, newest_s, run;
	const char *other; /* the store that it is of; NULL: the command's own */
};

static int check_age(const struct taking *taking, const uint8_t *domain)
{
	char text[NAME_TEXT_MAX];
	char age[TIME_TEXT_MAX];
	const int64_t age_s = parties_now() - taking->newest_s;
	assert(taking->verifying != NULL);
	if (taking->other == NULL || age_s <= ALSO_WITHIN_S)
		return OK;
	duration_to_text((uint64_t)age_s, age);
	return complain(&taking->verifying->complaint, ERR_ARGUMENT,
			"the newest look of '%s' at %s is of %s ago, and --also takes those of the "
			"last hour: scan it there once more",
			taking->other, name_to_text(domain, text), age);
}

static int take_since(void *context, const struct store_past *past)
{
	struct taking *taking = context;
	assert(past->count > 0);
	taking->since_s = past->intervals[past->count - 1].first_s;
	taking->newest_s = past->intervals[past->count - 1].last_s;
	taking->run = past->intervals[past->count - 1].last_run;
	return OK;
}

static int make_room(struct verifying *verifying)
{
	if (verifying->look_count < verifying->look_room)
		return OK;
	const size_t room = verifying->look_room * 2 + 8;
	struct predicate_look *looks =
		memory_resize(verifying->looks, room * sizeof(*verifying->looks));
	if (looks == NULL)
		return out_of_memory(verifying);
	verifying->looks = looks;
	verifying->look_room = room;
	return OK;
}

static int take_look(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	struct taking *taking = context;
	struct verifying *verifying = taking->verifying;
	struct observation *observation = arena_take(&verifying->arena, sizeof(*observation));
	uint8_t *copy = arena_take_octets(&verifying->arena, size);
	int error = make_room(verifying);
	if (error != OK)
		return error;
	assert(domain != NULL && size > 0);
	if (observation == NULL || copy == NULL)
		return out_of_memory(verifying);
	memcpy(copy, encoded, size);
	error = observation_decode(&verifying->arena, copy, size, observation,
				   &verifying->complaint);
	if (error != OK)
		return complain_more(&verifying->complaint, error,
				     "an observation that the store holds");
	struct predicate_look *look = &verifying->looks[verifying->look_count++];
	*look = (struct predicate_look){.observation = observation,
					.state_since_s = taking->since_s};
	error = case_checks_judge(&verifying->arena, &verifying->predicate, look);
	return error == OK ? OK : out_of_memory(verifying);
}

/* Stands for a look of the command's own that there is not, as at a domain that must not be asked:
 * neither an old one, nor that of another store, says what is so now. */
static int take_nothing(struct verifying *verifying, const uint8_t *domain)
{
	struct observation *observation = arena_take(&verifying->arena, sizeof(*observation));
	const int error = make_room(verifying);
	if (error != OK)
		return error;
	if (observation == NULL)
		return out_of_memory(verifying);
	*observation = (struct observation){.domain = domain,
					    .started_s = parties_now(),
					    .vantage = options_text(verifying->options, "vantage"),
					    .not_measured = "it was not looked at",
					    .parent_exchange = MESSAGE_NONE};
	verifying->looks[verifying->look_count++] =
		(struct predicate_look){.observation = observation};
	return OK;
}

/* What was asked of the parents now, beside the command's own look. */
static void add_parents(struct verifying *verifying, size_t at, struct predicate_look *look)
{
	assert(at < verifying->domain_count);
	look->parents = verifying->parents[at].parents;
	look->parent_count = verifying->parents[at].count;
	look->parents_unknown = verifying->parents[at].unknown;
	if (look->parents_unknown == NULL && look->parent_count == 0)
		look->parents_unknown = "its servers could not be found";
	look->all_since_s = verifying->all_since_s;
}

static int take_newest(struct verifying *verifying, struct store *store, size_t at,
		       const char *other)
{
	const uint8_t *domain = verifying->names[at].octets;
	const size_t before = verifying->look_count;
	struct taking taking = {.verifying = verifying, .other = other};
	int error = store_past_of(store, domain, take_since, &taking, &verifying->complaint);
	if (error == OK && other == NULL && taking.run <= verifying->last_run &&
	    taking.newest_s <= verifying->began_s)
		error = ERR_NOT_FOUND;
	if (error == ERR_NOT_FOUND) {
		error = other == NULL ? take_nothing(verifying, domain) : OK;
	} else if (error == OK) {
		const struct store_one one = {domain, taking.run};
		error = check_age(&taking, domain);
		if (error == OK)
			error = store_look(store, &one, take_look, &taking, &verifying->complaint);
	}
	if (error == OK && other == NULL && verifying->look_count > before)
		add_parents(verifying, at, &verifying->looks[before]);
	return error;
}

/* The newest look of a store at each domain. The command's own has no `other` name, and gets what
 * the parents said now. */
static int take_looks(struct verifying *verifying, struct store *store, const char *other)
{
	int error = OK;
	for (size_t i = 0; i < verifying->domain_count && error == OK; i++)
		error = take_newest(verifying, store, i, other);
	return error;
}

/* Its newest look is of before this measurement, and of the same place. */
static int check_other(struct verifying *verifying, const char *path)
{
	struct stat own, other;
	if (stat(options_text(verifying->options, "store"), &own) != 0 || stat(path, &other) != 0 ||
	    own.st_dev != other.st_dev || own.st_ino != other.st_ino)
		return OK;
	return complain(&verifying->complaint, ERR_ARGUMENT,
			"--also '%s' is the store that has the case, whose domains are looked at "
			"anew anyway: leave it out, or name another one",
			path);
}

static int take_others(struct verifying *verifying)
{
	const char *path;
	int error = OK;
	for (size_t i = 0;
	     error == OK && (path = options_list(verifying->options, "also", i)) != NULL; i++) {
		struct store *store = NULL;
		error = check_other(verifying, path);
		if (error == OK)
			error = store_open(path, STORE_READ, &store, &verifying->complaint);
		if (error == OK)
			error = take_looks(verifying, store, path);
		store_close(store);
	}
	return error;
}

/* ---- saying ---- */

static struct case_member *add_member(struct verifying *verifying, const char *name,
				      enum case_member_type type)
{
	assert(verifying->member_count < MEMBERS_MAX);
	struct case_member *member = &verifying->members[verifying->member_count++];
	*member = (struct case_member){.name = name, .type = type};
	return member;
}

/* Two terms may have seen the same; a list has an item once. */
static int add_lines(struct verifying *verifying, const char *name, const char *const *items,
		     size_t count)
{
	const char **kept = arena_take_array(&verifying->arena, count + 1, sizeof(*kept));
	size_t kept_count = 0;
	if (kept == NULL)
		return out_of_memory(verifying);
	for (size_t i = 0; i < count; i++) {
		bool is_there = false;
		for (size_t j = 0; j < kept_count && !is_there; j++)
			is_there = strcmp(kept[j], items[i]) == 0;
		if (!is_there)
			kept[kept_count++] = items[i];
	}
	if (kept_count == 0)
		return OK;
	struct case_member *member = add_member(verifying, name, MEMBER_LINES);
	member->items = kept;
	member->item_count = kept_count;
	return OK;
}

static int say(struct verifying *verifying)
{
	const struct predicate_verdict *verdict = &verifying->verdict;
	struct case_message message;
	assert(verifying->test != NULL && verdict->result != CASE_RESULT_NONE);
	add_member(verifying, "result", MEMBER_WORD)->text = case_result_text(verdict->result);
	add_member(verifying, "test", MEMBER_TEXT)->text = verifying->test;
	add_member(verifying, "measured", MEMBER_TIME)->number =
		verdict->measured_s != 0 ? verdict->measured_s : parties_now();
	int error = add_lines(verifying, "seen", verdict->lines, verdict->line_count);
	if (error == OK)
		error = add_lines(verifying, "vantages", verdict->vantages, verdict->vantage_count);
	if (error != OK)
		return error;
	if (options_text(verifying->options, "text") != NULL)
		add_member(verifying, "text", MEMBER_TEXT)->text =
			options_text(verifying->options, "text");
	const struct saying saying = {.kind = CASE_MESSAGE_VERIFICATION,
				      .members = verifying->members,
				      .member_count = verifying->member_count,
				      .act = "verify"};
	error = cases_say(&verifying->cases, &saying, &message);
	return error == OK ? cases_tell_said(&verifying->cases, &message) : error;
}

/* Will a later measurement count from this one, or from what it counts from? What is said does, and
 * what was; so does a state of the store, where it is believed (predicate.h). */
static bool is_counted_on(const struct verifying *verifying)
{
	bool counts = true;
	for (size_t i = 0; i < verifying->look_count; i++)
		counts &= verifying->looks[i].parent_count <= 1;
	for (size_t i = 0; i < verifying->predicate.count; i++)
		counts &= verifying->predicate.terms[i].kind != PREDICATE_NOT_FOUND;
	return counts || verifying->all_since_s != 0 ||
	       !options_flag(verifying->options, "say-nothing");
}

static void tell_again(const struct verifying *verifying, FILE *out)
{
	char time[TIME_TEXT_MAX];
	assert(verifying->verdict.again_s != 0);
	if (!is_counted_on(verifying)) {
		fprintf(out, "  only time is lacking, and it counts from a verification that is "
			     "said: --say-nothing keeps none; say it with --key\n");
		return;
	}
	time_to_text(verifying->verdict.again_s, time);
	fprintf(out, "  only time is lacking: it may pass from %s on\n", time);
}

static void tell_verdict(const struct verifying *verifying)
{
	const struct predicate_verdict *verdict = &verifying->verdict;
	const struct options *options = verifying->options;
	FILE *out = options_json(options) ? options->err : options->out;
	if (options_json(options) && options_quiet(options))
		return;
	fprintf(out, "%s\n", case_result_text(verdict->result));
	for (size_t i = 0; i < verdict->line_count; i++)
		fprintf(out, "  %s\n", verdict->lines[i]);
	for (size_t i = 0; i < verifying->domain_count; i++) {
		const struct parent_look *look = &verifying->parents[i];
		if (look->without_ipv4 || look->without_ipv6)
			fprintf(out,
				"  %s: this machine has no %s; addresses of that family were "
				"not asked\n",
				verifying->domains[i], look->without_ipv6 ? "IPv6" : "IPv4");
	}
	if (verdict->again_s != 0)
		tell_again(verifying, out);
}

/* Did anybody whose word counts find it otherwise since then? What this party found in that very
 * second came before: its own failure would have begun the count anew. */
static bool has_failed_since(const struct cases *cases, int64_t since_s)
{
	const struct case_view *view = &cases->view;
	assert(cases->self != NULL);
	for (size_t i = 0; i < view->step_count; i++) {
		const struct case_message *one = view->steps[i].message;
		const bool is_own = strcmp(one->author, cases->self->id) == 0;
		if (one->kind == CASE_MESSAGE_VERIFICATION && view->steps[i].counts &&
		    strcmp(case_message_member(one, "result")->text, "failed") == 0 &&
		    case_message_member(one, "measured")->number >= since_s + is_own)
			return true;
	}
	return false;
}

/* Since when it has been so, by this party's newest verification that it stands by: one that found
 * it otherwise, or could not measure it, ends the count. */
static int64_t since_before(const struct cases *cases)
{
	const struct case_message *newest = NULL;
	int64_t since_s = 0;
	/* Several may be of one second: the order of the case is that of who had seen which. */
	for (size_t i = 0; i < cases->view.step_count; i++) {
		const struct case_message *one = cases->view.steps[i].message;
		if (one->kind == CASE_MESSAGE_VERIFICATION && cases->self != NULL &&
		    !cases->view.steps[i].is_recalled && strcmp(one->author, cases->self->id) == 0)
			newest = one;
	}
	const struct case_member *seen =
		newest != NULL ? case_message_member(newest, "seen") : NULL;
	for (size_t i = 0; seen != NULL && i < seen->item_count; i++) {
		if (predicate_since_of_line(seen->items[i], &since_s))
			return has_failed_since(cases, since_s) ? 0 : since_s;
	}
	return 0;
}

/* ---- how long it has been so ---- */

/* An earlier verdict is not believed when the store saw it otherwise afterwards. */
static int find_since(struct verifying *verifying)
{
	const struct case_past past = {.store = verifying->cases.store,
				       .predicate = &verifying->predicate,
				       .domains = verifying->names,
				       .domain_count = verifying->domain_count,
				       .since_s = since_before(&verifying->cases)};
	bool has_failed = false;
	if (past.since_s == 0)
		return OK;
	const int error = case_past_look(&past, &has_failed, &verifying->complaint);
	verifying->all_since_s = has_failed ? 0 : past.since_s;
	return error;
}

static int judge(struct verifying *verifying)
{
	int error = find_since(verifying);
	if (error == OK)
		error = take_looks(verifying, verifying->cases.store, NULL);
	if (error == OK)
		error = predicate_evaluate(&verifying->arena, &verifying->predicate,
					   verifying->looks, verifying->look_count,
					   &verifying->verdict);
	/* Noted before it is shown. */
	if (error == OK && is_red(&verifying->cases))
		error = parties_audit(verifying->cases.store, "read", verifying->id,
				      "TLP:RED, case verify", &verifying->complaint);
	if (error == OK)
		error = store_commit(verifying->cases.store, &verifying->complaint);
	if (error != OK)
		return error;
	tell_verdict(verifying);
	return options_flag(verifying->options, "say-nothing") ? OK : say(verifying);
}

static int take_run(void *context, const struct store_run *run)
{
	struct verifying *verifying = context;
	verifying->last_run = run->id > verifying->last_run ? run->id : verifying->last_run;
	return OK;
}

static int first_part(struct verifying *verifying)
{
	/* Nobody is asked anything for one who may not say what came of it. */
	int error = allowed(verifying->options, ACCESS_WRITE, &verifying->complaint);
	verifying->began_s = parties_now();
	if (error == OK)
		error = cases_open(verifying->options, ACCESS_READ, &verifying->complaint,
				   &verifying->cases);
	if (error == OK)
		error = take_case(verifying);
	if (error == OK)
		error = check_key(verifying);
	if (error == OK)
		error = take_others(verifying);
	if (error == OK)
		error = store_runs(verifying->cases.store, take_run, verifying,
				   &verifying->complaint);
	cases_close(&verifying->cases);
	return error;
}

static int second_part(struct verifying *verifying)
{
	int error = parent_look(verifying->options, &verifying->arena, verifying->parents,
				verifying->domain_count, &verifying->complaint);
	if (error == OK)
		error = cases_open(verifying->options, ACCESS_WRITE, &verifying->complaint,
				   &verifying->cases);
	if (error == OK)
		error = cases_load_id(&verifying->cases, verifying->id);
	if (error == OK)
		error = judge(verifying);
	cases_close(&verifying->cases);
	return error;
}

static int exit_code(const struct verifying *verifying)
{
	switch (verifying->verdict.result) {
	case CASE_PASSED:
		return EXIT_FINE;
	case CASE_FAILED:
		return EXIT_FINDINGS;
	case CASE_NOT_MEASURED:
	case CASE_RESULT_NONE:
		return EXIT_UNMEASURED;
	}
	assert(false && "a verdict of no result");
	return EXIT_UNABLE;
}

static int verify(struct verifying *verifying)
{
	int error = first_part(verifying);
	if (error != OK)
		return command_fail(verifying->options, error, &verifying->complaint);
	const int code = look(verifying);
	/* What could not be measured is said, too. */
	if (code != EXIT_FINE && code != EXIT_UNMEASURED)
		return code;
	error = second_part(verifying);
	return error == OK ? exit_code(verifying)
			   : command_fail(verifying->options, error, &verifying->complaint);
}

static int run(const struct options *options)
{
	if (options_text(options, "key") == NULL && !options_flag(options, "say-nothing"))
		return command_usage(options, "--key FILE says what to sign with; --say-nothing "
					      "measures and tells it to you alone");
	struct verifying *verifying = memory_take_zeroed(1, sizeof(*verifying));
	if (verifying == NULL)
		return command_fail(options, ERR_MEMORY, NULL);
	verifying->options = options;
	arena_init(&verifying->arena, LOOKS_ARENA_MAX, (size_t)64 << 10);
	const int code = verify(verifying);
	memory_give(verifying->looks);
	arena_release(&verifying->arena);
	memory_give(verifying);
	return code;
}

static const struct example examples[] = {
	{"dsfi case verify q7ez --key our.key", "measures, and says so to everybody in the case"},
	{"dsfi case verify q7ez --say-nothing --also frankfurt.sqlite",
	 "with what a second vantage point has in its store; tells nobody"},
};
static const struct command verify_row = {
	.name = "verify",
	.parent = "case",
	.summary = "measure whether it is mended",
	.operands = "CASE",
	.description =
		"Looks at the domains of the case as `dsfi scan` does, and for what the findings "
		"need that its test names (--own, --connect, --routes and the like have to be "
		"given), asks every address of their parents, and holds the case's test against "
		"it: passed, failed, or not measured, with what was seen where. What could not be "
		"measured never passes. The result is "
		"signed and kept as a message of the case; it counts when this party has not acted "
		"in it.",
	.options = verify_options,
	.option_count = OPTION_COUNT - GATHER_UNGIVEN_ROW_COUNT,
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note = "0 when the test passed, 1 when it failed, 3 when it could not be measured.",
	.see_also = "dsfi-case-close(1), dsfi-scan(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_case_verify(void)
{
	return &verify_row;
}
