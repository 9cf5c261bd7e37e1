/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a letter holds once it is gathered. Strings live in the letter's arena.
 */
#ifndef TELL_LETTER_LETTER_PRIVATE_H
#define TELL_LETTER_LETTER_PRIVATE_H

#include "base/arena.h"
#include "base/map.h"
#include "judge/check/check.h"
#include "tell/letter/letter.h"
#include "tell/page/prose.h"
#include "tell/report/excepted.h"

/* Domains listed in the letter itself; the rest is in a file beside it. */
#define LETTER_DOMAINS_SHOWN 100u
/* "The three changes that matter". */
#define LETTER_CHANGES 3u
/* Codes of ours, and those that an old store may hold; under exception, and not. */
#define LETTER_ROWS_MAX 1024u
/* Exceptions and disputes that are told one by one. */
#define LETTER_EXCEPTIONS_SHOWN 20u
/* Servers of a row that are named. */
#define LETTER_SERVERS_MAX 4u
/* Software is asked of the servers of so many domains: servers are shared, and these are enough to
 * meet each of an ordinary operator's. */
#define LETTER_ASKED_DOMAINS 64u
/* One part of a page, filled in. */
#define LETTER_FIX_OCTETS_MAX ((size_t)1 << 20)

/* One code, of all domains of the operator. */
struct letter_row {
	const char *code;
	const struct check *check; /* NULL: a code that this version does not know */
	enum severity severity;    /* the worst found */
	enum party party;
	bool is_ours;     /* this operator can mend it, and is asked to */
	bool is_excepted; /* of what is under exception */
	uint64_t effect;  /* severity's weight times domains */
	uint32_t domains;
	uint32_t last_domain; /* 1 + the index of the domain that was counted last; 0: none */
	uint32_t disputed;    /* domains of which it is in dispute */
	uint32_t last_disputed;
	/* An example, of a domain whose name can be typed as it is where there is one. */
	const char *domain;
	const char *sentence; /* NULL: it would name somebody else */
	const char *servers[LETTER_SERVERS_MAX];
	uint8_t server_count;
	uint32_t key_tag; /* of the sentence; 0: none in it */
};

struct letter_domain {
	const char *name;
	struct observation *subject; /* its name servers and their addresses, nothing else */
	uint64_t ours;               /* servers of the subject that are this operator's */
	enum severity worst;         /* of what this operator can mend; 0: nothing */
	bool is_shared;              /* another operator has servers of it, too */
	bool is_measured;
};

/* A domain has a code. */
struct letter_concern {
	uint32_t domain;
	uint32_t row;
};

struct letter {
	struct arena arena;
	struct store_run run;
	const char *operator_name; /* as the rules write it */
	struct operators *operators;
	enum letter_software wanted;
	uint64_t domains_in_run;
	struct letter_domain *domains; /* by name, from gathering on; sorted by effect at the end */
	uint32_t domain_count, domain_room;
	uint32_t troubled; /* domains with something that this operator can mend */
	uint32_t not_measured, shared;
	uint32_t elsewhere; /* findings at other operators' servers, which are not told */
	uint32_t by_rule[OPERATOR_RULE_COUNT];
	struct operator_decision by_rule_example[OPERATOR_RULE_COUNT];
	uint32_t software_servers[LETTER_SOFTWARE_COUNT]; /* that said so */
	uint32_t software_asked;
	struct excepted excepted;
	struct letter_row *rows; /* ours by effect, those of others by effect, those excepted */
	uint32_t row_count;      /* without those excepted */
	uint32_t excepted_count; /* rows behind them */
	uint32_t ours_count;     /* of the rows */
	struct letter_concern *concerns; /* by domain */
	size_t concern_count, concern_room;
	struct map *by_name; /* text -> domain index + 1 */
};

/* shortlist.c: whose observations need be read, in the order in which they are to be. */
struct letter_listed {
	const uint8_t *name;
	int64_t domain;
};
struct letter_shortlist {
	struct arena arena;
	struct letter_listed *items;
	uint32_t count, room;
	uint64_t domains; /* of the run */
};
/* ERR_NOT_FOUND, ERR_UNSUPPORTED, ERR_LIMIT: it cannot be told from what the store keeps, as of one
 * that an older version made; all have to be read. The operators learn what is needed. */
