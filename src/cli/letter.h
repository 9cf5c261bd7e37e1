/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `dsfi report --for OPERATOR`: reads the rules, gathers the letter and writes it.
 */
#ifndef CLI_LETTER_H
#define CLI_LETTER_H

#include "cli/command.h"
#include "keep/store/store.h"

/* OK, or an error with its complaint. */
MUST_CHECK int letter_tell(const struct options *options, struct store *store,
			   struct complaint *complaint);

#endif
