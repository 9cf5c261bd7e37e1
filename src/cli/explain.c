/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"
#include "cli/table.h"
#include "judge/check/profile.h"
#include "tell/page/prose.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The longest page is some 6 KiB. */
#define PAGE_OCTETS_MAX ((size_t)1 << 20)

/* Those of a family, or all with NULL. */
static void list_plain(const struct options *options, const char *family)
{
	size_t count;
	const struct check *checks = check_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (family && strcasecmp(checks[i].family, family) != 0)
			continue;
		fprintf(options->out, "%-29s %-9s %s\n", checks[i].code,
			severity_text(checks[i].severity), checks[i].title);
	}
}

static void put_check(struct json *json, const struct check *check)
{
	json_begin_object(json);
	json_put_text(json, "type", "check");
	json_put_text(json, "code", check->code);
	json_put_text(json, "family", check->family);
	json_put_text(json, "severity", severity_text(check->severity));
	json_put_text(json, "party", party_text(check->party));
	json_put_text(json, "reference", check->reference);
	json_put_text(json, "title", check->title);
	json_put_bool(json, "of_many", check->function == NULL);
	json_put_text(json, "page", check->page);
	json_end_object(json);
	json_end_line(json);
}

static bool is_family(const char *word)
{
	size_t count;
	const struct check *checks = check_all(&count);

	for (size_t i = 0; i < count; i++)
		if (strcasecmp(checks[i].family, word) == 0)
			return true;
	return false;
}

/* One check, or those of a family, or all with neither. */
static int put_json(const struct options *options, const struct check *only, const char *family)
{
	size_t count;
	const struct check *checks = check_all(&count);
	struct json json;
	struct text text;

	text_init(&text, count * PAGE_OCTETS_MAX);
	json_init(&json, &text);
	for (size_t i = 0; i < count; i++)
		if ((!only || only == &checks[i]) &&
		    (!family || strcasecmp(checks[i].family, family) == 0))
			put_check(&json, &checks[i]);
	fputs(text_get(&text), options->out);
	const int result = text.error;

	text_release(&text);
	return result < 0 ? command_fail(options, result, NULL) : EXIT_FINE;
}

static bool has_code(const struct practice *practice, const char *code)
{
	for (size_t i = 0; i < practice->code_count; i++)
		if (strcmp(practice->codes[i].code, code) == 0)
			return true;
	return false;
}

/* In which practices the check counts. */
static void put_practices(const struct check *check, struct text *text)
{
	size_t count;
	size_t told = 0;
	const struct profile *profiles = profile_all(&count);

	for (size_t i = 0; i < count; i++) {
		const struct profile *profile = &profiles[i];

		for (size_t j = 0; profile->has_card && j < profile->practice_count; j++)
			if (has_code(&profile->practices[j], check->code))
				text_format(text, "%s%s %s", told++ == 0 ? "Counts in: " : ", ",
					    profile->name, profile->practices[j].number);
	}
	if (told > 0)
		text_add(text, ".\n");
}

static int put_page(const struct options *options, const struct check *check)
{
	const struct prose_part part = {check->page, strlen(check->page)};
	struct text text;

	text_init(&text, PAGE_OCTETS_MAX);
	prose_to_plain(&part, &text);
	text_format(&text, "\nSeverity: %s. Who can act: %s. Reference: %s.\n",
		    severity_text(check->severity), party_text(check->party), check->reference);
	put_practices(check, &text);
	fputs(text_get(&text), options->out);
	const int result = text.error;

	text_release(&text);
	return result < 0 ? command_fail(options, result, NULL) : EXIT_FINE;
}

/* Codes are in capitals; what is typed need not be. */
static const char *closest_code(const char *typed)
{
	char word[64];
	size_t length = 0;

	for (; typed[length] != '\0' && length + 1 < sizeof(word); length++)
		word[length] = (char)toupper((unsigned char)typed[length]);
	word[length] = '\0';
	return check_closest(word);
}

static int run(const struct options *options)
{
	const char *code = options_operand(options, 0);

	if (!code || is_family(code)) {
		if (options_json(options))
			return put_json(options, NULL, code);
		list_plain(options, code);
		return EXIT_FINE;
	}
	const struct check *check = check_by_code(code);

	if (!check) {
		const char *closest = closest_code(code);

		if (closest)
			return command_usage(options, "there is no check '%s'; did you mean %s?",
					     code, closest);
		return command_usage(options, "there is no check '%s'; list them: dsfi explain",
				     code);
	}
	return options_json(options) ? put_json(options, check, NULL) : put_page(options, check);
}

static const struct example examples[] = {
	{"dsfi explain", "lists every check with its severity"},
	{"dsfi explain dane", "lists those of one family"},
	{"dsfi explain DNSSEC-SIG-EXPIRED", "says what it is, why it matters and how to mend it"},
};

static const struct command explain = {
	.name = "explain",
	.summary = "say what a finding means, why it matters and how to mend it",
	.operands = "[CODE|FAMILY]",
	.description =
		"Prints the page of one check: what it looks at, what goes wrong for people, how "
		"to mend it with BIND, Knot DNS, NSD and PowerDNS, how to verify that it is "
		"mended, and how dsfi decides. With a FAMILY (such as dnssec) lists its checks, "
		"without anything all of them.",
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = 1,
	.see_also = "dsfi-check(1), dsfi-report(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_explain(void)
{
	return &explain;
}
