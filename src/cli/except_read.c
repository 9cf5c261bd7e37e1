/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "cli/except_private.h"
#include "judge/adopt/adopt.h"
#include "judge/check/check.h"

#include <assert.h>
#include <string.h>

/* Of catalog/adoption; model/adoption.h has no more. */
#define PRACTICES_MAX ADOPTION_PRACTICES_MAX

/* "DNSSEC-*", in capitals; is there any check that begins so? */
static int read_family(const char *text, char ret_what[EXCEPTION_WHAT_MAX + 1],
		       struct complaint *complaint)
{
	size_t count;
	const struct check *checks = check_all(&count);
	const size_t length = strlen(text);
	char family[EXCEPTION_WHAT_MAX + 1];
	if (length < 3 || length > EXCEPTION_WHAT_MAX || text[length - 2] != '-')
		return complain(complaint, ERR_ARGUMENT,
				"--code '%.64s': a family is like 'DNSSEC-*'", text);
	for (size_t i = 0; i <= length; i++)
		family[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
	for (size_t i = 0; i < count; i++) {
		if (strncmp(checks[i].code, family, length - 1) != 0)
			continue;
		memcpy(ret_what, family, length + 1);
		return OK;
	}
	return complain(complaint, ERR_ARGUMENT,
			"--code '%.64s': no code begins so; dsfi explain lists them", text);
}

static int read_code(const char *text, char ret_what[EXCEPTION_WHAT_MAX + 1],
		     struct complaint *complaint)
{
	if (text[0] != '\0' && text[strlen(text) - 1] == '*')
		return read_family(text, ret_what, complaint);
	const struct check *check = check_by_code(text);
	const char *closest = check != NULL ? NULL : check_closest(text);
	if (check == NULL)
		return complain(complaint, ERR_ARGUMENT,
				"--code '%.64s': there is no such code%s%s%s; dsfi explain lists "
				"them",
				text, closest ? "; did you mean " : "", closest ? closest : "",
				closest ? "?" : "");
	assert(strlen(check->code) <= EXCEPTION_WHAT_MAX);
	memcpy(ret_what, check->code, strlen(check->code) + 1);
	return OK;
}

static int read_practice(const char *text, char ret_what[EXCEPTION_WHAT_MAX + 1],
			 struct complaint *complaint)
{
	const char *names[PRACTICES_MAX];
	size_t count;
	const struct good_practice *all = good_practice_all(&count);
	const struct good_practice *practice = good_practice_by_name(text);
	assert(count <= PRACTICES_MAX);
	if (practice != NULL) {
		assert(strlen(practice->name) <= EXCEPTION_WHAT_MAX);
		memcpy(ret_what, practice->name, strlen(practice->name) + 1);
		return OK;
	}
	for (size_t i = 0; i < count; i++)
		names[i] = all[i].name;
	const char *closest = strlen(text) > 64 ? NULL : text_closest(text, names, count);
	return complain(complaint, ERR_ARGUMENT,
			"--practice '%.64s': there is no such practice%s%s%s", text,
			closest ? "; did you mean " : "", closest ? closest : "",
			closest ? "?" : "; catalog/adoption has them");
}

static int read_what(const struct options *options, struct except_words *words,
		     struct exception *exception, struct complaint *complaint)
{
	const bool has_code = options_given(options, "code");
	if (has_code == options_given(options, "practice"))
		return complain(complaint, ERR_ARGUMENT,
				"give one of --code and --practice: what is it about?");
	exception->about = has_code ? EXCEPTION_OF_CODE : EXCEPTION_OF_PRACTICE;
	exception->what = words->what;
	return has_code ? read_code(options_text(options, "code"), words->what, complaint)
			: read_practice(options_text(options, "practice"), words->what, complaint);
}

static int read_whose(const struct options *options, struct except_words *words,
		      struct exception *exception, struct complaint *complaint)
{
	size_t given = 0;
	const char *name = "";
	for (int i = EXCEPTION_FOR_DOMAIN; i <= EXCEPTION_FOR_SERVER; i++) {
		const char *option = exception_scope_text((enum exception_scope)i);
		if (!options_given(options, option))
			continue;
		exception->scope = (enum exception_scope)i;
		name = option;
		given++;
	}
	if (given != 1)
		return complain(complaint, ERR_ARGUMENT,
				"give one of --domain, --suffix, --operator and --server: whose "
				"is it?");
	exception->whose = words->whose;
	if (exception_whose_from_text(exception->scope, options_text(options, name), words->whose,
				      complaint) == OK)
		return OK;
	return complain_more(complaint, ERR_ARGUMENT, "--%s", name);
}

int except_read(const struct options *options, struct except_words *words,
		struct exception *exception, struct complaint *complaint)
{
	const char *until = options_text(options, "until");
	assert(exception->recorded_s != 0);
	exception->kind =
		options_flag(options, "dispute") ? EXCEPTION_DISPUTED : EXCEPTION_ACCEPTED;
	exception->reason = options_text(options, "reason");
	exception->by = options_text(options, "by");
	int error = read_what(options, words, exception, complaint);
	if (error == OK)
		error = read_whose(options, words, exception, complaint);
	if (error == OK && exception->reason == NULL)
		error = complain(complaint, ERR_ARGUMENT, "say with --reason why");
	if (error == OK && exception->by == NULL)
		error = complain(complaint, ERR_ARGUMENT, "say with --by who says so");
	if (error == OK && until == NULL && exception->kind == EXCEPTION_ACCEPTED)
		error = complain(complaint, ERR_ARGUMENT,
				 "say with --until when it ends: an exception does");
	if (error == OK && until != NULL &&
	    exception_until_from_text(until, &exception->until_s) != OK)
		error = complain(complaint, ERR_ARGUMENT,
				 "--until '%.64s' is no date like 2027-01-31 and no time like "
				 "2027-01-31T12:00:00Z",
				 until);
	/* 0 would be none. */
	if (error == OK && until != NULL && exception->until_s <= 0)
		error = complain(complaint, ERR_ARGUMENT, "the end is past already");
	return error == OK ? exception_check(exception, complaint) : error;
}
