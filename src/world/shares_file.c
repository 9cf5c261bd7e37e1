/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a file of shares (docs/format/shares.md). */
#include "base/memory.h"
#include "os/file.h"
#include "world/place_private.h"
#include "world/shares_private.h"
#include "world/yaml_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Weights are relative; so much is finer than any share. */
#define WEIGHT_MAX 1000000u
#define SERVERS_FALLBACK 2u
#define ALGORITHM_FALLBACK 13u
#define LABEL_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

struct reading {
	struct shares *shares;
	struct yaml yaml;
};

static int fail(struct reading *reading, uint32_t line, const char *format, ...) PRINTF_LIKE(3, 4);
static int fail(struct reading *reading, uint32_t line, const char *format, ...)
{
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	return yaml_fail(&reading->yaml, line, ERR_FORMAT, "%s", sentence);
}

/* "12.5": hundredths of a percent. */
static bool read_percent(const char *text, uint16_t *ret_share)
{
	char whole[4];
	char rest[3] = "00";
	uint64_t left;
	uint64_t right;
	const size_t length = strcspn(text, ".");
	const size_t decimals = text[length] == 0 ? 0 : strlen(text + length + 1);
	if (length == 0 || length >= sizeof(whole) || decimals >= sizeof(rest) ||
	    (text[length] == '.' && decimals == 0))
		return false;
	assert(length < sizeof(whole) && decimals < sizeof(rest));
	memcpy(whole, text, length);
	whole[length] = 0;
	if (decimals > 0)
		memcpy(rest, text + length + 1, decimals);
	if (number_from_text(whole, 0, 100, &left) || number_from_text(rest, 0, 99, &right) ||
	    left * 100 + right > SHARE_WHOLE)
		return false;
	*ret_share = (uint16_t)(left * 100 + right);
	return true;
}

static int parse_percent(struct reading *reading, uint16_t *ret_share)
{
	const uint32_t line = yaml_line(&reading->yaml);
	const char *text;
	int error = yaml_text(&reading->yaml, &text, NULL);
	if (error)
		return error;
	if (!read_percent(text, ret_share))
		return fail(reading, line,
			    "'%.40s' is no share: 0 to 100, with at most two decimals", text);
	return 0;
}

static void state_nothing(uint16_t shares[SHARE_COUNT])
{
	for (enum share i = 0; i < SHARE_COUNT; i++)
		shares[i] = SHARE_UNSTATED;
}

static int parse_shares(struct reading *reading, uint16_t shares[SHARE_COUNT])
{
	const char *words[SHARE_COUNT + 1] = {NULL};
	uint32_t seen = 0;
	int key = 0;
	for (enum share i = 0; i < SHARE_COUNT; i++)
		words[i] = share_row(i)->word;
	int error = yaml_mapping(&reading->yaml);
	while (!error && !(error = yaml_key(&reading->yaml, words, &seen, &key)) && key != KEYS_END)
		error = parse_percent(reading, &shares[key]);
	return error;
}

/* One label of lower-case letters, digits and hyphens, so that it may stand in a world file as it
 * is. */
static bool is_label(const char *text, size_t length)
{
	return length > 0 && length < SHARES_LABEL_MAX &&
	       strspn(text, LABEL_CHARACTERS) >= length && text[0] != '-' &&
	       text[length - 1] != '-';
}

/* ---- top-level domains ---- */

enum tld_key { TLD_NAME, TLD_WEIGHT, TLD_SHARES };
static const char *const tld_keys[] = {"name", "share", "shares", NULL};

static uint32_t find_tld(const struct shares *shares, const char *name)
{
	uint32_t at = 0;
	assert(shares->tld_count <= SHARES_TLDS_MAX);
	while (at < shares->tld_count && strcmp(shares->tlds[at].name, name) != 0)
		at++;
	return at;
}

static int parse_weight(struct reading *reading, uint32_t *ret_weight)
{
	uint64_t number;
	int error = yaml_number(&reading->yaml, WEIGHT_MAX, &number);
	if (!error)
		*ret_weight = (uint32_t)number;
	return error;
}

