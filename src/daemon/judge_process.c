/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/judge_process.h"

#include "base/arena.h"
#include "daemon/channel.h"
#include "daemon/child.h"
#include "daemon/judge_wire.h"
#include "dns/wire/name.h"
#include "os/sandbox.h"

#include <assert.h>
#include <string.h>

/* An observation of OBSERVATION_OCTETS_MAX, decoded, its messages walked, and findings about it. */
#define ARENA_OCTETS ((size_t)64 << 20)
#define ARENA_CHUNK_OCTETS ((size_t)256 << 10)
#define SETTINGS_OCTETS ((size_t)4 << 10)
/* Address space: code, the arena, text, and frames that grow by doubling. */
#define MEMORY_OCTETS ((size_t)1 << 30)

/* Verdicts that wait for the parent to listen. */
#define UNSENT_MAX ((size_t)1 << 20)

struct judge {
	struct loop *loop;
	struct channel channel;
	struct arena settings_arena;
	struct arena arena; /* of the observation at hand */
	struct text text;
	struct wire_judging settings;
	judge_tell *tell;
	uint8_t *page;
	uint64_t begun; /* observations, this one included; noted in the page */
	bool is_ready;
	int exit_code;
};

/* ---- judging ---- */

static bool is_same(const char *text, const char *ours)
{
	return text != NULL && strcmp(text, ours) == 0;
}

/* Is it of that domain, and from here? */
static bool is_sound(const struct judge *judge, const struct observation *observation,
		     const uint8_t *domain)
{
	const char *why = observation->not_measured;
	return name_equal_exactly(observation->domain, domain) &&
	       is_same(observation->vantage, judge->settings.vantage) &&
	       is_same(observation->scanner, judge->settings.scanner) &&
	       (why == NULL || text_is_plain(why, strlen(why)));
}

static uint8_t worst_of(const struct judgement *judgement)
{
	uint8_t worst = 0;
	for (size_t i = 0; i < judgement->finding_count; i++) {
		if (judgement->findings[i].severity > worst)
			worst = (uint8_t)judgement->findings[i].severity;
	}
	return worst;
}

static int tell(struct judge *judge, const struct observation *observation,
		const struct judgement *judgement, struct wire_judged *judged)
{
	text_reset(&judge->text);
	int error = judge->tell(&judge->settings, observation, judgement, &judge->text);
	if (error == OK)
		error = judge->text.error;
	if (error != OK)
		return error;
	judged->text = text_get(&judge->text);
	judged->text_size = judge->text.length;
	return OK;
}

/* ERR_MEMORY is the arena's: what one observation may take is more than any honest one needs. */
static int consider(struct judge *judge, const struct observation *observation,
		    struct wire_judged *judged)
{
	struct judgement judgement = {0};
	int error = OK;
	if (judge->settings.judges)
		error = judge_observation(&judge->arena, observation, observation->started_s,
					  &judgement);
	if (error == OK)
		error = wire_verdict_write(&judge->arena, &judgement, &judged->verdict,
					   &judged->verdict_size);
	if (error == OK)
		error = tell(judge, observation, &judgement, judged);
	judged->worst = worst_of(&judgement);
	judged->is_sound =
		judgement.finding_count == 0 &&
		judgement.not_measured_count == judgement_unasked(&judgement, observation);
	judged->is_measured =
		observation->not_measured == NULL && observation->delegation != DELEGATION_UNKNOWN;
	judged->is_bogus = judged->is_measured && observation->parent_security == SECURITY_BOGUS;
	return error;
}

static struct wire_judged judge_octets(struct judge *judge, const uint8_t *domain,
				       const struct reader *body)
{
	struct observation observation;
	struct wire_judged judged = {.result = JUDGED_WELL};
	arena_reset(&judge->arena);
	int error = observation_decode(&judge->arena, body->next, reader_left(body), &observation,
				       NULL);
	if (error != OK || !is_sound(judge, &observation, domain))
		return (struct wire_judged){.result = JUDGED_UNREADABLE};
	error = consider(judge, &observation, &judged);
	return error == OK ? judged : (struct wire_judged){.result = JUDGED_TOO_MUCH};
}

static int take_observation(struct judge *judge, struct reader *body)
{
	struct writer writer;
	const uint8_t *domain;
	judge->begun++;
	memcpy(judge->page, &judge->begun, sizeof(judge->begun));
	int error = wire_target_read(body, &domain);
	if (error != OK)
		return ERR_FORMAT;
	const struct wire_judged judged = judge_octets(judge, domain, body);
	const size_t size = wire_judged_size(&judged);
	uint8_t *answer = channel_frame(&judge->channel, FRAME_JUDGED, size);
	if (answer == NULL)
		return ERR_MEMORY;
	writer_init(&writer, answer, size);
	wire_judged_write(&writer, &judged);
	assert(writer.error == OK && writer_used(&writer) == size);
	if (channel_unsent(&judge->channel) > UNSENT_MAX)
		channel_drain(&judge->channel); /* the parent does not listen at present */
	return OK;
}

/* ---- settings ---- */

static int take_settings(struct judge *judge, struct reader *body)
{
	struct complaint complaint = {""};
	const struct sandbox sandbox = {.kind = SANDBOX_PURE, .memory_octets_max = MEMORY_OCTETS};
	if (judge->is_ready)
		return ERR_FORMAT;
	int error = wire_judging_read(&judge->settings_arena, body, &judge->settings);
	if (error == OK)
		error = sandbox_enter(&sandbox, &complaint);
	judge->is_ready = error == OK;
	if (error == OK)
		return channel_frame(&judge->channel, FRAME_READY, 0) != NULL ? OK : ERR_MEMORY;
	channel_fail(&judge->channel, error, &complaint);
	judge->exit_code = 1;
	loop_stop(judge->loop);
	return OK;
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct judge *judge = context;
	if (judge->exit_code != 0)
		return OK;
	if (kind == FRAME_JUDGING)
		return take_settings(judge, body);
	return kind == FRAME_JUDGE && judge->is_ready ? take_observation(judge, body) : ERR_FORMAT;
}

static void closed(void *context, int error)
{
	struct judge *judge = context;
	if (error != OK)
		judge->exit_code = 1;
	loop_stop(judge->loop);
}

int judge_process_main(judge_tell *tell_function)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct judge judge = {.tell = tell_function};
	assert(tell_function != NULL);
	judge.page = child_page();
	if (judge.page == NULL || loop_new(&clock, &judge.loop) != OK)
		return 1;
	arena_init(&judge.settings_arena, SETTINGS_OCTETS, 0);
	arena_init(&judge.arena, ARENA_OCTETS, ARENA_CHUNK_OCTETS);
	text_init(&judge.text, WIRE_TEXT_MAX);
	int error = channel_open(&judge.channel, judge.loop, CHILD_CHANNEL_DESCRIPTOR, &handler,
				 &judge);
	if (error == OK)
		error = loop_run(judge.loop);
	channel_close(&judge.channel);
	text_release(&judge.text);
	arena_release(&judge.arena);
	arena_release(&judge.settings_arena);
	loop_free(judge.loop);
	return error == OK ? judge.exit_code : 1;
}
