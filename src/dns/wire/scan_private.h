/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libzscanner, which reads every type of its time but DSYNC (66, RFC 9859). An entry of that type
 * is handed to it as SRV, whose presentation form is the same but for the width of one number: so
 * owner inheritance, relative names, TTLs and parentheses stay the scanner's business.
 */
#ifndef DNS_WIRE_SCAN_PRIVATE_H
#define DNS_WIRE_SCAN_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stddef.h>

/* One record of a type whose presentation form only the scanner knows, in arena memory. */
MUST_CHECK int scan_record(struct arena *arena, const char *line, struct record *ret_record,
			   struct complaint *complaint);

/* An entry of a zone file, as offsets in its text. */
struct dsync_entry {
	size_t start;
	size_t type_at; /* of the word DSYNC */
	size_t end;     /* after the line's end */
	int depth;      /* of parentheses before the type */
};
/* False when there is no further DSYNC entry at or after `from`, which begins an entry. */
bool dsync_find(const char *text, size_t size, size_t from, struct dsync_entry *ret_entry);
/*
 * Writes the entry as SRV, or as TYPE66 when its data is in generic form (RFC 3597 s5);
 * ret_is_srv says which. ERR_FORMAT when it is not four fields.
 */
MUST_CHECK int dsync_rewrite(const char *text, const struct dsync_entry *entry,
			     struct text *ret_text, bool *ret_is_srv);

#endif
