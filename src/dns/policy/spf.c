/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/spf.h"

#include "dns/policy/source.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#define VERSION "v=spf1"
#define BITS_IPV4 32
#define BITS_IPV6 128
/* "ip6:" and an address take less: INET6_ADDRSTRLEN is 46. */
#define ADDRESS_OCTETS_MAX 46

/* A mechanism's or modifier's name, and what may follow it. */
struct word {
	const char *name;
	enum spf_kind kind;
	bool needs_target, may_target, may_bits;
};

static const struct word mechanisms[] = {
	{"all", SPF_ALL, false, false, false}, {"include", SPF_INCLUDE, true, true, false},
	{"a", SPF_A, false, true, true},       {"mx", SPF_MX, false, true, true},
	{"ptr", SPF_PTR, false, true, false},  {"ip4", SPF_IP4, true, true, true},
	{"ip6", SPF_IP6, true, true, true},    {"exists", SPF_EXISTS, true, true, false},
};
#define MECHANISM_COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

static bool is_letter(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

bool spf_is_record(const char *text, size_t size)
{
	const size_t length = strlen(VERSION);
	return policy_begins(text, size, VERSION) && (size == length || text[length] == ' ');
}

/* Octets of the name that a modifier begins with: a letter, then letters, digits, "-_.". */
static size_t name_length(const char *text, size_t size)
{
	size_t length = 0;
	while (length < size &&
	       (is_letter(text[length]) ||
		(length > 0 && (is_digit(text[length]) || strchr("-_.", text[length]) != NULL))))
		length++;
	return length;
}

/* Reads "/n" at the end of text; the octets it takes, 0 when there is none. */
static size_t bits_at_end(const char *text, size_t size, uint8_t most, uint8_t *ret_bits)
{
	size_t digits = 0;
	unsigned int bits = 0;
	while (digits < size && digits < 4 && is_digit(text[size - digits - 1]))
		digits++;
	if (digits == 0 || digits > 3 || digits == size || text[size - digits - 1] != '/')
		return 0;
	const char *first = text + size - digits;
	for (size_t i = 0; i < digits; i++)
		bits = bits * 10 + (unsigned int)(first[i] - '0');
	if (bits > most || (first[0] == '0' && digits > 1))
		return 0;
	*ret_bits = (uint8_t)bits;
	return digits + 1;
}

/* "/24", "//64", "/24//64" at the end of an a or mx (s5.6 dual-cidr-length); what is left. */
static size_t read_dual_bits(struct spf_term *term, const char *text, size_t size)
{
	uint8_t bits;
	size_t taken = bits_at_end(text, size, BITS_IPV6, &bits);
	if (taken > 0 && size > taken && text[size - taken - 1] == '/') {
		term->bits_ipv6 = bits;
		size -= taken + 1;
	}
	taken = bits_at_end(text, size, BITS_IPV4, &bits);
	if (taken > 0) {
		term->bits_ipv4 = bits;
		size -= taken;
	}
	return size;
}

static const char *read_address(struct spf_term *term, const char *text, size_t size)
{
	char address[ADDRESS_OCTETS_MAX];
	const bool is_ipv4 = term->kind == SPF_IP4;
	const char *slash = memchr(text, '/', size);
	const size_t length = slash != NULL ? (size_t)(slash - text) : size;
	uint8_t *bits = is_ipv4 ? &term->bits_ipv4 : &term->bits_ipv6;
	if (length >= sizeof(address) || memchr(text, '\0', length) != NULL)
		return "no address follows";
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(is_ipv4 ? AF_INET : AF_INET6, address, term->address) != 1)
		return is_ipv4 ? "no IPv4 address follows" : "no IPv6 address follows";
	if (slash != NULL &&
	    bits_at_end(text, size, is_ipv4 ? BITS_IPV4 : BITS_IPV6, bits) != size - length)
		return "the prefix length is no number of bits";
	return NULL;
}

static const char *read_target(struct spf_term *term, const char *text, size_t size)
{
	assert(size <= UINT16_MAX);
	if (size == 0)
		return "a domain name is missing";
	term->target = text;
	term->target_size = (uint16_t)size;
	return spf_macro_fault(text, size, true, false);
}

/* What follows a mechanism's name: nothing, ":..." or "/...". */
static const char *read_mechanism(struct spf_term *term, const struct word *word, const char *rest,
				  size_t size)
{
	if (word->kind == SPF_IP4 || word->kind == SPF_IP6)
		return size > 0 && rest[0] == ':' ? read_address(term, rest + 1, size - 1)
						  : "no address follows";
	if (word->may_bits)
		size = read_dual_bits(term, rest, size);
	if (size == 0)
		return word->needs_target ? "a domain name is missing" : NULL;
	if (rest[0] == '/')
		return "the prefix length is no number of bits";
	assert(rest[0] == ':');
	if (!word->may_target)
		return "nothing may follow it";
	return read_target(term, rest + 1, size - 1);
}

