/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which way a case goes to each recipient. */
#include "base/memory.h"
#include "cli/share_private.h"
#include "keep/store/parties.h"
#include "os/file.h"

#include <assert.h>
#include <string.h>

const struct share_target *share_target_of(const struct sharing *sharing,
					   const struct party_file *party)
{
	size_t i = 0;
	while (i < sharing->recipient_count && sharing->recipients[i] != party)
		i++;
	assert(i < sharing->recipient_count);
	return &sharing->targets[i];
}

void share_way_text(const struct sharing *sharing, const struct share_row *row,
		    char ret_way[SHARE_WAY_ROOM])
{
	const struct share_target *target = share_target_of(sharing, row->to);
	char shown[CONTACT_SHOWN_ROOM];
	if (sharing->way == WAY_FILES)
		(void)snprintf(ret_way, SHARE_WAY_ROOM, "file %s",
			       options_text(sharing->options, "out"));
	else if (target->chosen == NULL)
		ret_way[0] = '\0';
	if (sharing->way == WAY_FILES || target->chosen == NULL)
		return;
	contact_shown(target->chosen, shown);
	(void)snprintf(ret_way, SHARE_WAY_ROOM, "%s %s", contact_kind_text(target->chosen->kind),
		       shown);
}

/* What is told of contacts; more are cut. */
#define LIST_OCTETS_MAX ((size_t)64 << 10)

static bool has_named(const struct party_file *party, enum contact_kind kind, const char *value)
{
	for (size_t i = 0; i < party->contact_count; i++) {
		if (party->contacts[i].kind == kind && contact_is_named(&party->contacts[i], value))
			return true;
	}
	return false;
}

/* A contact that a person looked at, if it is one of this party's, of the kind of the way. */
static const char *named_contact(const struct sharing *sharing, const struct party_file *party,
				 enum contact_kind kind)
{
	const char *value;
	for (size_t i = 0; (value = options_list(sharing->options, "contact", i)) != NULL; i++) {
		if (has_named(party, kind, value))
			return value;
	}
	return NULL;
}

/* Of all recipients: "d@safe.test, e@safe.test". */
static void list_contacts(const struct sharing *sharing, enum contact_kind kind, struct text *list)
{
	for (size_t i = 0; i < sharing->recipient_count; i++) {
		const struct party_file *party = sharing->recipients[i];
		for (size_t j = 0; j < party->contact_count; j++) {
			char shown[CONTACT_SHOWN_ROOM];
			if (party->contacts[j].kind != kind)
				continue;
			contact_shown(&party->contacts[j], shown);
			text_format(list, "%s%s", list->length > 0 ? ", " : "", shown);
		}
	}
}

static int refuse_named(const struct sharing *sharing, enum contact_kind kind, const char *value)
{
	const char *word = contact_kind_text(kind);
	const char *whose = sharing->recipient_count == 1 ? "this party" : "these parties";
	struct text list;
	text_init(&list, LIST_OCTETS_MAX);
	list_contacts(sharing, kind, &list);
	const bool has_any = list.length > 0;
	const int error =
		complain(sharing->complaint, ERR_NOT_FOUND,
			 "--contact '%.200s': no %s contact of %s; %s%.500s", parties_shown(value),
			 word, whose, has_any ? "there are: " : "there is no ",
			 has_any ? text_get(&list) : word);
	text_release(&list);
	return error;
}

/* Each --contact is one of somebody's it goes to. One that goes by another way may stand beside one
 * that goes by this one, so that one line does for both. */
static int check_named(const struct sharing *sharing, enum contact_kind kind)
{
	const enum contact_kind other = kind == CONTACT_MAIL ? CONTACT_WEBHOOK : CONTACT_MAIL;
	const char *value;
	bool has_one = !options_given(sharing->options, "contact");
	assert(sharing->recipient_count > 0 && kind != CONTACT_PHONE);
	for (size_t i = 0; (value = options_list(sharing->options, "contact", i)) != NULL; i++) {
		bool is_other = false, is_there = false;
		for (size_t j = 0; j < sharing->recipient_count; j++) {
			is_there |= has_named(sharing->recipients[j], kind, value);
			is_other |= has_named(sharing->recipients[j], other, value);
		}
		if (!is_there && !is_other)
			return refuse_named(sharing, kind, value);
		has_one |= is_there;
	}
	return has_one ? OK
		       : refuse_named(sharing, kind, options_list(sharing->options, "contact", 0));
}

static int withhold(struct sharing *sharing, const struct party_file *party, const char *reason)
{
	const char *copy = arena_text(&sharing->arena, reason);
	if (copy == NULL)
		return complain(sharing->complaint, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < sharing->row_count; i++) {
		struct share_row *row = &sharing->rows[i];
		if (row->to == party && row->verdict == SHARE_GOES) {
			row->verdict = SHARE_WITHHELD;
			row->reason = copy;
		}
	}
	return OK;
}

