/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that write an observation as JSON share. */
#ifndef MODEL_OBSERVATION_JSON_PRIVATE_H
#define MODEL_OBSERVATION_JSON_PRIVATE_H

#include "base/text.h"
#include "model/observation.h"

struct json_maker {
	const struct observation *observation;
	struct json *json;
	struct arena arena; /* of the message at hand */
	struct text text;
};

void observation_json_name(struct json *json, const char *key, const uint8_t *name);
void observation_json_ip(struct json *json, const char *key, const struct ip *ip);
void observation_json_type(struct json *json, const char *key, uint16_t type);
/* Those of the words whose bits are set. */
void observation_json_words(struct json *json, const char *key, const char *const *words,
			    size_t count, unsigned int bits);
/* The value of a key that was written: a message as an object. */
MUST_CHECK int observation_json_message(struct json_maker *maker, const uint8_t *wire, size_t size);
/* Look-ups, blobs, sessions, routes: keys of the object at hand. */
MUST_CHECK int observation_json_further(struct json_maker *maker);

#endif
