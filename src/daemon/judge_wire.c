/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/judge_wire.h"

#include "base/text.h"
#include "daemon/scan_wire.h"
#include "model/finding.h"

#include <assert.h>
#include <string.h>

/* An ASCII escape: what begins a change of colour. */
#define ESCAPE '\033'

/* 0 or 1. */
static bool read_truth(struct reader *reader)
{
	uint8_t truth = reader_u8(reader);
	if (truth > 1)
		reader_fail(reader, ERR_FORMAT);
	return truth == 1;
}

/* ---- the judge's settings ---- */

size_t wire_judging_size(const struct wire_judging *judging)
{
	return 5 + strlen(judging->profile) + strlen(judging->vantage) + strlen(judging->scanner);
}

void wire_judging_write(struct writer *writer, const struct wire_judging *judging)
{
	writer_u8(writer, judging->judges);
	writer_u8(writer, judging->telling);
	wire_words_write(writer, judging->profile);
	wire_words_write(writer, judging->vantage);
	wire_words_write(writer, judging->scanner);
}

int wire_judging_read(struct arena *arena, struct reader *reader, struct wire_judging *ret_judging)
{
	struct wire_judging judging = {.judges = read_truth(reader)};
	judging.telling = reader_u8(reader);
	judging.profile = wire_words_read(arena, reader, JUDGING_PROFILE_MAX);
	judging.vantage = wire_words_read(arena, reader, SETTINGS_VANTAGE_MAX);
	judging.scanner = wire_words_read(arena, reader, SETTINGS_SCANNER_MAX);
	int error = wire_finish(reader);
	if (error == OK)
		*ret_judging = judging;
	return error;
}

/* ---- what it says ---- */

size_t wire_judged_size(const struct wire_judged *judged)
{
	return 9 + judged->text_size + judged->verdict_size;
}

void wire_judged_write(struct writer *writer, const struct wire_judged *judged)
{
	assert(judged->text_size <= WIRE_TEXT_MAX && judged->verdict_size <= WIRE_VERDICT_MAX);
	writer_u8(writer, judged->result);
	writer_u8(writer, judged->worst);
	writer_u8(writer, judged->is_sound);
	writer_u8(writer, judged->is_measured);
	writer_u8(writer, judged->is_bogus);
	writer_u32(writer, (uint32_t)judged->text_size);
	writer_octets(writer, judged->text, judged->text_size);
	writer_octets(writer, judged->verdict, judged->verdict_size);
}

/* Octets of a line's end or a change of colour (ECMA-48 SGR) at `text`; 0: there is none. */
static size_t harmless_size(const char *text, size_t left)
{
	size_t size = 2;
	if (text[0] == '\n')
		return 1;
	if (left < 3 || text[0] != ESCAPE || text[1] != '[')
		return 0;
	while (size < left && ((text[size] >= '0' && text[size] <= '9') || text[size] == ';'))
		size++;
	return size < left && text[size] == 'm' ? size + 1 : 0;
}

static bool is_showable(const char *text, size_t size)
{
	size_t start = 0, at = 0;
	while (at < size) {
		if (text[at] != '\n' && text[at] != ESCAPE) {
			at++;
			continue;
		}
		size_t harmless = harmless_size(text + at, size - at);
		if (harmless == 0 || !text_is_plain(text + start, at - start))
			return false;
		start = at += harmless;
	}
	return text_is_plain(text + start, size - start);
}

static bool is_empty(const struct wire_judged *judged)
{
	return judged->worst == 0 && !judged->is_sound && !judged->is_measured &&
	       !judged->is_bogus && judged->text_size == 0 && judged->verdict_size == 0;
}

/* Do the parts contradict each other? */
static bool can_be(const struct wire_judged *judged)
{
	if (judged->result != JUDGED_WELL)
		return judged->result <= JUDGED_TOO_MUCH && is_empty(judged);
	return judged->worst <= SEVERITY_CRITICAL && (judged->worst == 0 || !judged->is_sound) &&
	       (judged->is_measured || !judged->is_bogus) &&
	       judged->verdict_size <= WIRE_VERDICT_MAX;
}

int wire_judged_read(struct reader *reader, struct wire_judged *ret_judged)
{
	struct wire_judged judged = {.result = reader_u8(reader)};
	judged.worst = reader_u8(reader);
	judged.is_sound = read_truth(reader);
	judged.is_measured = read_truth(reader);
	judged.is_bogus = read_truth(reader);
	judged.text_size = reader_u32(reader);
	judged.text = (const char *)reader_octets(reader, judged.text_size);
	judged.verdict_size = reader_left(reader);
	judged.verdict = reader_octets(reader, judged.verdict_size);
	if (reader->error != OK)
		return reader->error;
	if (!can_be(&judged) || !is_showable(judged.text, judged.text_size))
		return ERR_FORMAT;
	*ret_judged = judged;
	return OK;
}

