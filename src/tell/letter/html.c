/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One page in the language of the report's: the news, the changes as cards, tables, the method. */
#include "os/file.h"
#include "tell/letter/letter_private.h"
#include "tell/report/frame.h"
#include "tell/report/markup.h"

#include <assert.h>
#include <string.h>

#define HTML_OCTETS_MAX ((size_t)64 << 20)

typedef void sentence_writer(const struct letter *letter, struct text *text);

static void escaped(const struct letter *letter, sentence_writer *write, struct text *html)
{
	struct text words;

	text_init(&words, LETTER_FIX_OCTETS_MAX);
	write(letter, &words);
	markup_escape(html, text_get(&words), words.length);
	text_release(&words);
}

static enum state state_of(enum severity severity)
{
	if (severity >= SEVERITY_ERROR)
		return STATE_BAD;
	return severity >= SEVERITY_WARNING ? STATE_WARNING : STATE_GOOD;
}

static void filled_part(const struct letter_row *row, const struct page_part *part,
			struct text *html)
{
	struct text filled;

	text_init(&filled, LETTER_FIX_OCTETS_MAX);
	letter_fill(row, row->domain, part, &filled);
	const struct page_part whole = {text_get(&filled), filled.length};

	page_to_html(&whole, html);
	text_release(&filled);
}

static void fixes(const struct letter *letter, const struct letter_row *row, struct text *html)
{
	bool is_begun = false;

	for (int i = 0; i < LETTER_SOFTWARE_COUNT; i++) {
		struct letter_fix fix;

		if (!letter_tells(letter, (enum letter_software)i) ||
		    !letter_find_fix(row, (enum letter_software)i, &fix))
			continue;
		if (!is_begun)
			filled_part(row, &fix.before, html);
		is_begun = true;
		if (fix.part.length == 0)
			continue;
		text_format(html, "<p><strong>With %s</strong></p>\n",
			    letter_software_name((enum letter_software)i));
		filled_part(row, &fix.part, html);
	}
}

static void command(const struct letter_row *row, struct text *html)
{
	struct text words;

	text_init(&words, LETTER_FIX_OCTETS_MAX);
	letter_verify(row, &words);
	text_add(html, "<p>Verify with <code>");
	markup_escape(html, text_get(&words), words.length);
	text_add(html, "</code>. ");
	text_format(html, "Explained by <code>dsfi explain %s</code>", row->code);
	if (row->check) {
		text_reset(&words);
		letter_reference_link(row->check->reference, &words);
		text_format(html, " and <a href=\"%s\">", text_get(&words));
		markup_text(html, row->check->reference);
		text_add(html, "</a>");
	}
	text_add(html, ".</p>\n");
	text_release(&words);
}

static void why(const struct letter_row *row, struct text *html)
{
	struct page_part part;

	if (!row->check || !page_section(row->check->page, "Why it matters", &part))
		return;
	text_add(html, "<details><summary>What it does to people</summary>\n");
	page_to_html(&part, html);
	text_add(html, "</details>\n");
}

static void change(const struct letter *letter, uint32_t number, struct text *html)
{
	static const char *const classes[] = {
		[STATE_GOOD] = "good", [STATE_WARNING] = "warn", [STATE_BAD] = "bad"};
	const struct letter_row *row = &letter->rows[number];
	const enum state state = state_of(row->severity);

	assert(number < letter->ours_count);

	text_format(html, "<div class=\"finding %s\"><h3>%u. ", classes[state], number + 1);
	markup_text(html, letter_title(row));
	text_add(html, "</h3>\n<p>");
	markup_state(html, state, row->code);
	text_format(html, " (%s), ", severity_text(row->severity));
	markup_number(html, row->domains);
	text_add(html, row->domains == 1 ? " domain." : " domains.");
	if (row->sentence) {
		text_add(html, " Seen of <code>");
		markup_text(html, row->domain);
		text_add(html, "</code>: ");
		markup_text(html, row->sentence);
		text_add(html, ".");
	}
	text_add(html, "</p>\n");
	why(row, html);
	fixes(letter, row, html);
	command(row, html);
	text_add(html, "</div>\n");
}

