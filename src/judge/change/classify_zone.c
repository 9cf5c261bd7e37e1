/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zone itself: SOA, keys and who signs, what it asks of its parent. */
#include "dns/wire/name.h"
#include "judge/change/classify_private.h"

#include <assert.h>
#include <string.h>

bool classify_soa_names(const struct state_data *data, struct soa_names *ret_names)
{
	/* Both were read as names when the state was made; a state from elsewhere may hold other
	 * octets. */
	for (size_t size = 1; size < data->size; size++) {
		if (!name_is_valid(data->octets, size))
			continue;
		if (!name_is_valid(data->octets + size, data->size - size))
			return false;
		*ret_names = (struct soa_names){data->octets, data->octets + size};
		return true;
	}
	return false;
}

static const char *soa_words(struct judging *judging, const struct state_data *data)
{
	char primary[NAME_TEXT_MAX];
	char contact[NAME_TEXT_MAX];
	struct soa_names names;
	if (!classify_soa_names(data, &names))
		return "something malformed";
	return judging_words(judging, "primary %s, contact %s",
			     name_to_text(names.primary, primary),
			     name_to_text(names.contact, contact));
}

static void classify_soa(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_SOA))
		return;
	const struct sight_pair soa = judging_pair(judging, SIGHT_SOA);
	judging_class(judging, CHANGE_SOA);
	assert(soa.before->is_known && soa.after->is_known);
	judging_tell(judging, "SOA: %s instead of %s",
		     judging_list(judging, soa.after, soa.before, soa_words),
		     judging_list(judging, soa.before, soa.after, soa_words));
}

uint16_t classify_key_tag(const struct state_data *key)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < key->size; i++)
		sum += i % 2 == 0 ? (uint32_t)key->octets[i] << 8 : key->octets[i];
	return (uint16_t)(sum + (sum >> 16));
}

static const char *key_words(struct judging *judging, const struct state_data *data)
{
	if (data->size < 4)
		return "something malformed";
	return judging_words(judging, "%u (algorithm %u)", classify_key_tag(data), data->octets[3]);
}

static void classify_keys(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_KEYS))
		return;
	const struct sight_pair keys = judging_pair(judging, SIGHT_KEYS);
	const char *new = judging_list(judging, keys.after, keys.before, key_words);
	assert(keys.before->count > 0 || keys.after->count > 0);
	const char *old = judging_list(judging, keys.before, keys.after, key_words);
	judging_class(judging, CHANGE_KEYS);
	if (keys.after->count == 0)
		judging_tell(judging, "the zone has no keys any more; it had %s", old);
	else if (keys.before->count > 0 && sight_set_common(keys.before, keys.after) == 0)
		judging_tell(judging, "all keys of the zone replaced: %s instead of %s", new, old);
	else
		judging_tell(judging, "keys of the zone: %s added, %s removed", new, old);
}

static const char *algorithm_words(struct judging *judging, const struct state_data *data)
{
	assert(data->size == 1);
	return judging_words(judging, "algorithm %u", data->octets[0]);
}

static void classify_signers(struct judging *judging)
{
	if (!judging_changed(judging, SIGHT_SIGNERS))
		return;
	const struct sight_pair signers = judging_pair(judging, SIGHT_SIGNERS);
	assert(signers.before->count > 0 || signers.after->count > 0);
	judging_class(judging, CHANGE_SIGNER);
	if (signers.after->count == 0)
		judging_tell(judging, "the zone is not signed any more");
	else if (signers.before->count == 0)
		judging_tell(judging, "the zone is signed, which it was not");
	else
		judging_tell(judging, "signed by %s instead of %s",
			     judging_list(judging, signers.after, NULL, algorithm_words),
			     judging_list(judging, signers.before, NULL, algorithm_words));
}

static void classify_updates(struct judging *judging)
{
	static const struct {
		enum dimension dimension;
		const char *words;
	} rows[] = {{SIGHT_CDS, "DS (by CDS)"},
		    {SIGHT_CDNSKEY, "DS (by CDNSKEY)"},
		    {SIGHT_CSYNC, "name servers (by CSYNC)"}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!judging_changed(judging, rows[i].dimension))
			continue;
		const struct sight_pair pair = judging_pair(judging, rows[i].dimension);
		judging_class(judging, CHANGE_UPDATES);
		judging_tell(judging, "the zone %s its parent for other %s",
			     pair.after->count > 0 ? "asks" : "no longer asks", rows[i].words);
	}
}

void classify_zone(struct judging *judging)
{
	classify_soa(judging);
	classify_keys(judging);
	classify_signers(judging);
	classify_updates(judging);
}