/* ---- verdicts ---- */

/* A finding's own binary form, which has neither its code nor its server. */
struct form {
	const uint8_t *octets;
	size_t size;
};

static const char *server_of(const struct finding *finding)
{
	return finding->server != NULL ? finding->server : "";
}

/* The octets that all of it takes. */
static int make_forms(struct arena *arena, const struct judgement *judgement, struct form *forms,
		      size_t *ret_size)
{
	size_t size = 2 * sizeof(uint32_t) + FACTS_OCTETS;
	for (size_t i = 0; i < judgement->finding_count; i++) {
		const struct finding *finding = &judgement->findings[i];
		int error = finding_encode(arena, finding, &forms[i].octets, &forms[i].size);
		if (error != OK)
			return error;
		size += 2 + strlen(finding->code) + strlen(server_of(finding)) + sizeof(uint32_t) +
			forms[i].size;
	}
	for (size_t i = 0; i < judgement->not_measured_count; i++)
		size += 1 + strlen(judgement->not_measured[i]);
	*ret_size = size;
	return size <= WIRE_VERDICT_MAX ? OK : ERR_LIMIT;
}

static void write_verdict(struct writer *writer, const struct judgement *judgement,
			  const struct form *forms)
{
	writer_u32(writer, (uint32_t)judgement->finding_count);
	for (size_t i = 0; i < judgement->finding_count; i++) {
		wire_words_write(writer, judgement->findings[i].code);
		wire_words_write(writer, server_of(&judgement->findings[i]));
		writer_u32(writer, (uint32_t)forms[i].size);
		writer_octets(writer, forms[i].octets, forms[i].size);
	}
	writer_u32(writer, (uint32_t)judgement->not_measured_count);
	for (size_t i = 0; i < judgement->not_measured_count; i++)
		wire_words_write(writer, judgement->not_measured[i]);
	uint8_t facts[FACTS_OCTETS];
	facts_pack(&judgement->facts, facts);
	writer_octets(writer, facts, sizeof(facts));
}

int wire_verdict_write(struct arena *arena, const struct judgement *judgement,
		       const uint8_t **ret_octets, size_t *ret_size)
{
	struct writer writer;
	size_t size;
	if (judgement->finding_count > WIRE_FINDINGS_MAX ||
	    judgement->not_measured_count > WIRE_FINDINGS_MAX)
		return ERR_LIMIT;
	struct form *forms = arena_take_array(arena, judgement->finding_count, sizeof(*forms));
	if (forms == NULL)
		return ERR_MEMORY;
	int error = make_forms(arena, judgement, forms, &size);
	if (error != OK)
		return error;
	uint8_t *octets = arena_take_octets(arena, size);
	if (octets == NULL)
		return ERR_MEMORY;
	writer_init(&writer, octets, size);
	write_verdict(&writer, judgement, forms);
	assert(writer.error == OK && writer_used(&writer) == size);
	*ret_octets = octets;
	*ret_size = size;
	return OK;
}

/* The catalogue's own words, which live for ever. */
static const char *read_code(struct arena *arena, struct reader *reader)
{
	const char *word = wire_words_read(arena, reader, UINT8_MAX);
	const struct check *check = word != NULL ? check_by_code(word) : NULL;
	if (check == NULL || strcmp(check->code, word) != 0) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	return check->code;
}

static void read_finding(struct arena *arena, struct reader *reader, struct finding *ret_finding)
{
	const char *code = read_code(arena, reader);
	const char *server = wire_words_read(arena, reader, UINT8_MAX);
	size_t size = reader_u32(reader);
	const uint8_t *form = reader_octets(reader, size);
	if (form == NULL || code == NULL || server == NULL)
		return;
	int error = finding_decode(arena, form, size, ret_finding);
	if (error != OK || !text_is_plain(server, strlen(server)))
		reader_fail(reader, error == ERR_MEMORY ? ERR_MEMORY : ERR_FORMAT);
	ret_finding->code = code;
	ret_finding->server = server[0] != 0 ? server : NULL;
}

/* A count that the octets left can hold; an array of that many. */
static void *read_array(struct arena *arena, struct reader *reader, size_t item_size,
			size_t *ret_count)
{
	size_t count = reader_u32(reader);
	if (reader->error == OK && (count > WIRE_FINDINGS_MAX || count > reader_left(reader)))
		reader_fail(reader, ERR_FORMAT);
	if (reader->error != OK)
		return NULL;
	void *array = arena_take_array(arena, count, item_size);
	if (array == NULL)
		reader_fail(reader, ERR_MEMORY);
	*ret_count = count;
	return array;
}