MUST_CHECK int letter_shortlist(struct store *store, struct letter *letter, const char *wanted,
				struct letter_shortlist *ret_list, struct complaint *complaint);
/* Of one that is zero, too. */
void letter_shortlist_release(struct letter_shortlist *list);

/* words.c: what may be said of a finding */
/* Does the sentence name only what is the domain's or this operator's? */
bool letter_may_say(const struct letter_domain *domain, const char *sentence);
/* Can the name be put into a command line and a configuration as it is? */
bool letter_is_typeable(const char *name);
/* Is the address that of a server of another operator's? */
bool letter_is_elsewhere(const struct letter_domain *domain, const char *address);

/* order.c */
int letter_order(struct letter *letter);
const char *letter_ask_whom(enum party party);

/* software.c */
const char *letter_software_name(enum letter_software software);
const char *letter_software_word(enum letter_software software);
/* Counts what the domain's servers that are ours say of themselves. ERR_MEMORY. */
MUST_CHECK int letter_ask_software(struct letter *letter, const struct letter_domain *domain,
				   const struct observation *observation);
/* Is the software's fix to be told? One or those that servers named, or all four. */
bool letter_tells(const struct letter *letter, enum letter_software software);

/* fix.c */
struct letter_fix {
	enum letter_software software;
	bool is_first;            /* of those that are told */
	struct prose_part before; /* the part of all software, perhaps empty */
	struct prose_part part;   /* that of the software; length 0: it has none */
};
bool letter_find_fix(const struct letter_row *row, enum letter_software software,
		     struct letter_fix *ret_fix);
/* The fixes that are to be told, one after the other; *cursor is 0 at first. False: no more. */
bool letter_next_fix(const struct letter *letter, const struct letter_row *row, int *cursor,
		     struct letter_fix *ret_fix);
/* The part with the row's values filled in. */
void letter_fill(const struct letter_row *row, const char *domain, const struct prose_part *part,
		 struct text *filled);
/* The code blocks of the part, one after the other. False: no more. */
bool letter_next_block(const struct prose_part *part, size_t *cursor, struct prose_part *ret_block);
/* "dsfi check --profile full d.example". */
void letter_verify(const struct letter_row *row, struct text *text);

/* excepted.c: exceptions and disputes, in words */
void letter_excepted_lead(const struct letter *letter, struct text *text);
bool letter_has_excepted(const struct letter *letter);
struct excepted_cursor {
	bool is_expired;
	size_t at;
	uint32_t shown;
};
/* Line by line, from a cursor of zero on: those that apply, then those that expired and whose
 * findings count again. NULL: no more, or LETTER_EXCEPTIONS_SHOWN were told. In the arena. */
const char *letter_excepted_next(const struct letter *letter, struct arena *arena,
				 struct excepted_cursor *cursor);
size_t letter_excepted_left(const struct letter *letter); /* that are not told so */

/* lead.c: sentences that all forms share */
void letter_lead(const struct letter *letter, struct text *text);
void letter_grouping(const struct letter *letter, struct text *text);
void letter_software_note(const struct letter *letter, struct text *text);
void letter_date(const struct letter *letter, struct text *text);
const char *letter_title(const struct letter_row *row);
/* The codes of a domain: the concerns from *cursor on. */
const struct letter_row *letter_next_concern(const struct letter *letter, uint32_t domain,
					     size_t *cursor);

/* rest.c */
/* One form of the letter; `rest` names the file beside it, NULL: there is none. */
typedef void letter_writer(const struct letter *letter, const char *rest, struct text *text);
/* Writes the letter to `path`, after the list of its domains beside it where one is needed. */
MUST_CHECK int letter_write(const struct letter *letter, const char *path, letter_writer *write,
			    struct complaint *complaint);

/* markdown.c */
/* The Markdown as text; `rest` the name of the file beside, or NULL. */
void letter_markdown_text(const struct letter *letter, const char *rest, struct text *text);

#endif
