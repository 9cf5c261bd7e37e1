/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two directions of a party's file. */
#ifndef MODEL_PARTY_PRIVATE_H
#define MODEL_PARTY_PRIVATE_H

#include "model/party.h"
#include "model/signed_private.h"

#define PARTY_LINE "dsfi-party-v1\n"

/* NULL when memory is out. */
json_t *party_write(const struct party_file *draft);

#endif
