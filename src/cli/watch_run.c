/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi watch run: looks at all watched domains' parents, again and again. */
#include "base/memory.h"
#include "cli/table.h"
#include "cli/watch_private.h"
#include "os/signals.h"
#include "pki/certificate.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETTINGS_ARENA_OCTETS ((size_t)2 << 20)
/* Registries publish changes of their zones once a minute at most, and each look is a question to
 * somebody else's server. In a world there is nobody else. */
#define EVERY_LEAST_MS 60000u
/* Of the rate to one server: what scans have while looks go on, so that both keep it together. */
#define SCANS_SHARE 5u

/* ---- the end ---- */

void watch_end(struct watching *watching, int error)
{
	if (watching->error == OK)
		watching->error = error;
	loop_stop(watching->loop);
}

void watch_consider_end(struct watching *watching)
{
	const bool is_last =
		watching->rounds_wanted > 0 && watching->round >= watching->rounds_wanted;
	if (watching->is_in_round || !(is_last || watching->is_stopping))
		return;
	if (watching->is_scanning || !watch_is_written(watching))
		return;
	loop_stop(watching->loop);
}

uint64_t watch_now_ms(const struct watching *watching)
{
	return loop_now_ns(watching->loop) / 1000000;
}

int64_t watch_wall_s(void)
{
	const struct clock clock = clock_system();
	return clock_wall_s(&clock);
}

static void looker_failed(void *context)
{
	struct watching *watching = context;
	watch_end(watching, looker_error(watching->looker, watching->complaint));
}

static void stop(struct watching *watching)
{
	watching->is_stopping = true;
	timer_stop(&watching->next_round);
	progress_clear(&watching->line);
	command_note(watching->options,
		     watching->is_scanning
			     ? "ending when the full look under way has; once more to end now"
			     : "ending when the looks under way have; once more to end now");
	watch_write_soon(watching);
}

static void signal_came(void *context, unsigned int events)
{
	struct watching *watching = context;
	int number;
	(void)events;
	while (signals_read(watching->signals, &number) == OK) {
		if (number != SIGINT && number != SIGTERM && number != SIGHUP)
			continue;
		if (watching->is_stopping)
			watch_end(watching, ERR_INTERRUPTED);
		else
			stop(watching);
	}
}

/* ---- setting up ---- */

static int read_settings(struct watching *watching)
{
	const struct options *options = watching->options;
	struct roots roots;
	int error = roots_read(options, &watching->arena, &roots, watching->complaint);
	if (error != OK)
		return error;
	error = opt_out_list_read(options_text(options, "opt-out"), &watching->random,
				  &watching->opt_out, watching->complaint);
	const uint32_t rate = roots_rate_per_server(options);
	watching->rate_of_scans = rate > 0 && rate < SCANS_SHARE ? 1 : rate / SCANS_SHARE;
	watching->settings = (struct wire_settings){
		.rate_per_server = rate > 1 ? rate - watching->rate_of_scans : rate,
		.vantage = "",
		.scanner = "",
		.ca_file = "",
		.is_in_world = roots_is_in_world(),
		.hints = roots.hints,
		.hint_count = roots.hint_count,
		.anchors = roots.anchors,
		.anchor_count = roots.anchor_count,
		.opt_outs = watching->opt_out.prefixes,
		.opt_out_count = watching->opt_out.count,
		.opt_out_names = watching->opt_out.names,
		.opt_out_names_size = watching->opt_out.names_size,
	};
	return error;
}

int watch_reading(struct watching *watching, watch_with_store *with)
{
	struct store *store = NULL;
	int error = store_open(watching->store_path, STORE_READ, &store, watching->complaint);
	if (error == OK)
		error = with(watching, store);
	store_close(store);
	return error;
}

static int count_watched(struct watching *watching, struct store *store)
{
	uint64_t count = 0;
	const int error = store_watch_count(store, &count, watching->complaint);
	if (error != OK || count > 0)
		return error;
	return complain(watching->complaint, ERR_ARGUMENT,
			"store '%s': no domain is watched; 'dsfi watch add DOMAIN' begins to",
			watching->store_path);
}

static int open_store(struct watching *watching)
{
	const int error =
		store_watch_lock(watching->store_path, &watching->lock, watching->complaint);
	return error == OK ? watch_reading(watching, count_watched) : error;
}

/* What cannot be written now cannot be later. Somebody else's writing is over some day. */
static int try_writing(struct watching *watching)
{
	struct store *store = NULL;
	const int error =
		store_open(watching->store_path, STORE_WRITE, &store, watching->complaint);
	store_close(store);
	if (error != ERR_BUSY)
		return error;
	watching->complaint->text[0] = '\0';
	return OK;
}

