/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "cli/reaching_private.h"
#include "gather/registry/rdap.h"
#include "model/forms.h"

#include <assert.h>
#include <string.h>

/* Values, roles and names of one result, FOUND_MAX of them. */
#define ARENA_OCTETS ((size_t)1 << 20)
#define UNUSABLE_MAX ((uint64_t)RDAP_OCTETS_MAX)
/* Year 9999. */
#define TIME_MAX 253402300799u
#define NOTHING "-"
/* The three facts of security.txt. */
#define FLAG_CANONICAL_SAID 1u
#define FLAG_CANONICAL 2u
#define FLAG_SIGNED 4u
#define FLAGS_MAX 7u

static const char *const kinds[] = {"mail", "webhook", "rdap", "security-txt"};

/* The word up to the next space, which is cut off; NULL: there is none behind it. */
static char *take_word(char **next)
{
	char *word = *next;
	char *space = strchr(word, ' ');
	if (space == NULL || space == word)
		return NULL;
	*space = '\0';
	*next = space + 1;
	return word;
}

static int take_number(char **next, uint64_t maximum, uint64_t *ret_number)
{
	const char *word = take_word(next);
	return word == NULL ? ERR_FORMAT : number_from_text(word, 0, maximum, ret_number);
}

/* --- orders ------------------------------------------------------------------------------------
 */

static bool is_document(enum reaching_kind kind)
{
	return kind == REACHING_RDAP || kind == REACHING_SECURITY_TXT;
}

static bool is_word(const char *text)
{
	return text[0] != '\0' && strpbrk(text, " \t\r\n") == NULL;
}

int reaching_order_write(FILE *out, size_t index, const struct reaching_item *item)
{
	assert(item->kind <= REACHING_SECURITY_TXT && index < REACHING_MAX);
	assert(is_document(item->kind) == (item->domain != NULL));
	const char *domain = item->domain != NULL ? item->domain : NOTHING;
	const char *value = item->octets == NULL ? item->value : NOTHING;
	const size_t size = item->octets != NULL ? item->size : 0;
	if (!is_word(value) || strlen(value) > REACH_VALUE_MAX || !is_word(domain) ||
	    size > RDAP_OCTETS_MAX || (item->octets == NULL && strcmp(value, NOTHING) == 0))
		return ERR_ARGUMENT;
	fprintf(out, "%zu %s %zu %s %s\n", index, kinds[item->kind], size, domain, value);
	if (size > 0)
		fwrite(item->octets, 1, size, out);
	return OK;
}

int reaching_order_read(char *line, size_t *ret_index, struct reaching_item *ret_item)
{
	uint64_t index, size;
	unsigned kind = 0;
	if (take_number(&line, REACHING_MAX - 1, &index) != OK)
		return ERR_FORMAT;
	const char *said = take_word(&line);
	if (said == NULL || take_number(&line, RDAP_OCTETS_MAX, &size) != OK)
		return ERR_FORMAT;
	const char *domain = take_word(&line);
	while (kind <= REACHING_SECURITY_TXT && strcmp(said, kinds[kind]) != 0)
		kind++;
	if (domain == NULL || kind > REACHING_SECURITY_TXT || !is_word(domain) || !is_word(line))
		return ERR_FORMAT;
	const bool has_domain = strcmp(domain, NOTHING) != 0;
	const bool is_here = strcmp(line, NOTHING) == 0;
	if (is_document((enum reaching_kind)kind) != has_domain || (is_here && !has_domain) ||
	    (size > 0 && !is_here))
		return ERR_FORMAT;
	*ret_index = (size_t)index;
	*ret_item = (struct reaching_item){
		.kind = (enum reaching_kind)kind,
		.value = is_here ? "" : line,
		.domain = has_domain ? domain : NULL,
		.size = (size_t)size,
	};
	return OK;
}

/* --- results, written --------------------------------------------------------------------------
 */

/* With one character for another. */
static void put_with(FILE *out, const char *text, char from, char to)
{
	for (; *text != '\0'; text++)
		fputc(*text == from ? to : *text, out);
}

void reaching_begun_write(FILE *out, size_t index)
{
	fprintf(out, "begun %zu\n", index);
}

void reaching_result_write(FILE *out, const struct reaching_result *result)
{
	static const struct found_list nobody;
	const struct found_list *found = result->found != NULL ? result->found : &nobody;
	const struct security_txt *file = &result->file;
	const char *words = result->words;
	assert(words != NULL && words[0] != '\0' && found->count <= FOUND_MAX);
	fprintf(out, "told %zu %u %zu %zu %lld %u ", result->index, (unsigned)result->state,
		found->count, found->unusable,
		(long long)(file->expires_s < 0 ? 1 : file->expires_s),
		(file->has_canonical ? FLAG_CANONICAL_SAID : 0) |
			(file->is_canonical ? FLAG_CANONICAL : 0) |
			(file->is_signed ? FLAG_SIGNED : 0));
	for (size_t i = 0; words[i] != '\0' && i < REACH_WORDS_MAX - 1; i++)
		fputc(words[i] < ' ' || words[i] > '~' ? '?' : words[i], out);
	fputc('\n', out);
	for (size_t i = 0; i < found->count; i++) {
		const struct found_contact *one = &found->items[i];
		fprintf(out, "contact %s ", found_kind_text(one->kind));
		put_with(out, one->role, ' ', ',');
		fputc(' ', out);
		put_with(out, one->name != NULL ? one->name : NOTHING, ' ', '\t');
		fprintf(out, " %s\n", one->value);
	}
}

