/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include <assert.h>
#include <string.h>

void csv_field(struct text *csv, const char *value)
{
	assert(csv != NULL && value != NULL);
	/* strchr also finds the final NUL: an empty field is no formula. */
	text_add(csv, value[0] != '\0' && strchr("=+-@\t\r", value[0]) ? "\"'" : "\"");
	for (; *value != '\0'; value++) {
		if (*value == '"')
			text_add_char(csv, '"');
		text_add_char(csv, *value);
	}
	text_add_char(csv, '"');
}
