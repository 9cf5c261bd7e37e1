/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What domains say of their mail: MX, SPF, DMARC, MTA-STS, TLS reporting, CAA; sound, in the
 * varieties one finds, unless a fault of the zone's says otherwise.
 */
#ifndef WORLD_CONTENT_MAIL_PRIVATE_H
#define WORLD_CONTENT_MAIL_PRIVATE_H

#include "world/content_private.h"

/* All of it but CAA. The domain itself has an A record. */
void content_add_mail(struct content *content);
/* CAA records; some domains have none. */
void content_add_caa(struct content *content);
/* A name below the zone's parent that does not exist, nor does what it is below: `label` and a
 * number of the zone's. In the arena; NULL: memory, or too long. */
const uint8_t *content_gone_name(struct content *content, const char *label);

#endif