static int parse_tld_value(struct reading *reading, int key, struct shares_tld *tld)
{
	const uint32_t line = yaml_line(&reading->yaml);
	const char *text;
	size_t length;
	int error;
	switch (key) {
	case TLD_WEIGHT:
		return parse_weight(reading, &tld->weight);
	case TLD_SHARES:
		error = parse_shares(reading, tld->shares);
		for (enum share i = 0; i < SHARE_OF_SERVERS_COUNT && !error; i++)
			if (tld->shares[i] != SHARE_UNSTATED)
				return fail(reading, line,
					    "'%s' is the operators' to have, not a top-level "
					    "domain's: state it in 'all' or of an operator",
					    share_row(i)->word);
		return error;
	default:
		assert(key == TLD_NAME);
		error = yaml_text(&reading->yaml, &text, &length);
		if (error)
			return error;
		if (!is_label(text, length))
			return fail(reading, line,
				    "'%.80s' is no top-level domain: lower-case letters, digits "
				    "and hyphens",
				    text);
		memcpy(tld->name, text, length + 1);
		return 0;
	}
}

static int parse_tld(struct reading *reading)
{
	struct shares *shares = reading->shares;
	struct shares_tld tld = {.weight = 1};
	const uint32_t line = yaml_line(&reading->yaml);
	uint32_t seen = 0;
	int key = 0;
	state_nothing(tld.shares);
	int error = yaml_mapping(&reading->yaml);
	while (!error && !(error = yaml_key(&reading->yaml, tld_keys, &seen, &key)) &&
	       key != KEYS_END)
		error = parse_tld_value(reading, key, &tld);
	if (error)
		return error;
	if (tld.name[0] == 0)
		return fail(reading, line, "a top-level domain needs a name");
	if (find_tld(shares, tld.name) < shares->tld_count)
		return fail(reading, line, "'%s' is here twice", tld.name);
	if (shares->tld_count == SHARES_TLDS_MAX)
		return yaml_fail(&reading->yaml, line, ERR_LIMIT, "more than %u top-level domains",
				 SHARES_TLDS_MAX);
	shares->tlds[shares->tld_count++] = tld;
	return 0;
}

static int parse_tlds(struct reading *reading)
{
	const uint32_t line = yaml_line(&reading->yaml);
	const struct shares *shares = reading->shares;
	uint64_t sum = 0;
	bool more;
	int error = yaml_list(&reading->yaml);
	while (!error && !(error = yaml_more(&reading->yaml, &more)) && more)
		error = parse_tld(reading);
	for (uint32_t i = 0; i < shares->tld_count; i++)
		sum += shares->tlds[i].weight;
	if (!error && sum == 0)
		return fail(reading, line, "no top-level domain has a share above 0");
	return error;
}

/* ---- operators ---- */

enum operator_key { NAME, DOMAINS, TLDS, SERVERS, PLACE, ALGORITHM, OWN, STATED };
static const char *const operator_keys[] = {"name",      "domains", "tlds",   "servers", "place",
					    "algorithm", "own",     "shares", NULL};

static int parse_operator_tlds(struct reading *reading, struct shares_operator *row)
{
	const struct shares *shares = reading->shares;
	const uint32_t line = yaml_line(&reading->yaml);
	const char *words[SHARES_TLDS_MAX + 1] = {NULL};
	uint64_t sum = 0;
	uint32_t seen = 0;
	int key = 0;
	for (uint32_t i = 0; i < shares->tld_count; i++)
		words[i] = shares->tlds[i].name;
	int error = yaml_mapping(&reading->yaml);
	while (!error && !(error = yaml_key(&reading->yaml, words, &seen, &key)) && key != KEYS_END)
		error = parse_weight(reading, &row->weights[key]);
	for (uint32_t i = 0; i < shares->tld_count; i++)
		sum += row->weights[i];
	row->has_weights = true;
	if (!error && sum == 0)
		return fail(reading, line, "no top-level domain has a share above 0");
	return error;
}

static int parse_operator_name(struct reading *reading, struct shares_operator *row)
{
	const uint32_t line = yaml_line(&reading->yaml);
	const char *text;
	size_t length;
	int error = yaml_text(&reading->yaml, &text, &length);
	if (error)
		return error;
	const size_t label = strcspn(text, ".");
	const bool has_tld = text[label] == '.';
	if (!is_label(text, label) || (has_tld && !is_label(text + label + 1, length - label - 1)))
		return fail(reading, line,
			    "'%.80s' is no name of an operator: a label and a top-level domain of "
			    "'tlds', in lower case",
			    text);
	memcpy(row->name, text, length + 1);
	return 0;
}

