/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi report --by`: the files it reads, the forms it writes. */
#ifndef CLI_ADOPTION_H
#define CLI_ADOPTION_H

#include "cli/command.h"
#include "keep/store/store.h"

/* --html, --markdown, --csv, --openmetrics of `report --by` and `merge`. */
#define OPTIONS_ADOPTION_FORMS                                                  \
	{.name = "csv",                                                         \
	 .kind = OPTION_FILE,                                                   \
	 .argument = "FILE",                                                    \
	 .help = "a row a group and practice, for spreadsheets"},               \
	{                                                                       \
		.name = "openmetrics", .kind = OPTION_FILE, .argument = "FILE", \
		.help = "for Prometheus and Grafana"                            \
	}

struct adoption_report;
/* Prints it and writes the files that are asked for. */
MUST_CHECK int adoption_write(const struct options *options, const struct adoption_report *report,
			      struct complaint *complaint);

MUST_CHECK int adoption_tell(const struct options *options, struct store *store,
			     struct complaint *complaint);

#endif
