/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/caa.h"

#include "base/bytes.h"
#include "dns/policy/tags_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

static bool is_alphanumeric(char character)
{
	return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
	       (character >= 'A' && character <= 'Z');
}

static bool is_white(char character)
{
	return character == ' ' || character == '\t';
}

/* Labels of letters, digits and inner hyphens, with dots between (RFC 8659 s4.2). */
static bool is_issuer(const char *text, size_t size)
{
	char before = '.';
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '.' ? before == '.' || before == '-'
				   : !is_alphanumeric(text[i]) && (text[i] != '-' || before == '.'))
			return false;
		before = text[i];
	}
	return is_alphanumeric(before);
}

/* Letters, digits and hyphens: a parameter's tag, a validation method (RFC 8657 s4). */
static bool is_word(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!is_alphanumeric(text[i]) && !(i > 0 && text[i] == '-'))
			return false;
	}
	return size > 0;
}

static bool are_methods(const char *text, size_t size)
{
	const char *end = text + size;
	while (text < end) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma != NULL ? comma : end;
		if (!is_word(text, (size_t)(stop - text)))
			return false;
		text = comma != NULL ? comma + 1 : end;
		if (comma != NULL && text == end)
			return false;
	}
	return size > 0;
}

/* A scheme, a colon, and something (RFC 8657 s3). */
static bool is_uri(const char *text, size_t size)
{
	const char *colon = memchr(text, ':', size);
	return colon != NULL && colon > text && is_word(text, (size_t)(colon - text)) &&
	       colon + 1 < text + size;
}

static const char *parameter_fault(const struct tag *tag)
{
	if (tag->value == tag->text + tag->size && memchr(tag->text, '=', tag->size) == NULL)
		return "a parameter has no '='";
	if (!is_word(tag->name, tag->name_size))
		return "a parameter's name is not of letters and digits";
	for (size_t i = 0; i < tag->value_size; i++) {
		if (tag->value[i] <= ' ' || tag->value[i] > '~')
			return "a parameter's value holds spaces, or is no ASCII";
	}
	if (policy_equal(tag->name, tag->name_size, "accounturi") &&
	    !is_uri(tag->value, tag->value_size))
		return "accounturi is no URI";
	if (policy_equal(tag->name, tag->name_size, "validationmethods") &&
	    !are_methods(tag->value, tag->value_size))
		return "validationmethods is no list of methods";
	return NULL;
}

/* "issuer; name=value; ..." (RFC 8659 s4.2). */
static const char *read_issue(struct caa_record *record)
{
	const char *text = record->value;
	const char *end = text + record->value_size;
	const char *stop = memchr(text, ';', record->value_size);
	const char *last = stop != NULL ? stop : end;
	struct tags tags;
	struct tag tag;
	while (text < last && is_white(*text))
		text++;
	while (last > text && is_white(last[-1]))
		last--;
	record->issuer_size = (uint16_t)(last - text);
	record->issuer = record->issuer_size > 0 ? text : NULL;
	record->forbids = record->issuer == NULL;
	if (record->issuer != NULL && !is_issuer(text, record->issuer_size))
		return "the authority is no domain name";
	tags_init(&tags, stop != NULL ? stop + 1 : end,
		  stop != NULL ? (size_t)(end - stop - 1) : 0);
	while (tags_next(&tags, &tag)) {
		const char *fault = parameter_fault(&tag);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

static const char *read_iodef(const struct caa_record *record)
{
	struct policy_uri uri;
	const char *text = record->value;
	const size_t size = record->value_size;
	const bool is_http = policy_begins(text, size, "http://") && size > strlen("http://");
	return is_http || policy_uri(text, size, &uri)
		       ? NULL
		       : "iodef is a 'mailto:', 'http:' or 'https:' URI";
}

/* Tags that are registered, beside those that are read here: a critical one of them is known to
 * whom it concerns. */
static bool is_registered(const struct caa_record *record)
{
	return policy_equal(record->tag, record->tag_size, "contactemail") ||
	       policy_equal(record->tag, record->tag_size, "contactphone") ||
	       policy_equal(record->tag, record->tag_size, "issuevmc");
}

static const char *read_property(struct caa_record *record)
{
	static const char *const names[] = {"issue", "issuewild", "issuemail", "iodef"};
	static_assert(sizeof(names) / sizeof(names[0]) == CAA_OTHER, "a name for each");
	record->property = CAA_OTHER;
	for (size_t i = 0; i < CAA_OTHER; i++) {
		if (policy_equal(record->tag, record->tag_size, names[i]))
			record->property = (enum caa_property)i;
	}
	if (record->property == CAA_IODEF)
		return read_iodef(record);
	if (record->property != CAA_OTHER)
		return read_issue(record);
	if (record->is_critical && !is_registered(record))
		return "it is critical, and no authority knows the tag: none will issue";
	return NULL;
}

int caa_parse(struct arena *arena, const struct record *record, struct caa_record *ret_record,
	      const char **ret_words)
{
	struct caa_record caa = {.is_critical = false};
	struct reader reader;
	const char *fault = NULL;
	assert(record->type == TYPE_CAA);
	reader_init(&reader, record->rdata, record->rdata_size);
	const uint8_t flags = reader_u8(&reader);
	caa.tag_size = reader_u8(&reader);
	caa.tag = (const char *)reader_octets(&reader, caa.tag_size);
	caa.value_size = (uint16_t)reader_left(&reader);
	caa.value = (const char *)reader_octets(&reader, caa.value_size);
	if (reader.error || caa.tag == NULL || caa.value == NULL) {
		*ret_words = "its octets end too early";
		return ERR_FORMAT;
	}
	caa.is_critical = (flags & CAA_CRITICAL) != 0;
	fault = caa.tag_size == 0 ? "the tag is missing" : read_property(&caa);
	for (uint8_t i = 0; i < caa.tag_size; i++) {
		if (!is_alphanumeric(caa.tag[i]))
			fault = "a tag is of letters and digits";
	}
	if (fault != NULL) {
		const char *tag = policy_quote(arena, caa.tag, caa.tag_size);
		const char *value = policy_quote(arena, caa.value, caa.value_size);
		if (tag == NULL || value == NULL)
			return ERR_MEMORY;
		const char *words = arena_format(arena, "'%s \"%s\"': %s", tag, value, fault);
		if (words == NULL)
			return ERR_MEMORY;
		*ret_words = words;
		return ERR_FORMAT;
	}
	*ret_record = caa;
	return OK;
}

void caa_climb(const struct policy_source *source, const uint8_t *domain,
	       struct caa_report *ret_report)
{
	struct caa_report report = {.is_complete = true};
	const uint8_t *name = domain;
	for (size_t steps = 0;
	     steps < CAA_WALK_MAX && !name_is_root(name) && report.is_complete && !report.is_found;
	     steps++) {
		report.answer = policy_look(source, name, TYPE_CAA);
		assert(!report.is_found && name_is_under(domain, name));
		report.is_found = report.answer.count > 0;
		report.is_complete = report.answer.state != POLICY_UNKNOWN &&
				     report.answer.state != POLICY_FAILED;
		name_copy_lower(report.where.octets, name);
		name = name_parent(name);
	}
	*ret_report = report;
}
