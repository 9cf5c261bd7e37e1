/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLP 2.0 in STIX 2.1: the marking definitions that OASIS published with its extension. */
#include "tell/share/stix_private.h"

#include <assert.h>

#define EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
#define MARKS_MADE "2022-10-01T00:00:00.000Z"

static const struct {
	const char *id, *name;
} marks[TLP_COUNT] = {
	[TLP_CLEAR] = {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "TLP:CLEAR"},
	[TLP_GREEN] = {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "TLP:GREEN"},
	[TLP_AMBER] = {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "TLP:AMBER"},
	[TLP_AMBER_STRICT] = {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
			      "TLP:AMBER+STRICT"},
	[TLP_RED] = {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"},
};

const char *stix_mark_id(enum tlp mark)
{
	assert((unsigned)mark < TLP_COUNT);
	return marks[mark].id;
}

void stix_write_mark(struct stix_writer *writer, enum tlp mark)
{
	struct json *json = &writer->json;
	json_begin_object(json);
	json_put_text(json, "type", "marking-definition");
	json_put_text(json, "spec_version", "2.1");
	json_put_text(json, "id", stix_mark_id(mark));
	json_put_text(json, "created", MARKS_MADE);
	json_put_text(json, "name", marks[mark].name);
	json_key(json, "extensions");
	json_begin_object(json);
	json_key(json, EXTENSION);
	json_begin_object(json);
	json_put_text(json, "extension_type", "property-extension");
	json_put_text(json, "tlp_2_0", tlp_text(mark));
	json_end_object(json);
	json_end_object(json);
	json_end_object(json);
}
