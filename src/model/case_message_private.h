/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a message, from JSON and to it. */
#ifndef MODEL_CASE_MESSAGE_PRIVATE_H
#define MODEL_CASE_MESSAGE_PRIVATE_H

#include "model/case_message.h"
#include "model/signed_private.h"

#define CASE_MESSAGE_LINE "dsfi-message-v1\n"
/* Of one kind; the longest has fourteen. */
#define BODY_MEMBERS_MAX 16u

/* `members->object` is the body. */
void body_read(struct members *members, struct case_message *message);
/* ERR_FORMAT: a text of it is not UTF-8, which no JSON can say. */
MUST_CHECK int body_check(const struct case_message *draft, struct complaint *complaint);
/* NULL when memory is out or a member is none of the kind's. */
json_t *body_write(const struct case_message *draft);

#endif