static void rows(const struct letter *letter, uint32_t first, uint32_t last, struct text *html)
{
	assert(first <= last && last <= letter->row_count);
	text_add(html, "<div class=\"wrap\"><table><thead><tr><th>Finding</th><th>Code</th>"
		       "<th>Severity</th><th class=\"n\">Domains</th><th>Who can mend it</th></tr>"
		       "</thead><tbody>\n");
	for (uint32_t i = first; i < last; i++) {
		const struct letter_row *row = &letter->rows[i];

		text_add(html, "<tr><td>");
		markup_text(html, letter_title(row));
		text_add(html, "</td><td>");
		markup_state(html, state_of(row->severity), row->code);
		text_format(html, "</td><td>%s</td><td class=\"n\">", severity_text(row->severity));
		markup_number(html, row->domains);
		text_add(html, "</td><td>");
		markup_text(html, row->is_ours ? "you" : letter_ask_whom(row->party));
		text_add(html, "</td></tr>\n");
	}
	text_add(html, "</tbody></table></div>\n");
}

static void domains(const struct letter *letter, const char *rest, struct text *html)
{
	const uint32_t shown =
		letter->troubled < LETTER_DOMAINS_SHOWN ? letter->troubled : LETTER_DOMAINS_SHOWN;

	if (shown > 0)
		text_add(html, "<h2>Domains</h2>\n<div class=\"wrap\"><table><thead><tr><th>Domain"
			       "</th><th>What you can mend</th></tr></thead><tbody>\n");
	for (uint32_t i = 0; i < shown; i++) {
		const struct letter_row *row;
		size_t cursor = 0;

		text_add(html, "<tr><td>");
		markup_text(html, letter->domains[i].name);
		text_add(html, "</td><td>");
		while ((row = letter_next_concern(letter, i, &cursor)))
			if (row->is_ours)
				text_format(html, "%s ", row->code);
		text_add(html, "</td></tr>\n");
	}
	if (shown > 0)
		text_add(html, "</tbody></table></div>\n");
	if (!rest)
		return;
	text_add(html, "<p>All domains and codes are in <a href=\"");
	markup_file(html, rest);
	text_add(html, "\">a file beside this page</a>.</p>\n");
}

static void body(const struct letter *letter, const char *rest, struct text *html)
{
	text_add(html, "<p class=\"lead\"><strong>");
	escaped(letter, letter_lead, html);
	text_add(html, "</strong></p>\n");
	if (letter->ours_count > 0)
		text_add(html, "<h2>The changes that matter</h2>\n");
	for (uint32_t i = 0; i < letter->ours_count && i < LETTER_CHANGES; i++)
		change(letter, i, html);
	if (letter->ours_count > 0) {
		text_add(html, "<h2>All that you can mend, in order of effect</h2>\n");
		rows(letter, 0, letter->ours_count, html);
	}
	if (letter->row_count > letter->ours_count) {
		text_add(html, "<h2>For others to mend</h2>\n");
		rows(letter, letter->ours_count, letter->row_count, html);
	}
	domains(letter, rest, html);
	text_add(html, "<h2>How this was found</h2>\n<p>");
	escaped(letter, letter_software_note, html);
	text_add_char(html, ' ');
	escaped(letter, letter_grouping, html);
	text_add(html, "</p>\n");
}

static void page(const struct letter *letter, const char *rest, struct text *html)
{
	struct text title;

	text_init(&title, LETTER_FIX_OCTETS_MAX);
	text_format(&title, "To %s, of ", letter->operator_name);
	letter_date(letter, &title);
	html_page_begin("Letter", text_get(&title), html);
	body(letter, rest, html);
	text_add(html, "<footer>Measured from ");
	markup_text(html, letter->run.vantage[0] ? letter->run.vantage : "one vantage point");
	text_add(html,
		 ". Every address of every name server was asked; what one vantage point cannot "
		 "see is not in here. Made with dsfi " DSFI_VERSION ".</footer>\n</main>");
	text_format(html, "<script>%s</script></body></html>\n", asset_script());
	text_release(&title);
}

int letter_html(const struct letter *letter, const char *path, struct complaint *complaint)
{
	const char *rest = NULL;
	struct arena arena;
	struct text html;
	int result;

	arena_init(&arena, (size_t)1 << 20, 0);
	text_init(&html, HTML_OCTETS_MAX);
	/* The page last: who sees it finds the file that it links to. */
	result = letter_rest(letter, &arena, path, &rest, complaint);
	if (result == OK) {
		page(letter, rest, &html);
		result = html.error;
	}
	if (result == OK)
		result = file_write(path, text_get(&html), html.length, complaint);
	text_release(&html);
	arena_release(&arena);
	return result;
}
