/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/tsig_key.h"

#include "base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A name as text, escaped at every octet, or a secret as base64. */
#define WORD_MAX NAME_TEXT_MAX
static_assert(WORD_MAX > 4 * ((TSIG_SECRET_MAX + 2) / 3), "a secret fits a word");

static const struct {
	const char *text;
	const uint8_t *name;
} algorithms[] = {
	[TSIG_HMAC_MD5] = {"hmac-md5", (const uint8_t *)"\x08hmac-md5\7sig-alg\3reg\3int"},
	[TSIG_HMAC_SHA1] = {"hmac-sha1", (const uint8_t *)"\x09hmac-sha1"},
	[TSIG_HMAC_SHA224] = {"hmac-sha224", (const uint8_t *)"\x0bhmac-sha224"},
	[TSIG_HMAC_SHA256] = {"hmac-sha256", (const uint8_t *)"\x0bhmac-sha256"},
	[TSIG_HMAC_SHA384] = {"hmac-sha384", (const uint8_t *)"\x0bhmac-sha384"},
	[TSIG_HMAC_SHA512] = {"hmac-sha512", (const uint8_t *)"\x0bhmac-sha512"},
};
static_assert(sizeof(algorithms) / sizeof(algorithms[0]) == TSIG_ALGORITHM_COUNT, "one row each");

const char *tsig_algorithm_text(enum tsig_algorithm algorithm)
{
	assert(algorithm < TSIG_ALGORITHM_COUNT);
	return algorithms[algorithm].text;
}

const uint8_t *tsig_algorithm_name(enum tsig_algorithm algorithm)
{
	assert(algorithm < TSIG_ALGORITHM_COUNT);
	return algorithms[algorithm].name;
}

void tsig_key_wipe(struct tsig_key *key)
{
	explicit_bzero(key, sizeof(*key));
}

/* ---- words ---- */

struct scanner {
	const char *at, *end;
};

static bool starts_with(const struct scanner *scanner, const char *mark)
{
	const size_t size = strlen(mark);
	return (size_t)(scanner->end - scanner->at) >= size && memcmp(scanner->at, mark, size) == 0;
}

static void skip_line(struct scanner *scanner)
{
	while (scanner->at < scanner->end && *scanner->at != '\n')
		scanner->at++;
}

static bool is_space(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
}

/* White space and comments; one that does not end takes all that is left. */
static void skip_space(struct scanner *scanner)
{
	while (scanner->at < scanner->end) {
		if (is_space(*scanner->at)) {
			scanner->at++;
		} else if (*scanner->at == '#' || starts_with(scanner, "//")) {
			skip_line(scanner);
		} else if (starts_with(scanner, "/*")) {
			scanner->at += 2;
			while (scanner->at < scanner->end && !starts_with(scanner, "*/"))
				scanner->at++;
			scanner->at += scanner->at < scanner->end ? 2 : 0;
		} else {
			return;
		}
	}
}

/* The next word, in quotes or not; false: there is none, or it is too long or does not end. */
static bool take_word(struct scanner *scanner, char word[WORD_MAX])
{
	skip_space(scanner);
	const bool is_quoted = starts_with(scanner, "\"");
	size_t size = 0;
	scanner->at += is_quoted;
	for (; scanner->at < scanner->end; scanner->at++) {
		const char octet = *scanner->at;
		if (is_quoted ? octet == '"' : is_space(octet) || strchr("{};\"", octet) != NULL)
			break;
		if (size + 1 >= WORD_MAX || octet == '\0')
			return false;
		word[size++] = octet;
	}
	if (is_quoted && scanner->at == scanner->end)
		return false;
	scanner->at += is_quoted;
	word[size] = '\0';
	return size > 0;
}

static bool take_mark(struct scanner *scanner, char mark)
{
	skip_space(scanner);
	if (scanner->at == scanner->end || *scanner->at != mark)
		return false;
	scanner->at++;
	return true;
}

/* ---- parts ---- */

static int read_algorithm(const char *word, struct tsig_key *key, struct complaint *complaint)
{
	for (enum tsig_algorithm i = 0; i < TSIG_ALGORITHM_COUNT; i++) {
		char name[NAME_TEXT_MAX];
		name_to_text(algorithms[i].name, name);
		const size_t size = strlen(name);
		if (strcasecmp(word, algorithms[i].text) == 0 || strcasecmp(word, name) == 0 ||
		    (strncasecmp(word, name, size - 1) == 0 && word[size - 1] == '\0')) {
			key->algorithm = (uint8_t)i;
			return OK;
		}
	}
	return complain(complaint, ERR_FORMAT,
			"the key's algorithm is none of hmac-md5, hmac-sha1, hmac-sha224, "
			"hmac-sha256, hmac-sha384, hmac-sha512");
}

