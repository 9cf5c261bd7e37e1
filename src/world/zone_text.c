/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "world/whole_private.h"
#include "world/zone_text_private.h"

#include <assert.h>

static int write_record(void *context, const struct record *record)
{
	struct text *text = context;
	int error = record_to_text(record, text);
	text_add_char(text, '\n');
	return error ? error : text->error;
}

int zone_text_write(const struct view_source *source, struct view *view, struct text *text)
{
	assert(view->zone != NULL && view->node_count > 0);
	int error = whole_walk(source, view, write_record, text);
	return error ? error : text->error;
}
