/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small world with every kind of zone, and a way to ask its servers without a network.
 */
#ifndef TESTS_UNIT_WORLD_SAMPLE_H
#define TESTS_UNIT_WORLD_SAMPLE_H

#include "base/arena.h"
#include "dns/wire/message.h"
#include "world/respond_private.h"
#include "world/world.h"

/* 2026-01-01T00:00:00Z: when the sample's signatures are made. */
#define SAMPLE_NOW_S 1767225600

/* Servers, operators and zones; `domains:` and what follows is appended. */
const char *sample_head(void);

struct sample {
	struct world *world;
	struct authority *authority;
	struct responder *responder;
	struct arena arena; /* for the answers */
	uint8_t buffer[STREAM_ANSWER_MAX];
};

/* Fails the test when the file has a mistake. */
void sample_open(struct sample *sample, const char *tail);
/* The same when more zones come first, instead of domains. */
void sample_open_zones(struct sample *sample, const char *tail);
/* A whole world. */
void sample_open_text(struct sample *sample, const char *text);
void sample_close(struct sample *sample);

struct sample_question {
	const char *at;
	const char *name;
	uint16_t type;
	bool dnssec_ok;
	bool without_edns;
	bool is_stream;
	uint16_t udp_size;
	uint32_t part; /* of an answer of several messages */
};

/* The response's octets are in sample->buffer. */
struct response sample_ask(struct sample *sample, const struct sample_question *question);
/* The same, read; the test fails when nothing comes or it cannot be read. */
struct message sample_answer(struct sample *sample, const struct sample_question *question);

#endif