static const char *read_modifier(struct spf_term *term, size_t length)
{
	const char *value = term->text + length + 1;
	const size_t size = term->size - length - 1;
	assert(term->text[length] == '=');
	term->kind = SPF_OTHER;
	if (policy_equal(term->text, length, "redirect"))
		term->kind = SPF_REDIRECT;
	else if (policy_equal(term->text, length, "exp"))
		term->kind = SPF_EXP;
	return term->kind == SPF_OTHER ? spf_macro_fault(value, size, false, true)
				       : read_target(term, value, size);
}

/* What is wrong with the term, or NULL. */
static const char *read_term(struct spf_term *term)
{
	const char *text = term->text;
	size_t size = term->size;
	size_t length = name_length(text, size);
	assert(size > 0);
	if (length > 0 && length < size && text[length] == '=')
		return read_modifier(term, length);
	if (strchr("+-~?", text[0]) != NULL && text[0] != '\0') {
		term->qualifier = text[0];
		text++;
		size--;
	}
	length = 0;
	while (length < size && text[length] != ':' && text[length] != '/')
		length++;
	for (size_t i = 0; i < MECHANISM_COUNT; i++) {
		if (!policy_equal(text, length, mechanisms[i].name))
			continue;
		term->kind = mechanisms[i].kind;
		return read_mechanism(term, &mechanisms[i], text + length, size - length);
	}
	return "there is no such mechanism";
}

static bool is_twice(const struct spf_record *record, const struct spf_term *term)
{
	if (term->kind != SPF_REDIRECT && term->kind != SPF_EXP)
		return false;
	for (uint16_t i = 0; i < record->term_count; i++) {
		if (record->terms[i].kind == term->kind)
			return true;
	}
	return false;
}

static int refuse(struct arena *arena, const struct spf_term *term, const char *why,
		  const char **ret_words)
{
	const char *quoted = policy_quote(arena, term->text, term->size);
	const char *words = quoted != NULL ? arena_format(arena, "'%s': %s", quoted, why) : NULL;
	if (words == NULL)
		return ERR_MEMORY;
	assert(strlen(words) < POLICY_WORDS_MAX);
	*ret_words = words;
	return ERR_FORMAT;
}

/* Adds the term of `size` octets; 0 or what spf_parse() is to return. */
static int add_term(struct arena *arena, struct spf_record *record, const char *text, size_t size,
		    const char **ret_words)
{
	struct spf_term term = {.qualifier = '+',
				.bits_ipv4 = BITS_IPV4,
				.bits_ipv6 = BITS_IPV6,
				.text = text,
				.size = (uint16_t)size};
	const char *fault = read_term(&term);
	if (fault == NULL && is_twice(record, &term))
		fault = "it may stand there only once";
	if (fault == NULL && record->term_count == SPF_TERMS_MAX)
		fault = "no record of more than 256 terms is read";
	if (fault != NULL)
		return refuse(arena, &term, fault, ret_words);
	record->terms[record->term_count++] = term;
	return OK;
}

/* Terms there may be: one for each run of spaces. */
static size_t count_terms(const char *text, size_t size)
{
	size_t count = 0;
	for (size_t i = 1; i < size; i++)
		count += text[i] != ' ' && text[i - 1] == ' ';
	return count < SPF_TERMS_MAX ? count : SPF_TERMS_MAX;
}

int spf_parse(struct arena *arena, const char *text, size_t size, struct spf_record *ret_record,
	      const char **ret_words)
{
	assert(spf_is_record(text, size));
	*ret_words = "it is longer than any TXT record can be";
	if (size > UINT16_MAX)
		return ERR_FORMAT;
	struct spf_record record = {.text = text, .size = size};
	record.terms = arena_take_array(arena, count_terms(text, size) + 1, sizeof(*record.terms));
	if (record.terms == NULL)
		return ERR_MEMORY;
	size_t at = strlen(VERSION);
	while (at < size) {
		if (text[at] == ' ') {
			at++;
			continue;
		}
		size_t end = at;
		while (end < size && text[end] != ' ')
			end++;
		int error = add_term(arena, &record, text + at, end - at, ret_words);
		if (error)
			return error;
		at = end;
	}
	*ret_record = record;
	return OK;
}
