/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/server/types.h"

/* Declared in the generated table. */
void check_server_unknown_types(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_unknown_types(const struct evidence *evidence, struct verdicts *verdicts)
{
	types_tell(evidence, verdicts, TYPES_NEW);
}
