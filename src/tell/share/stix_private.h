/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written of a bundle: the observables, and the objects that tell of them. */
#ifndef TELL_SHARE_STIX_PRIVATE_H
#define TELL_SHARE_STIX_PRIVATE_H

#include "base/json.h"
#include "tell/share/stix.h"

#include <stdbool.h>
#include <stdint.h>

/* "observed-data--" and a UUID. */
#define STIX_ID_ROOM 64u
/* RFC 3339 with milliseconds, which STIX asks for (s3.2). */
#define STIX_TIME_ROOM 40u

struct stix_thing {
	const char *type;  /* "domain-name" */
	const char *value; /* name, address or prefix, number */
	bool is_indicator; /* named as one to look for */
	char id[STIX_ID_ROOM];
};

struct stix_writer {
	const struct stix_question *question;
	struct arena *arena;
	struct json json;
	char whose[ID_ROOM];       /* of who makes it, and whom it is for */
	struct stix_thing *things; /* by type, then value */
	size_t thing_count, thing_room;
	enum tlp mark;           /* the strictest of all messages */
	int64_t first_s, last_s; /* made */
	int64_t since_s, seen_s; /* of what was seen */
	int error;
};

/* --- stix_things.c --- */
/* Gathers what the messages name, each thing once. */
void stix_gather(struct stix_writer *writer);
void stix_write_things(struct stix_writer *writer);
/* A pattern that matches the thing (STIX 2.1 s9), in the arena; NULL when memory is out. */
const char *stix_pattern(struct arena *arena, const struct stix_thing *thing);

/* --- stix_marks.c --- */
const char *stix_mark_id(enum tlp mark);
void stix_write_mark(struct stix_writer *writer, enum tlp mark);

/* --- stix.c --- */
/* The id of an object of this case: of its type and what it is about. */
void stix_own_id(struct stix_writer *writer, const char *type, const char *about,
		 char ret_id[STIX_ID_ROOM]);
void stix_time(int64_t time_s, char ret_time[STIX_TIME_ROOM]);

#endif
