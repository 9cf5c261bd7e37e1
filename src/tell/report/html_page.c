/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/file.h"
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

void html_page_begin(const char *kind, const char *title, struct text *html)
{
	text_format(
		html,
		"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src %s; script-src %s; base-uri 'none'; form-action 'none'\">"
		"<meta name=\"generator\" content=\"dsfi report\">"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>",
		asset_style_source(), asset_script_source());
	markup_text(html, title);
	text_format(html,
		    "</title>\n<style>%s</style></head><body><main>\n<p class=\"over\">%s</p><h1>",
		    asset_style(), kind);
	markup_text(html, title);
	text_add(html, "</h1>\n");
}

void html_page_end(const struct report *report, struct text *html)
{
	char started[TIME_TEXT_MAX];
	char took[TIME_TEXT_MAX];

	time_to_text(report->run.started_s, started);
	text_add(html, "<footer>Measured from ");
	markup_text(html, report->run.vantage[0] ? report->run.vantage : "one vantage point");
	text_format(html, ", begun %s", started);
	if (report->run.finished_s > report->run.started_s) {
		duration_to_text((uint64_t)(report->run.finished_s - report->run.started_s), took);
		text_format(html, ", in %s", took);
	} else if (report->run.finished_s == 0) {
		text_add(html, "; the run is not finished");
	}
	text_add(
		html,
		". Every address of every name server was asked; what one vantage point cannot see "
		"is not in here. Each code is explained by <code>dsfi explain CODE</code>. "
		"Made with "
		"dsfi " DSFI_VERSION ".</footer>\n</main>");
	text_format(html, "<script>%s</script></body></html>\n", asset_script());
}

static void tile(struct text *html, const char *name, uint64_t part, uint64_t whole,
		 const char *meaning)
{
	text_format(html, "<li><p class=\"k\">%s</p><p class=\"v\">", name);
	markup_percent(html, part, whole);
	text_add(html, "</p><p class=\"d\">");
	markup_number(html, part);
	text_format(html, " %s</p></li>", meaning);
}

static void tiles(const struct report *report, struct text *html)
{
	const struct report_totals *totals = &report->totals;

	text_add(html, "<ul class=\"tiles\">");
	tile(html, "In error", totals->bad, totals->domains, "fail for some or all people");
	tile(html, "With warnings", totals->warning, totals->domains, "work, but not safely");
	tile(html, "DNSSEC signed", totals->is_signed, totals->domains, "serve keys");
	tile(html, "Secure", totals->secure, totals->domains, "have a sound chain of trust");
	text_add(html, "</ul>\n");
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

	text_add(html, "<p class=\"lead\">");
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
	text_add(html, "</p>\n");
}

static void domain_cards(const struct report *report, const struct report_domain *domain,
			 struct text *html)
{
	text_add(html, "<section class=\"domain\"><h3>");
	markup_text(html, domain->name);
	text_add(html, "</h3>\n");
	html_findings(&report->findings[domain->first], domain->count, html);
	text_add(html, "</section>\n");
}

static void filter_form(const struct report *report, struct text *html)
{
	text_add(html,
		 "<form class=\"find\"><label>Domain contains<input name=\"word\" type=\"search\" "
		 "autocomplete=\"off\"></label><label>State<select name=\"state\">"
		 "<option value=\"\">any</option><option value=\"bad\">bad</option>"
		 "<option value=\"warn\">warning</option><option value=\"good\">good</option>"
		 "<option value=\"none\">not measured</option></select></label>"
		 "<label>Finding<select name=\"code\"><option value=\"\">any</option>");
	for (size_t i = 0; i < report->row_count && report->rows[i].domains > 0; i++) {
		text_add(html, "<option>");
		markup_text(html, report->rows[i].code);
		text_add(html, "</option>");
	}
	text_add(html, "</select></label><output></output></form>\n");
}

static void domain_table(const struct report *report, size_t first, size_t count, struct text *html)
{
	filter_form(report, html);
	text_add(
		html,
		"<div class=\"wrap\" id=\"domains\"><table><thead><tr><th>Domain</th><th>State</th>"
		"<th>Findings</th></tr></thead><tbody>\n");
	html_domain_rows(report, first, count, html);
	text_add(html, "</tbody></table></div>\n");
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

	html_page_begin("Report", report->title, html);
	lead(report, html);
	tiles(report, html);
	html_states(report, html);
	html_practices(report, html);
	html_operators(report, html);
	text_add(html, "<h2>The worst domains in full</h2><p class=\"sub\">What was found, what it "
		       "does to "
		       "people, how to mend it, and how to verify that it is mended.</p>\n");
	for (size_t i = 0; i < count && i < report->worst && report->domains[i].count > 0; i++)
		domain_cards(report, &report->domains[i], html);
	text_add(html, "<h2>All domains</h2>\n");
	page_links(arena, report, path, html);
	domain_table(report, 0, count, html);
	html_page_end(report, html);
}

static void further_page(struct arena *arena, const struct report *report, const char *path,
			 size_t number, struct text *html)
{
	const size_t first = (number - 1) * DOMAINS_A_PAGE;
	const size_t count = rows_on(report, number);

	html_page_begin("Report, continued", report->title, html);
	page_links(arena, report, path, html);
	domain_table(report, first, count, html);
	for (size_t i = first; i < first + count; i++)
		if (report->domains[i].count > 0)
			domain_cards(report, &report->domains[i], html);
	html_page_end(report, html);
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
