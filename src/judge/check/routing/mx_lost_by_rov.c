/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/routing/paths.h"

/* Declared in the generated table. */
void check_routing_mx_lost_by_rov(const struct evidence *evidence, struct verdicts *verdicts);

void check_routing_mx_lost_by_rov(const struct evidence *evidence, struct verdicts *verdicts)
{
	paths_judge(evidence, verdicts, paths_of_mail, paths_check_lost_by_rov);
}
