/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical JSON. Property: what is read is written the same, octet for octet; what any other JSON
 * is written as can be read, unless it holds what we do not. */
#include "model/canonical.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_written(const json_t *value, struct text *form)
{
	text_init(form, CANONICAL_OCTETS_MAX);
	canonical_write(value, NULL, form);
	assert(form->error == OK || form->error == ERR_FORMAT || form->error == ERR_LIMIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct complaint complaint = {""};
	struct text form;
	json_t *value = NULL;
	const int error = canonical_read((const char *)data, size, "it", &complaint, &value);
	if (error == OK) {
		check_written(value, &form);
		assert(form.length == size && memcmp(form.data, data, size) == 0);
		text_release(&form);
		json_decref(value);
		return 0;
	}
	assert(complaint.text[0] != '\0');
	value = size > 4096 ? NULL : json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	if (value != NULL) {
		json_t *again = NULL;
		check_written(value, &form);
		if (form.error == OK) {
			assert(canonical_read(form.data, form.length, "it", &complaint, &again) ==
			       OK);
			assert(json_equal(again, value));
		}
		json_decref(again);
		text_release(&form);
	}
	json_decref(value);
	return 0;
}
