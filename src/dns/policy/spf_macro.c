/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Macros of SPF (RFC 7208 s7): their grammar, and those whose value an audit knows. */
#include "dns/policy/spf.h"

#include <assert.h>
#include <string.h>

/* A macro's inside, "d2r-" of "%{d2r-}". */
struct macro {
	char letter; /* lower case */
	bool is_reversed;
	uint8_t parts; /* right-hand labels kept; 0: all */
	const char *delimiters;
	size_t delimiter_count;
};

#define LETTERS "slodiphv"
#define LETTERS_OF_EXP "crt"
#define DELIMITERS ".-+,/_="

static bool is_one_of(char character, const char *set)
{
	return character != '\0' && strchr(set, character) != NULL;
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static bool is_alphanumeric(char character)
{
	return is_digit(character) || (character >= 'a' && character <= 'z') ||
	       (character >= 'A' && character <= 'Z');
}

/* Reads what is between the braces; octets with the closing one, or 0. */
static size_t read_macro(const char *text, size_t size, struct macro *ret_macro)
{
	struct macro macro = {.letter = '\0'};
	size_t at = 1;
	unsigned int parts = 0;
	if (size < 2)
		return 0;
	macro.letter = (char)(text[0] | 0x20);
	while (at < size && is_digit(text[at])) {
		parts = parts * 10 + (unsigned int)(text[at++] - '0');
		if (parts > NAME_MAX_LABELS)
			parts = NAME_MAX_LABELS; /* more parts than there can be: all of them */
	}
	if (at > 1 && parts == 0)
		return 0;
	macro.parts = (uint8_t)parts;
	if (at < size && (text[at] | 0x20) == 'r') {
		macro.is_reversed = true;
		at++;
	}
	macro.delimiters = text + at;
	while (at < size && is_one_of(text[at], DELIMITERS))
		at++;
	macro.delimiter_count = (size_t)(text + at - macro.delimiters);
	if (at == size || text[at] != '}')
		return 0;
	*ret_macro = macro;
	return at + 1;
}

/* Octets of the macro, escape or letter that text begins with; 0: it is none. */
static size_t step(const char *text, size_t size, bool is_exp, const char **ret_fault)
{
	struct macro macro;
	size_t taken;
	assert(size > 0);
	if (text[0] != '%') {
		if (text[0] > ' ' && text[0] <= '~')
			return 1;
		*ret_fault = "it holds an octet that is no printable ASCII";
		return 0;
	}
	if (size > 1 && is_one_of(text[1], "%_-"))
		return 2;
	*ret_fault = "a '%' begins no macro";
	if (size < 2 || text[1] != '{')
		return 0;
	taken = read_macro(text + 2, size - 2, &macro);
	if (taken == 0)
		return 0;
	*ret_fault = "there is no macro of that letter";
	if (!is_one_of(macro.letter, LETTERS) &&
	    !(is_exp && is_one_of(macro.letter, LETTERS_OF_EXP)))
		return 0;
	return taken + 2;
}

/* A top label (s7.1): letters, digits and inner hyphens, and not digits alone. */
static bool is_top_label(const char *text, size_t size)
{
	bool has_other = false;
	if (size == 0 || size > LABEL_MAX_OCTETS || text[0] == '-' || text[size - 1] == '-')
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!is_alphanumeric(text[i]) && text[i] != '-')
			return false;
		has_other |= !is_digit(text[i]);
	}
	return has_other;
}

/* Does it end as a domain-spec must: a macro, or a dot and a top label? */
static const char *end_fault(const char *text, size_t size, bool ends_in_macro)
{
	size_t first;
	if (ends_in_macro)
		return NULL;
	if (text[size - 1] == '.')
		size--;
	first = size;
	while (first > 0 && text[first - 1] != '.' && text[first - 1] != '}')
		first--;
	if (first == 0 || text[first - 1] != '.')
		return "it is no domain name of at least two labels";
	return is_top_label(text + first, size - first) ? NULL
							: "its last label is no top-level domain";
}

