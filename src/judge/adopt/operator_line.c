/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "judge/adopt/operator_private.h"

#include <assert.h>
#include <string.h>

/* "2001:db8:...%/128": the longest address and its length; a name in presentation form is longer.
 */
#define WORD_MAX NAME_TEXT_MAX

struct piece {
	const char *start;
	size_t length;
};

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static struct piece trimmed(const char *start, size_t length)
{
	while (length > 0 && is_blank(start[0])) {
		start++;
		length--;
	}
	while (length > 0 && is_blank(start[length - 1]))
		length--;
	return (struct piece){start, length};
}

static int read_name(struct operator_parsed *parsed, const char *word, struct complaint *complaint)
{
	const int result = name_from_text(word, &parsed->name, complaint);

	if (result < 0)
		return ERR_FORMAT;
	name_lower(parsed->name.octets);
	if (name_is_root(parsed->name.octets))
		return complain(complaint, ERR_FORMAT,
				"the root would take every name server; name a domain below it");
	for (const uint8_t *label = parsed->name.octets; label[0] > 0; label += 1 + label[0])
		for (uint8_t i = 1; i <= label[0]; i++) {
			if (label[i] != '*')
				continue;
			if (i != label[0] || parsed->kind != OPERATOR_LINE_SUFFIX)
				return complain(complaint, ERR_FORMAT,
						"'%s': a * may only end a label of a suffix", word);
			parsed->is_pattern = true;
		}
	return OK;
}

bool operator_prefix_holds(const struct ip *prefix, uint8_t bits, const struct ip *ip)
{
	const uint8_t whole = bits / 8;
	const uint8_t rest = bits % 8;

	assert(whole <= sizeof(prefix->octets));
	if (prefix->family != ip->family || memcmp(prefix->octets, ip->octets, whole) != 0)
		return false;
	return rest == 0 || ((prefix->octets[whole] ^ ip->octets[whole]) >> (8 - rest)) == 0;
}

static int read_prefix(struct operator_parsed *parsed, char *word, struct complaint *complaint)
{
	char *slash = strchr(word, '/');
	uint64_t bits = 0;
	struct ip zero;

	if (!slash)
		return complain(complaint, ERR_FORMAT, "'%s' is no prefix like 192.0.2.0/24", word);
	*slash = '\0';
	const int result = ip_from_text(word, &parsed->ip);
	const uint64_t most = parsed->ip.family == 4 ? 32 : 128;

	if (result < 0 || number_from_text(slash + 1, 1, most, &bits) < 0) {
		*slash = '/';
		return complain(complaint, ERR_FORMAT, "'%s' is no prefix like 192.0.2.0/24", word);
	}
	parsed->bits = (uint8_t)bits;
	/* What lies behind the prefix must be zero, or a digit of it was mistyped. */
	zero = parsed->ip;
	for (uint64_t bit = bits; bit < most; bit++)
		zero.octets[bit / 8] &= (uint8_t) ~(0x80u >> (bit % 8));
	if (memcmp(zero.octets, parsed->ip.octets, sizeof(zero.octets)) != 0) {
		*slash = '/';
		return complain(complaint, ERR_FORMAT, "'%s' has bits behind its length", word);
	}
	return OK;
}

/* The word that says what kind of rule it is, and what it is about. */
static int read_subject(struct piece piece, struct operator_parsed *parsed,
			struct complaint *complaint)
{
	static const char *const kinds[] = {
		[OPERATOR_LINE_DOMAIN] = "domain",
		[OPERATOR_LINE_SUFFIX] = "suffix",
		[OPERATOR_LINE_PREFIX] = "prefix",
	};
	size_t kind_length = 0;
	char word[WORD_MAX];

	while (kind_length < piece.length && !is_blank(piece.start[kind_length]))
		kind_length++;
	for (size_t i = OPERATOR_LINE_DOMAIN; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i]) == kind_length &&
		    memcmp(kinds[i], piece.start, kind_length) == 0)
			parsed->kind = (enum operator_kind)i;
	if (parsed->kind == OPERATOR_LINE_NONE)
		return complain(complaint, ERR_FORMAT,
				"a rule begins with 'domain', 'suffix' or 'prefix'");
	const struct piece subject = trimmed(piece.start + kind_length, piece.length - kind_length);

	if (subject.length == 0 || subject.length >= sizeof(word))
		return complain(complaint, ERR_FORMAT, "nothing, or too much, stands behind '%s'",
				kinds[parsed->kind]);
	memcpy(word, subject.start, subject.length);
	word[subject.length] = '\0';
	return parsed->kind == OPERATOR_LINE_PREFIX ? read_prefix(parsed, word, complaint)
						    : read_name(parsed, word, complaint);
}

int operator_line_parse(const char *line, size_t length, struct operator_parsed *ret_parsed,
			struct complaint *complaint)
{
	struct operator_parsed parsed = {.kind = OPERATOR_LINE_NONE};
	const char *comment = memchr(line, '#', length);
	const size_t used = comment ? (size_t)(comment - line) : length;

	if (!text_is_plain(line, used) && !memchr(line, '\t', used) && !memchr(line, '\r', used))
		return complain(complaint, ERR_FORMAT,
				"it is no text in UTF-8, or has control characters in it");
	const struct piece whole = trimmed(line, used);

	if (whole.length == 0) {
		*ret_parsed = parsed;
		return OK;
	}
	const char *bar = memchr(whole.start, '|', whole.length);

	if (!bar)
		return complain(complaint, ERR_FORMAT,
				"a rule is like 'suffix example.net | Example Hosting'");
	const size_t left = (size_t)(bar - whole.start);
	const struct piece name = trimmed(bar + 1, whole.length - left - 1);

	if (name.length == 0 || name.length > OPERATOR_NAME_MAX_OCTETS ||
	    !text_is_plain(name.start, name.length) || memchr(name.start, '|', name.length))
		return complain(complaint, ERR_FORMAT,
				"the operator's name has 1 to %u octets of plain text and no |",
				OPERATOR_NAME_MAX_OCTETS);
	memcpy(parsed.operator_name, name.start, name.length);
	parsed.operator_name[name.length] = '\0';
	const int result = read_subject(trimmed(whole.start, left), &parsed, complaint);

	if (result == OK)
		*ret_parsed = parsed;
	return result;
}

/* One label against one of the pattern. */
static bool label_fits(const uint8_t *pattern, const uint8_t *label)
{
	const uint8_t length = pattern[0];

	assert(length > 0 && length <= LABEL_MAX_OCTETS);
	const bool is_open = length > 0 && pattern[length] == '*';
	const uint8_t fixed = is_open ? (uint8_t)(length - 1) : length;

	if (is_open ? label[0] < fixed : label[0] != fixed)
		return false;
	for (uint8_t i = 1; i <= fixed; i++) {
		const uint8_t octet = label[i];
		const uint8_t lower = octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + 32) : octet;

		if (pattern[i] != lower)
			return false;
	}
	return true;
}

bool operator_pattern_fits(const uint8_t *pattern, const uint8_t *name)
{
	const size_t wanted = name_labels(pattern);

	assert(wanted > 0);

	if (name_labels(name) < wanted)
		return false;
	const uint8_t *label = name_suffix(name, wanted);

	for (; pattern[0] > 0; pattern += 1 + pattern[0], label += 1 + label[0])
		if (!label_fits(pattern, label))
			return false;
	return true;
}
