/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of signed things: base32 (RFC 4648 s6, lower case) of the first 20 octets of SHA-256 of
 * what is named. 160 bits: nobody finds two things of one name. A party's is of its first signing
 * key, a message's of its content, a case's is that of the message that opened it.
 */
#ifndef MODEL_ID_H
#define MODEL_ID_H

#include <stdbool.h>
#include <stddef.h>

#define ID_OCTETS 20u
#define ID_LENGTH 32u
#define ID_ROOM (ID_LENGTH + 1)

void id_make(const void *octets, size_t size, char ret_id[ID_ROOM]);
/* Has the text the form of one? */
bool id_is(const char *text);

#endif
