/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "world/model_private.h"
#include "world/yaml_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint32_t yaml_line(const struct yaml *yaml)
{
	return (uint32_t)(yaml->has_event ? yaml->event.start_mark.line : yaml->parser.mark.line) +
	       1;
}

int yaml_fail(struct yaml *yaml, uint32_t line, int code, const char *format, ...)
{
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	return complain(yaml->complaint, code, "line %u: %s", line, sentence);
}

static void drop(struct yaml *yaml)
{
	if (yaml->has_event)
		yaml_event_delete(&yaml->event);
	yaml->has_event = false;
	yaml->is_taken = false;
}

/* Has the next event ready. */
static int peek(struct yaml *yaml)
{
	if (yaml->is_taken)
		drop(yaml);
	if (yaml->has_event)
		return 0;
	if (!yaml_parser_parse(&yaml->parser, &yaml->event)) {
		const yaml_parser_t *parser = &yaml->parser;
		if (parser->error == YAML_MEMORY_ERROR)
			return complain(yaml->complaint, ERR_MEMORY, "out of memory");
		size_t line = parser->error == YAML_READER_ERROR ? parser->mark.line
								 : parser->problem_mark.line;
		return yaml_fail(yaml, (uint32_t)line + 1, ERR_FORMAT, "this is not YAML: %s",
				 parser->problem ? parser->problem : "unknown problem");
	}
	yaml->has_event = true;
	if (yaml->event.type == YAML_ALIAS_EVENT)
		return yaml_fail(yaml, yaml_line(yaml), ERR_FORMAT,
				 "aliases are not understood here");
	return 0;
}

static const char *event_text(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return "a text";
	case YAML_SEQUENCE_START_EVENT:
		return "a list";
	case YAML_MAPPING_START_EVENT:
		return "a mapping";
	default:
		return "the end";
	}
}

static int expect(struct yaml *yaml, yaml_event_type_t type, const char *what)
{
	int error = peek(yaml);
	if (error)
		return error;
	if (yaml->event.type != type)
		return yaml_fail(yaml, yaml_line(yaml), ERR_FORMAT, "%s expected, not %s", what,
				 event_text(&yaml->event));
	return 0;
}

static int refuse_anchor(struct yaml *yaml, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (!anchor && !tag)
		return 0;
	return yaml_fail(yaml, yaml_line(yaml), ERR_FORMAT, "%s are not understood here",
			 anchor ? "anchors" : "tags");
}

int yaml_open(struct yaml *yaml, const char *data, size_t size_bytes, struct complaint *complaint)
{
	assert(data != NULL || size_bytes == 0);
	*yaml = (struct yaml){.complaint = complaint};
	if (!yaml_parser_initialize(&yaml->parser))
		return complain(complaint, ERR_MEMORY, "out of memory");
	yaml_parser_set_input_string(&yaml->parser, (const unsigned char *)data, size_bytes);
	yaml_parser_set_encoding(&yaml->parser, YAML_UTF8_ENCODING);
	int error = expect(yaml, YAML_STREAM_START_EVENT, "a document");
	if (!error) {
		drop(yaml);
		error = expect(yaml, YAML_DOCUMENT_START_EVENT, "a document");
	}
	if (error)
		yaml_close(yaml);
	else
		drop(yaml);
	return error;
}

void yaml_close(struct yaml *yaml)
{
	drop(yaml);
	yaml_parser_delete(&yaml->parser);
}

int yaml_end(struct yaml *yaml)
{
	int error = expect(yaml, YAML_DOCUMENT_END_EVENT, "the end");
	if (error)
		return error;
	drop(yaml);
	return expect(yaml, YAML_STREAM_END_EVENT, "the end of the only document");
}

/* libyaml descends without recursion; the limit is ours, for what the descent here costs. */
static int deeper(struct yaml *yaml)
{
	assert(yaml->has_event && yaml->depth >= 0);
	if (++yaml->depth > YAML_NESTING_MAX)
		return yaml_fail(yaml, yaml_line(yaml), ERR_LIMIT, "nested deeper than %d",
				 YAML_NESTING_MAX);
	drop(yaml);
	return 0;
}

int yaml_mapping(struct yaml *yaml)
{
	int error = expect(yaml, YAML_MAPPING_START_EVENT, "a mapping");
	if (!error)
		error = refuse_anchor(yaml, yaml->event.data.mapping_start.anchor,
				      yaml->event.data.mapping_start.tag);
	return error ? error : deeper(yaml);
}

static int find_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], word) == 0)
			return i;
	}
	return -1;
}

