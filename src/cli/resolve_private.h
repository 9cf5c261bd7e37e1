/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `dsfi resolve` in two parts: asking (resolve.c), and telling (resolve_tell.c). What is told of
 * one question is gathered in its own text and comes out whole, so that many can be under way.
 */
#ifndef CLI_RESOLVE_PRIVATE_H
#define CLI_RESOLVE_PRIVATE_H

#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stdint.h>

/* One question's lines: at most nine messages of 64 KiB in hexadecimal and text. */
#define TELLING_OCTETS_MAX ((size_t)8 << 20)

struct telling {
	const struct options *options;
	struct text text;
	struct json json;
	struct name name;
	uint16_t type;
};

void telling_init(struct telling *telling, const struct options *options, const uint8_t *name,
		  uint16_t type);
void telling_release(struct telling *telling);
/* An alias on the way. */
void telling_step(struct telling *telling, const struct message *message);
/* The answer, and all of it to standard output. ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK int telling_end(struct telling *telling, const struct lookup_answer *answer);
/* --trace: one exchange, at once. */
MUST_CHECK int telling_exchange(const struct options *options,
				const struct exchange_question *question,
				const struct exchange_result *result);

#endif
