/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Traffic Light Protocol, version 2.0 (FIRST): how far something may be told, and whether those
 * it is meant for may get it. Pure, and closed where it does not know: a party without a ceiling,
 * an audience that the mark does not allow, content of a stricter mark under a milder one, are
 * refused.
 *
 * clear: anybody. green: the community, here every known party. amber: the recipients, their
 * organisations and clients. amber+strict: the recipients' organisations. red: the recipients
 * alone. So what somebody was told under amber goes on to others only if they are its clients;
 * under amber+strict and red to nobody but those who have it, or whom its author tells.
 */
#ifndef MODEL_TLP_H
#define MODEL_TLP_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED };
#define TLP_COUNT 5

const char *tlp_text(enum tlp tlp); /* "amber+strict" */
MUST_CHECK int tlp_from_text(const char *text, enum tlp *ret_tlp);
enum tlp tlp_stricter(enum tlp left, enum tlp right);

/* Something that the message tells of, or that it is made from. */
struct tlp_source {
	enum tlp tlp;
	const char *author;
	const char *const *to;
	size_t to_count;
};

/* What is known of one recipient; zeroed is a party of whom nothing is known. */
struct tlp_recipient {
	const char *id;
	enum tlp ceiling; /* the strictest it may be told */
	bool has_ceiling;
	bool is_known;  /* its signed file is here */
	bool is_client; /* of the sender, who says so */
};

struct tlp_sending {
	enum tlp tlp;
	const char *author; /* who sends */
	const struct tlp_source *sources;
	size_t source_count;
	const struct tlp_recipient *recipients;
	size_t recipient_count;
};
/* OK, or ERR_PERMISSION with whom it may not go to and why: the first reason found. */
MUST_CHECK int tlp_allows(const struct tlp_sending *sending, struct complaint *complaint);
/* The same of one recipient, for a preview that tells of each. */
MUST_CHECK int tlp_allows_one(const struct tlp_sending *sending,
			      const struct tlp_recipient *recipient, struct complaint *complaint);

#endif
