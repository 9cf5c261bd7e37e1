/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi report --by`: the files it reads, the forms it writes. */
#ifndef CLI_ADOPTION_H
#define CLI_ADOPTION_H

#include "cli/command.h"
#include "keep/store/store.h"

MUST_CHECK int adoption_tell(const struct options *options, struct store *store,
			     struct complaint *complaint);

#endif
