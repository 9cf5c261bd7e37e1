/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/exception.h"

#include "base/text.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define DAY_S ((int64_t)86400)
/* "2027-01-31", and "2027-01-31T10:00:00" before Z or an offset. */
#define DATE_OCTETS 10u
#define MOMENT_OCTETS 19u
#define OFFSET_OCTETS 6u

static_assert(EXCEPTION_WHOSE_ROOM >= NAME_TEXT_MAX, "every name has room");
static_assert(EXCEPTION_WHOSE_ROOM > EXCEPTION_OPERATOR_MAX, "every operator has room");

/* ---- time ---- */

static int moment_from_text(const char *text, size_t length, int64_t *ret_s)
{
	char moment[MOMENT_OCTETS + 2];
	uint64_t hours = 0, minutes = 0;
	int64_t local_s = 0;
	char two[3] = "";
	assert(length == MOMENT_OCTETS + OFFSET_OCTETS);
	const char *offset = text + MOMENT_OCTETS;
	memcpy(moment, text, MOMENT_OCTETS);
	memcpy(moment + MOMENT_OCTETS, "Z", 2);
	if ((offset[0] != '+' && offset[0] != '-') || offset[3] != ':' ||
	    time_from_text(moment, &local_s) != OK)
		return ERR_FORMAT;
	memcpy(two, offset + 1, 2);
	if (number_from_text(two, 0, 23, &hours) != OK)
		return ERR_FORMAT;
	memcpy(two, offset + 4, 2);
	if (number_from_text(two, 0, 59, &minutes) != OK)
		return ERR_FORMAT;
	const int64_t ahead_s = (int64_t)(hours * 3600 + minutes * 60);
	*ret_s = offset[0] == '+' ? local_s - ahead_s : local_s + ahead_s;
	return OK;
}

int exception_until_from_text(const char *text, int64_t *ret_until_s)
{
	const size_t length = strnlen(text, TIME_TEXT_MAX);
	char midnight[DATE_OCTETS + sizeof("T00:00:00Z")];
	int64_t until_s = 0;
	int error;
	if (length == MOMENT_OCTETS + OFFSET_OCTETS) {
		error = moment_from_text(text, length, &until_s);
	} else if (length == DATE_OCTETS) {
		memcpy(midnight, text, DATE_OCTETS);
		memcpy(midnight + DATE_OCTETS, "T00:00:00Z", sizeof("T00:00:00Z"));
		error = time_from_text(midnight, &until_s);
		until_s += DAY_S;
	} else {
		error = time_from_text(text, &until_s);
	}
	if (error == OK)
		*ret_until_s = until_s;
	return error;
}

void exception_until_to_text(int64_t until_s, char ret_text[EXCEPTION_UNTIL_ROOM])
{
	if (until_s == 0) {
		(void)snprintf(ret_text, EXCEPTION_UNTIL_ROOM, "no end is set");
		return;
	}
	const bool ends_with_a_day = until_s % DAY_S == 0;
	time_to_text(ends_with_a_day ? until_s - DAY_S : until_s, ret_text);
	if (ends_with_a_day)
		ret_text[DATE_OCTETS] = '\0';
}

/* ---- whose ---- */

int exception_prefix_from_text(const char *text, struct ip *ret_ip, uint8_t *ret_bits,
			       struct complaint *complaint)
{
	char word[IP_TEXT_MAX];
	struct ip ip;
	uint64_t bits = 0;
	const char *slash = strchr(text, '/');
	const size_t length = slash != NULL ? (size_t)(slash - text) : strnlen(text, sizeof(word));
	if (length >= sizeof(word))
		return complain(complaint, ERR_FORMAT, "'%.64s' is no address and no prefix", text);
	memcpy(word, text, length);
	word[length] = '\0';
	if (ip_from_text(word, &ip) != OK)
		return complain(complaint, ERR_FORMAT,
				"'%.64s' is no address like 192.0.2.1 and no prefix like "
				"2001:db8::/32",
				text);
	const uint64_t most = ip.family == 4 ? 32 : 128;
	bits = most;
	if (slash != NULL && number_from_text(slash + 1, 1, most, &bits) != OK)
		return complain(complaint, ERR_FORMAT,
				"'%.64s': the length of a prefix is 1 to %u here", text,
				(unsigned)most);
	for (uint64_t bit = bits; bit < most; bit++)
		if (ip.octets[bit / 8] & (0x80u >> (bit % 8)))
			return complain(complaint, ERR_FORMAT,
					"'%.64s' has bits behind its length; is a digit wrong?",
					text);
	*ret_ip = ip;
	*ret_bits = (uint8_t)bits;
	return OK;
}

