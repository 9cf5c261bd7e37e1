/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A change: two states of one domain that differ, classified, told in words and scored. It is said
 * at a time: what was not known then (has it been undone since?) may be known later, so the same
 * change may be judged again with another score. judge/change makes it; docs/changes.md tells what
 * it means, docs/format/change.schema.json its form.
 *
 * Plain values; texts live as long as the arena they were made in.
 */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kind of change it is, bit by bit: a change may be of several. */
enum change_class {
	CHANGE_DELEGATION_REPLACED, /* no name server at the parent is left */
	CHANGE_DELEGATION_PARTLY,   /* some are */
	CHANGE_DELEGATION_GONE,
	CHANGE_DELEGATION_NEW, /* there was none */
	CHANGE_DS_REMOVED,
	CHANGE_DS_REPLACED,
	CHANGE_DS_ADDED,
	CHANGE_SERVERS_MOVED, /* addresses of name servers, or glue, while the names stay */
	CHANGE_APEX_NS,       /* what the zone itself says of its name servers */
	CHANGE_SOA,           /* primary name server, contact or timers */
	CHANGE_KEYS,          /* DNSKEY */
	CHANGE_SIGNER,        /* who signs, by which algorithms */
	CHANGE_MAIL_MOVED,    /* no mail host is left */
	CHANGE_MAIL_PARTLY,   /* MX otherwise */
	CHANGE_MAIL_ADDRESSES,
	CHANGE_ADDRESSES, /* of the domain, www, vpn and the like */
	CHANGE_NETWORKS,  /* other networks announce its addresses */
	CHANGE_POLICY,    /* SPF, DMARC, MTA-STS, CAA */
	CHANGE_UPDATES,   /* CDS, CDNSKEY, CSYNC: what the zone asks of its parent */
	CHANGE_RESTORED,  /* what it had been before an earlier change */
	CHANGE_OTHER,
	CHANGE_CLASS_COUNT,
};

/* As many as there are kinds, and some for details. */
#define CHANGE_SENTENCES_MAX 40u
#define CHANGE_REASONS_MAX 32u
#define CHANGE_TEXT_MAX 1024u

/* A signal that speaks for or against it. */
struct change_reason {
	const char *number;    /* "S5" */
	const char *name;      /* "ds-removed" */
	const char *sentence;  /* with the values in it */
	const char *clears;    /* what would clear it */
	const char *reference; /* what it stands on */
	int points;            /* now; less than `fresh` once it has faded; percent for a factor */
	int fresh;             /* when the change was new */
	bool is_factor;
};

/* Signals that, together, make a score at least so high. */
struct change_rule {
	uint8_t score;
	size_t signal_count;                     /* 0: no rule lifted the score */
	const char *signals[CHANGE_REASONS_MAX]; /* "S1", "S5": here, or of a step just before */
};

/* A signal of which nobody can say whether it is there. */
struct change_unknown {
	const char *number, *name;
	const char *why;
};

struct change {
	const char *domain; /* presentation form */
	int64_t before_run, after_run;
	int64_t before_s, after_s;    /* last seen as before, first seen as after */
	int64_t judged_s;             /* what was seen later does not count */
	int64_t undone_run, undone_s; /* first seen as before again; 0: it stands */
	uint32_t classes;             /* bits */
	uint8_t score;                /* 0..100 */
	bool is_high_value;
	bool is_scored_again; /* it was told before, with another score or other signals */
	uint8_t score_before; /* with this one */
	const char *band;     /* what to do: "now", "alert", "digest", "log" */
	size_t sentence_count, reason_count, unknown_count;
	const char *sentences[CHANGE_SENTENCES_MAX]; /* the most important first */
	struct change_reason reasons[CHANGE_REASONS_MAX];
	struct change_rule rule; /* what lifted the score above the sum of the reasons */
	struct change_unknown unknowns[CHANGE_REASONS_MAX];
};

/* "delegation-replaced"; values outside the enum are a bug. */
const char *change_class_text(enum change_class change_class);
MUST_CHECK int change_class_from_text(const char *text, enum change_class *ret_class);

/* One JSON object, `"type":"change"`. */
void change_to_json(const struct change *change, struct json *json);
/* Reads one line back; texts in the arena. ERR_FORMAT, ERR_LIMIT, ERR_MEMORY with words. */
MUST_CHECK int change_from_json(struct arena *arena, const char *line, size_t size,
				struct change *ret_change, struct complaint *complaint);

#endif