const char *spf_macro_fault(const char *text, size_t size, bool is_domain, bool is_exp)
{
	bool ends_in_macro = false;
	const char *fault = NULL;
	for (size_t at = 0; at < size;) {
		const size_t taken = step(text + at, size - at, is_exp, &fault);
		if (taken == 0)
			return fault;
		ends_in_macro = text[at] == '%';
		at += taken;
	}
	return is_domain && size > 0 ? end_fault(text, size, ends_in_macro) : NULL;
}

/* Text that grows up to what a name can hold; too much sticks. */
struct growing {
	char text[NAME_TEXT_MAX];
	size_t size;
	bool is_full;
};

static void grow(struct growing *growing, const char *text, size_t size)
{
	if (size >= sizeof(growing->text) - growing->size) {
		growing->is_full = true;
		return;
	}
	memcpy(growing->text + growing->size, text, size);
	growing->size += size;
}

/* The parts of a value, split at any of the delimiters, joined with dots (s7.3). */
static void grow_parts(struct growing *growing, const char *value, const struct macro *macro)
{
	const char *parts[NAME_MAX_LABELS];
	size_t sizes[NAME_MAX_LABELS];
	size_t count = 0;
	const char *start = value;
	for (const char *at = value;; at++) {
		const bool is_delimiter =
			macro->delimiter_count > 0
				? *at != '\0' && memchr(macro->delimiters, *at,
							macro->delimiter_count) != NULL
				: *at == '.';
		if (!is_delimiter && *at != '\0')
			continue;
		if (count == NAME_MAX_LABELS) {
			growing->is_full = true;
			return;
		}
		parts[count] = start;
		sizes[count++] = (size_t)(at - start);
		start = at + 1;
		if (*at == '\0')
			break;
	}
	const size_t kept = macro->parts > 0 && macro->parts < count ? macro->parts : count;
	for (size_t i = count - kept; i < count; i++) {
		/* The reversal comes first: what is kept are the right-hand parts of its result. */
		const size_t part = macro->is_reversed ? count - 1 - i : i;
		if (i > count - kept)
			grow(growing, ".", 1);
		grow(growing, parts[part], sizes[part]);
	}
}

static bool expand_macro(struct growing *growing, const struct macro *macro, const uint8_t *domain,
			 const uint8_t *sender)
{
	char value[NAME_TEXT_MAX];
	if (macro->letter != 'd' && macro->letter != 'o')
		return false;
	name_to_text(macro->letter == 'd' ? domain : sender, value);
	const size_t length = strlen(value);
	assert(length > 0 && value[length - 1] == '.');
	if (length > 1)
		value[length - 1] = '\0';
	grow_parts(growing, value, macro);
	return true;
}

/* False: it depends on the message. */
static bool expand(struct growing *growing, const struct spf_term *term, const uint8_t *domain,
		   const uint8_t *sender)
{
	const char *text = term->target;
	for (size_t at = 0; at < term->target_size;) {
		struct macro macro;
		if (text[at] != '%') {
			/* A backslash would begin an escape of zone files; in SPF it is a letter.
			 */
			grow(growing, "\\", text[at] == '\\');
			grow(growing, text + at++, 1);
			continue;
		}
		assert(at + 1 < term->target_size);
		if (text[at + 1] != '{') {
			const char *escaped = text[at + 1] == '%'   ? "%"
					      : text[at + 1] == '_' ? "\\032"
								    : "%20";
			grow(growing, escaped, strlen(escaped));
			at += 2;
			continue;
		}
		const size_t taken = read_macro(text + at + 2, term->target_size - at - 2, &macro);
		assert(taken > 0);
		if (!expand_macro(growing, &macro, domain, sender))
			return false;
		at += taken + 2;
	}
	return true;
}

enum spf_target spf_expand(const struct spf_term *term, const uint8_t *domain,
			   const uint8_t *sender, struct name *ret_name)
{
	struct growing growing = {.size = 0};
	if (term->target == NULL) {
		name_copy_lower(ret_name->octets, domain);
		return SPF_TARGET_NAME;
	}
	if (!expand(&growing, term, domain, sender))
		return SPF_TARGET_VARIES;
	growing.text[growing.size] = '\0';
	struct name name;
	if (growing.is_full || growing.size == 0 || name_from_text(growing.text, &name, NULL) != OK)
		return SPF_TARGET_ILLEGAL;
	name_copy_lower(ret_name->octets, name.octets);
	return SPF_TARGET_NAME;
}