static int write_prefix(const char *text, char ret_whose[EXCEPTION_WHOSE_ROOM],
			struct complaint *complaint)
{
	struct ip ip = {0};
	uint8_t bits = 0;
	char address[IP_TEXT_MAX];
	const int error = exception_prefix_from_text(text, &ip, &bits, complaint);
	if (error != OK)
		return error;
	ip_to_text(&ip, address);
	const bool is_address = bits == (ip.family == 4 ? 32 : 128);
	const int length =
		is_address ? snprintf(ret_whose, EXCEPTION_WHOSE_ROOM, "%s", address)
			   : snprintf(ret_whose, EXCEPTION_WHOSE_ROOM, "%s/%u", address, bits);
	assert(length > 0 && (size_t)length < EXCEPTION_WHOSE_ROOM);
	return OK;
}

static int write_operator(const char *text, char ret_whose[EXCEPTION_WHOSE_ROOM],
			  struct complaint *complaint)
{
	const size_t length = strnlen(text, EXCEPTION_OPERATOR_MAX + 1);
	if (length == 0 || length > EXCEPTION_OPERATOR_MAX || !text_is_plain(text, length))
		return complain(complaint, ERR_FORMAT,
				"the name of an operator has 1 to %u octets of UTF-8, without "
				"control characters",
				EXCEPTION_OPERATOR_MAX);
	memcpy(ret_whose, text, length + 1);
	return OK;
}

/* What was kept is presentation form; what people type may be more, and less (name_from_user). */
static int write_name(enum exception_scope scope, const char *text, bool is_typed,
		      char ret_whose[EXCEPTION_WHOSE_ROOM], struct complaint *complaint)
{
	struct name name;
	bool is_converted = false;
	const int error = is_typed ? name_from_user(text, &name, &is_converted, complaint)
				   : name_from_text(text, &name, complaint);
	if (error != OK)
		return error;
	if (scope == EXCEPTION_FOR_DOMAIN && name_is_root(name.octets))
		return complain(complaint, ERR_FORMAT,
				"the root is no domain that is looked at; a suffix may be '.'");
	name_lower(name.octets);
	name_to_text(name.octets, ret_whose);
	return OK;
}

static int write_whose(enum exception_scope scope, const char *text, bool is_typed,
		       char ret_whose[EXCEPTION_WHOSE_ROOM], struct complaint *complaint)
{
	switch (scope) {
	case EXCEPTION_FOR_OPERATOR:
		return write_operator(text, ret_whose, complaint);
	case EXCEPTION_FOR_SERVER:
		return write_prefix(text, ret_whose, complaint);
	case EXCEPTION_FOR_DOMAIN:
	case EXCEPTION_FOR_SUFFIX:
		break;
	}
	return write_name(scope, text, is_typed, ret_whose, complaint);
}

int exception_whose_from_text(enum exception_scope scope, const char *text,
			      char ret_whose[EXCEPTION_WHOSE_ROOM], struct complaint *complaint)
{
	assert(scope >= EXCEPTION_FOR_DOMAIN && scope <= EXCEPTION_FOR_SERVER);
	return write_whose(scope, text, true, ret_whose, complaint);
}

/* ---- all of it ---- */

static bool is_one_of(char character, char first, char last)
{
	return (character >= first && character <= last) ||
	       (character >= '0' && character <= '9') || character == '-';
}

/* Letters of one case, digits, hyphens; a family ends with "-*". */
static bool is_well_named(enum exception_about about, const char *what)
{
	const bool is_code = about == EXCEPTION_OF_CODE;
	size_t length = strnlen(what, EXCEPTION_WHAT_MAX + 1);
	if (length == 0 || length > EXCEPTION_WHAT_MAX)
		return false;
	if (is_code && length > 2 && what[length - 2] == '-' && what[length - 1] == '*')
		length--;
	for (size_t i = 0; i < length; i++)
		if (!is_one_of(what[i], is_code ? 'A' : 'a', is_code ? 'Z' : 'z'))
			return false;
	return true;
}