/* Full looks are many questions; in a world there is nobody whom they disturb. */
static int read_again(struct watching *watching)
{
	const uint64_t least_ms = roots_is_in_world() ? 1000 : EVERY_LEAST_MS;
	return again_times_read(options_text(watching->options, "again"), least_ms,
				&watching->again, watching->complaint);
}

static int take_room(struct watching *watching)
{
	uint8_t key[16];
	random_octets(&watching->random, key, sizeof(key));
	watching->pending = map_new(key);
	watching->part = memory_take_zeroed(LOOKS_A_PART, sizeof(watching->part[0]));
	watching->names = memory_take_zeroed(LOOKS_A_PART, sizeof(watching->names[0]));
	return watching->pending != NULL && watching->part != NULL && watching->names != NULL
		       ? OK
		       : ERR_MEMORY;
}

static int open_looker(struct watching *watching)
{
	const struct looker_settings settings = {
		.loop = watching->loop,
		.worker = watching->settings,
		.looked = watch_looked,
		.crashed = watch_crashed,
		.failed = looker_failed,
		.context = watching,
	};
	return looker_open(&settings, &watching->looker, watching->complaint);
}

static int watch_signals(struct watching *watching)
{
	const int error = signals_open(&watching->signals);
	if (error != OK)
		return error;
	watch_init(&watching->signal_watch, signal_came, watching);
	return watch_start(watching->loop, &watching->signal_watch, watching->signals, LOOP_READ);
}

/* What only a full look reads is looked at now: the first may come in days, by night. */
static int check_files(const struct watching *watching)
{
	const struct options *options = watching->options;
	const char *path = options_text(options, "ca-file");
	struct trust *trust = NULL;
	if (path == NULL)
		path = getenv("DSFI_CA_FILE");
	int error = gather_routing_check(options, watching->complaint);
	if (error == OK && path != NULL && path[0] != '\0')
		error = trust_new(path, watching->complaint, &trust);
	trust_free(trust);
	return error;
}

static int set_up(struct watching *watching)
{
	const struct clock clock = clock_system();
	int error = read_again(watching);
	if (error == OK)
		error = open_store(watching);
	if (error == OK)
		error = try_writing(watching);
	if (error == OK)
		error = changes_open(&watching->changes, watching->options, watching->complaint);
	if (error == OK)
		error = read_settings(watching);
	if (error == OK)
		error = check_files(watching);
	if (error == OK)
		error = take_room(watching);
	if (error == OK)
		error = loop_new(&clock, &watching->loop);
	if (error != OK)
		return error;
	timer_init(&watching->tick, watch_tick, watching);
	timer_init(&watching->next_round, watch_round_begin, watching);
	timer_init(&watching->write, watch_write, watching);
	error = watch_signals(watching);
	return error == OK ? open_looker(watching) : error;
}

static void release(struct watching *watching)
{
	if (watching->loop != NULL) {
		watch_full_release(watching);
		watch_news_release(watching);
		timer_stop(&watching->tick);
		timer_stop(&watching->next_round);
		watch_stop(watching->loop, &watching->signal_watch);
		looker_close(watching->looker);
	}
	if (watching->signals >= 0)
		signals_close(watching->signals);
	changes_close(&watching->changes);
	loop_free(watching->loop);
	opt_out_list_release(&watching->opt_out);
	arena_release(&watching->arena);
	text_release(&watching->text);
	if (watching->pending != NULL)
		map_free(watching->pending, NULL);
	memory_give(watching->part);
	memory_give(watching->names);
	if (watching->lock >= 0)
		(void)close(watching->lock);
}

static int go(struct watching *watching)
{
	int error = set_up(watching);
	if (error != OK)
		return error;
	(void)loop_refresh_now(watching->loop);
	watch_round_begin(watching);
	if (watching->error == OK)
		error = loop_run(watching->loop);
	progress_clear(&watching->line);
	if (error == OK)
		error = watching->error;
	if (error == OK && watching->is_stopping)
		return complain(watching->complaint, ERR_INTERRUPTED,
				"interrupted; what was seen is kept in '%s', and the same command "
				"goes on",
				watching->store_path);
	if (error == OK && watching->answered == 0)
		return complain(watching->complaint, ERR_NETWORK,
				"no parent of a watched domain answered; is there a network, and "
				"are --hints and --opt-out right?");
	return error;
}

