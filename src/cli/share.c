/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi share`: what of a case goes to whom, and how. */
#include "base/memory.h"
#include "cli/share_private.h"
#include "cli/table.h"

#include <assert.h>
#include <string.h>

/* A case of CASE_MESSAGE_CASE_MAX messages as they mostly are; a case of the largest is refused. */
#define SHARE_ARENA_MAX ((size_t)1 << 30)

static size_t count_rows(const struct sharing *sharing, enum share_verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < sharing->row_count; i++)
		count += sharing->rows[i].verdict == verdict;
	return count;
}

/* What is red is read here: by whom is noted before it is shown. */
static int audit_reading(struct sharing *sharing)
{
	bool has_red = false;
	for (size_t i = 0; i < sharing->row_count; i++) {
		const struct share_row *row = &sharing->rows[i];
		if (row->verdict != SHARE_GOES || row->message->tlp != TLP_RED)
			continue;
		has_red = true;
		int error = allowed(sharing->options, ACCESS_READ_RED, sharing->complaint);
		if (error != OK)
			return error;
		error = parties_audit(sharing->store, "read", row->message->id,
				      "TLP:red, shown by share --preview", sharing->complaint);
		if (error != OK)
			return error;
	}
	return has_red ? store_commit(sharing->store, sharing->complaint) : OK;
}

/* What left is told, also where something went wrong after it. */
static int send_and_tell(struct sharing *sharing)
{
	const int error = share_send(sharing);
	if (error != OK && !sharing->has_left)
		return error;
	struct complaint first = *sharing->complaint;
	const int told = share_tell(sharing, false);
	if (error != OK) {
		*sharing->complaint = first;
		return error;
	}
	if (told == OK && sharing->is_interrupted)
		return complain(sharing->complaint, ERR_INTERRUPTED,
				"interrupted: %zu sent, %zu not; the same command sends the rest, "
				"and 'dsfi case show' tells what waits",
				count_rows(sharing, SHARE_SENT), count_rows(sharing, SHARE_FAILED));
	return told;
}

static int share(struct sharing *sharing)
{
	const bool is_preview = options_flag(sharing->options, "preview");
	int error = allowed(sharing->options, is_preview ? ACCESS_READ : ACCESS_SHARE,
			    sharing->complaint);
	if (error == OK)
		error = share_load(sharing);
	if (error == OK)
		error = share_aim(sharing);
	if (error == OK && is_preview)
		error = audit_reading(sharing);
	if (error != OK)
		return error;
	return is_preview ? share_tell(sharing, true) : send_and_tell(sharing);
}

static bool is_passed_on(const struct sharing *sharing, const struct share_row *row)
{
	for (size_t i = 0; i < sharing->passed_on_count; i++) {
		if (strcmp(sharing->passed_on[i], row->message->id) == 0)
			return true;
	}
	return false;
}

/* It leaves now, it left before, or who wrote in the case has it. */
static bool has_notice(struct sharing *sharing, const struct share_row *notice)
{
	if (notice->verdict != SHARE_NOT_FOR && notice->verdict != SHARE_WITHHELD)
		return true;
	for (size_t i = 0; i < sharing->message_count; i++) {
		if (strcmp(sharing->messages[i].author, notice->to->id) == 0)
			return true;
	}
	return share_was_sent(sharing, notice->message, notice->to->id);
}

/* NULL: it is not here either. */
static const struct share_row *notice_to(const struct sharing *sharing,
					 const struct party_file *party, bool *ret_has_any)
{
	const struct share_row *notice = NULL;
	*ret_has_any = false;
	for (size_t i = 0; i < sharing->row_count; i++) {
		const struct share_row *row = &sharing->rows[i];
		if (row->to != party)
			continue;
		*ret_has_any |= row->verdict == SHARE_GOES || row->verdict == SHARE_SENT;
		if (strcmp(row->message->id, sharing->case_id) == 0)
			notice = row;
	}
	return notice;
}

/* Who has no notice of a case is shown nothing of it: what is sent to it lies there unread. */
static void note_no_notice(struct sharing *sharing)
{
	for (size_t i = 0; i < sharing->recipient_count; i++) {
		const struct party_file *party = sharing->recipients[i];
		bool has_any = false;
		const struct share_row *notice = notice_to(sharing, party, &has_any);
		if (!has_any || notice == NULL || has_notice(sharing, notice))
			continue;
		assert(notice->reason != NULL);
		const bool is_passable =
			notice->verdict == SHARE_NOT_FOR && !is_passed_on(sharing, notice);
		command_note(sharing->options,
			     "'%s' has not got the notice of the case, and will see nothing of the "
			     "case without it; %s%s%s",
			     party->name, is_passable ? "--with " : parties_shown(notice->reason),
			     is_passable ? sharing->case_id : "",
			     is_passable ? " passes it on" : "");
	}
}

static int choose_way(struct sharing *sharing)
{
	const struct options *options = sharing->options;
	const bool has_files = options_text(options, "out") != NULL;
	const bool has_mail = options_flag(options, "mail");
	const bool has_webhook = options_flag(options, "webhook");
	if (options_given(options, "contact") && !has_mail && !has_webhook)
		return command_usage(options, "--contact names a mail address or a webhook: it "
					      "goes with --mail or --webhook");
	if (options_flag(options, "stix")) {
		if (has_mail || has_webhook)
			return command_usage(options,
					     "--stix prints a bundle, or writes it with "
					     "--out; it does not go with --mail or --webhook");
		return EXIT_FINE;
	}
	if (options_list(options, "to", 0) == NULL)
		return command_usage(options, "--to PARTY says whom it goes to");
	if (has_files + has_mail + has_webhook > 1)
		return command_usage(options, "one of --out, --mail, --webhook at a time");
	sharing->way = has_files     ? WAY_FILES
		       : has_mail    ? WAY_MAIL
		       : has_webhook ? WAY_WEBHOOK
				     : WAY_NONE;
	if (options_flag(options, "preview"))
		return EXIT_FINE;
	if (sharing->way == WAY_NONE)
		return command_usage(options, "say how it leaves: --out DIR, --mail or --webhook; "
					      "or --preview to see what would");
	if (has_mail && options_text(options, "smtp") == NULL)
		return command_usage(options,
				     "--mail needs --smtp FILE, which says by which server");
	return EXIT_FINE;
}

static int run_stix(struct sharing *sharing)
{
	size_t withheld = 0;
	int error = allowed(sharing->options,
			    options_flag(sharing->options, "preview") ? ACCESS_READ : ACCESS_SHARE,
			    sharing->complaint);
	if (error == OK)
		error = share_load(sharing);
	if (error == OK)
		error = share_stix(sharing, &withheld);
	share_release(sharing);
	if (error != OK)
		return command_fail(sharing->options, error, sharing->complaint);
	return withheld > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct sharing sharing = {.options = options,
				  .is_json = options_json(options),
				  .is_sealed = !options_flag(options, "plain"),
				  .complaint = &complaint};
	const int code = choose_way(&sharing);
	if (code != EXIT_FINE)
		return code;
	arena_init(&sharing.arena, SHARE_ARENA_MAX, 0);
	if (options_flag(options, "stix"))
		return run_stix(&sharing);
	const int error = share(&sharing);
	if (error == OK)
		note_no_notice(&sharing);
	const size_t goes = count_rows(&sharing, SHARE_GOES) + count_rows(&sharing, SHARE_SENT);
	const size_t failed = count_rows(&sharing, SHARE_FAILED);
	const size_t withheld = count_rows(&sharing, SHARE_WITHHELD);
	share_release(&sharing);
	if (error != OK)
		return command_fail(options, error, &complaint);
	command_note(options, "%zu %s, %zu withheld, %zu failed", goes,
		     options_flag(options, "preview") ? "would leave" : "sent", withheld, failed);
	if (failed > 0)
		return EXIT_UNABLE;
	return withheld > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct option share_options[] = {
	{.name = "to",
	 .letter = 't',
	 .kind = OPTION_LIST,
	 .argument = "PARTY",
	 .help = "whom it goes to: an id, the beginning of one, or a name"},
	{.name = "tlp",
	 .kind = OPTION_CHOICE,
	 .argument = "MARK",
	 .choices = "clear|green|amber|amber+strict|red",
	 .help = "nothing of a stricter mark leaves"},
	{.name = "preview",
	 .kind = OPTION_FLAG,
	 .help = "show what would leave, octet for octet, and send nothing"},
	{.name = "out",
	 .letter = 'o',
	 .kind = OPTION_FILE,
	 .argument = "DIR",
	 .help = "leave as files in this folder"},
	{.name = "mail",
	 .kind = OPTION_FLAG,
	 .help = "leave as mail to a contact that does not depend on what is affected"},
	{.name = "smtp",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "how mail leaves, a file of mode 0600 (docs/sharing.md)"},
	{.name = "webhook",
	 .kind = OPTION_FLAG,
	 .help = "leave to a webhook of the party, as --mail"},
	{.name = "stix",
	 .kind = OPTION_FLAG,
	 .help = "print the case as a STIX 2.1 bundle; with --out, into DIR/CASE.stix.json"},
	{.name = "ca",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "certificates to trust for webhooks instead of the system's"},
	{.name = "contact",
	 .kind = OPTION_LIST,
	 .argument = "VALUE",
	 .help = "use this contact, of which the store knows nothing, or which the party did not "
		 "have before the change; you looked at it. One that depends on what is affected "
		 "is not used, named or not. A webhook by its host, or as --preview "
		 "shows it, so that no token stands here"},
	{.name = "with",
	 .letter = 'w',
	 .kind = OPTION_LIST,
	 .argument = "MESSAGE",
	 .help = "pass this one on to those it was not written to, if its mark allows; the "
		 "notice has the case's id"},
	{.name = "plain", .kind = OPTION_FLAG, .help = "do not seal; for what is clear only"},
	{.name = "again", .kind = OPTION_FLAG, .help = "send once more what was sent before"},
	OPTION_ROLES,
	OPTION_PARTIES_STORE,
};

static const struct example examples[] = {
	{"dsfi share 4kq7 --to 'CSIRT of example' --preview", "what would leave, and what not"},
	{"dsfi share 4kq7 --to 'CSIRT of example' --out outbox", "sealed files to hand over"},
	{"dsfi share 4kq7 --to 'CSIRT of example' --mail --smtp mail.conf", "sealed mails"},
	{"dsfi share 4kq7 --stix --tlp green >case.stix.json",
	 "for tools, what every party may have"},
};

static const struct command command = {
	.name = "share",
	.summary = "send what of a case others have not got",
	.operands = "CASE",
	.description =
		"Goes through the messages of a case (an id or the beginning of one) for each "
		"party named, and sends those that it has not got: sealed to its key, as their "
		"authors signed them. What a mark of the Traffic Light Protocol, a party's ceiling "
		"or --tlp forbids is withheld and told with the reason; what is not written to a "
		"party goes to it only when it is clear or green, or named with --with. What "
		"waits is noted before it leaves, and each sending is in the audit.\n\n"
		"Contacts that depend on what the case says is affected are marked and not used; "
		"what their name servers and mail hosts were before comes from the store. Where "
		"none is left, nothing is sent, and what to do is said.\n\n"
		"With --stix what all recipients may have is printed as a bundle for other tools; "
		"where none is named, what is ours up to the mark of --tlp (clear), and of others "
		"what is clear or green. A bundle is neither signed nor sealed.",
	.options = share_options,
	.option_count = sizeof(share_options) / sizeof(share_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note = "1: something was withheld; 4: something could not be sent; the rest is sent",
	.see_also = "dsfi-receive(1), dsfi-party(1), dsfi-audit(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_share(void)
{
	return &command;
}
