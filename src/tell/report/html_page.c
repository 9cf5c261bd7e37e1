/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/file.h"
#include "tell/page/figure.h"
#include "tell/page/frame.h"
#include "tell/page/table.h"
#include "tell/report/report_private.h"

#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a browser lays out without making anyone wait. */
#define DOMAINS_A_PAGE 2000
/* One page; 2,000 domains with a few findings each take about 8 MiB. */
#define PAGE_OCTETS_MAX ((size_t)512 << 20)
/* The mark of a page of ours stands in its first line. */
#define PAGE_HEAD_OCTETS 1024
/* Words about one time, or of one tile. */
#define WHEN_OCTETS_MAX 512

static void page_start(const char *kind, const struct report *report, struct text *html)
{
	page_begin(html, &(struct page_head){kind, report->title, "dsfi report"});
}

static void page_stop(const struct report *report, struct text *html)
{
	const struct store_run *run = &report->run;
	char started[TIME_TEXT_MAX];
	char took[TIME_TEXT_MAX];
	struct text when;

	text_init(&when, WHEN_OCTETS_MAX);
	time_to_text(run->started_s, started);
	text_format(&when, ", begun %s", started);
	if (run->finished_s > run->started_s) {
		duration_to_text((uint64_t)(run->finished_s - run->started_s), took);
		text_format(&when, ", in %s", took);
	} else if (run->finished_s == 0) {
		text_add(&when, "; the run is not finished");
	}
	page_end(html, &(struct page_method){run->vantage, text_get(&when),
					     "Each code is explained by <code>dsfi explain "
					     "CODE</code>."});
	if (html->error == OK)
		html->error = when.error;
	text_release(&when);
}

/* A share of all domains: everything was counted, so that it has no interval. */
static void tile(struct text *html, const char *name, uint64_t part, uint64_t whole,
		 const char *meaning)
{
	const double share = whole ? 100.0 * (double)part / (double)whole : 0.0;
	struct text words;

	text_init(&words, WHEN_OCTETS_MAX);
	markup_number(&words, part);
	text_format(&words, " %s", meaning);
	figure_tile(html, &(struct figure_tile){
				  .name = name,
				  .figure = {whole > 0, share, share, share, "%", 1},
				  .meaning = text_get(&words),
			  });
	if (html->error == OK)
		html->error = words.error;
	text_release(&words);
}

static void tiles(const struct report *report, struct text *html)
{
	const struct report_totals *totals = &report->totals;

	figure_tiles_begin(html);
	tile(html, "In error", totals->bad, totals->domains, "fail for some or all people");
	tile(html, "With warnings", totals->warning, totals->domains, "work, but not safely");
	tile(html, "DNSSEC signed", totals->is_signed, totals->domains, "serve keys");
	tile(html, "Secure", totals->secure, totals->domains, "have a sound chain of trust");
	figure_tiles_end(html);
}

/* The most frequent error; without errors, the most frequent finding; NULL when there is none. */
static const struct report_row *news(const struct report *report)
{
	const struct report_row *most = NULL;

	for (size_t i = 0; i < report->row_count; i++) {
		const struct report_row *row = &report->rows[i];

		if (row->domains == 0 || !row->check)
			continue;
		if (row->check->severity >= SEVERITY_ERROR)
			return row;
		if (!most)
			most = row;
	}
	return most;
}

static void lead(const struct report *report, struct text *html)
{
	const struct report_totals *totals = &report->totals;

	page_lead_begin(html);
	markup_number(html, totals->bad);
	text_add(html, " of ");
	markup_number(html, totals->domains);
	text_add(html, totals->domains == 1 ? " domain has" : " domains have");
	text_add(html, " an error that people notice, or that lets someone else answer for it. ");
	const struct report_row *row = news(report);

	if (row) {
		const char first = row->check->title[0];

		text_add(html, "<strong>The most frequent finding: ");
		text_add_char(html, (char)tolower((unsigned char)first));
		markup_text(html, row->check->title + 1);
		text_add(html, " (");
		markup_number(html, row->domains);
		text_add(html, ").</strong>");
	} else {
		text_add(html, "<strong>Nothing was found.</strong>");
	}
	page_lead_end(html);
}

static void domain_cards(const struct report *report, const struct report_domain *domain,
			 struct text *html)
{
	text_add(html, "<section class=\"domain\"><h3>");
	markup_text(html, domain->name);
	text_add(html, "</h3>\n");
	html_excepted_domain(report, domain, html);
	finding_cards(&report->findings[domain->first], domain->count, html);
	text_add(html, "</section>\n");
}

static void filter_form(const struct report *report, struct text *html)
{
	filter_begin(html, "domains");
	filter_words(html, "name", "Domain contains");
	filter_choices_begin(html, "state", "State");
	for (int mark = MARK_GOOD; mark <= MARK_NONE; mark++)
		filter_choice(html, mark_class((enum mark)mark), report_mark_word((enum mark)mark));
	filter_choices_end(html);
	filter_choices_begin(html, "codes", "Finding");
	for (size_t i = 0; i < report->row_count && report->rows[i].domains > 0; i++)
		filter_choice(html, report->rows[i].code, report->rows[i].code);
	filter_choices_end(html);
	filter_end(html);
}