static int parse_word_of(struct reading *reading, int key, struct shares_operator *row)
{
	static const char *const places[] = {"builtin", "knot", "nsd", "bind", "pdns", NULL};
	static const char *const algorithms[] = {"13", "14", "15", "16", NULL};
	static_assert(PLACE_BUILTIN == 0 && PLACE_PDNS == 4, "in the same order");
	int choice;
	int error;
	if (key == PLACE) {
		error = yaml_choice(&reading->yaml, "place", places, &choice);
		if (!error)
			row->place = (uint8_t)choice;
	} else {
		assert(key == ALGORITHM);
		error = yaml_choice(&reading->yaml, "modern algorithm", algorithms, &choice);
		if (!error)
			row->algorithm = (uint8_t)(ALGORITHM_FALLBACK + (unsigned)choice);
	}
	return error;
}

static int parse_operator_value(struct reading *reading, int key, struct shares_operator *row)
{
	const uint32_t line = yaml_line(&reading->yaml);
	uint64_t number;
	int error;
	switch (key) {
	case NAME:
		return parse_operator_name(reading, row);
	case DOMAINS:
		error = yaml_number(&reading->yaml, SHARES_DOMAINS_MAX, &number);
		if (!error)
			row->domains = (uint32_t)number;
		return error;
	case TLDS:
		return parse_operator_tlds(reading, row);
	case SERVERS:
		error = yaml_number(&reading->yaml, MAKE_SERVERS_MAX, &number);
		if (!error && number < 2)
			return fail(reading, line, "an operator has 2 to 4 servers");
		if (!error)
			row->server_count = (uint8_t)number;
		return error;
	case OWN:
		return yaml_bool(&reading->yaml, &row->is_own);
	case STATED:
		return parse_shares(reading, row->shares);
	default:
		return parse_word_of(reading, key, row);
	}
}

/* Real programs offer what they offer; of these three is more to be said than of their names. */
static int check_place(struct reading *reading, const struct shares_operator *row)
{
	static const enum share builtin[] = {SHARE_DOT, SHARE_DOH, SHARE_DOQ, SHARE_COOKIES};
	if (row->place == PLACE_BUILTIN)
		return 0;
	if (row->is_own)
		return fail(reading, row->line,
			    "domains with servers of their own are at the built-in server, not at "
			    "%s",
			    place_name(row->place));
	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++)
		if (row->shares[builtin[i]] != SHARE_UNSTATED)
			return fail(reading, row->line,
				    "of a real server '%s' cannot be stated: it has what it has",
				    share_row(builtin[i])->word);
	return 0;
}

static int check_operator(struct reading *reading, struct shares_operator *row)
{
	const struct shares *shares = reading->shares;
	const char *dot = strchr(row->name, '.');
	if (row->name[0] == 0 || row->domains == 0)
		return fail(reading, row->line, "an operator needs a name and domains");
	for (uint32_t i = 0; i < shares->operator_count; i++)
		if (strcmp(shares->operators[i].name, row->name) == 0)
			return fail(reading, row->line, "operator '%s' is here twice", row->name);
	/* What the world file calls the operators of its other zones. */
	if (strcmp(row->name, "root") == 0 || strncmp(row->name, "nic-", 4) == 0 ||
	    strncmp(row->name, "nic.", 4) == 0)
		return fail(reading, row->line, "'%s' is a name of the registries", row->name);
	if (row->is_own)
		row->server_count = SHARES_OWN_SERVERS;
	else if (!dot)
		return fail(reading, row->line,
			    "operator '%s' needs a top-level domain in its name, below which its "
			    "name servers are called",
			    row->name);
	if (dot)
		row->tld = find_tld(shares, dot + 1);
	if (row->tld == shares->tld_count)
		return fail(reading, row->line, "operator '%s' is in no top-level domain of 'tlds'",
			    row->name);
	if (SHARES_DOMAINS_MAX - shares->domains < row->domains)
		return yaml_fail(&reading->yaml, row->line, ERR_LIMIT, "more than %u domains",
				 SHARES_DOMAINS_MAX);
	return check_place(reading, row);
}