static int fail_unknown(struct yaml *yaml, uint32_t line, const char *what,
			const char *const *words)
{
	size_t count = 0;
	while (words[count])
		count++;
	const char *word = (const char *)yaml->event.data.scalar.value;
	const char *closest = text_closest(word, words, count);
	if (closest)
		return yaml_fail(yaml, line, ERR_FORMAT, "unknown %s '%.80s'; did you mean '%s'?",
				 what, word, closest);
	struct text list;
	text_init(&list, COMPLAINT_MAX);
	for (size_t i = 0; i < count; i++)
		text_format(&list, "%s%s", i ? ", " : "", words[i]);
	int error = yaml_fail(yaml, line, ERR_FORMAT, "unknown %s '%.80s'; there are: %s", what,
			      word, text_get(&list));
	text_release(&list);
	return error;
}

static int expect_text(struct yaml *yaml, const char *what)
{
	int error = expect(yaml, YAML_SCALAR_EVENT, what);
	if (error)
		return error;
	error = refuse_anchor(yaml, yaml->event.data.scalar.anchor, yaml->event.data.scalar.tag);
	if (error)
		return error;
	size_t length = yaml->event.data.scalar.length;
	if (length > WORLD_TEXT_MAX)
		return yaml_fail(yaml, yaml_line(yaml), ERR_LIMIT, "a text longer than %zu octets",
				 WORLD_TEXT_MAX);
	if (memchr(yaml->event.data.scalar.value, 0, length))
		return yaml_fail(yaml, yaml_line(yaml), ERR_FORMAT, "a NUL within a text");
	return 0;
}

int yaml_key(struct yaml *yaml, const char *const *keys, uint32_t *seen, int *ret_key)
{
	assert(keys[0] != NULL && seen != NULL && ret_key != NULL);
	int error = peek(yaml);
	if (error)
		return error;
	if (yaml->event.type == YAML_MAPPING_END_EVENT) {
		yaml->depth--;
		drop(yaml);
		*ret_key = KEYS_END;
		return 0;
	}
	error = expect_text(yaml, "a key");
	if (error)
		return error;
	int key = find_word(keys, (const char *)yaml->event.data.scalar.value);
	if (key < 0)
		return fail_unknown(yaml, yaml_line(yaml), "key", keys);
	assert(key < 32);
	if (*seen & 1u << key)
		return yaml_fail(yaml, yaml_line(yaml), ERR_FORMAT, "key '%s' is here twice",
				 keys[key]);
	*seen |= 1u << key;
	drop(yaml);
	error = peek(yaml); /* so that yaml_line is that of the value */
	if (error)
		return error;
	*ret_key = key;
	return 0;
}

int yaml_list(struct yaml *yaml)
{
	int error = expect(yaml, YAML_SEQUENCE_START_EVENT, "a list");
	if (!error)
		error = refuse_anchor(yaml, yaml->event.data.sequence_start.anchor,
				      yaml->event.data.sequence_start.tag);
	return error ? error : deeper(yaml);
}

int yaml_more(struct yaml *yaml, bool *ret_more)
{
	assert(ret_more != NULL);
	int error = peek(yaml);
	if (error)
		return error;
	*ret_more = yaml->event.type != YAML_SEQUENCE_END_EVENT;
	if (!*ret_more) {
		yaml->depth--;
		drop(yaml);
	}
	return 0;
}

int yaml_text(struct yaml *yaml, const char **ret_text, size_t *ret_length)
{
	assert(ret_text != NULL);
	int error = expect_text(yaml, "a text");
	if (error)
		return error;
	yaml->is_taken = true;
	*ret_text = (const char *)yaml->event.data.scalar.value;
	if (ret_length)
		*ret_length = yaml->event.data.scalar.length;
	return 0;
}

int yaml_number(struct yaml *yaml, uint64_t most, uint64_t *ret_number)
{
	assert(ret_number != NULL);
	int error = expect_text(yaml, "a number");
	if (error)
		return error;
	const char *text = (const char *)yaml->event.data.scalar.value;
	uint64_t number;
	if (number_from_text(text, 0, most, &number))
		return yaml_fail(yaml, yaml_line(yaml), ERR_FORMAT,
				 "'%.80s' is not a number from 0 to %ju", text, (uintmax_t)most);
	yaml->is_taken = true;
	*ret_number = number;
	return 0;
}

int yaml_bool(struct yaml *yaml, bool *ret_bool)
{
	static const char *const words[] = {"false", "true", NULL};
	int choice = 0;
	int error = yaml_choice(yaml, "truth value", words, &choice);
	if (!error)
		*ret_bool = choice == 1;
	return error;
}

int yaml_choice(struct yaml *yaml, const char *what, const char *const *words, int *ret_choice)
{
	assert(what != NULL && words[0] != NULL && ret_choice != NULL);
	int error = expect_text(yaml, "a word");
	if (error)
		return error;
	int choice = find_word(words, (const char *)yaml->event.data.scalar.value);
	if (choice < 0)
		return fail_unknown(yaml, yaml_line(yaml), what, words);
	yaml->is_taken = true;
	*ret_choice = choice;
	return 0;
}
