/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The beginning of text from outside, fit to stand in a complaint: what is not printable ASCII is
 * shown as '?', so that hostile input cannot speak to a terminal.
 */
#ifndef DNS_WIRE_EXCERPT_PRIVATE_H
#define DNS_WIRE_EXCERPT_PRIVATE_H

#include <stddef.h>

#define EXCERPT_MAX 72 /* with the sentence around it, two lines of a terminal */
struct excerpt {
	char text[EXCERPT_MAX + 1];
};

/* Reads at most `size` octets, up to a NUL. */
struct excerpt excerpt_of(const char *text, size_t size);

#endif
