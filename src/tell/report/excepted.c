/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/report/excepted.h"

#include "base/memory.h"

#include <assert.h>

int excepted_load(struct store *store, int64_t since_s, int64_t now_s,
		  struct excepted *ret_excepted, struct complaint *complaint)
{
	struct excepted excepted = {.since_s = since_s, .now_s = now_s};
	int error = exceptions_new(&excepted.all);

	if (error == OK)
		error = store_exceptions(store, exceptions_take, excepted.all, complaint);
	if (error == OK) {
		/* One more: none is no reason to fail. */
		excepted.uses = memory_take_zeroed(exceptions_count(excepted.all) + 1,
						   sizeof(*excepted.uses));
		error = excepted.uses ? OK : ERR_MEMORY;
	}
	if (error < 0) {
		excepted_release(&excepted);
		return error;
	}
	*ret_excepted = excepted;
	return OK;
}

void excepted_release(struct excepted *excepted)
{
	exceptions_free(excepted->all);
	memory_give(excepted->uses);
	*excepted = (struct excepted){0};
}

static void note_back(struct excepted *excepted, const struct exception_subject *subject)
{
	const struct exception *expired =
		exceptions_find_expired(excepted->all, subject, excepted->since_s, excepted->now_s);

	if (expired)
		excepted->uses[exceptions_index(excepted->all, expired)].came_back++;
}

const struct exception *excepted_note(struct excepted *excepted,
				      const struct exception_subject *subject, uint64_t domain)
{
	const struct exception *exception =
		exceptions_find(excepted->all, subject, excepted->now_s);

	assert(domain > 0 && subject->code);
	if (!exception) {
		note_back(excepted, subject);
		return NULL;
	}
	struct exception_use *use = &excepted->uses[exceptions_index(excepted->all, exception)];

	use->findings++;
	use->domains += use->last_domain != domain;
	use->last_domain = domain;
	excepted->accepted += exception->kind == EXCEPTION_ACCEPTED;
	excepted->disputed += exception->kind == EXCEPTION_DISPUTED;
	return exception;
}

static bool is_of(const struct excepted *excepted, enum excepted_list list, size_t index)
{
	const struct exception_use *use = &excepted->uses[index];

	assert(use->domains <= use->findings && index < exceptions_count(excepted->all));

	switch (list) {
	case EXCEPTED_APPLIED:
		return use->findings > 0;
	case EXCEPTED_CAME_BACK:
		return use->came_back > 0;
	case EXCEPTED_EXPIRED:
		break;
	}
	return exception_expired_since(exceptions_at(excepted->all, index), excepted->since_s,
				       excepted->now_s);
}

const struct exception *excepted_next(const struct excepted *excepted, enum excepted_list list,
				      size_t *cursor, struct exception_use *ret_use)
{
	const size_t count = exceptions_count(excepted->all);

	while (*cursor < count) {
		const size_t index = (*cursor)++;

		if (!is_of(excepted, list, index))
			continue;
		*ret_use = excepted->uses[index];
		return exceptions_at(excepted->all, index);
	}
	return NULL;
}

size_t excepted_count(const struct excepted *excepted, enum excepted_list list)
{
	struct exception_use use;
	size_t cursor = 0;
	size_t count = 0;

	while (excepted_next(excepted, list, &cursor, &use))
		count++;
	assert(count <= exceptions_count(excepted->all));
	return count;
}

void excepted_sum(const struct excepted *excepted, struct text *text)
{
	const char *join = "";

	if (excepted->accepted > 0) {
		text_format(text, "%llu %s under exception", (unsigned long long)excepted->accepted,
			    excepted->accepted == 1 ? "finding is" : "findings are");
		join = " and ";
	}
	if (excepted->disputed > 0)
		text_format(text, "%s%llu %s in dispute", join,
			    (unsigned long long)excepted->disputed,
			    excepted->accepted > 0
				    ? (excepted->disputed == 1 ? "is" : "are")
				    : (excepted->disputed == 1 ? "finding is" : "findings are"));
	if (excepted->accepted == 0 && excepted->disputed == 0)
		text_add(text, "no finding is under exception or in dispute");
}

void excepted_words(const struct exception *exception, const struct exception_use *use,
		    bool is_expired, struct text *text)
{
	assert(is_expired || use->findings > 0);
	exception_to_words(exception, text);
	if (is_expired)
		text_format(text, " (%llu %s)", (unsigned long long)use->came_back,
			    use->came_back == 1 ? "finding counts again" : "findings count again");
	else
		text_format(text, " (%llu %s on %llu %s)", (unsigned long long)use->findings,
			    use->findings == 1 ? "finding" : "findings",
			    (unsigned long long)use->domains,
			    use->domains == 1 ? "domain" : "domains");
}

void excepted_json(const struct excepted *excepted, enum excepted_list list, struct json *json)
{
	const struct exception *exception;
	struct exception_use use;
	size_t cursor = 0;

	json_begin_array(json);
	while ((exception = excepted_next(excepted, list, &cursor, &use))) {
		json_begin_object(json);
		exception_members_to_json(exception, excepted->now_s, json);
		json_put_number(json, "findings",
				(int64_t)(list == EXCEPTED_APPLIED ? use.findings : use.came_back));
		json_put_number(json, "domains", (int64_t)use.domains);
		json_end_object(json);
	}
	json_end_array(json);
}
