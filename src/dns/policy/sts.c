/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/sts.h"

#include "dns/policy/tags_private.h"

#include <assert.h>
#include <string.h>

#define RECORD_VERSION "STSv1"
#define REPORT_VERSION "TLSRPTv1"
#define MAX_AGE_DIGITS 10

static int refuse(struct arena *arena, const char *text, size_t size, const char *why,
		  const char **ret_words)
{
	const char *quoted = policy_quote(arena, text, size);
	const char *words = quoted != NULL ? arena_format(arena, "'%s': %s", quoted, why) : NULL;
	if (words == NULL)
		return ERR_MEMORY;
	assert(strlen(words) < POLICY_WORDS_MAX);
	*ret_words = words;
	return ERR_FORMAT;
}

bool sts_is_record(const char *text, size_t size)
{
	return tags_have_version(text, size, RECORD_VERSION);
}

bool sts_is_announced(struct arena *arena, const struct record *const *records, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text;
		size_t size;
		if (policy_text(arena, records[i], &text, &size) == OK && sts_is_record(text, size))
			return true;
	}
	return false;
}

static bool is_id(const struct tag *tag)
{
	for (size_t i = 0; i < tag->value_size; i++) {
		const char character = tag->value[i];
		if (!((character >= '0' && character <= '9') ||
		      (character >= 'a' && character <= 'z') ||
		      (character >= 'A' && character <= 'Z')))
			return false;
	}
	return tag->value_size > 0 && tag->value_size <= STS_ID_MAX;
}

int sts_parse_record(struct arena *arena, const char *text, size_t size, const char **ret_words)
{
	struct tags tags;
	struct tag tag;
	unsigned int ids = 0;
	assert(sts_is_record(text, size));
	tags_init(&tags, text, size);
	(void)tags_next(&tags, &tag);
	while (tags_next(&tags, &tag)) {
		if (!tag.is_sound)
			return refuse(arena, tag.text, tag.size, "it is no field with a value",
				      ret_words);
		if (tag.name_size != 2 || memcmp(tag.name, "id", 2) != 0)
			continue; /* an extension */
		if (ids++ > 0 || !is_id(&tag))
			return refuse(arena, tag.text, tag.size,
				      "there is one id, of 1 to 32 letters and digits", ret_words);
	}
	if (ids == 0)
		return refuse(arena, text, size, "the id is missing", ret_words);
	return OK;
}

/* ---- the policy ---- */

struct policy_reading {
	struct arena *arena;
	struct sts_policy policy;
	bool has_version, has_mode, has_max_age;
};

static bool read_mode(struct policy_reading *reading, const struct tag *tag)
{
	static const char *const modes[] = {"none", "testing", "enforce"};
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (tag->value_size == strlen(modes[i]) &&
		    memcmp(tag->value, modes[i], tag->value_size) == 0) {
			reading->policy.mode = (enum sts_mode)i;
			return true;
		}
	}
	return false;
}

static bool read_max_age(struct policy_reading *reading, const struct tag *tag)
{
	uint64_t seconds = 0;
	if (tag->value_size == 0 || tag->value_size > MAX_AGE_DIGITS)
		return false;
	for (size_t i = 0; i < tag->value_size; i++) {
		if (tag->value[i] < '0' || tag->value[i] > '9')
			return false;
		seconds = seconds * 10 + (uint64_t)(tag->value[i] - '0');
	}
	reading->policy.max_age_s = (uint32_t)seconds;
	return seconds <= STS_MAX_AGE_MAX_S;
}

/* A host name, or "*." before one. */
static bool read_pattern(struct policy_reading *reading, const struct tag *tag)
{
	char text[NAME_TEXT_MAX];
	struct sts_policy *policy = &reading->policy;
	if (tag->value_size == 0 || tag->value_size >= sizeof(text) ||
	    policy->pattern_count == STS_PATTERNS_MAX)
		return false;
	memcpy(text, tag->value, tag->value_size);
	text[tag->value_size] = '\0';
	struct name *pattern = &policy->patterns[policy->pattern_count];
	if (strlen(text) != tag->value_size || name_from_text(text, pattern, NULL) != OK)
		return false;
	const bool has_star = name_is_wildcard(pattern->octets);
	const uint8_t *host = has_star ? name_parent(pattern->octets) : pattern->octets;
	if (name_is_root(host) || !name_is_host(host))
		return false;
	name_lower(pattern->octets);
	policy->pattern_count++;
	return true;
}

static bool is_key(const struct tag *tag, const char *key)
{
	return tag->name_size == strlen(key) && memcmp(tag->name, key, tag->name_size) == 0;
}