/* ---- the party as it was ---- */

struct before {
	int64_t before_s;
	struct text octets; /* of the newest version that came before that; empty: none did */
};

/* By when it came here, and not by when it says that it was made: that its author chooses. */
static int take_version(void *context, const struct store_party *kept)
{
	struct before *before = context;
	if (kept->added_s >= before->before_s)
		return OK;
	text_reset(&before->octets);
	text_add_octets(&before->octets, kept->octets, kept->size);
	return before->octets.error;
}

/* NULL: it was not known here then. */
static int find_before(struct sharing *sharing, const struct party_file *party, int64_t before_s,
		       const struct party_file **ret_before)
{
	struct before before = {.before_s = before_s};
	struct party_file *found = NULL;
	text_init(&before.octets, PARTY_OCTETS_MAX);
	int error = store_party_editions(sharing->store, party->id, take_version, &before,
					 sharing->complaint);
	if (error == OK && before.octets.length > 0) {
		found = arena_take(&sharing->arena, sizeof(*found));
		error = found == NULL ? complain(sharing->complaint, ERR_MEMORY, "out of memory")
				      : party_read(&sharing->arena, &before.octets,
						   sharing->complaint, found);
	}
	text_release(&before.octets);
	if (error == OK)
		*ret_before = found;
	return error;
}

static int aim_at(struct sharing *sharing, size_t index, const struct share_threat *threat)
{
	const struct party_file *party = sharing->recipients[index];
	struct share_target *target = &sharing->targets[index];
	struct share_past past = {.store = sharing->store,
				  .arena = &sharing->arena,
				  .before_s = threat->before_s,
				  .complaint = sharing->complaint};
	struct share_contacts_question question = {
		.party = party, .threat = threat, .facts = share_facts, .context = &past};
	struct complaint reason = {""};
	struct share_contact *contacts = NULL;
	assert(index < sharing->recipient_count);
	int error = find_before(sharing, party, threat->before_s, &question.before);
	if (error == OK)
		error = share_contacts(&sharing->arena, &question, &contacts);
	if (error != OK)
		return complain_more(sharing->complaint, error, "contacts of '%s'", party->name);
	target->contacts = contacts;
	const enum contact_kind kind = sharing->way == WAY_MAIL ? CONTACT_MAIL : CONTACT_WEBHOOK;
	const struct share_choice choice = {.party = party,
					    .before = question.before,
					    .contacts = contacts,
					    .kind = kind,
					    .named = named_contact(sharing, party, kind)};
	error = share_choose(&choice, &reason, &target->chosen);
	if (error == ERR_ARGUMENT)
		return complain(sharing->complaint, error, "%s", reason.text);
	return error == OK ? OK : withhold(sharing, party, reason.text);
}

/* The file holds a password: mode 0600. It is wiped here, and lives on in the arena. */
static int read_settings(struct sharing *sharing)
{
	const char *path = options_text(sharing->options, "smtp");
	char *octets;
	size_t size;
	assert(sharing->way == WAY_MAIL && path != NULL);
	int error =
		file_read_secret(path, COURIER_SETTINGS_MAX, sharing->complaint, &octets, &size);
	if (error != OK)
		return error;
	error = courier_settings_read(&sharing->arena, octets, size, sharing->complaint,
				      &sharing->settings);
	explicit_bzero(octets, size);
	memory_give(octets);
	return error == OK ? OK : complain_more(sharing->complaint, error, "'%s'", path);
}

/* Which contact stands apart cannot be said: none is used. */
static int withhold_all(struct sharing *sharing)
{
	int error = OK;
	for (size_t i = 0; error == OK && i < sharing->recipient_count; i++)
		error = withhold(sharing, sharing->recipients[i],
				 "the case names more domains than contacts are held against; "
				 "telephone it, or hand it files (--out)");
	return error;
}

int share_aim(struct sharing *sharing)
{
	struct share_threat threat;
	if (sharing->way != WAY_MAIL && sharing->way != WAY_WEBHOOK)
		return OK;
	int error = check_named(sharing, sharing->way == WAY_MAIL ? CONTACT_MAIL : CONTACT_WEBHOOK);
	if (error == OK)
		error = share_threat_find(&sharing->arena, sharing->messages,
					  sharing->message_count, &threat);
	if (error == ERR_LIMIT)
		return withhold_all(sharing);
	const struct share_past past = {
		.store = sharing->store, .arena = &sharing->arena, .complaint = sharing->complaint};
	if (error == OK)
		error = share_threat_settle(&past, &threat);
	for (size_t i = 0; error == OK && i < sharing->recipient_count; i++)
		error = aim_at(sharing, i, &threat);
	if (error == OK && sharing->way == WAY_MAIL &&
	    options_text(sharing->options, "smtp") != NULL)
		error = read_settings(sharing);
	return error;
}
