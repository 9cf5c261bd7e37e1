/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may stand in a letter. It goes to one operator and names no other: so of a sentence that a
 * check wrote, every word that looks like an address or a name of a host is held against what is
 * the domain's and this operator's. What goes into a command line is held against what a shell and
 * a configuration take for plain: names in the DNS may hold anything.
 */
#include "dns/wire/name.h"
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"

bool letter_is_typeable(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

	return name[0] != '-' && name[0] != '.' && name[0] != '\0' &&
	       name[strspn(name, plain)] == '\0';
}

bool letter_is_elsewhere(const struct letter_domain *domain, const char *address)
{
	struct ip ip;

	assert(domain->subject->server_count <= OBSERVATION_SERVERS_MAX);
	if (ip_from_text(address, &ip) < 0)
		return false;
	for (uint8_t i = 0; i < domain->subject->server_count; i++) {
		const struct ip *known = &domain->subject->servers[i].ip;

		if (known->family == ip.family &&
		    memcmp(known->octets, ip.octets, sizeof(ip.octets)) == 0)
			return !(domain->ours >> i & 1);
	}
	return true;
}

static bool is_host_of_ours(const struct letter_domain *domain, const uint8_t *name)
{
	for (uint8_t i = 0; i < domain->subject->host_count; i++) {
		const struct host *host = &domain->subject->hosts[i];
		uint64_t bits = 0;

		for (uint8_t j = 0; j < host->address_count; j++)
			bits |= UINT64_C(1) << host->addresses[j];
		for (uint8_t j = 0; j < host->glue_count; j++)
			bits |= UINT64_C(1) << host->glue[j];
		if (name_equal(host->name, name))
			return (bits & domain->ours) || !domain->is_shared;
	}
	return false;
}

/* "2001:db8::1:" at the end of a clause, "example.net.," in a list: without what ends it. */
static size_t word_length(const char *word, size_t length)
{
	while (length > 0 && (word[length - 1] == '.' ||
			      (word[length - 1] == ':' && (length < 2 || word[length - 2] != ':'))))
		length--;
	return length;
}

/* A name with a dot inside; no top-level domain begins with a digit, as "9.18.49-1" ends. */
static bool is_named_host(const char *word, struct name *ret_name)
{
	const char *dot = strrchr(word, '.');

	return dot && dot != word && !(dot[1] >= '0' && dot[1] <= '9') &&
	       name_from_text(word, ret_name, NULL) == OK;
}

static bool may_say_word(const struct letter_domain *domain, const char *start, size_t length)
{
	char word[NAME_TEXT_MAX];
	struct name name;
	struct ip ip;

	length = word_length(start, length);
	if (length == 0 || length >= sizeof(word))
		return length == 0;
	assert(length < sizeof(word));
	memcpy(word, start, length);
	word[length] = '\0';
	if (ip_from_text(word, &ip) == OK)
		return !letter_is_elsewhere(domain, word);
	if (!is_named_host(word, &name))
		return true;
	return name_is_under(name.octets, domain->subject->domain) ||
	       name_is_under(domain->subject->domain, name.octets) ||
	       is_host_of_ours(domain, name.octets);
}

bool letter_may_say(const struct letter_domain *domain, const char *sentence)
{
	/* Escapes make words that are read otherwise than they are written. */
	if (strchr(sentence, '\\'))
		return false;
	while (*sentence != '\0') {
		const size_t length = strspn(sentence, NAME_CHARACTERS);

		if (length > 0 && !may_say_word(domain, sentence, length))
			return false;
		sentence += length;
		if (*sentence != '\0' && length == 0)
			sentence++;
	}
	return true;
}
