/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/exception.h"

#include <assert.h>
#include <string.h>

const char *exception_standing_text(enum exception_standing standing)
{
	static const char *const words[] = {
		[EXCEPTION_NOT_YET] = "not yet",
		[EXCEPTION_IN_FORCE] = "in force",
		[EXCEPTION_EXPIRED] = "expired",
		[EXCEPTION_WITHDRAWN] = "withdrawn",
	};
	assert((size_t)standing < sizeof(words) / sizeof(words[0]));
	return words[standing];
}

const char *exception_kind_text(enum exception_kind kind)
{
	assert(kind == EXCEPTION_ACCEPTED || kind == EXCEPTION_DISPUTED);
	return kind == EXCEPTION_ACCEPTED ? "exception" : "dispute";
}

const char *exception_scope_text(enum exception_scope scope)
{
	static const char *const words[] = {
		[EXCEPTION_FOR_DOMAIN] = "domain",
		[EXCEPTION_FOR_SUFFIX] = "suffix",
		[EXCEPTION_FOR_OPERATOR] = "operator",
		[EXCEPTION_FOR_SERVER] = "server",
	};
	assert(scope >= EXCEPTION_FOR_DOMAIN && scope <= EXCEPTION_FOR_SERVER);
	return words[scope];
}

void exception_to_words(const struct exception *exception, struct text *text)
{
	static const char *const places[] = {
		[EXCEPTION_FOR_DOMAIN] = "of domain",
		[EXCEPTION_FOR_SUFFIX] = "of the domains at or below",
		[EXCEPTION_FOR_OPERATOR] = "of operator",
		[EXCEPTION_FOR_SERVER] = "at server",
	};
	const bool is_of_all =
		exception->scope == EXCEPTION_FOR_SUFFIX && strcmp(exception->whose, ".") == 0;
	char until[EXCEPTION_UNTIL_ROOM];
	assert(exception->scope >= EXCEPTION_FOR_DOMAIN &&
	       exception->scope <= EXCEPTION_FOR_SERVER);
	exception_until_to_text(exception->until_s, until);
	text_format(text, "%s %lld: %s%s ", exception_kind_text(exception->kind),
		    (long long)exception->number,
		    exception->about == EXCEPTION_OF_PRACTICE ? "practice " : "", exception->what);
	if (is_of_all)
		text_add(text, "of all domains");
	else
		text_format(text, "%s %s", places[exception->scope], exception->whose);
	text_format(text, ", %s%s, by %s: %s", exception->until_s == 0 ? "" : "until ", until,
		    exception->by, exception->reason);
}

static void put_time(struct json *json, const char *key, int64_t time_s)
{
	char text[TIME_TEXT_MAX];
	time_to_text(time_s, text);
	json_put_text(json, key, time_s == 0 ? NULL : text);
}

void exception_members_to_json(const struct exception *exception, int64_t time_s, struct json *json)
{
	const bool is_code = exception->about == EXCEPTION_OF_CODE;
	assert(exception->what != NULL && exception->whose != NULL);
	json_put_number(json, "number", exception->number);
	json_put_text(json, "kind", exception_kind_text(exception->kind));
	json_put_text(json, "code", is_code ? exception->what : NULL);
	json_put_text(json, "practice", is_code ? NULL : exception->what);
	json_put_text(json, "scope", exception_scope_text(exception->scope));
	json_put_text(json, "whose", exception->whose);
	json_put_text(json, "reason", exception->reason);
	json_put_text(json, "by", exception->by);
	put_time(json, "recorded", exception->recorded_s);
	put_time(json, "until", exception->until_s);
	put_time(json, "withdrawn", exception->withdrawn_s);
	json_put_text(json, "withdrawn_by", exception->withdrawn_by);
	json_put_text(json, "standing",
		      exception_standing_text(exception_standing(exception, time_s)));
}
