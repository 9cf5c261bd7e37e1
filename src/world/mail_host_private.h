/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mail servers of the world's own, and the hosts of their policies: SMTP with STARTTLS on port
 * 25, one file over HTTPS, for every address of service_private.h. They take no mail. Port 443 is
 * listened on by others, who hand on what is not theirs.
 */
#ifndef WORLD_MAIL_HOST_PRIVATE_H
#define WORLD_MAIL_HOST_PRIVATE_H

#include "net/loop.h"
#include "net/stream.h"
#include "world/model_private.h"

struct mail_hosts;

/* Nothing is made for a world without one. World and loop must outlive it. */
MUST_CHECK int mail_hosts_new(struct loop *loop, const struct world *world,
			      struct complaint *complaint, struct mail_hosts **ret_hosts);
/* Takes over a stream that was just accepted on port 443; `hosts` may be NULL. */
void mail_hosts_accept_https(void *hosts, struct stream *stream);
/* mail_hosts_free(NULL) is fine. */
void mail_hosts_free(struct mail_hosts *hosts);

#endif