/* What is wrong with the line, or NULL. A key that was there before counts no more (s3.2). */
static const char *read_line(struct policy_reading *reading, const struct tag *tag)
{
	if (is_key(tag, "version")) {
		if (!reading->has_version &&
		    (tag->value_size != strlen(RECORD_VERSION) ||
		     memcmp(tag->value, RECORD_VERSION, tag->value_size) != 0))
			return "the version is STSv1";
		reading->has_version = true;
	} else if (is_key(tag, "mode") && !reading->has_mode) {
		reading->has_mode = true;
		if (!read_mode(reading, tag))
			return "a mode is enforce, testing or none";
	} else if (is_key(tag, "max_age") && !reading->has_max_age) {
		reading->has_max_age = true;
		if (!read_max_age(reading, tag))
			return "max_age is seconds, at most 31557600";
	} else if (is_key(tag, "mx") && !read_pattern(reading, tag)) {
		return "an mx is a host name, perhaps with '*.' before it";
	}
	return NULL;
}

static void trim(const char **text, size_t *size)
{
	while (*size > 0 && (**text == ' ' || **text == '\t')) {
		(*text)++;
		(*size)--;
	}
	while (*size > 0 && strchr(" \t\r", (*text)[*size - 1]) != NULL)
		(*size)--;
}

static const char *missing(const struct policy_reading *reading)
{
	if (!reading->has_version)
		return "the version is missing";
	if (!reading->has_mode)
		return "the mode is missing";
	if (!reading->has_max_age)
		return "max_age is missing";
	if (reading->policy.mode != STS_MODE_NONE && reading->policy.pattern_count == 0)
		return "no mx is named";
	return NULL;
}

int sts_parse_policy(struct arena *arena, const char *text, size_t size,
		     struct sts_policy *ret_policy, const char **ret_words)
{
	struct policy_reading reading = {.arena = arena};
	if (size > STS_POLICY_OCTETS_MAX)
		return refuse(arena, "", 0, "a policy of more than 64 KiB is not taken", ret_words);
	reading.policy.patterns =
		arena_take_array(arena, STS_PATTERNS_MAX, sizeof(*reading.policy.patterns));
	if (reading.policy.patterns == NULL)
		return ERR_MEMORY;
	const char *end = text + size;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const char *line = text;
		size_t length = (size_t)((stop != NULL ? stop : end) - text);
		text = stop != NULL ? stop + 1 : end;
		trim(&line, &length);
		const char *colon = memchr(line, ':', length);
		if (length == 0)
			continue;
		if (colon == NULL)
			return refuse(arena, line, length, "it is no key with a value", ret_words);
		struct tag tag = {.name = line, .value = colon + 1};
		tag.name_size = (size_t)(colon - line);
		tag.value_size = length - tag.name_size - 1;
		trim(&tag.name, &tag.name_size);
		trim(&tag.value, &tag.value_size);
		const char *fault = read_line(&reading, &tag);
		if (fault != NULL)
			return refuse(arena, line, length, fault, ret_words);
	}
	const char *fault = missing(&reading);
	if (fault != NULL)
		return refuse(arena, "mta-sts.txt", strlen("mta-sts.txt"), fault, ret_words);
	*ret_policy = reading.policy;
	return OK;
}

bool sts_allows(const struct sts_policy *policy, const uint8_t *exchanger)
{
	for (uint16_t i = 0; i < policy->pattern_count; i++) {
		const uint8_t *pattern = policy->patterns[i].octets;
		const uint8_t *name = exchanger;
		assert(!name_is_root(pattern));
		/* A star is exactly one label (s4.1). */
		if (name_is_wildcard(pattern)) {
			if (name_is_root(exchanger))
				continue;
			pattern = name_parent(pattern);
			name = name_parent(exchanger);
		}
		if (name_equal(pattern, name))
			return true;
	}
	return false;
}

/* ---- reports of TLS ---- */

bool tlsrpt_is_record(const char *text, size_t size)
{
	return tags_have_version(text, size, REPORT_VERSION);
}

int tlsrpt_parse(struct arena *arena, const char *text, size_t size,
		 struct tlsrpt_record *ret_record, const char **ret_words)
{
	struct tlsrpt_record record = {.report_count = 0};
	struct tags tags;
	struct tag tag;
	bool has_rua = false;
	assert(tlsrpt_is_record(text, size));
	tags_init(&tags, text, size);
	(void)tags_next(&tags, &tag);
	while (tags_next(&tags, &tag)) {
		if (!tag.is_sound)
			return refuse(arena, tag.text, tag.size, "it is no field with a value",
				      ret_words);
		if (tag.name_size != 3 || memcmp(tag.name, "rua", 3) != 0)
			continue; /* an extension */
		if (has_rua || !tags_uris(&tag, record.reports, &record.report_count))
			return refuse(arena, tag.text, tag.size,
				      "there is one rua, of 'mailto:' and 'https:' URIs",
				      ret_words);
		has_rua = true;
	}
	if (!has_rua)
		return refuse(arena, text, size, "it does not say where reports go (rua)",
			      ret_words);
	*ret_record = record;
	return OK;
}
