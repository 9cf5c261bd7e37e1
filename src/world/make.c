/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/make.h"

#include "base/memory.h"
#include "dns/wire/name.h"
#include "world/make_private.h"
#include "world/place_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Nobody's, so that no real domain is ever shown with a fault. */
static const char *const tlds[] = {
	"zan",  "quor", "vem",  "tyl",  "oxa",  "brin", "kesh", "lorn", "mepp", "sulo",
	"yart", "drel", "fenn", "glim", "hask", "jova", "nurr", "pell", "rask", "tove",
	"umbe", "wend", "xilo", "arvo", "beck", "corm", "dusk", "eldo", "farn", "gorr",
	"hulm", "ilex", "jarl", "kolt", "lumo", "moss", "nold", "osk",  "pirn", "ruel",
};
static_assert(sizeof(tlds) / sizeof(tlds[0]) == WORLD_MAKE_TLDS_MAX, "a name for each");

const char *make_tld(uint32_t index)
{
	assert(index < WORLD_MAKE_TLDS_MAX);
	return tlds[index];
}

static void write_word(struct make *make, char *word, size_t room)
{
	static const char *const heads[] = {"b",  "br", "c", "d", "dr", "f",  "g",  "gl",
					    "h",  "k",  "l", "m", "n",  "p",  "r",  "s",
					    "st", "t",  "v", "z", "w",  "pl", "tr", "j"};
	static const char *const tails[] = {"a",  "e",  "i",  "o",  "u",  "an", "en",
					    "in", "or", "el", "ar", "is", "ul", "ea"};
	word[0] = 0;
	uint32_t syllables = 2 + random_below(&make->random, 2);
	for (uint32_t i = 0; i < syllables; i++) {
		const char *head =
			heads[random_below(&make->random, sizeof(heads) / sizeof(*heads))];
		const char *tail =
			tails[random_below(&make->random, sizeof(tails) / sizeof(*tails))];
		size_t length = strlen(word);
		snprintf(word + length, room - length, "%s%s", head, tail);
	}
}

/* A label and a number. */
#define WORD_KEY_MAX (LABEL_MAX_OCTETS + 12)
static int word_key(const char *word, uint32_t tld, char key[WORD_KEY_MAX])
{
	const int length = snprintf(key, WORD_KEY_MAX, "%s.%u", word, tld);
	assert(length > 0 && length < (int)WORD_KEY_MAX);
	return length;
}

int make_take_word(struct make *make, uint32_t tld, const char *word)
{
	char key[WORD_KEY_MAX];
	const int length = word_key(word, tld, key);
	return map_put(make->names, key, (size_t)length, make, NULL);
}

int make_word(struct make *make, uint32_t tld, const char *prefix, char ret_word[MAKE_WORD_MAX])
{
	char key[WORD_KEY_MAX];
	uint32_t more = 1;
	for (;;) {
		char word[24];
		write_word(make, word, sizeof(word));
		if (more > 1)
			snprintf(ret_word, MAKE_WORD_MAX, "%s%s%u", prefix, word,
				 random_below(&make->random, more));
		else
			snprintf(ret_word, MAKE_WORD_MAX, "%s%s", prefix, word);
		const int length = word_key(ret_word, tld, key);
		if (!map_get(make->names, key, (size_t)length))
			return make_take_word(make, tld, ret_word);
		if (more < 1000000)
			more *= 10;
	}
}

/* The comma-separated words of --place. */
static int read_places(struct make *make, char *copy, struct complaint *complaint)
{
	for (char *word = copy; word && *word;) {
		char *comma = strchr(word, ',');
		if (comma)
			*comma = 0;
		uint8_t place = PLACE_KNOT;
		while (place < PLACE_COUNT && strcmp(place_name(place), word) != 0)
			place++;
		if (place == PLACE_COUNT)
			return complain(
				complaint, ERR_ARGUMENT,
				"no server is called '%.40s'; there are knot, nsd, bind, pdns",
				word);
		if (make->place_count == WORLD_MAKE_PLACES_MAX)
			return complain(complaint, ERR_ARGUMENT, "more than %u places",
					WORLD_MAKE_PLACES_MAX);
		make->places[make->place_count++] = place;
		word = comma ? comma + 1 : NULL;
	}
	return 0;
}

static void shuffle_faults(struct make *make)
{
	for (enum fault i = 0; i < FAULT_COUNT; i++)
		make->fault_order[i] = i;
	for (uint32_t i = FAULT_COUNT - 1; i > 0; i--) {
		uint32_t other = random_below(&make->random, i + 1);
		enum fault fault = make->fault_order[i];
		make->fault_order[i] = make->fault_order[other];
		make->fault_order[other] = fault;
	}
}

/* Of the world's TSIG key, in base64: the same for the same seed, as all that a world holds. */
#define SECRET_OCTETS 32u
static void make_secret(uint64_t seed, char *text, size_t room)
{
	struct random random;
	uint8_t octets[SECRET_OCTETS];
	random_seeded(&random, ~seed);
	random_octets(&random, octets, sizeof(octets));
	const int error = base64_from_octets(octets, sizeof(octets), text, room);
	assert(error == OK);
}

static int make_all(struct make *make, struct complaint *complaint)
{
	const struct world_make_options *options = make->options;
	char places[256] = "";
	if (options->places && strlen(options->places) < sizeof(places))
		memcpy(places, options->places, strlen(options->places) + 1);
	int error = read_places(make, places, complaint);
	if (error)
		return error;
	make->tld_count = options->tlds;
	if (make->tld_count == 0)
		make->tld_count = options->domains < 2000 ? 4 : options->domains < 20000 ? 8 : 16;
	shuffle_faults(make);
	error = make_operators(make);
	if (error)
		return error;
	char secret[2 * SECRET_OCTETS];
	make_secret(options->seed, secret, sizeof(secret));
	text_format(make->text,
		    "# %u domains, made by dsfi world make; the format: docs/format/world.md\n"
		    "world: 1\nseed: %ju\nrouting: true\ntsig: \"hmac-sha256:audit.key:%s\"\n",
		    options->domains, (uintmax_t)options->seed, secret);
	make_write_infrastructure(make);
	error = make_write_domains(make);
	return error ? error : make->text->error;
}

int world_make(const struct world_make_options *options, struct text *text,
	       struct complaint *complaint)
{
	static const uint8_t key[16] = "made worlds";
	assert(options->domains <= WORLD_MAKE_DOMAINS_MAX && options->tlds <= WORLD_MAKE_TLDS_MAX);
	struct make *make = memory_take_zeroed(1, sizeof(*make));
	if (!make)
		return complain(complaint, ERR_MEMORY, "out of memory");
	make->options = options;
	make->text = text;
	make->names = map_new(key);
	random_seeded(&make->random, options->seed);
	int error = make->names ? make_all(make, complaint) : ERR_MEMORY;
	if (error && error != ERR_ARGUMENT)
		(void)complain(complaint, error, "cannot make the world: %s", error_text(error));
	map_free(make->names, NULL);
	memory_give(make->operators);
	memory_give(make->weights);
	memory_give(make);
	return error;
}
