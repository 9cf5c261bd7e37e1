/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A domain's past as a page: the news, a time line of states and findings, the table of findings,
 * what is open now with its evidence, and what changed when. */
#include "cli/history_private.h"
#include "dns/wire/name.h"
#include "os/file.h"
#include "tell/page/frame.h"
#include "tell/page/lanes.h"
#include "tell/page/table.h"
#include "tell/report/finding_card.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Codes that have a lane of their own; the table has all. */
#define LANES_MAX 24
/* Links of one lane; whoever goes by keyboard visits each. */
#define LINKS_MAX 40
#define WORDS_OCTETS_MAX 512

/* The past, and its findings in order: the worst first, those of one code together. */
struct page {
	struct past *past;
	const struct store_finding **findings;
	size_t count;
	int64_t from_s, to_s;
	struct text *html;
};

static int by_weight(const void *left, const void *right)
{
	const struct store_finding *ours = *(const struct store_finding *const *)left;
	const struct store_finding *theirs = *(const struct store_finding *const *)right;
	if (ours->finding.severity != theirs->finding.severity)
		return ours->finding.severity > theirs->finding.severity ? -1 : 1;
	int order = strcmp(ours->finding.code, theirs->finding.code);
	if (order == 0 && ours->first_s != theirs->first_s)
		order = ours->first_s < theirs->first_s ? -1 : 1;
	return order != 0 ? order : strcmp(ours->finding.sentence, theirs->finding.sentence);
}

static int order_findings(struct page *page)
{
	struct past *past = page->past;
	page->findings = arena_take_array(&past->arena, past->finding_count + 1, sizeof(void *));
	if (page->findings == NULL)
		return ERR_MEMORY;
	for (const struct past_finding *one = past->findings; one != NULL; one = one->next)
		page->findings[page->count++] = &one->found;
	assert(page->count == past->finding_count);
	qsort(page->findings, page->count, sizeof(void *), by_weight);
	return OK;
}

/* Findings from `first` on that have its code. */
static size_t same_code(const struct page *page, size_t first)
{
	size_t count = 1;
	assert(first < page->count);
	while (first + count < page->count &&
	       strcmp(page->findings[first]->finding.code,
		      page->findings[first + count]->finding.code) == 0)
		count++;
	return count;
}

