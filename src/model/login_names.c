/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/login_names.h"

#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

static const char *const labels[] = {"mail",   "webmail", "owa",  "autodiscover", "vpn",
				     "remote", "sso",     "adfs", "login",        "gw"};
static_assert(sizeof(labels) / sizeof(labels[0]) == LOGIN_NAMES_COUNT, "as the header says");

const char *login_name(unsigned int index)
{
	assert(index < LOGIN_NAMES_COUNT);
	return labels[index];
}

unsigned int login_name_find(const uint8_t *name, const uint8_t *domain)
{
	unsigned int index = 0;
	if (name_is_root(name) || !name_equal(name_parent(name), domain))
		return LOGIN_NAMES_COUNT;
	while (index < LOGIN_NAMES_COUNT &&
	       (name[0] != strlen(labels[index]) || memcmp(name + 1, labels[index], name[0]) != 0))
		index++;
	return index;
}