static int parse_operator(struct reading *reading)
{
	struct shares *shares = reading->shares;
	struct shares_operator row = {.line = yaml_line(&reading->yaml),
				      .server_count = SERVERS_FALLBACK,
				      .algorithm = ALGORITHM_FALLBACK};
	uint32_t seen = 0;
	int key = 0;
	state_nothing(row.shares);
	int error = yaml_mapping(&reading->yaml);
	while (!error && !(error = yaml_key(&reading->yaml, operator_keys, &seen, &key)) &&
	       key != KEYS_END)
		error = parse_operator_value(reading, key, &row);
	if (!error)
		error = check_operator(reading, &row);
	if (error)
		return error;
	error = array_grow((void **)&shares->operators, &shares->operator_room,
			   shares->operator_count, sizeof(row), SHARES_OPERATORS_MAX);
	if (error)
		return yaml_fail(&reading->yaml, row.line, error, "%s",
				 error == ERR_LIMIT ? "more than 10,000 operators"
						    : error_text(error));
	static_assert(SHARES_OPERATORS_MAX == 10000, "as the sentence says");
	assert(row.server_count >= 2 && row.server_count <= MAKE_SERVERS_MAX);
	shares->operators[shares->operator_count++] = row;
	shares->domains += row.domains;
	return 0;
}

static int parse_operators(struct reading *reading)
{
	bool more;
	if (reading->shares->tld_count == 0)
		return fail(reading, yaml_line(&reading->yaml),
			    "'tlds' must stand before 'operators'");
	int error = yaml_list(&reading->yaml);
	while (!error && !(error = yaml_more(&reading->yaml, &more)) && more)
		error = parse_operator(reading);
	return error;
}

/* ---- the file ---- */

enum file_key { VERSION, SILENT, ALL, FILE_TLDS, FILE_OPERATORS };
static const char *const file_keys[] = {"shares", "silent", "all", "tlds", "operators", NULL};

static int parse_version(struct reading *reading)
{
	const uint32_t line = yaml_line(&reading->yaml);
	uint64_t version;
	int error = yaml_number(&reading->yaml, UINT32_MAX, &version);
	if (!error && version != 1)
		return yaml_fail(&reading->yaml, line, ERR_UNSUPPORTED,
				 "version %ju of the format is not known here; version 1 is",
				 (uintmax_t)version);
	return error;
}

static int parse_section(struct reading *reading, int key)
{
	switch (key) {
	case VERSION:
		return parse_version(reading);
	case SILENT:
		return parse_percent(reading, &reading->shares->silent);
	case ALL:
		return parse_shares(reading, reading->shares->all);
	case FILE_TLDS:
		return parse_tlds(reading);
	default:
		assert(key == FILE_OPERATORS);
		return parse_operators(reading);
	}
}

static int parse_file(struct reading *reading)
{
	uint32_t seen = 0;
	int key = 0;
	assert(reading->shares->tld_count == 0 && reading->shares->operator_count == 0);
	int error = yaml_mapping(&reading->yaml);
	while (!error) {
		const bool is_first = seen == 0;
		error = yaml_key(&reading->yaml, file_keys, &seen, &key);
		if (error)
			return error;
		if (key == KEYS_END)
			break;
		if (is_first && key != VERSION)
			return fail(reading, yaml_line(&reading->yaml), "'%s: 1' must come first",
				    file_keys[VERSION]);
		error = parse_section(reading, key);
	}
	if (!error && reading->shares->operator_count == 0)
		return fail(reading, 1, "there are no operators, and so no domains");
	return error ? error : yaml_end(&reading->yaml);
}

int shares_parse(const char *data, size_t size_bytes, struct complaint *complaint,
		 struct shares **ret_shares)
{
	assert(ret_shares != NULL && (data != NULL || size_bytes == 0));
	if (size_bytes > SHARES_FILE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "longer than %zu octets",
				SHARES_FILE_OCTETS_MAX);
	struct reading reading = {.shares = memory_take_zeroed(1, sizeof(*reading.shares))};
	if (!reading.shares)
		return complain(complaint, ERR_MEMORY, "out of memory");
	state_nothing(reading.shares->all);
	int error = yaml_open(&reading.yaml, data, size_bytes, complaint);
	if (!error) {
		error = parse_file(&reading);
		yaml_close(&reading.yaml);
	}
	if (error) {
		shares_free(reading.shares);
		return error;
	}
	*ret_shares = reading.shares;
	return 0;
}

int shares_load(const char *path, struct complaint *complaint, struct shares **ret_shares)
{
	assert(path != NULL && ret_shares != NULL);
	char *data;
	size_t size;
	int error = file_read(path, SHARES_FILE_OCTETS_MAX, complaint, &data, &size);
	if (error)
		return error;
	error = shares_parse(data, size, complaint, ret_shares);
	memory_give(data);
	return error ? complain_more(complaint, error, "%s", path) : 0;
}