static void put_date(int64_t time_s, char date[TIME_TEXT_MAX])
{
	time_to_text(time_s, date);
	date[strcspn(date, "T")] = '\0';
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* --- the news ----------------------------------------------------------------------------------
 */

static const struct past_interval *last_of(const struct past *past)
{
	const struct past_interval *last = past->intervals;
	assert(last != NULL);
	while (last->next != NULL)
		last = last->next;
	return last;
}

static const char *with_article(enum severity severity)
{
	static const char *const words[] = {
		[SEVERITY_INFO] = "a remark",     [SEVERITY_NOTICE] = "a notice",
		[SEVERITY_WARNING] = "a warning", [SEVERITY_ERROR] = "an error",
		[SEVERITY_CRITICAL] = "critical",
	};
	assert(severity >= SEVERITY_INFO && severity <= SEVERITY_CRITICAL);
	return words[severity];
}

static void add_lead(const struct page *page)
{
	const struct past *past = page->past;
	struct text *html = page->html;
	const struct store_finding *worst = NULL;
	size_t open = 0;
	size_t states = 0;
	for (size_t i = 0; i < page->count; i++) {
		open += page->findings[i]->is_open;
		if (page->findings[i]->is_open && worst == NULL)
			worst = page->findings[i];
	}
	for (const struct past_interval *one = past->intervals; one != NULL; one = one->next)
		states++;
	page_lead_begin(html);
	if (!last_of(past)->is_measured)
		text_add(html, "<strong>At the last look nothing could be measured.</strong> ");
	else if (worst == NULL)
		text_add(html, "<strong>Nothing is wrong with it that was looked for.</strong> ");
	if (worst != NULL) {
		text_format(html, "<strong>%zu finding%s open; the worst is %s, first found on ",
			    open, open == 1 ? " is" : "s are",
			    with_article(worst->finding.severity));
		markup_date(html, worst->first_s);
		text_add(html, ".</strong> ");
	}
	if (page->count > open)
		text_format(html, "%zu earlier finding%s gone. ", page->count - open,
			    page->count - open == 1 ? " is" : "s are");
	if (states > 1)
		text_format(html,
			    "%zu states of the domain were seen from the first look to the last.",
			    states);
	else
		text_add(html, "It was found in one state, with no change since.");
	page_lead_end(html);
}

/* --- the time line -----------------------------------------------------------------------------
 */

static bool overlaps(const struct store_finding *found, const struct past_interval *interval)
{
	return found->first_s <= interval->last_s &&
	       (found->is_open || found->last_s >= interval->first_s);
}

static enum mark mark_of(const struct page *page, const struct past_interval *interval,
			 size_t *ret_count)
{
	enum severity worst = SEVERITY_INFO;
	size_t count = 0;
	for (size_t i = 0; i < page->count; i++) {
		if (!overlaps(page->findings[i], interval))
			continue;
		if (page->findings[i]->finding.severity > worst)
			worst = page->findings[i]->finding.severity;
		count++;
	}
	*ret_count = count;
	return interval->is_measured ? finding_mark(worst) : MARK_NONE;
}

static int64_t within(const struct page *page, int64_t time_s)
{
	assert(page->from_s <= page->to_s);
	if (time_s < page->from_s)
		return page->from_s;
	return time_s > page->to_s ? page->to_s : time_s;
}

/* Onto the time line, whatever clocks said. */
static void put_span(const struct page *page, const struct lanes *lanes, struct lane_span span)
{
	span.from_s = within(page, span.from_s);
	span.to_s = within(page, span.to_s);
	if (span.to_s < span.from_s)
		span.to_s = span.from_s;
	lane_span(page->html, lanes, &span);
}

static void add_state_span(const struct page *page, const struct lanes *lanes,
			   const struct past_interval *interval, size_t number)
{
	char first[TIME_TEXT_MAX];
	char last[TIME_TEXT_MAX];
	char words[WORDS_OCTETS_MAX];
	char link[32];
	size_t count;
	enum mark mark = mark_of(page, interval, &count);
	put_date(interval->first_s, first);
	put_date(interval->last_s, last);
	snprintf(link, sizeof(link), "state-%zu", number);
	if (mark == MARK_NONE)
		snprintf(words, sizeof(words), "%s to %s: not measured", first, last);
	else
		snprintf(words, sizeof(words), "%s to %s: state %zu, %zu finding%s", first, last,
			 number, count, plural(count));
	put_span(page, lanes,
		 (struct lane_span){interval->first_s, interval->last_s, mark, false, words,
				    number <= LINKS_MAX ? link : NULL});
	if (interval->next != NULL && interval->next->first_s > interval->last_s)
		put_span(page, lanes,
			 (struct lane_span){interval->last_s, interval->next->first_s, MARK_NONE,
					    true, "between two looks", NULL});
}

static void add_code_lane(const struct page *page, const struct lanes *lanes, size_t first,
			  size_t count)
{
	assert(count > 0 && first + count <= page->count);
	const struct finding *finding = &page->findings[first]->finding;
	char gist[WORDS_OCTETS_MAX];
	snprintf(gist, sizeof(gist), "%s, found %zu time%s", severity_text(finding->severity),
		 count, plural(count));
	lane_begin(page->html, &(struct lane){finding->code, finding_mark(finding->severity),
					      severity_text(finding->severity), gist, false});
	for (size_t i = first; i < first + count; i++) {
		const struct store_finding *found = page->findings[i];
		char begun[TIME_TEXT_MAX];
		char ended[TIME_TEXT_MAX];
		char words[WORDS_OCTETS_MAX];
		put_date(found->first_s, begun);
		put_date(found->last_s, ended);
		snprintf(words, sizeof(words), "%s to %s%s: %s", begun, ended,
			 found->is_open ? ", still open" : "", found->finding.sentence);
		put_span(page, lanes,
			 (struct lane_span){
				 found->first_s, found->is_open ? page->to_s : found->last_s,
				 finding_mark(found->finding.severity), false, words, NULL});
	}
	lane_end(page->html);
}

static void add_time_line(const struct page *page)
{
	const struct lanes lanes = {
		.reading =
			"Read from left to right. The first line is the domain: a block for each "
			"state that looks found unchanged, dotted where nobody looked; the lines "
			"below are what was wrong from when to when. A disc was seen once. Hatched "
			"is an error or worse, lined is a warning, full is less or nothing.",
		.from_s = page->from_s,
		.to_s = page->to_s,
	};
	size_t number = 0;
	size_t shown = 0;
	page_heading(page->html, "When it was what", NULL);
	lanes_begin(page->html, &lanes);
	lane_begin(page->html, &(struct lane){"The domain", MARK_NONE, NULL,
					      "its states, by their worst finding", true});
	for (const struct past_interval *one = page->past->intervals; one != NULL; one = one->next)
		add_state_span(page, &lanes, one, ++number);
	lane_end(page->html);
	for (size_t i = 0; i < page->count; i += same_code(page, i))
		if (shown++ < LANES_MAX)
			add_code_lane(page, &lanes, i, same_code(page, i));
	lanes_end(page->html, &lanes);
	if (shown > LANES_MAX)
		text_format(page->html,
			    "<p class=\"sub\">The %d worst of %zu codes are drawn; the table has "
			    "all.</p>\n",
			    LANES_MAX, shown);
}

/* --- tables and evidence -----------------------------------------------------------------------
 */

static void add_finding_row(struct text *html, const struct store_finding *found)
{
	row_begin(html);
	cell_head_code(html, found->finding.code);
	cell_mark(html, finding_mark(found->finding.severity),
		  severity_text(found->finding.severity));
	cell_date(html, found->first_s);
	cell_date(html, found->last_s);
	cell_word(html, found->is_open ? "open" : "gone");
	cell_sentence(html, found->finding.sentence);
	row_end(html);
}

static void add_findings(const struct page *page)
{
	static const struct column columns[] = {{"Finding", false},     {"Severity", false},
						{"First found", false}, {"Last found", false},
						{"Now", false},         {"What was found", false}};
	const struct table table = {.label = "Findings", .columns = columns, .column_count = 6};
	page_heading(page->html, "What was wrong, from when to when", NULL);
	if (page->count == 0) {
		text_add(page->html, "<p>Nothing was found.</p>\n");
		return;
	}
	table_begin(page->html, &table);
	for (size_t i = 0; i < page->count; i++)
		add_finding_row(page->html, page->findings[i]);
	table_end(page->html);
}

/* What is open, in full. */
static int add_cards(const struct page *page)
{
	struct past *past = page->past;
	struct finding *open =
		arena_take_array(&past->arena, page->count + 1, sizeof(struct finding));
	size_t count = 0;
	if (open == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < page->count; i++)
		if (page->findings[i]->is_open)
			open[count++] = page->findings[i]->finding;
	if (count > 0)
		page_heading(page->html, "What is open, and how to mend it", NULL);
	/* Cards are headings of the fourth level, as they are below domains in a report. */
	if (count > 0)
		text_add(page->html, "<section class=\"domain\"><h3>At the last look</h3>\n");
	finding_cards(open, count, page->html);
	if (count > 0)
		text_add(page->html, "</section>\n");
	return OK;
}

static int add_state(const struct page *page, const struct past_interval *interval, size_t number)
{
	struct text *html = page->html;
	char took[TIME_TEXT_MAX];
	char first[TIME_TEXT_MAX];
	char last[TIME_TEXT_MAX];
	size_t count;
	enum mark mark = mark_of(page, interval, &count);
	time_to_text(interval->first_s, first);
	time_to_text(interval->last_s, last);
	text_format(html, "<section class=\"domain\" id=\"state-%zu\"><h3>State %zu: %s", number,
		    number, first);
	if (interval->first_s != interval->last_s) {
		duration_to_text((uint64_t)(interval->last_s - interval->first_s), took);
		text_format(html, " to %s (%s)", last, took);
	}
	text_add(html, "</h3>\n<p>");
	if (mark == MARK_NONE)
		markup_mark(html, mark, "not measured");
	else
		markup_mark(html, mark, count == 0 ? "no finding" : "findings");
	if (mark != MARK_NONE && count > 0)
		text_format(html, ": %zu", count);
	text_add(html, "</p>\n<ul>\n");
	int error = past_add_changes(page->past, interval);
	text_add(html, "</ul></section>\n");
	return error;
}

static int add_states(const struct page *page)
{
	size_t number = 0;
	page_heading(
		page->html, "What changed, and when",
		"What changes by itself is no change: serial numbers, the order of records, new "
		"signatures by the same keys.");
	for (const struct past_interval *one = page->past->intervals; one != NULL;
	     one = one->next) {
		int error = add_state(page, one, ++number);
		if (error != OK)
			return error;
	}
	return OK;
}

/* --- the page ----------------------------------------------------------------------------------
 */

static void add_title(const struct page *page)
{
	char name[NAME_TEXT_MAX];
	char first[TIME_TEXT_MAX];
	char last[TIME_TEXT_MAX];
	char title[NAME_TEXT_MAX + 3 * TIME_TEXT_MAX];
	put_date(page->from_s, first);
	put_date(page->to_s, last);
	name_to_text(page->past->domain, name);
	if (strcmp(first, last) == 0)
		snprintf(title, sizeof(title), "%s, %s", name, first);
	else
		snprintf(title, sizeof(title), "%s, %s to %s", name, first, last);
	page_begin(page->html, &(struct page_head){"History", title, "dsfi history"});
}

static int add_all(struct page *page)
{
	int error = order_findings(page);
	if (error != OK)
		return error;
	add_title(page);
	add_lead(page);
	add_time_line(page);
	add_findings(page);
	error = add_cards(page);
	if (error == OK)
		error = add_states(page);
	page_end(page->html,
		 &(struct page_method){
			 .more = "Each code is explained by <code>dsfi explain CODE</code>."});
	return error == OK ? page->html->error : error;
}

/* A clock may have gone back between two looks. */
static void find_range(struct page *page)
{
	const struct past_interval *one = page->past->intervals;
	assert(one != NULL);
	page->from_s = one->first_s;
	page->to_s = one->first_s;
	for (; one != NULL; one = one->next) {
		const int64_t low = one->first_s < one->last_s ? one->first_s : one->last_s;
		const int64_t high = one->first_s < one->last_s ? one->last_s : one->first_s;
		page->from_s = low < page->from_s ? low : page->from_s;
		page->to_s = high > page->to_s ? high : page->to_s;
	}
}

int past_page(struct past *past)
{
	struct text html;
	text_init(&html, HISTORY_OUTPUT_OCTETS_MAX);
	struct page page = {.past = past, .html = &html};
	assert(past->intervals != NULL && past->html_path != NULL);
	find_range(&page);
	past->html = &html;
	int error = add_all(&page);
	past->html = NULL;
	if (error == OK)
		error = file_write(past->html_path, text_get(&html), html.length, past->complaint);
	text_release(&html);
	return error;
}
