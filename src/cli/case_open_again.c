/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is there a case of the same already? Two cases of one change have two owners, clocks and ends. */
#include "base/memory.h"
#include "cli/case_open_private.h"

#include <assert.h>
#include <string.h>

/* A notice that may be of the same is read into the arena alone. */
#define NOTICE_ARENA_MAX ((size_t)8 << 20)

struct earlier {
	struct opening *opening;
	struct arena arena;   /* of one notice */
	char (*ids)[ID_ROOM]; /* of all cases */
	size_t count, room;
	bool is_same;
	bool is_red;
};

static int take_id(void *context, const struct store_case *one)
{
	struct earlier *earlier = context;
	if (earlier->count == earlier->room) {
		const size_t room = earlier->room * 2 + 64;
		char(*ids)[ID_ROOM] = memory_resize(earlier->ids, room * sizeof(*ids));
		if (ids == NULL)
			return opening_out_of_memory(earlier->opening);
		earlier->ids = ids;
		earlier->room = room;
	}
	assert(id_is(one->id));
	memcpy(earlier->ids[earlier->count++], one->id, ID_ROOM);
	return OK;
}

static const struct case_member *member_of(const struct opening *opening, const char *name)
{
	for (size_t i = 0; i < opening->member_count; i++) {
		if (strcmp(opening->members[i].name, name) == 0)
			return &opening->members[i];
	}
	return NULL;
}

static bool has_domain(const struct case_message *notice, const char *domain)
{
	const struct case_member *domains = case_message_member(notice, "domains");
	for (size_t i = 0; domains != NULL && i < domains->item_count; i++) {
		if (strcmp(domains->items[i], domain) == 0)
			return true;
	}
	return false;
}

static bool is_time_alike(const struct opening *opening, const struct case_message *notice,
			  const char *name)
{
	const struct case_member *own = member_of(opening, name);
	const struct case_member *other = case_message_member(notice, name);
	return own != NULL && other != NULL && own->number == other->number;
}

/* A change is between two looks. A finding goes on: it is the same while its test and its first
 * look are; only a change says what was before. */
static bool is_of_same(const struct opening *opening, const struct case_message *notice)
{
	const bool is_change = case_message_member(notice, "before") != NULL;
	if (!has_domain(notice, opening->domain) || !is_time_alike(opening, notice, "since") ||
	    is_change != (member_of(opening, "before") != NULL))
		return false;
	if (is_change)
		return is_time_alike(opening, notice, "seen");
	const struct case_member *own = member_of(opening, "test");
	const struct case_member *other = case_message_member(notice, "test");
	return own != NULL && other != NULL && strcmp(own->text, other->text) == 0;
}

static int look_at_notice(void *context, const struct store_message *kept)
{
	struct earlier *earlier = context;
	const struct opening *opening = earlier->opening;
	const size_t length = strlen(opening->domain);
	struct case_message notice;
	struct complaint ignored = {""};
	struct text octets;
	if (memmem(kept->octets, kept->size, opening->domain, length) == NULL)
		return OK;
	text_init(&octets, CASE_MESSAGE_OCTETS_MAX);
	text_add_octets(&octets, kept->octets, kept->size);
	/* Its signature is looked at when the case is loaded. */
	if (octets.error == OK &&
	    case_message_read_form(&earlier->arena, &octets, &ignored, &notice) == OK) {
		earlier->is_same = is_of_same(opening, &notice);
		earlier->is_red = notice.tlp == TLP_RED;
	}
	text_release(&octets);
	return OK;
}

/* What a case that is TLP:RED is about is told to whoever may read it, and that is noted. */
static int note_red(struct opening *opening, const char *id, bool *ret_may)
{
	struct complaint ignored = {""};
	struct cases *cases = &opening->cases;
	*ret_may = allowed(cases->options, ACCESS_READ_RED, &ignored) == OK;
	if (!*ret_may)
		return OK;
	const int error =
		parties_audit(cases->store, "read", id, "TLP:RED, case open", &opening->complaint);
	return error == OK ? store_commit(cases->store, &opening->complaint) : error;
}

/* The case is loaded for its state, and forgotten: another is to be opened. */
static int state_of(struct cases *cases, const char *id, enum case_state *ret_state)
{
	int error = cases_load_id(cases, id);
	const bool has_notice = cases->view.notice != NULL;
	if (error == OK && has_notice)
		*ret_state = cases->view.state;
	cases->count = cases->left_out = 0;
	cases->id[0] = '\0';
	cases->view = (struct case_view){.state = CASE_INCOMPLETE};
	return error == OK && !has_notice ? ERR_CRYPTO : error;
}

static int tell(struct opening *opening, const char *id)
{
	enum case_state state = CASE_INCOMPLETE;
	const struct options *options = opening->cases.options;
	const char *what = member_of(opening, "before") != NULL ? "change" : "finding";
	const int error = state_of(&opening->cases, id, &state);
	/* What is not proven any more stops nobody. */
	if (error == ERR_CRYPTO || error == ERR_DAMAGED) {
		opening->complaint = (struct complaint){""};
		command_note(options,
			     "case %.8s of the same %s is passed over: its notice is not proven "
			     "any more",
			     id, what);
		return OK;
	}
	if (error != OK)
		return error;
	assert(state != CASE_INCOMPLETE);
	if (case_state_is_open(state) && !options_flag(options, "again"))
		return complain(&opening->complaint, ERR_ARGUMENT,
				"case %.8s of the same %s is %s: 'dsfi case show %.8s' tells; "
				"--again opens another one",
				id, what, case_state_text(state), id);
	command_note(options, "case %.8s of the same %s is %s; 'dsfi case show %.8s' tells", id,
		     what, case_state_text(state), id);
	return OK;
}

static int look_at(struct earlier *earlier, const char *id)
{
	struct opening *opening = earlier->opening;
	bool may = true;
	earlier->is_same = earlier->is_red = false;
	int error = store_message(opening->cases.store, id, look_at_notice, earlier,
				  &opening->complaint);
	arena_reset(&earlier->arena);
	/* The notice is not here. */
	if (error == ERR_NOT_FOUND) {
		opening->complaint = (struct complaint){""};
		return OK;
	}
	if (error == OK && earlier->is_same && earlier->is_red)
		error = note_red(opening, id, &may);
	return error == OK && earlier->is_same && may ? tell(opening, id) : error;
}

int opening_look_back(struct opening *opening)
{
	struct earlier earlier = {.opening = opening};
	/* What is said in words alone is of no look. */
	if (member_of(opening, "since") == NULL)
		return OK;
	arena_init(&earlier.arena, NOTICE_ARENA_MAX, 0);
	assert(opening->cases.count == 0);
	int error = store_cases(opening->cases.store, take_id, &earlier, &opening->complaint);
	for (size_t i = 0; i < earlier.count && error == OK; i++)
		error = look_at(&earlier, earlier.ids[i]);
	arena_release(&earlier.arena);
	memory_give(earlier.ids);
	return error;
}
