/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/keys/keys.h"

#include "base/memory.h"
#include "base/random.h"
#include "cli/table.h"
#include "dns/wire/zonefile.h"
#include "keep/store/store.h"
#include "os/file.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_STORE "dsfi.sqlite"
#define NEVER_FAIL "never"
/* A zone file on standard input; one named on the command line may be as long as it likes. */
#define INPUT_OCTETS_MAX ((size_t)4 << 30)
/* One decoded observation. */
#define OBSERVATION_ARENA_MAX ((size_t)64 << 20)
#define DEFAULT_TTL_S 3600

/* What is printed while the keys are compared. */
struct telling_keys {
	const struct options *options;
	struct text line;
	uint64_t findings[SEVERITY_CRITICAL + 1];
	enum severity worst;
	struct timespec started;
	bool has_progress;
};

static int tell(void *context, const struct finding *finding)
{
	assert(finding->code != NULL);
	struct telling_keys *telling = context;
	FILE *out = telling->options->out;

	telling->findings[finding->severity]++;
	if (finding->severity > telling->worst)
		telling->worst = finding->severity;
	if (!options_json(telling->options)) {
		fprintf(out, "%s: %s %s\n    %s%s\n", finding->domain,
			severity_text(finding->severity), finding->code, finding->sentence,
			sentence_stop(finding->sentence));
		return OK;
	}
	struct json json;

	text_reset(&telling->line);
	json_init(&json, &telling->line);
	finding_to_json(finding, &json);
	json_end_line(&json);
	fputs(text_get(&telling->line), out);
	return telling->line.error;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	struct telling_keys *telling = context;
	char left[TIME_TEXT_MAX];
	struct timespec now;

	if (!telling->has_progress || done == 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	const double used = (double)(now.tv_sec - telling->started.tv_sec);

	duration_to_text((uint64_t)(used * (double)(total - done) / (double)done), left);
	fprintf(telling->options->err, "\rcomparing keys: %" PRIu64 " %%, %s left   %s",
		100 * done / total, left, done == total ? "\n" : "");
	fflush(telling->options->err);
}

static int take_record(void *context, const struct record *record)
{
	return keys_add_record(context, record);
}

static int read_input(struct keys *keys, const char *path, struct complaint *complaint)
{
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"",
		.default_ttl = DEFAULT_TTL_S,
		.take = take_record,
		.context = keys,
	};
	char *data;
	size_t size;

	if (strcmp(path, "-") != 0)
		return zonefile_read_file(&zonefile, path, complaint);
	int error = file_read(path, INPUT_OCTETS_MAX, complaint, &data, &size);

	if (error < 0)
		return error;
	error = zonefile_read(&zonefile, data, size, complaint);
	memory_give(data);
	return error;
}

/* Where a store's observations go. */
struct store_reading {
	struct keys *keys;
	struct arena arena;
	struct complaint *complaint;
};

static int take_domain(void *context, const uint8_t *domain, const uint8_t *encoded,
		       size_t encoded_size)
{
	struct store_reading *reading = context;
	struct observation observation;

	(void)domain;
	arena_reset(&reading->arena);
	const int error = observation_decode(&reading->arena, encoded, encoded_size, &observation,
					     reading->complaint);

	return error < 0 ? error : keys_add_observation(reading->keys, &observation);
}

static int newest_run(void *context, const struct store_run *run)
{
	int64_t *newest = context;

	if (run->id > *newest)
		*newest = run->id;
	return OK;
}

static int read_store(const struct options *options, struct keys *keys, struct complaint *complaint)
{
	const char *path = options_text(options, "store");
	struct store_reading reading = {.keys = keys, .complaint = complaint};
	int64_t run = (int64_t)options_number(options, "run");
	struct store *store;
	int error = store_open(path, STORE_READ, &store, complaint);

	if (error < 0)
		return error;
	if (run == 0)
		error = store_runs(store, newest_run, &run, complaint);
	if (error == OK && run == 0)
		error = complain(complaint, ERR_NOT_FOUND,
				 "store '%s' holds no run; make one with 'dsfi check --store %s'",
				 path, path);
	arena_init(&reading.arena, OBSERVATION_ARENA_MAX, 0);
	if (error == OK)
		error = store_domains(store, run, take_domain, &reading, complaint);
	arena_release(&reading.arena);
	store_close(store);
	return error;
}

/* Files, and the store where it is named or nothing else is. */
static int read_all(const struct options *options, struct keys *keys, struct complaint *complaint)
{
	const size_t count = options_operand_count(options);
	int error = OK;

	if (options_given(options, "store") || count == 0)
		error = read_store(options, keys, complaint);
	for (size_t i = 0; i < count && error == OK; i++)
		error = read_input(keys, options_operand(options, i), complaint);
	return error;
}