/* --- results, read -----------------------------------------------------------------------------
 */

void reaching_reader_init(struct reaching_reader *reader)
{
	assert(reader->places != NULL && reader->take != NULL);
	arena_init(&reader->arena, ARENA_OCTETS, 0);
	reaching_reader_reset(reader);
}

void reaching_reader_release(struct reaching_reader *reader)
{
	arena_release(&reader->arena);
}

void reaching_reader_reset(struct reaching_reader *reader)
{
	reader->is_within = false;
	reader->left = 0;
	arena_reset(&reader->arena);
	found_init(&reader->found, &reader->arena);
}

/* All of one result is there. */
static int tell(struct reaching_reader *reader)
{
	assert(reader->is_within && reader->left == 0);
	assert(reader->places[reader->result.index] == REACHING_BEGUN);
	reader->places[reader->result.index] = REACHING_TOLD;
	reader->told++;
	reader->take_error = reader->take(reader->context, &reader->result);
	reaching_reader_reset(reader);
	return OK;
}

static int take_begun(struct reaching_reader *reader, const char *line)
{
	uint64_t index;
	if (reader->count == 0 || number_from_text(line, 0, reader->count - 1, &index) != OK ||
	    reader->places[index] != REACHING_ASKED)
		return ERR_FORMAT;
	reader->places[index] = REACHING_BEGUN;
	return OK;
}

static int take_told(struct reaching_reader *reader, char *line)
{
	uint64_t index, state, count, unusable, expires, flags;
	if (reader->count == 0 || take_number(&line, reader->count - 1, &index) != OK ||
	    reader->places[index] != REACHING_BEGUN ||
	    take_number(&line, REACHING_LEFT_OUT, &state) != OK ||
	    take_number(&line, FOUND_MAX, &count) != OK ||
	    take_number(&line, UNUSABLE_MAX, &unusable) != OK ||
	    take_number(&line, TIME_MAX, &expires) != OK ||
	    take_number(&line, FLAGS_MAX, &flags) != OK)
		return ERR_FORMAT;
	if (line[0] == '\0' || strlen(line) >= REACH_WORDS_MAX ||
	    (count > 0 && state != REACHING_WORKED))
		return ERR_FORMAT;
	const char *words = arena_text(&reader->arena, line);
	if (words == NULL)
		return ERR_MEMORY;
	reader->found.unusable = (size_t)unusable;
	reader->result = (struct reaching_result){
		.index = (size_t)index,
		.state = (enum reaching_state)state,
		.words = words,
		.found = &reader->found,
		.file = {.expires_s = (int64_t)expires,
			 .has_canonical = (flags & FLAG_CANONICAL_SAID) != 0,
			 .is_canonical = (flags & FLAG_CANONICAL) != 0,
			 .is_signed = (flags & FLAG_SIGNED) != 0},
	};
	reader->left = (size_t)count;
	reader->is_within = true;
	return count == 0 ? tell(reader) : OK;
}

static bool is_roles(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz,")] == '\0';
}

static void turn(char *text, char from, char to)
{
	for (; *text != '\0'; text++)
		*text = *text == from ? to : *text;
}

static int take_contact(struct reaching_reader *reader, char *line)
{
	assert(reader->is_within && reader->left > 0);
	struct found_contact contact = {.kind = FOUND_MAIL};
	const char *kind = take_word(&line);
	char *roles = kind != NULL ? take_word(&line) : NULL;
	char *name = roles != NULL ? take_word(&line) : NULL;
	if (name == NULL || !is_roles(roles))
		return ERR_FORMAT;
	while (contact.kind <= FOUND_PAGE && strcmp(kind, found_kind_text(contact.kind)) != 0)
		contact.kind++;
	turn(roles, ',', ' ');
	turn(name, '\t', ' ');
	contact.role = roles;
	contact.value = line;
	contact.name = strcmp(name, NOTHING) != 0 ? name : NULL;
	if (contact.kind > FOUND_PAGE ||
	    (contact.name != NULL && !form_is_line(contact.name, FOUND_NAME_MAX)))
		return ERR_FORMAT;
	/* It holds the value against its form; what is there already is no news. */
	const size_t had = reader->found.count;
	const int error = found_add(&reader->found, &contact);
	if (error != OK)
		return error;
	if (reader->found.count != had + 1 ||
	    strcmp(reader->found.items[had].value, contact.value) != 0)
		return ERR_FORMAT;
	return --reader->left == 0 ? tell(reader) : OK;
}

int reaching_reader_take(struct reaching_reader *reader, char *line)
{
	assert(reader->told <= reader->count && reader->take_error == OK);
	const char *word = take_word(&line);
	if (word == NULL)
		return ERR_FORMAT;
	if (reader->is_within)
		return strcmp(word, "contact") == 0 ? take_contact(reader, line) : ERR_FORMAT;
	/* People read the words. */
	if (!text_is_plain(line, strlen(line)))
		return ERR_FORMAT;
	if (strcmp(word, "begun") == 0)
		return take_begun(reader, line);
	return strcmp(word, "told") == 0 ? take_told(reader, line) : ERR_FORMAT;
}
