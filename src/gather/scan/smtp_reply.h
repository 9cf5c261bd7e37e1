/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The replies of a mail server (RFC 5321 s4.2): three digits, a hyphen while lines follow, a text.
 *
 * Octets go in as the network cut them; a reply comes out when its last line has ended. Servers say
 * what they like: lines and replies are bounded far above what anybody sends (s4.5.3.1.5 has 512
 * octets a line), and what is beyond is an error. Of the texts only what matters is kept.
 */
#ifndef GATHER_SCAN_SMTP_REPLY_H
#define GATHER_SCAN_SMTP_REPLY_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMTP_LINE_MAX 2048u
/* A greeting in several lines, a list of extensions: a dozen. */
#define SMTP_LINES_MAX 128u
#define SMTP_TEXT_MAX 200u

struct smtp_reply {
	uint16_t code;      /* 0: no line is complete yet */
	uint16_t lines;     /* complete ones */
	bool has_starttls;  /* a line besides the first says STARTTLS (RFC 3207 s4) */
	bool is_whole;      /* nothing more is taken until smtp_reply_reset */
	uint16_t line_size; /* octets of the line under way */
	char line[SMTP_LINE_MAX];
	char text[SMTP_TEXT_MAX + 1]; /* of the last line, printable, cut */
};

void smtp_reply_reset(struct smtp_reply *reply);
/*
 * Takes octets until the reply is whole; how many it took. ERR_FORMAT: that is no reply (no digits,
 * codes that differ from line to line); ERR_LIMIT.
 */
MUST_CHECK int smtp_reply_take(struct smtp_reply *reply, const uint8_t *data, size_t size,
			       size_t *ret_taken);

#endif