int wire_verdict_read(struct arena *arena, struct reader *reader, const char *domain,
		      struct judgement *ret_judgement)
{
	size_t finding_count = 0, code_count = 0;
	struct finding *findings = read_array(arena, reader, sizeof(*findings), &finding_count);
	for (size_t i = 0; i < finding_count && reader->error == OK; i++) {
		read_finding(arena, reader, &findings[i]);
		findings[i].domain = domain;
	}
	const char **codes = read_array(arena, reader, sizeof(*codes), &code_count);
	for (size_t i = 0; i < code_count && reader->error == OK; i++)
		codes[i] = read_code(arena, reader);
	const uint8_t *packed = reader_octets(reader, FACTS_OCTETS);
	struct judgement judgement = {.findings = findings,
				      .finding_count = finding_count,
				      .not_measured = codes,
				      .not_measured_count = code_count};
	int error = wire_finish(reader);
	if (error == OK)
		error = facts_unpack(packed, &judgement.facts);
	if (error == OK)
		*ret_judgement = judgement;
	return error;
}

/* ---- the keeper ---- */

size_t wire_store_size(const struct wire_store *store)
{
	return 19 + strlen(store->path) + strlen(store->run.profile) + strlen(store->run.vantage);
}

void wire_store_write(struct writer *writer, const struct wire_store *store)
{
	const size_t path_size = strlen(store->path);
	assert(path_size <= STORE_PATH_MAX);
	writer_u8(writer, store->resumes);
	writer_u64(writer, (uint64_t)store->run.started_s);
	writer_u64(writer, store->run.domains);
	wire_words_write(writer, store->run.profile);
	wire_words_write(writer, store->run.vantage);
	writer_octets(writer, store->path, path_size);
}

static void copy_words(struct arena *arena, struct reader *reader, char *ret_words, size_t room)
{
	const char *words = wire_words_read(arena, reader, room - 1);
	if (words != NULL)
		memcpy(ret_words, words, strlen(words) + 1);
}

int wire_store_read(struct arena *arena, struct reader *reader, struct wire_store *ret_store)
{
	struct wire_store store = {.resumes = read_truth(reader)};
	store.run.started_s = (int64_t)reader_u64(reader);
	store.run.domains = reader_u64(reader);
	copy_words(arena, reader, store.run.profile, sizeof(store.run.profile));
	copy_words(arena, reader, store.run.vantage, sizeof(store.run.vantage));
	size_t size = reader_left(reader);
	const uint8_t *path = reader_octets(reader, size);
	if (path == NULL)
		return reader->error;
	if (size == 0 || size > STORE_PATH_MAX || memchr(path, 0, size) != NULL)
		return ERR_FORMAT;
	char *text = arena_take_octets(arena, size + 1);
	if (text == NULL)
		return ERR_MEMORY;
	memcpy(text, path, size);
	text[size] = 0;
	store.path = text;
	*ret_store = store;
	return OK;
}

void wire_run_write(struct writer *writer, const struct wire_run *run)
{
	writer_u64(writer, (uint64_t)run->id);
	writer_u8(writer, run->is_resumed);
	writer_octets(writer, run->profile, sizeof(run->profile));
}

int wire_run_read(struct reader *reader, struct wire_run *ret_run)
{
	struct wire_run run = {.id = (int64_t)reader_u64(reader)};
	run.is_resumed = read_truth(reader);
	const uint8_t *profile = reader_octets(reader, sizeof(run.profile));
	if (profile != NULL)
		memcpy(run.profile, profile, sizeof(run.profile));
	int error = wire_finish(reader);
	if (error == OK && (run.id <= 0 || memchr(run.profile, 0, sizeof(run.profile)) == NULL))
		error = ERR_FORMAT;
	if (error == OK && !text_is_plain(run.profile, strlen(run.profile)))
		error = ERR_FORMAT;
	if (error == OK)
		*ret_run = run;
	return error;
}

void wire_keep_write(struct writer *writer, const struct wire_keep *keep)
{
	writer_u32(writer, (uint32_t)keep->encoded_size);
	writer_octets(writer, keep->encoded, keep->encoded_size);
	writer_octets(writer, keep->verdict, keep->verdict_size);
}

int wire_keep_read(struct reader *reader, struct wire_keep *ret_keep)
{
	struct wire_keep keep = {.encoded_size = reader_u32(reader)};
	keep.encoded = reader_octets(reader, keep.encoded_size);
	keep.verdict_size = reader_left(reader);
	keep.verdict = reader_octets(reader, keep.verdict_size);
	if (reader->error == OK)
		*ret_keep = keep;
	return reader->error;
}

int wire_number_read(struct reader *reader, uint64_t *ret_number)
{
	uint64_t number = reader_u64(reader);
	int error = wire_finish(reader);
	if (error == OK)
		*ret_number = number;
	return error;
}
