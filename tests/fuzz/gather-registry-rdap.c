/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a registry's server answers, about bank.example. Property: whatever comes, there are no more
 * contacts than may be, each in the form of its kind and with a role; a refusal has words.
 */
#include "found_sound.h"
#include "gather/registry/rdap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rdap_source source = {
		.domain = "bank.example", .octets = (const char *)data, .size = size};
	struct complaint complaint = {""};
	struct found_list list;
	struct arena arena;
	arena_init(&arena, (size_t)16 << 20, 0);
	found_init(&list, &arena);
	const int error = rdap_read(&source, &list, &complaint);
	assert(error == OK || (complaint.text[0] != '\0' && list.count == 0));
	found_sound(&list);
	arena_release(&arena);
	return 0;
}