static void sum_up(const struct telling_keys *telling, const struct keys *keys)
{
	const struct keys_counts counts = keys_counts(keys);
	FILE *err = telling->options->err;

	if (options_quiet(telling->options))
		return;
	fprintf(err,
		"%" PRIu32 " keys of %" PRIu32 " zones compared, %" PRIu32 " of them RSA; %" PRIu64
		" findings\n",
		counts.keys, counts.zones, counts.moduli,
		telling->findings[SEVERITY_CRITICAL] + telling->findings[SEVERITY_ERROR] +
			telling->findings[SEVERITY_WARNING] + telling->findings[SEVERITY_NOTICE] +
			telling->findings[SEVERITY_INFO]);
	if (counts.unplaced > 0)
		fprintf(err,
			"%" PRIu32 " zones have no name servers here: whose keys they have was "
			"not looked at\n",
			counts.unplaced);
	if (counts.too_large > 0)
		fprintf(err, "%" PRIu32 " RSA keys were left out: beyond the limits of size\n",
			counts.too_large);
}

static int judge_keys(const struct options *options, struct telling_keys *telling,
		      struct complaint *complaint)
{
	struct random random;

	random_system(&random);
	struct keys *keys = keys_new(&random);
	const struct keys_output output = {
		.take = tell, .progress = show_progress, .context = telling};

	if (!keys)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int error = read_all(options, keys, complaint);

	clock_gettime(CLOCK_MONOTONIC, &telling->started);
	if (error == OK)
		error = keys_finish(keys, &output);
	if (error == OK)
		sum_up(telling, keys);
	keys_free(keys);
	return error;
}

static int run(const struct options *options)
{
	const char *fail_on = options_text(options, "fail-on");
	enum severity severity = (enum severity)0; /* never */
	struct complaint complaint = {""};
	struct telling_keys telling = {
		.options = options,
		.has_progress = !options_quiet(options) && isatty(fileno(options->err)),
	};

	if (strcmp(fail_on, NEVER_FAIL) != 0 && severity_from_text(fail_on, &severity) < 0)
		return command_usage(options, "'%s' is no severity", fail_on);
	if (options_given(options, "run") && options_operand_count(options) > 0 &&
	    !options_given(options, "store"))
		return command_usage(options, "--run is a run of a store: name it with --store");
	text_init(&telling.line, 1 << 20);
	const int error = judge_keys(options, &telling, &complaint);

	text_release(&telling.line);
	if (error < 0)
		return command_fail(options, error, &complaint);
	return severity && telling.worst >= severity ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct option keys_options[] = {
	{.name = "store",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = DEFAULT_STORE,
	 .help = "the store to read; the one in this folder when no FILE is named either"},
	{.name = "run",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .minimum = 1,
	 .maximum = INT64_MAX,
	 .help = "the run whose domains are looked at instead of the newest"},
	{.name = "fail-on",
	 .kind = OPTION_CHOICE,
	 .argument = "SEVERITY",
	 .fallback = "warning",
	 .choices = "info|notice|warning|error|critical|" NEVER_FAIL,
	 .help = "exit with 1 when a finding is at least this bad"},
};

static const struct example examples[] = {
	{"dsfi keys --store tld.sqlite", "compares all keys of the domains of the newest scan"},
	{"dsfi keys --json zone.txt", "the same for the DNSKEY and NS lines of a zone file"},
	{"dsfi keys --store tld.sqlite others.txt", "both together"},
};

static const struct command keys = {
	.name = "keys",
	.summary = "compare the DNSSEC keys of many domains with each other",
	.operands = "[FILE...]",
	.description =
		"Finds what no look at one domain can show: RSA keys that have a prime in common "
		"with another key, so that anybody can compute both private keys "
		"(DNSSEC-KEY-SHARED-PRIME), and the same key in zones of operators that have "
		"nothing to do with each other (DNSSEC-KEY-REUSED). Nothing is asked of anybody: "
		"the keys come from a store that a scan has filled, and from files.\n\n"
		"A FILE holds records in the form of zone files; its DNSKEY and NS records are "
		"read and all others passed over. `-` is standard input. A million RSA keys of "
		"2048 bits take up to half an hour and 8 GiB.",
	.options = keys_options,
	.option_count = sizeof(keys_options) / sizeof(keys_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = OPERANDS_MANY,
	.see_also = "dsfi-check(1), dsfi-explain(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_keys(void)
{
	return &keys;
}