static int check_text(const char *name, const char *text, size_t most, struct complaint *complaint)
{
	const size_t length = text == NULL ? 0 : strnlen(text, most + 1);
	size_t blanks = 0;
	assert(most > 0);
	while (blanks < length && text[blanks] == ' ')
		blanks++;
	if (blanks == length)
		return complain(complaint, ERR_ARGUMENT, "%s is empty; say it in some words", name);
	if (length > most)
		return complain(complaint, ERR_ARGUMENT,
				"%s is too long; %zu octets are the most, and a link says more",
				name, most);
	if (!text_is_plain(text, length))
		return complain(complaint, ERR_ARGUMENT,
				"%s has control characters in it, or is not UTF-8", name);
	return OK;
}

int exception_check_by(const char *by, struct complaint *complaint)
{
	return check_text("by whom", by, EXCEPTION_BY_MAX, complaint);
}

static int check_subject(const struct exception *exception, struct complaint *complaint)
{
	char whose[EXCEPTION_WHOSE_ROOM];
	if (exception->kind < EXCEPTION_ACCEPTED || exception->kind > EXCEPTION_DISPUTED ||
	    exception->about < EXCEPTION_OF_CODE || exception->about > EXCEPTION_OF_PRACTICE ||
	    exception->scope < EXCEPTION_FOR_DOMAIN || exception->scope > EXCEPTION_FOR_SERVER)
		return complain(complaint, ERR_ARGUMENT, "it is of no kind that is known");
	if (exception->what == NULL || !is_well_named(exception->about, exception->what))
		return complain(complaint, ERR_ARGUMENT,
				"what it is about is a code like SERVER-LAME, a family like "
				"DNSSEC-* or a practice");
	if (exception->about == EXCEPTION_OF_PRACTICE && exception->scope == EXCEPTION_FOR_SERVER)
		return complain(complaint, ERR_ARGUMENT,
				"a practice is a domain's or an operator's, not a server's; name "
				"the domain, its suffix or the operator");
	if (exception->whose == NULL ||
	    write_whose(exception->scope, exception->whose, false, whose, complaint) != OK ||
	    strcmp(whose, exception->whose) != 0)
		return complain(complaint, ERR_ARGUMENT, "whose it is does not stand in its form");
	return OK;
}

static int check_times(const struct exception *exception, struct complaint *complaint)
{
	if (exception->recorded_s <= 0 || exception->until_s < 0 || exception->withdrawn_s < 0)
		return complain(complaint, ERR_ARGUMENT, "a time before 1970");
	if (exception->until_s == 0 && exception->kind == EXCEPTION_ACCEPTED)
		return complain(complaint, ERR_ARGUMENT, "an exception needs an end");
	if (exception->until_s != 0 && exception->until_s <= exception->recorded_s)
		return complain(complaint, ERR_ARGUMENT,
				"the end is past already; name one to come");
	if (exception->until_s != 0 &&
	    exception->until_s - exception->recorded_s > EXCEPTION_LASTS_MAX_S)
		return complain(complaint, ERR_ARGUMENT,
				"the end is more than ten years away; whether it still holds is to "
				"be asked before");
	if ((exception->withdrawn_s == 0) != (exception->withdrawn_by == NULL))
		return complain(complaint, ERR_ARGUMENT, "withdrawn by nobody, or at no time");
	return OK;
}

int exception_check(const struct exception *exception, struct complaint *complaint)
{
	int error = check_subject(exception, complaint);
	if (error == OK)
		error = check_text("the reason", exception->reason, EXCEPTION_REASON_MAX,
				   complaint);
	if (error == OK)
		error = exception_check_by(exception->by, complaint);
	if (error == OK && exception->withdrawn_by != NULL)
		error = exception_check_by(exception->withdrawn_by, complaint);
	return error == OK ? check_times(exception, complaint) : error;
}

enum exception_standing exception_standing(const struct exception *exception, int64_t time_s)
{
	const bool is_withdrawn = exception->withdrawn_s != 0 && time_s >= exception->withdrawn_s;
	const bool is_past = exception->until_s != 0 && time_s >= exception->until_s;
	if (time_s < exception->recorded_s)
		return EXCEPTION_NOT_YET;
	if (is_withdrawn && (!is_past || exception->withdrawn_s < exception->until_s))
		return EXCEPTION_WITHDRAWN;
	return is_past ? EXCEPTION_EXPIRED : EXCEPTION_IN_FORCE;
}

bool exception_has_code(const struct exception *exception, const char *code)
{
	const size_t length = strlen(exception->what);
	assert(length > 0);
	if (exception->about != EXCEPTION_OF_CODE)
		return false;
	if (exception->what[length - 1] == '*')
		return strncmp(exception->what, code, length - 1) == 0;
	return strcmp(exception->what, code) == 0;
}
