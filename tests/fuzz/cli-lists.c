/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists that people write: first octet: targets or opt-outs; the rest: the file. Properties:
 * targets are valid names in lower case, as many as were counted, and written one a line, escaped,
 * they are the same set again; prefixes of an opt-out list have no bit beyond their length; what
 * cannot be read is said in one line.
 */
#include "as_file.h"
#include "base/text.h"
#include "cli/gather_private.h"
#include "cli/targets.h"
#include "escaped_name.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_complaint(const struct complaint *complaint)
{
	const size_t length = strlen(complaint->text);
	assert(length > 0 && length < COMPLAINT_MAX && strchr(complaint->text, '\n') == NULL);
}

struct sum {
	uint64_t count;
	uint64_t octets; /* sums of what was given, whatever the order */
	uint64_t mixed;
};

static void sum_add(struct sum *sum, const uint8_t *name)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < name_size(name); i++) {
		assert(name[i] < 'A' || name[i] > 'Z');
		hash = (hash ^ name[i]) * 1099511628211u;
	}
	sum->count++;
	sum->octets += name_size(name);
	sum->mixed += hash;
}

static int read_targets(const uint8_t *data, size_t size, struct text *text, struct sum *sum)
{
	struct random random;
	struct targets *targets = NULL;
	struct complaint complaint = {""};
	struct name name;
	const struct as_file file = as_file_open(data, size);
	random_seeded(&random, 7);
	const struct targets_source source = {.path = file.path, .random = &random};
	int error = targets_open(&source, &complaint, &targets);
	while (error == OK && (error = targets_next(targets, &complaint, name.octets)) == OK) {
		assert(name_is_valid(name.octets, name_size(name.octets)));
		sum_add(sum, name.octets);
		escaped_name_add(text, name.octets);
		text_add_char(text, '\n');
	}
	if (error != ERR_NOT_FOUND)
		check_complaint(&complaint);
	else
		assert(targets_total(targets) == sum->count);
	targets_close(targets);
	as_file_close(&file);
	return error;
}

static void try_targets(const uint8_t *data, size_t size)
{
	struct text text, again;
	struct sum first = {0}, second = {0};
	text_init(&text, (size_t)64 << 20);
	text_init(&again, (size_t)64 << 20);
	if (read_targets(data, size, &text, &first) == ERR_NOT_FOUND && first.count > 0) {
		assert(text.error == OK);
		int error = read_targets((const uint8_t *)text_get(&text), text.length, &again,
					 &second);
		assert(error == ERR_NOT_FOUND);
		assert(first.count == second.count && first.octets == second.octets &&
		       first.mixed == second.mixed);
	}
	text_release(&text);
	text_release(&again);
}

static void check_prefix(const struct address_prefix *prefix)
{
	const unsigned int bits = prefix->family == ADDRESS_IPV4 ? 32 : 128;
	assert(prefix->family == ADDRESS_IPV4 || prefix->family == ADDRESS_IPV6);
	assert(prefix->bits <= bits);
	for (unsigned int i = prefix->bits; i < bits; i++)
		assert((prefix->octets[i / 8] & 0x80 >> i % 8) == 0);
}

static void try_opt_outs(const uint8_t *data, size_t size)
{
	struct opt_out_list list = {0};
	struct random random;
	struct complaint complaint = {""};
	static const uint8_t root[1] = {0};
	const struct as_file file = as_file_open(data, size);
	random_seeded(&random, 7);
	int error = opt_out_list_read(file.path, &random, &list, &complaint);
	as_file_close(&file);
	if (error != OK) {
		check_complaint(&complaint);
	} else {
		assert(!opt_out_list_has(&list, root));
		for (size_t i = 0; i < list.count; i++)
			check_prefix(&list.prefixes[i]);
	}
	opt_out_list_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (data[0] % 2 == 0)
		try_targets(data + 1, size - 1);
	else
		try_opt_outs(data + 1, size - 1);
	return 0;
}
