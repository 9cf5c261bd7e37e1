/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"

#include "dns/wire/fold_private.h"

#include <assert.h>
#include <string.h>

size_t name_size(const uint8_t *name)
{
	size_t size = 0;
	while (name[size] != 0) {
		assert(name[size] <= LABEL_MAX_OCTETS);
		size += (size_t)name[size] + 1;
		assert(size < NAME_MAX_OCTETS);
	}
	return size + 1;
}

size_t name_labels(const uint8_t *name)
{
	size_t labels = 0;
	while (*name != 0) {
		assert(*name <= LABEL_MAX_OCTETS && labels < NAME_MAX_LABELS);
		name += (size_t)*name + 1;
		labels++;
	}
	return labels;
}

size_t name_copy(uint8_t *target, const uint8_t *name)
{
	const size_t size = name_size(name);
	memcpy(target, name, size);
	return size;
}

size_t name_copy_lower(uint8_t *target, const uint8_t *name)
{
	const size_t size = name_size(name);
	octets_fold(target, name, size);
	return size;
}

void name_lower(uint8_t *name)
{
	octets_fold(name, name, name_size(name));
}

bool name_equal(const uint8_t *left, const uint8_t *right)
{
	if (left == right)
		return true;
	for (;;) {
		const size_t length = *left;
		if (length != *right)
			return false;
		if (length == 0)
			return true;
		assert(length <= LABEL_MAX_OCTETS);
		if (!octets_equal_folded(left + 1, right + 1, length))
			return false;
		left += length + 1;
		right += length + 1;
	}
}

bool name_equal_exactly(const uint8_t *left, const uint8_t *right)
{
	while (*left == *right) {
		const size_t length = *left;
		if (length == 0)
			return true;
		assert(length <= LABEL_MAX_OCTETS);
		if (memcmp(left + 1, right + 1, length) != 0)
			return false;
		left += length + 1;
		right += length + 1;
	}
	return false;
}

/* The labels' places in a name, first to last, the root's left out. */
struct label_offsets {
	size_t count;
	uint8_t offsets[NAME_MAX_LABELS];
};

static void find_labels(const uint8_t *name, struct label_offsets *ret_labels)
{
	size_t count = 0;
	size_t at = 0;
	while (name[at] != 0) {
		assert(count < NAME_MAX_LABELS && at < NAME_MAX_OCTETS);
		ret_labels->offsets[count++] = (uint8_t)at;
		at += (size_t)name[at] + 1;
	}
	ret_labels->count = count;
}

/* RFC 4034 s6.1: as left-justified octet strings, letters lower-cased, absent before zero. */
static int compare_labels(const uint8_t *left, const uint8_t *right)
{
	const size_t shared = *left < *right ? *left : *right;
	for (size_t i = 1; i <= shared; i++) {
		const int difference = (int)octet_fold(left[i]) - (int)octet_fold(right[i]);
		if (difference != 0)
			return difference;
	}
	return (int)*left - (int)*right;
}

/* Compares from the root downwards; stops at the first difference. */
static size_t walk_common(const uint8_t *left, const struct label_offsets *left_labels,
			  const uint8_t *right, const struct label_offsets *right_labels,
			  int *ret_difference)
{
	size_t common = 0;
	*ret_difference = 0;
	while (common < left_labels->count && common < right_labels->count) {
		common++;
		*ret_difference =
			compare_labels(left + left_labels->offsets[left_labels->count - common],
				       right + right_labels->offsets[right_labels->count - common]);
		if (*ret_difference != 0)
			return common - 1;
	}
	return common;
}

int name_compare(const uint8_t *left, const uint8_t *right)
{
	struct label_offsets left_labels, right_labels;
	int difference;
	find_labels(left, &left_labels);
	find_labels(right, &right_labels);
	(void)walk_common(left, &left_labels, right, &right_labels, &difference);
	return difference != 0 ? difference : (int)left_labels.count - (int)right_labels.count;
}

size_t name_common_labels(const uint8_t *left, const uint8_t *right)
{
	struct label_offsets left_labels, right_labels;
	int difference;
	find_labels(left, &left_labels);
	find_labels(right, &right_labels);
	return walk_common(left, &left_labels, right, &right_labels, &difference);
}

bool name_is_under(const uint8_t *name, const uint8_t *ancestor)
{
	const size_t labels = name_labels(name);
	const size_t wanted = name_labels(ancestor);
	return labels >= wanted && name_equal(name_suffix(name, wanted), ancestor);
}

const uint8_t *name_parent(const uint8_t *name)
{
	assert(*name <= LABEL_MAX_OCTETS);
	return *name == 0 ? name : name + *name + 1;
}

const uint8_t *name_suffix(const uint8_t *name, size_t labels)
{
	const size_t present = name_labels(name);
	assert(labels <= present);
	for (size_t i = labels; i < present; i++)
		name += (size_t)*name + 1;
	return name;
}

bool name_is_wildcard(const uint8_t *name)
{
	return name[0] == 1 && name[1] == '*';
}

bool name_is_root(const uint8_t *name)
{
	return *name == 0;
}

static bool is_letter_or_digit(uint8_t octet)
{
	return (uint8_t)(octet_fold(octet) - 'a') < 26 || (uint8_t)(octet - '0') < 10;
}

bool name_is_host(const uint8_t *name)
{
	for (; *name != 0; name += (size_t)*name + 1) {
		assert(*name <= LABEL_MAX_OCTETS);
		if (name[1] == '-' || name[*name] == '-')
			return false;
		for (size_t i = 1; i <= *name; i++)
			if (!is_letter_or_digit(name[i]) && name[i] != '-')
				return false;
	}
	return true;
}

int name_prepend(const uint8_t *label, size_t label_size, const uint8_t *name,
		 struct name *ret_name)
{
	assert(label_size > 0); /* an empty label is the root's and stands last */
	const size_t size = name_size(name);
	if (label_size > LABEL_MAX_OCTETS || size + label_size + 1 > NAME_MAX_OCTETS)
		return ERR_LIMIT;
	/* `name` may lie in `ret_name`. */
	memmove(ret_name->octets + label_size + 1, name, size);
	ret_name->octets[0] = (uint8_t)label_size;
	memcpy(ret_name->octets + 1, label, label_size);
	return OK;
}

bool name_is_valid(const uint8_t *octets, size_t size)
{
	size_t at = 0;
	if (size > NAME_MAX_OCTETS)
		return false;
	while (at < size && octets[at] != 0) {
		if (octets[at] > LABEL_MAX_OCTETS)
			return false;
		at += (size_t)octets[at] + 1;
	}
	return at + 1 == size;
}
