/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/parcel.h"

#include "model/id.h"
#include "seal/age.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static int seal(const struct parcel *parcel, struct random *random, struct text *out,
		struct complaint *complaint)
{
	uint8_t keys[1][KEY_OCTETS];
	const struct age_recipients to = {(const uint8_t(*)[KEY_OCTETS])keys, 1};
	struct age_buffer sealed = {0};
	struct age_buffer armoured = {0};
	if (!party_seal_key(parcel->to, parcel->now_s, keys[0]))
		return complain(complaint, ERR_PERMISSION,
				"party '%s' has no key that has not ended, so nothing can be "
				"sealed to it; get its newest party file",
				parcel->to->id);
	const struct age_octets plain = {(const uint8_t *)parcel->message->octets,
					 parcel->message->size};
	int error = age_seal(&to, plain, random, complaint, &sealed);
	if (error == OK) {
		const struct age_octets octets = {sealed.data, sealed.size};
		error = age_armour(octets, &armoured);
	}
	if (error == OK) {
		text_add_octets(out, (const char *)armoured.data, armoured.size);
		error = out->error;
	}
	age_buffer_release(&sealed);
	age_buffer_release(&armoured);
	return error;
}

int parcel_make(const struct parcel *parcel, struct random *random, struct text *out,
		struct complaint *complaint)
{
	assert(parcel->message->is_proven && out->length == 0);
	if (parcel->is_sealed)
		return seal(parcel, random, out, complaint);
	if (parcel->message->tlp != TLP_CLEAR)
		return complain(complaint, ERR_PERMISSION,
				"message '%s' is marked TLP:%s and leaves sealed only; --plain is "
				"for what is clear",
				parcel->message->id, tlp_text(parcel->message->tlp));
	text_add_octets(out, parcel->message->octets, parcel->message->size);
	text_add_char(out, '\n');
	return out->error;
}

void parcel_name(const struct parcel *parcel, char ret_name[PARCEL_NAME_ROOM])
{
	int length;
	if (parcel->is_sealed)
		length = snprintf(ret_name, PARCEL_NAME_ROOM, "%s.%s.age", parcel->message->id,
				  parcel->to->id);
	else
		length = snprintf(ret_name, PARCEL_NAME_ROOM, "%s.json", parcel->message->id);
	assert(length > 0 && (size_t)length < PARCEL_NAME_ROOM);
	(void)length;
}

void parcel_key(const struct parcel *parcel, const struct text *octets,
		char ret_key[PARCEL_KEY_ROOM])
{
	char id[ID_ROOM];
	assert(octets->length > 0);
	id_make(text_get(octets), octets->length, id);
	(void)snprintf(ret_key, PARCEL_KEY_ROOM, "%s.%s.%s", parcel->message->id, parcel->to->id,
		       id);
}
