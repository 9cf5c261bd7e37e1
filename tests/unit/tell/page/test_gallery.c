/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that pages are made of, on one page: the same octets every time, and, written to the file
 * that DSFI_GALLERY names, something to look at (tests/world/pages.sh does). */
#include "failing_memory.h"
#include "tell/page/card.h"
#include "tell/page/frame.h"
#include "tell/page/lanes.h"
#include "tell/page/lines.h"
#include "tell/page/stack.h"
#include "tell/page/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY_S INT64_C(86400)
#define BEGIN_S (INT64_C(20000) * DAY_S)
#define RUNS 12

static struct figure_point signed_points[RUNS], dane_points[RUNS], bogus_points[RUNS];

static void make_points(void)
{
	for (int i = 0; i < RUNS; i++) {
		const int64_t time_s = BEGIN_S + 30 * DAY_S * i;
		const double share = 31 + 0.65 * i;
		const double dane = 2 + 0.4 * i * i / 4;
		const double bogus = i % 4 == 0 ? 6 : 3;

		signed_points[i] =
			(struct figure_point){time_s, true, share, share - 2.2, share + 2.2};
		dane_points[i] = (struct figure_point){time_s, i != 6, dane, dane - 1, dane + 1};
		bogus_points[i] = (struct figure_point){time_s, true, bogus, bogus, bogus};
	}
}

static void add_tiles(struct text *html)
{
	const struct figure_trend trend = {signed_points, RUNS, "%", 1};

	figure_tiles_begin(html);
	figure_tile(html, &(struct figure_tile){"DNSSEC signed",
						{true, 38.2, 37.9, 38.5, "%", 1},
						"of 1,581,220 domains",
						&trend});
	figure_tile(html,
		    &(struct figure_tile){"Round trip", {true, 17, 17, 17, "ms", 0}, NULL, NULL});
	figure_tile(html,
		    &(struct figure_tile){"DANE", {.unit = "%"}, "servers were silent", NULL});
	figure_tiles_end(html);
}

static void add_adoption(struct text *html)
{
	const struct figure_trend trend = {signed_points, RUNS, "%", 1};
	const struct figure_trend dane = {dane_points, RUNS, "%", 1};
	const struct stack_practice rows[] = {
		{"DNSSEC signed",
		 38200,
		 310,
		 60390,
		 1100,
		 0,
		 {true, 38.2, 37.9, 38.5, "%", 1},
		 &trend},
		{"DANE for incoming mail",
		 6100,
		 900,
		 64000,
		 3500,
		 25500,
		 {true, 8.6, 8.4, 8.8, "%", 1},
		 &dane},
		{"DoT or DoQ at every name server", 0, 0, 0, 100000, 0, {.unit = "%"}, NULL},
	};

	page_heading(html, "How far each practice has come", NULL);
	stack_chart(html, &(struct stack_chart){
				  "Adoption by practice",
				  "A bar is all domains: full have adopted the practice, hatched "
				  "have it broken, empty have not, dotted could not be measured.",
				  "Practice", "practices", rows, 3, 0});
}

static void add_lines(struct text *html)
{
	const struct line_series series[] = {{"signed", false, signed_points, RUNS},
					     {"DANE", false, dane_points, RUNS},
					     {"bogus", true, bogus_points, RUNS}};

	page_heading(html, "Twelve runs", NULL);
	line_chart(html,
		   &(struct line_chart){
			   "Share over twelve runs",
			   "Bands are the 95 % interval; dashed is trouble, dotted leads over a "
			   "run that measured nothing.",
			   "%", 1, series, 3});
	page_heading(html, "In milliseconds", NULL);
	line_chart(html,
		   &(struct line_chart){"Round trips", "Lower is better.", "ms", 1, &series[1], 1});
}

static void add_lanes(struct text *html)
{
	const struct lanes lanes = {"Read from left to right.", BEGIN_S, BEGIN_S + 90 * DAY_S};
	const struct lane_span spans[] = {
		{BEGIN_S, BEGIN_S + 30 * DAY_S, MARK_GOOD, false, "thirty good days", "card"},
		{BEGIN_S + 30 * DAY_S, BEGIN_S + 50 * DAY_S, MARK_NONE, true, "nobody looked",
		 NULL},
		{BEGIN_S + 50 * DAY_S, BEGIN_S + 70 * DAY_S, MARK_BAD, false, "twenty bad days",
		 "card"},
		{BEGIN_S + 80 * DAY_S, BEGIN_S + 80 * DAY_S, MARK_WARNING, false, "one warning",
		 "card"},
		{BEGIN_S + 85 * DAY_S, BEGIN_S + 90 * DAY_S, MARK_NONE, false, "not measured",
		 NULL},
	};

	page_heading(html, "When it was what", NULL);
	lanes_begin(html, &lanes);
	lane_begin(html, &(struct lane){"shop.example.", MARK_WARNING, "warning", NULL, true});
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		lane_span(html, &lanes, &spans[i]);
	lane_end(html);
	lanes_end(html, &lanes);
}

static void add_card(struct text *html)
{
	text_add(html, "<section id=\"card\">");
	page_heading(html, "A finding", NULL);
	card_begin(html, &(struct card){MARK_BAD, 3, "Signatures have ended", "DNSSEC-SIG-EXPIRED",
					"critical, 3 domains"});
	card_section(
		html,
		"## Why\nA `b` **c**.\n\n```\nrndc sign a-very-long-name-of-a-zone.example\n```\n",
		"Why", "What it does to people");
	card_evidence_begin(html);
	card_evidence(html,
		      &(struct card_evidence){"shop.example. SOA", "at ", "192.0.2.1", "NOERROR"});
	card_evidence_end(html);
	card_end(html);
	text_add(html, "</section>\n");
}

static void add_gallery(struct text *html)
{
	make_points();
	page_begin(html, &(struct page_head){"Gallery", "All that pages are made of", "dsfi test"});
	page_lead_begin(html);
	text_add(html,
		 "One page with every piece on it. <strong>The figures are made up.</strong>");
	page_lead_end(html);
	add_tiles(html);
	add_adoption(html);
	add_lines(html);
	add_lanes(html);
	add_card(html);
	page_end(html, &(struct page_method){.when = ", on a day that never was"});
}

static void test_the_same_every_time(void **state)
{
	const char *path = getenv("DSFI_GALLERY");
	struct text first;
	struct text second;

	text_init(&first, 1 << 22);
	text_init(&second, 1 << 22);
	add_gallery(&first);
	add_gallery(&second);
	assert_int_equal(first.error, OK);
	assert_string_equal(text_get(&first), text_get(&second));
	if (path) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		assert_int_equal(fwrite(text_get(&first), 1, first.length, file), first.length);
		assert_int_equal(fclose(file), 0);
	}
	text_release(&first);
	text_release(&second);
}

/* A page for which there is no memory is an error, and nothing of it stays. */
static void test_no_memory(void **state)
{
	FOR_EACH_FAILURE(allocation)
	{
		struct text html;

		text_init(&html, 1 << 22);
		add_gallery(&html);
		assert_true(html.error == OK || html.error == ERR_MEMORY);
		text_release(&html);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_every_time),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("tell/page gallery", tests, NULL, NULL);
}
