/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that find facts share. Each sets the facts of its subject; the rest stays as it
 * is, which at the start is unknown. */
#ifndef JUDGE_CHECK_FACTS_FACTS_PRIVATE_H
#define JUDGE_CHECK_FACTS_FACTS_PRIVATE_H

#include "judge/check/evidence.h"
#include "judge/check/facts.h"

#include <stdbool.h>

/* Over usable servers: one that lacks it decides, then one of which it is not known. */
enum fact_state facts_over_views(const struct evidence *evidence,
				 enum fact_state (*of)(const struct evidence *evidence,
						       const struct view *view));
/* The worse of two: absent, unknown, present. */
enum fact_state facts_worse(enum fact_state left, enum fact_state right);
/* Has the server records for that question, as it says with authority? */
enum fact_state facts_answer(const struct view *view, enum question question);
/* Known: there or not. */
enum fact_state facts_truth(bool is_known, bool is_there);

void facts_of_zone(const struct evidence *evidence, struct facts *facts);
void facts_of_mail(const struct evidence *evidence, struct facts *facts);
/* ERR_MEMORY only. */
MUST_CHECK int facts_of_servers(const struct evidence *evidence, struct facts *facts);

#endif
