/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * States of bank.tld made from records as text, and pasts made of them. A scene says what the
 * parent, the zone and look-ups of other names gave; a NULL text: nothing was asked.
 */
#ifndef TESTS_JUDGE_CHANGE_SCENE_H
#define TESTS_JUDGE_CHANGE_SCENE_H

#include "judge/change/past.h"

#define SCENE_DAY 86400
#define SCENE_HOUR 3600
#define SCENE_START 1790000000
#define SCENES_MAX 8

struct scene {
	int64_t from_s, to_s; /* after SCENE_START */
	const char *parent;   /* NS and DS, a record a line; "" : not delegated */
	const char *hosts;    /* A records of the name servers; one without does not exist, unless
			       * a line "?name" says that it could not be looked up */
	const char *zone;     /* at the apex; NULL: no server answers. RRSIG of "AAAA" are good */
	const char *lookups;  /* A, AAAA, TXT; "?name type": the name does not exist; "!name type":
			       * it could not be looked up */
	const char *routes;   /* "address as" a line; NULL: not asked */
	const char *glue;     /* A records at the parent */
};

struct stage {
	struct arena arena;
	struct signals *signals;
	struct suffix_list *suffixes;
	struct change_past *past;
	struct change change;
	bool is_high_value;
	int64_t now_s; /* after SCENE_START; 0: the end of the last scene */
	uint64_t domains;
};

void stage_init(struct stage *stage);
void stage_release(struct stage *stage);
/* The change at the beginning of scene `index`; its error. */
int stage_play(struct stage *stage, const struct scene *scenes, size_t count, size_t index);
/* The same, which must be there. */
void stage_judge(struct stage *stage, const struct scene *scenes, size_t count, size_t index);
/* Points of the signal; INT_MIN: it did not fire. */
int stage_points(const struct stage *stage, const char *number);
bool stage_is_unknown(const struct stage *stage, const char *number);
bool stage_is(const struct stage *stage, enum change_class change_class);
bool stage_tells(const struct stage *stage, const char *sentence);
void stage_show(const struct stage *stage);

#endif
