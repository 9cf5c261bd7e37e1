/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a message, from JSON and to it. */
#ifndef MODEL_MESSAGE_PRIVATE_H
#define MODEL_MESSAGE_PRIVATE_H

#include "model/message.h"
#include "model/signed_private.h"

#define MESSAGE_LINE "dsfi-message-v1\n"
/* Of one kind; the longest has nine. */
#define BODY_MEMBERS_MAX 16u

/* `members->object` is the body. */
void body_read(struct members *members, struct message *message);
/* NULL when memory is out or a member is none of the kind's. */
json_t *body_write(const struct message *draft);

#endif
