/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases for this room's tests: parties with keys made of seeds say what a test has them say, signed
 * as in life, and the fold is asked what it comes to. */
#ifndef TESTS_JUDGE_CASE_PLAY_H
#define TESTS_JUDGE_CASE_PLAY_H

#include "judge/case/fold.h"

#define PLAY_START_S 1790000000
#define PLAY_MINUTE 60
#define PLAY_HOUR 3600
#define PLAY_DAY 86400

/* Who there is: the registry opens cases and speaks for none of the domains below, the registrar
 * speaks for bank.example, another for shop.example. */
enum player { REGISTRY, REGISTRAR, OTHER_REGISTRAR, HOSTER, CSIRT, STRANGER, PLAYERS };

#define PLAY_MESSAGES_MAX 4096u
#define PLAY_TEST "ns(bank.example) = {ns1.host.example, ns2.host.example} at parent"
/* Of a domain list: bits. */
#define BANK 1u
#define SHOP 2u
#define THIRD 4u

struct play {
	struct arena arena;
	struct secret_key keys[PLAYERS];
	char ids[PLAYERS][ID_ROOM];
	struct case_clocks *clocks;
	struct case_message *messages;
	size_t count;
	struct complaint complaint;
};

/* What is said. `of`, `after` and `proof` are messages' numbers, one more (0: none); `after` 0 is
 * the message said last. */
struct saying {
	enum player who;
	enum case_message_kind kind;
	int64_t at_s;     /* after PLAY_START_S */
	const char *word; /* question, answer, result */
	unsigned to;      /* bits of players; 0: all others */
	unsigned domains; /* bits; 0: none said */
	size_t of, after, also_after, proof;
	size_t after_last; /* so many of those said last, instead */
	int64_t time_s;    /* when, measured, due, seen; after PLAY_START_S */
	const char *test;  /* of notice and verification; NULL: PLAY_TEST; "": none, for a notice */
	const char *clocks;
	enum tlp tlp;
};
#define TO(player) (1u << (player))

void play_init(struct play *play);
void play_release(struct play *play);
/* The message's number, one more. */
size_t play_say(struct play *play, struct saying saying);
/* The rules at a time after the start. */
struct case_rules play_rules(struct play *play, int64_t now_s);
/* The fold of all that was said, in the order of saying. */
struct case_view play_fold(struct play *play, int64_t now_s);
/* Of a message by its number. */
const struct case_step *play_step(const struct play *play, const struct case_view *view,
				  size_t number);
/* Fails unless the view has this due, and gives it. */
const struct case_due *play_due(const struct play *play, const struct case_view *view,
				enum case_duty duty, enum player party);
/* Fails unless all of two views is the same, pointers aside. */
void play_same(const struct case_view *left, const struct case_view *right);

#endif
