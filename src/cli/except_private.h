/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi except add` is told on the command line, as an exception.
 */
#ifndef CLI_EXCEPT_PRIVATE_H
#define CLI_EXCEPT_PRIVATE_H

#include "cli/command.h"
#include "model/exception.h"

/* Texts of the exception that are not the command line's own. */
struct except_words {
	char what[EXCEPTION_WHAT_MAX + 1];
	char whose[EXCEPTION_WHOSE_ROOM];
};

/* Fills in everything but number and times of recording. ERR_ARGUMENT with words. */
MUST_CHECK int except_read(const struct options *options, struct except_words *words,
			   struct exception *exception, struct complaint *complaint);

#endif
