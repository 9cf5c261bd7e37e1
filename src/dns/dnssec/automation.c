/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/automation.h"

#include <assert.h>
#include <string.h>

static int prepend(const char *label, const uint8_t *name, struct name *ret_name)
{
	assert(strlen(label) <= LABEL_MAX_OCTETS);
	return name_prepend((const uint8_t *)label, strlen(label), name, ret_name);
}

int automation_join(const uint8_t *name, size_t labels, const uint8_t *suffix,
		    struct name *ret_name)
{
	assert(labels <= name_labels(name));
	struct name joined;
	const uint8_t *rest = name_suffix(name, name_labels(name) - labels);
	const size_t head = (size_t)(rest - name);
	if (head + name_size(suffix) > NAME_MAX_OCTETS)
		return ERR_LIMIT;
	memcpy(joined.octets, name, head);
	(void)name_copy(joined.octets + head, suffix);
	*ret_name = joined;
	return OK;
}

int automation_signalling_domain(const uint8_t *host, struct name *ret_name)
{
	return prepend("_signal", host, ret_name);
}

int automation_signalling_name(const uint8_t *domain, const uint8_t *host, struct name *ret_name)
{
	struct name signalling, joined;
	int error = automation_signalling_domain(host, &signalling);
	if (error == OK)
		error = automation_join(domain, name_labels(domain), signalling.octets, &joined);
	return error == OK ? prepend("_dsboot", joined.octets, ret_name) : error;
}

int automation_dsync_domain(const uint8_t *parent, struct name *ret_name)
{
	return prepend("_dsync", parent, ret_name);
}

int automation_dsync_name(const uint8_t *child, const uint8_t *parent, struct name *ret_name)
{
	assert(name_is_under(child, parent) && !name_equal(child, parent));
	struct name domain;
	const int error = automation_dsync_domain(parent, &domain);
	if (error != OK)
		return error;
	return automation_join(child, name_labels(child) - name_labels(parent), domain.octets,
			       ret_name);
}