static int read_name(const char *word, struct tsig_key *key, struct complaint *complaint)
{
	if (name_from_text(word, &key->name, NULL) != OK)
		return complain(complaint, ERR_FORMAT, "the key's name is no domain name");
	name_lower(key->name.octets);
	return OK;
}

static int read_secret(const char *word, struct tsig_key *key, struct complaint *complaint)
{
	size_t size = 0;
	const int error =
		base64_to_octets(word, strlen(word), key->secret, sizeof(key->secret), &size);
	if (error == ERR_SHORT || error == ERR_LIMIT)
		return complain(complaint, ERR_LIMIT, "the key's secret is longer than %u octets",
				TSIG_SECRET_MAX);
	if (error != OK || size == 0)
		return complain(complaint, ERR_FORMAT,
				"the key's secret is no base64 text; tsig-keygen makes one");
	key->secret_size = (uint16_t)size;
	return OK;
}

/* ---- the two forms ---- */

struct clause {
	struct tsig_key *key;
	bool has_algorithm, has_secret;
	char word[WORD_MAX];
};

static int clause_fail(struct complaint *complaint)
{
	return complain(complaint, ERR_FORMAT,
			"this is no key: wanted is 'key \"name\" { algorithm hmac-sha256; secret "
			"\"...\"; };' or 'algorithm:name:secret'");
}

static int read_statement(struct scanner *scanner, struct clause *clause,
			  struct complaint *complaint)
{
	const bool is_algorithm =
		take_word(scanner, clause->word) && strcasecmp(clause->word, "algorithm") == 0;
	bool *has = is_algorithm ? &clause->has_algorithm : &clause->has_secret;
	if ((!is_algorithm && strcasecmp(clause->word, "secret") != 0) || *has ||
	    !take_word(scanner, clause->word))
		return clause_fail(complaint);
	*has = true;
	const int error = is_algorithm ? read_algorithm(clause->word, clause->key, complaint)
				       : read_secret(clause->word, clause->key, complaint);
	if (error != OK)
		return error;
	return take_mark(scanner, ';') ? OK : clause_fail(complaint);
}

static int read_clause(struct scanner *scanner, struct clause *clause, struct complaint *complaint)
{
	if (!take_word(scanner, clause->word))
		return clause_fail(complaint);
	int error = read_name(clause->word, clause->key, complaint);
	if (error == OK && !take_mark(scanner, '{'))
		error = clause_fail(complaint);
	while (error == OK && !take_mark(scanner, '}'))
		error = read_statement(scanner, clause, complaint);
	if (error != OK)
		return error;
	const bool is_ended = take_mark(scanner, ';');
	skip_space(scanner);
	return is_ended && scanner->at == scanner->end && clause->has_algorithm &&
			       clause->has_secret
		       ? OK
		       : clause_fail(complaint);
}

static int read_line(char *line, struct tsig_key *key, struct complaint *complaint)
{
	char *last = strrchr(line, ':');
	if (last == NULL)
		return clause_fail(complaint);
	*last = '\0';
	char *colon = strchr(line, ':');
	int error = OK;
	key->algorithm = TSIG_HMAC_SHA256;
	if (colon != NULL) {
		*colon = '\0';
		error = read_algorithm(line, key, complaint);
	}
	if (error == OK)
		error = read_name(colon != NULL ? colon + 1 : line, key, complaint);
	return error == OK ? read_secret(last + 1, key, complaint) : error;
}

int tsig_key_read(const char *text, size_t size, struct tsig_key *ret_key,
		  struct complaint *complaint)
{
	struct tsig_key key = {.secret_size = 0};
	struct clause clause = {.key = &key};
	struct scanner scanner = {.at = text, .end = text + size};
	int error;
	if (size > TSIG_TEXT_MAX)
		return complain(complaint, ERR_LIMIT, "a key takes at most %u octets",
				TSIG_TEXT_MAX);
	if (!take_word(&scanner, clause.word)) {
		error = clause_fail(complaint);
	} else if (strcasecmp(clause.word, "key") == 0) {
		error = read_clause(&scanner, &clause, complaint);
	} else {
		skip_space(&scanner);
		error = scanner.at == scanner.end ? read_line(clause.word, &key, complaint)
						  : clause_fail(complaint);
	}
	if (error == OK)
		*ret_key = key;
	explicit_bzero(clause.word, sizeof(clause.word));
	tsig_key_wipe(&key);
	return error;
}