static void domain_table(const struct report *report, size_t first, size_t count, struct text *html)
{
	static const struct column columns[] = {
		{"Domain", false}, {"State", false}, {"Findings", false}};
	const struct table table = {
		.id = "domains", .label = "All domains", .columns = columns, .column_count = 3};

	filter_form(report, html);
	table_begin(html, &table);
	html_domain_rows(report, first, count, html);
	table_end(html);
}

/* "report.html" -> "report-2.html"; number 1 is the file itself. */
static const char *page_path(struct arena *arena, const char *path, size_t number)
{
	const char *dot = strrchr(path, '.');
	const char *slash = strrchr(path, '/');
	const size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);

	if (number == 1)
		return arena_text(arena, path);
	return arena_format(arena, "%.*s-%zu%s", (int)stem, path, number, path + stem);
}

static size_t page_count(const struct report *report)
{
	const size_t pages = (report->domain_count + DOMAINS_A_PAGE - 1) / DOMAINS_A_PAGE;

	return pages ? pages : 1;
}

static void page_links(struct arena *arena, const struct report *report, const char *path,
		       struct text *html)
{
	if (page_count(report) == 1)
		return;
	text_add(html, "<p class=\"sub\">All domains, worst first, with their findings in full:");
	for (size_t number = 1; number <= page_count(report); number++) {
		const char *name = page_path(arena, path, number);
		const char *slash = name ? strrchr(name, '/') : NULL;

		if (!name)
			break;
		text_add(html, " <a href=\"");
		markup_file(html, slash ? slash + 1 : name);
		text_format(html, "\">%zu</a>", number);
	}
	text_add(html, "</p>\n");
}

static size_t rows_on(const struct report *report, size_t number)
{
	const size_t first = (number - 1) * DOMAINS_A_PAGE;
	const size_t left = report->domain_count - first;

	assert(first <= report->domain_count);
	return left < DOMAINS_A_PAGE ? left : DOMAINS_A_PAGE;
}

static void first_page(struct arena *arena, const struct report *report, const char *path,
		       struct text *html)
{
	const size_t count = rows_on(report, 1);

	page_start("Report", report, html);
	lead(report, html);
	tiles(report, html);
	html_states(report, html);
	html_practices(report, html);
	html_operators(report, html);
	html_excepted(report, html);
	page_heading(
		html, "The worst domains in full",
		"What was found, what it does to people, how to mend it, and how to verify that it "
		"is mended.");
	for (size_t i = 0; i < count && i < report->worst && report->domains[i].count > 0; i++)
		domain_cards(report, &report->domains[i], html);
	page_heading(html, "All domains", NULL);
	page_links(arena, report, path, html);
	domain_table(report, 0, count, html);
	page_stop(report, html);
}

static void further_page(struct arena *arena, const struct report *report, const char *path,
			 size_t number, struct text *html)
{
	const size_t first = (number - 1) * DOMAINS_A_PAGE;
	const size_t count = rows_on(report, number);

	page_start("Report, continued", report, html);
	page_links(arena, report, path, html);
	domain_table(report, first, count, html);
	for (size_t i = first; i < first + count; i++)
		if (report->domains[i].count > 0)
			domain_cards(report, &report->domains[i], html);
	page_stop(report, html);
}

static int write_page(const struct report *report, const char *path, size_t number,
		      struct complaint *complaint)
{
	struct arena arena;
	struct text html;
	int result = ERR_MEMORY;

	arena_init(&arena, 1 << 20, 0);
	text_init(&html, PAGE_OCTETS_MAX);
	const char *name = page_path(&arena, path, number);

	if (name) {
		if (number == 1)
			first_page(&arena, report, path, &html);
		else
			further_page(&arena, report, path, number, &html);
		result = html.error;
	}
	if (result == OK)
		result = file_write(name, text_get(&html), html.length, complaint);
	text_release(&html);
	arena_release(&arena);
	return result;
}

/* ---- what an earlier report left ---- */

/* A further page of ours, by its head? Nothing but a plain file is opened for long. */
static bool is_further_page(const char *path)
{
	static const char mark[] = "<meta name=\"generator\" content=\"dsfi report\">";
	char head[PAGE_HEAD_OCTETS];
	struct stat status;
	CLOSED_AT_END int file = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	const ssize_t size = read(file, head, sizeof(head) - 1);

	head[size > 0 ? size : 0] = '\0';
	return strncmp(head, "<!doctype html>", 15) == 0 && strstr(head, mark);
}

/* Pages that a longer report of the same name had beyond this one's last would still be read and
 * believed. Only files that bear our mark go; the first that does not, or is not there, ends it. */
static void remove_leftover(const char *path, size_t number)
{
	struct arena arena;

	arena_init(&arena, (size_t)1 << 16, 0);
	for (;; number++) {
		arena_reset(&arena);
		const char *name = page_path(&arena, path, number);

		if (!name || !is_further_page(name) || unlink(name) != 0)
			break;
	}
	arena_release(&arena);
}

int report_html(const struct report *report, const char *path, struct complaint *complaint)
{
	/* The first page last: who sees it finds everything that it links to. */
	for (size_t number = page_count(report); number >= 1; number--) {
		const int result = write_page(report, path, number, complaint);

		if (result < 0)
			return result;
	}
	remove_leftover(path, page_count(report) + 1);
	return OK;
}