static int check_options(const struct options *options)
{
	if (options_number(options, "every") < EVERY_LEAST_MS && !roots_is_in_world())
		return command_usage(options, "--every takes a minute at least: parents change "
					      "their zones no faster, and each look is a question "
					      "to somebody else's server");
	return options_flag(options, "once") && options_given(options, "rounds")
		       ? command_usage(options, "--once is one round; leave out --rounds")
		       : EXIT_FINE;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	const int code = check_options(options);
	if (code != EXIT_FINE)
		return code;
	struct watching *watching = memory_take_zeroed(1, sizeof(*watching));
	if (watching == NULL)
		return command_fail(options, ERR_MEMORY, NULL);
	watching->options = options;
	watching->complaint = &complaint;
	watching->store_path = options_text(options, "store");
	watching->every_ms = options_number(options, "every");
	watching->rounds_wanted =
		options_flag(options, "once") ? 1 : options_number(options, "rounds");
	watching->full_most = options_number(options, "full");
	watching->lock = watching->signals = -1;
	random_system(&watching->random);
	progress_init(&watching->line, options);
	arena_init(&watching->arena, SETTINGS_ARENA_OCTETS, 0);
	text_init(&watching->text, WATCH_LINE_MAX);
	const int error = go(watching);
	release(watching);
	memory_give(watching);
	if (error == ERR_FULL && ferror(options->out))
		return EXIT_UNABLE;
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

/* ---- the row ---- */

static const struct option run_options[] = {
	{.name = "store",
	 .letter = 's',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = "dsfi.sqlite",
	 .help = "the store with the watched domains"},
	{.name = "every",
	 .kind = OPTION_DURATION,
	 .argument = "TIME",
	 .fallback = "5m",
	 .minimum = 1000,
	 .maximum = 86400000,
	 .help = "from the beginning of a round to that of the next, 1m at least"},
	{.name = "rounds",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .fallback = "0",
	 .maximum = UINT32_MAX,
	 .help = "end after so many rounds; 0 for never"},
	{.name = "once", .kind = OPTION_FLAG, .help = "end after one round"},
	{.name = "full",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .fallback = "10000",
	 .maximum = 100000000,
	 .help = "so many domains that were seen for the first time are looked at in full a "
		 "round; 0: no full looks at all, not even of what moved"},
	{.name = "again",
	 .kind = OPTION_TEXT,
	 .argument = "TIMES",
	 .fallback = "1h,24h,72h",
	 .help = "look in full again so long after a change was seen, and tell it again when it is "
		 "scored otherwise; at most 8 times, 1m at least, or none"},
	OPTION_PROFILE_ELSE("full"), /* mail hosts belong to what is taken over */
	OPTION_CONNECT,
	{.name = "ca-file",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "certificates to trust, PEM (else DSFI_CA_FILE, else the system's)"},
	ROUTING_OPTION_ROWS,
	ROOT_OPTION_ROWS,
	CHANGES_OPTION_ROWS,
	{.name = "test-network",
	 .kind = OPTION_FLAG,
	 .help = "addresses that are set aside for tests are this network's own"},
	{.name = "opt-out",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "addresses, prefixes and domains that must not be asked, one a line"},
	{.name = "contact",
	 .kind = OPTION_TEXT,
	 .argument = "TEXT",
	 .help = "whom to write to about this; kept in each observation"},
	{.name = "vantage",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "name of the place measured from (else the machine's name)"},
};

static const struct example examples[] = {
	{"dsfi watch run --store tld.sqlite --routes routes", "looks every five minutes"},
	{"dsfi watch run --once --json | jq -r 'select(.score >= 60).domain'",
	 "what looks like an attack, of one round"},
};

static const struct command watch_run = {
	.name = "run",
	.parent = "watch",
	.summary = "look at watched domains' parents, and in full at what moves",
	.operands = "",
	.description =
		"Asks, every five minutes, one server of each watched domain's parent what it "
		"says of it: name servers, DS, glue below the domain. What one server says "
		"otherwise than before is asked for again at another one; when two say it, the "
		"domain has moved, and is scanned as by `dsfi scan` with --profile. The change is "
		"judged and told as by `dsfi changes`. It is looked at again after the times of "
		"--again, and told again when its score, its band or its signals are others "
		"then.\n\n"
		"Looks are spread over the interval, servers take turns, and none is asked more "
		"than --per-server questions a second; a round that takes longer for that is no "
		"mistake, and said. A domain that is looked at for the first time is looked at in "
		"full, too, so that there is something to compare with.\n\n"
		"Between its writing others may write to the store. What was told is kept: after "
		"an interruption the same command goes on.",
	.options = run_options,
	.option_count = sizeof(run_options) / sizeof(run_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.exit_note = "3 when no parent answered at all.",
	.see_also = "dsfi-watch-add(1), dsfi-changes(1), dsfi-scan(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_watch_run(void)
{
	return &watch_run;
}
