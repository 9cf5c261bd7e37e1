/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules as they are kept: plain suffixes and domains in maps, since a file may have a million
 * of them; patterns and prefixes in arrays.
 */
#ifndef JUDGE_ADOPT_OPERATOR_PRIVATE_H
#define JUDGE_ADOPT_OPERATOR_PRIVATE_H

#include "base/map.h"
#include "judge/adopt/operator.h"

struct operator_line {
	const char *name;
	uint32_t line;
	uint32_t order; /* over both files: the lowest that fits wins */
	bool is_of_catalogue;
};

/* A suffix with a * in it. */
struct operator_pattern {
	struct operator_line said;
	const uint8_t *suffix; /* lower case; labels that end with * are prefixes of labels */
};

struct operator_prefix {
	struct operator_line said;
	struct ip ip;
	uint8_t bits;
};

struct operators {
	struct arena arena;
	const struct suffix_list *suffixes;
	struct map *domains;   /* lower-case name -> struct operator_line */
	struct map *by_suffix; /* the same */
	struct map *addresses; /* family and octets -> name of the operator */
	struct map *names;     /* of a name server -> text of its registrable name */
	struct operator_pattern *patterns;
	struct operator_prefix *prefixes;
	uint32_t pattern_count, prefix_count, rule_count;
};

/* Adds the rules of a file. */
MUST_CHECK int operators_read(struct operators *operators, const char *path, const char *text,
			      size_t size, struct complaint *complaint);

/* operator_line.c: one line of a file, taken apart. */
enum operator_kind {
	OPERATOR_LINE_NONE,
	OPERATOR_LINE_DOMAIN,
	OPERATOR_LINE_SUFFIX,
	OPERATOR_LINE_PREFIX
};
struct operator_parsed {
	enum operator_kind kind;
	bool is_pattern;
	struct name name; /* lower case */
	struct ip ip;
	uint8_t bits;
	char operator_name[OPERATOR_NAME_MAX_OCTETS + 1];
};
/* ERR_FORMAT with what is wrong, without file and line. */
MUST_CHECK int operator_line_parse(const char *line, size_t length,
				   struct operator_parsed *ret_parsed, struct complaint *complaint);
bool operator_prefix_holds(const struct ip *prefix, uint8_t bits, const struct ip *ip);
/* Is the name below the pattern, or does it fit as a whole? */
bool operator_pattern_fits(const uint8_t *pattern, const uint8_t *name);

#endif
