/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages and duties as people read them. */
#include "judge/case/fold.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *case_result_text(enum case_result result)
{
	static const char *const words[] = {"none", "passed", "failed", "not-measured"};
	assert((unsigned)result < sizeof(words) / sizeof(words[0]));
	return words[result];
}

/* The first line of a text, and a sign that there is more. */
static const char *first_line(struct arena *arena, const char *text)
{
	const char *feed = strchr(text, '\n');
	return feed == NULL ? text : arena_format(arena, "%.*s ...", (int)(feed - text), text);
}

static const char *member_line(struct arena *arena, const struct case_message *message,
			       const char *name)
{
	const struct case_member *member = case_message_member(message, name);
	return member == NULL || member->text == NULL ? "" : first_line(arena, member->text);
}

const char *case_message_words(struct arena *arena, const struct case_message *message)
{
	/* What each says is in one member; "word: what", or what alone. */
	static const struct {
		const char *what, *word;
	} rows[] = {
		[CASE_MESSAGE_NOTICE] = {"sentence", NULL},
		[CASE_MESSAGE_ACKNOWLEDGEMENT] = {"text", NULL},
		[CASE_MESSAGE_ASK] = {"text", "question"},
		[CASE_MESSAGE_ANSWER] = {"text", "answer"},
		[CASE_MESSAGE_REQUEST] = {"wanted", NULL},
		[CASE_MESSAGE_ACTION] = {"done", NULL},
		[CASE_MESSAGE_DISPUTE] = {"reason", NULL},
		[CASE_MESSAGE_RECALL] = {"reason", NULL},
		[CASE_MESSAGE_VERIFICATION] = {"text", "result"},
		[CASE_MESSAGE_CLOSURE] = {"cause", NULL},
		[CASE_MESSAGE_NOTE] = {"text", NULL},
	};
	static_assert(sizeof(rows) / sizeof(rows[0]) == CASE_MESSAGE_KIND_COUNT,
		      "every kind has what it says");
	assert((unsigned)message->kind < CASE_MESSAGE_KIND_COUNT);
	const char *what = member_line(arena, message, rows[message->kind].what);
	const char *word = rows[message->kind].word != NULL
				   ? member_line(arena, message, rows[message->kind].word)
				   : "";
	if (what == NULL || word == NULL)
		return NULL;
	return arena_format(arena, "%s%s%s", word, word[0] != '\0' && what[0] != '\0' ? ": " : "",
			    what);
}

const char *case_message_line(struct arena *arena, const struct case_message *message)
{
	const char *kind = case_message_kind_text(message->kind);
	const char *words = case_message_words(arena, message);
	if (words == NULL)
		return NULL;
	return arena_format(arena, "%s of %s%s%s", kind, message->author,
			    words[0] != '\0' ? ": " : "", words);
}

const char *case_due_sentence(const struct case_due *due)
{
	static const char *const sentences[] = {
		[CASE_DUTY_ACKNOWLEDGE] = "say that the notice has arrived",
		[CASE_DUTY_ANSWER] = "answer whether it was authorised",
		[CASE_DUTY_REQUEST] = "ask somebody to act",
		[CASE_DUTY_ACT] = "do what was requested, and say so",
		[CASE_DUTY_VERIFY] = "measure whether it is mended",
		[CASE_DUTY_CLOSE] = "close the case with its cause",
		[CASE_DUTY_RESOLVE] = ("settle the dispute: take back what was said, or have the "
				       "dispute taken back"),
	};
	static_assert(sizeof(sentences) / sizeof(sentences[0]) == CASE_DUTY_COUNT,
		      "every duty has its sentence");
	assert((unsigned)due->duty < CASE_DUTY_COUNT);
	const struct case_member *question = case_message_member(due->of, "question");
	if (due->duty == CASE_DUTY_ANSWER && question != NULL &&
	    strcmp(question->text, "authorised") != 0)
		return "answer the question";
	if (due->duty == CASE_DUTY_ACT && due->of->kind == CASE_MESSAGE_VERIFICATION)
		return "act again: the test has failed since";
	return sentences[due->duty];
}
