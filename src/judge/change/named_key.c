/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/named_key.h"

#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>

bool change_names_key(const uint8_t *domain, const struct state_data *ds,
		      const struct state_data *key)
{
	struct ds_rdata read;
	const struct record ds_record = {
		.rdata = ds->octets, .rdata_size = ds->size, .type = TYPE_DS};
	const struct record key_record = {.owner = domain,
					  .rdata = key->octets,
					  .rdata_size = key->size,
					  .type = TYPE_DNSKEY};
	assert(domain != NULL);
	return rdata_ds(&ds_record, &read) == OK && ds_matches(domain, &read, &key_record);
}

static bool may_sign(const struct state_data *key)
{
	struct dnskey_rdata read;
	const struct record record = {
		.rdata = key->octets, .rdata_size = key->size, .type = TYPE_DNSKEY};
	return rdata_dnskey(&record, &read) == OK &&
	       (read.flags & (DNSKEY_ZONE | DNSKEY_REVOKE)) == DNSKEY_ZONE;
}

const struct state_data *change_signing_key(const struct state_set *keys,
					    const struct state_signature *signature)
{
	const struct state_data *found = NULL;
	assert(keys->type == TYPE_DNSKEY);
	for (size_t i = 0; i < keys->count; i++) {
		const struct state_data *key = &keys->data[i];
		if (key->size < 4 || key->octets[3] != signature->algorithm ||
		    key_tag(key->octets, key->size) != signature->key_tag)
			continue;
		if (found != NULL)
			return NULL;
		found = key;
	}
	return found != NULL && may_sign(found) ? found : NULL;
}
