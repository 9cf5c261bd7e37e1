/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is looked for, from the command line. */
#include "cli/pivot_private.h"
#include "dns/wire/name.h"
#include "model/forms.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* "2026-11-01" */
#define DATE_LENGTH 10u

static int read_name(struct pivot *pivot, const char *value)
{
	bool is_converted = false;
	struct complaint why = {""};
	if (name_from_user(value, &pivot->name, &is_converted, &why) != OK)
		return complain(pivot->complaint, ERR_ARGUMENT, "'%.200s' is no host name: %s",
				value, why.text);
	name_lower(pivot->name.octets);
	pivot->query.name = pivot->name.octets;
	return OK;
}

static int read_prefix(struct pivot *pivot, const char *value, bool is_address)
{
	struct form_prefix prefix;
	if (!form_prefix_read(value, true, &prefix) ||
	    (is_address && prefix.bits != (prefix.family == 4 ? 32 : 128)))
		return complain(pivot->complaint, ERR_ARGUMENT, "'%.200s' is no %s", value,
				is_address ? "address like 192.0.2.1 or 2001:db8::1"
					   : "prefix like 192.0.2.0/24 or 2001:db8::/32, with no "
					     "bits behind its length");
	if (prefix.bits == 0)
		return complain(pivot->complaint, ERR_ARGUMENT,
				"'%s' is every address there is; give a longer prefix", value);
	pivot->query.ip.family = (uint8_t)prefix.family;
	pivot->query.bits = (uint8_t)prefix.bits;
	memcpy(pivot->query.ip.octets, prefix.octets, sizeof(prefix.octets));
	return OK;
}

static int read_key(struct pivot *pivot, const char *value)
{
	uint64_t tag = 0;
	size_t size = 0;
	const size_t length = strlen(value);
	if (length == 2 * (size_t)USE_DIGEST_OCTETS &&
	    hex_to_octets(value, length, pivot->query.digest, USE_DIGEST_OCTETS, &size) == OK) {
		pivot->query.kind = USE_KEY_DIGEST;
		return OK;
	}
	if (number_from_text(value, 0, UINT16_MAX, &tag) != OK)
		return complain(pivot->complaint, ERR_ARGUMENT,
				"'%.200s' is neither a key tag (0 to 65535) nor a SHA-256 of 64 "
				"hexadecimal digits",
				value);
	pivot->query.kind = USE_KEY_TAG;
	pivot->query.key_tag = (uint16_t)tag;
	return OK;
}

static int read_since(struct pivot *pivot)
{
	char moment[TIME_TEXT_MAX];
	const char *since = options_text(pivot->options, "since");
	pivot->since_s = INT64_MIN;
	if (since == NULL)
		return OK;
	const bool is_date = strlen(since) == DATE_LENGTH;
	(void)snprintf(moment, sizeof(moment), "%s%s", since, is_date ? "T00:00:00Z" : "");
	if (strlen(since) >= sizeof(moment) || time_from_text(moment, &pivot->since_s) != OK)
		return complain(pivot->complaint, ERR_ARGUMENT,
				"--since '%.64s' is no date like 2027-01-31 and no time like "
				"2027-01-31T12:00:00Z",
				since);
	return OK;
}

int pivot_read_value(struct pivot *pivot)
{
	static const struct {
		const char *option;
		enum use_kind kind;
	} rows[] = {{"ns", USE_NAME_SERVER},
		    {"ip", USE_PREFIX},
		    {"prefix", USE_PREFIX},
		    {"key", USE_KEY_TAG},
		    {"mx", USE_MAIL_HOST}};
	const char *option = NULL;
	size_t given = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!options_given(pivot->options, rows[i].option))
			continue;
		option = rows[i].option;
		pivot->query.kind = rows[i].kind;
		given++;
	}
	if (given != 1)
		return complain(pivot->complaint, ERR_ARGUMENT,
				"give one of --ns, --ip, --prefix, --key and --mx: what is it that "
				"others may use, too?");
	pivot->value = options_text(pivot->options, option);
	assert(pivot->value != NULL);
	int error = OK;
	if (pivot->query.kind == USE_NAME_SERVER || pivot->query.kind == USE_MAIL_HOST)
		error = read_name(pivot, pivot->value);
	else if (pivot->query.kind == USE_PREFIX)
		error = read_prefix(pivot, pivot->value, strcmp(option, "ip") == 0);
	else
		error = read_key(pivot, pivot->value);
	if (error != OK)
		return complain_more(pivot->complaint, error, "--%s", option);
	return read_since(pivot);
}
