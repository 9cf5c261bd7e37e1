/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/dmarc.h"

#include "dns/policy/tags_private.h"

#include <assert.h>
#include <string.h>

#define VERSION "DMARC1"

/* A record while it is read. */
struct reading {
	struct arena *arena;
	struct dmarc_record *record;
	uint32_t seen; /* bit per row of the table: a tag may stand once */
	int error;
};

static void fault(struct reading *reading, const struct tag *tag, const char *why)
{
	if (reading->record->fault != NULL)
		return;
	const char *quoted = policy_quote(reading->arena, tag->text, tag->size);
	const char *words =
		quoted != NULL ? arena_format(reading->arena, "'%s': %s", quoted, why) : NULL;
	if (words == NULL)
		reading->error = ERR_MEMORY;
	reading->record->fault = words;
}

static bool is_value(const struct tag *tag, const char *value)
{
	return policy_equal(tag->value, tag->value_size, value);
}

static uint8_t read_policy(struct reading *reading, const struct tag *tag)
{
	if (is_value(tag, "none"))
		return DMARC_NONE;
	if (is_value(tag, "quarantine"))
		return DMARC_QUARANTINE;
	if (is_value(tag, "reject"))
		return DMARC_REJECT;
	fault(reading, tag, "a policy is none, quarantine or reject");
	return DMARC_ABSENT;
}

static void read_p(struct reading *reading, const struct tag *tag)
{
	reading->record->policy = read_policy(reading, tag);
}

static void read_sp(struct reading *reading, const struct tag *tag)
{
	reading->record->subdomain_policy = read_policy(reading, tag);
}

static void read_np(struct reading *reading, const struct tag *tag)
{
	reading->record->absent_policy = read_policy(reading, tag);
}

static void read_alignment(struct reading *reading, const struct tag *tag)
{
	if (!is_value(tag, "r") && !is_value(tag, "s"))
		fault(reading, tag, "alignment is r or s");
}

static void read_psd(struct reading *reading, const struct tag *tag)
{
	if (is_value(tag, "y") || is_value(tag, "n") || is_value(tag, "u"))
		reading->record->psd = (char)(tag->value[0] | 0x20);
	else
		fault(reading, tag, "psd is y, n or u");
}

static void read_t(struct reading *reading, const struct tag *tag)
{
	reading->record->is_testing = is_value(tag, "y");
	if (!is_value(tag, "y") && !is_value(tag, "n"))
		fault(reading, tag, "t is y or n");
}

/* 0, 1, d, s with colons between. */
static void read_fo(struct reading *reading, const struct tag *tag)
{
	for (size_t i = 0; i < tag->value_size; i++) {
		const char character = tag->value[i];
		const char *wanted = i % 2 == 0 ? "01dsDS" : ":";
		if (character == '\0' || strchr(wanted, character) == NULL) {
			fault(reading, tag, "fo is 0, 1, d and s, with colons between");
			return;
		}
	}
	if (tag->value_size % 2 == 0)
		fault(reading, tag, "fo is 0, 1, d and s, with colons between");
}

static void read_rua(struct reading *reading, const struct tag *tag)
{
	if (!tags_uris(tag, reading->record->reports, &reading->record->report_count))
		fault(reading, tag, "reports go to 'mailto:' URIs, with commas between");
}

static void read_ruf(struct reading *reading, const struct tag *tag)
{
	if (!tags_uris(tag, reading->record->failures, &reading->record->failure_count))
		fault(reading, tag, "reports go to 'mailto:' URIs, with commas between");
}

/* pct, ri: RFC 7489 had them; whoever still heeds them reads a number. */
static void read_number(struct reading *reading, const struct tag *tag)
{
	const bool is_percent = policy_equal(tag->name, tag->name_size, "pct");
	unsigned long number = 0;
	for (size_t i = 0; i < tag->value_size; i++) {
		if (tag->value[i] < '0' || tag->value[i] > '9' || i == 10) {
			fault(reading, tag, "its value is no number");
			return;
		}
		number = number * 10 + (unsigned long)(tag->value[i] - '0');
	}
	if (is_percent && number > 100)
		fault(reading, tag, "it is more than 100 in the hundred");
}

struct row {
	const char *name;
	void (*read)(struct reading *reading, const struct tag *tag);
};
static const struct row rows[] = {
	{"p", read_p},
	{"sp", read_sp},
	{"np", read_np},
	{"adkim", read_alignment},
	{"aspf", read_alignment},
	{"psd", read_psd},
	{"t", read_t},
	{"fo", read_fo},
	{"rua", read_rua},
	{"ruf", read_ruf},
	{"pct", read_number},
	{"ri", read_number},
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))
static_assert(ROW_COUNT < 32, "a bit for every tag");

static void read_tag(struct reading *reading, const struct tag *tag)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (!policy_equal(tag->name, tag->name_size, rows[i].name))
			continue;
		if ((reading->seen & 1u << i) != 0) {
			fault(reading, tag, "the tag stands there twice");
			return;
		}
		reading->seen |= 1u << i;
		rows[i].read(reading, tag);
		return;
	}
	/* Tags that nobody knows are to be passed over (RFC 9989 s4.7). */
}

bool dmarc_is_record(const char *text, size_t size)
{
	return tags_have_version(text, size, VERSION);
}

int dmarc_parse(struct arena *arena, const char *text, size_t size, struct dmarc_record *ret_record)
{
	struct dmarc_record record = {.psd = 'u'};
	struct reading reading = {.arena = arena, .record = &record};
	struct tags tags;
	struct tag tag;
	assert(dmarc_is_record(text, size));
	tags_init(&tags, text, size);
	(void)tags_next(&tags, &tag); /* the version */
	while (tags_next(&tags, &tag)) {
		if (!tag.is_sound)
			fault(&reading, &tag, "it is no tag with a value");
		else
			read_tag(&reading, &tag);
	}
	if (reading.error)
		return reading.error;
	record.is_usable = record.policy != DMARC_ABSENT || record.report_count > 0;
	if (record.fault == NULL && record.policy == DMARC_ABSENT)
		record.fault = "it has no policy (p)";
	*ret_record = record;
	return OK;
}

int dmarc_name(const uint8_t *domain, struct name *ret_name)
{
	return name_prepend((const uint8_t *)"_dmarc", 6, domain, ret_name);
}

int dmarc_report_name(const uint8_t *domain, const uint8_t *host, struct name *ret_name)
{
	struct name below;
	int error = dmarc_name(host, &below);
	if (!error)
		error = name_prepend((const uint8_t *)"_report", 7, below.octets, &below);
	const size_t labels = name_labels(domain);
	for (size_t i = labels; i > 0 && !error; i--) {
		const uint8_t *label = name_suffix(domain, labels - i + 1);
		error = name_prepend(label + 1, label[0], below.octets, &below);
	}
	if (!error)
		name_copy_lower(ret_name->octets, below.octets);
	return error;
}

int dmarc_authorises(struct arena *arena, const struct policy_answer *answer, bool *ret_authorises)
{
	bool authorises = false;
	for (uint16_t i = 0; i < answer->count; i++) {
		const char *text;
		size_t size;
		int error = policy_text(arena, answer->records[i], &text, &size);
		if (error == ERR_MEMORY)
			return error;
		authorises |= !error && dmarc_is_record(text, size);
	}
	*ret_authorises = authorises;
	return OK;
}
