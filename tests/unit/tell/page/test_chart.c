/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/figure.h"
#include "tell/page/lanes.h"
#include "tell/page/lines.h"
#include "tell/page/sheet.h"
#include "tell/page/stack.h"

#include <math.h>

#define DAY_S INT64_C(86400)

static void has(const char *part)
{
	assert_int_equal(html.error, OK);
	if (!strstr(text_get(&html), part))
		fail_msg("'%s' is not in: %s", part, text_get(&html));
}

static void lacks(const char *part)
{
	if (strstr(text_get(&html), part))
		fail_msg("'%s' is in: %s", part, text_get(&html));
}

static void refused(void)
{
	assert_int_equal(html.error, ERR_ARGUMENT);
	assert_string_equal(text_get(&html), "");
	text_reset(&html);
}

static struct figure_point point(int64_t day, double value)
{
	return (struct figure_point){day * DAY_S, true, value, value, value};
}

static void test_figure(void **state)
{
	figure_write(&html, &(struct figure){true, 38.2, 37.9, 38.5, "%", 1});
	expect("38.2 % <span class=\"ci\">(37.9 – 38.5)</span>");
	figure_write(&html, &(struct figure){true, 12, 12, 12, "", 0});
	expect("12");
	figure_write(&html, &(struct figure){false, NAN, NAN, NAN, "%", 1});
	has("not measured");
	text_reset(&html);
	figure_write(&html, &(struct figure){true, NAN, 0, 1, "%", 1});
	refused();
	figure_write(&html, &(struct figure){true, 5, 6, 7, "%", 1});
	refused();
	figure_tile(&html,
		    &(struct figure_tile){"n", {true, INFINITY, 0, INFINITY, "%", 1}, "m", NULL});
	refused();
}

static void test_trend(void **state)
{
	struct figure_point points[] = {point(0, 31), point(1, 35), point(2, 38.2)};
	struct figure_trend trend = {points, 3, "%", 1};

	figure_trend_label(&html, &trend);
	expect("+7.2 points since 1970-01-01");
	figure_trend_words(&html, &trend);
	expect("+7.2 points since <span class=\"one\">1970-01-01</span>");
	trend.unit = "<ms>";
	points[2].value = points[2].low = points[2].high = 28;
	figure_trend_label(&html, &trend);
	expect("−3.0 &lt;ms&gt; since 1970-01-01");
	points[2] = point(2, 31.04);
	figure_trend_label(&html, &trend);
	expect("unchanged since 1970-01-01");
	trend.count = 1;
	figure_trend_label(&html, &trend);
	expect("measured once, on 1970-01-01");
	figure_spark(&html, &trend);
	expect("");
	trend.count = 0;
	figure_trend_label(&html, &trend);
	expect("never measured");
	figure_spark(&html, &trend);
	expect("");
}

static void test_spark(void **state)
{
	struct figure_point points[1000];
	struct figure_trend trend = {points, 3, "%", 1};

	points[0] = point(0, 0);
	points[1] = (struct figure_point){.time_s = DAY_S};
	points[2] = point(2, 100);
	figure_spark(&html, &trend);
	/* What was not measured interrupts the line. */
	has("d=\"M4.0 24.0M116.0 4.0\"");
	has("role=\"img\" aria-label=\"+100.0 points since 1970-01-01\"");
	text_reset(&html);
	for (int i = 0; i < 1000; i++)
		points[i] = point(i, i % 7);
	trend.count = 1000;
	figure_spark(&html, &trend);
	assert_true(html.length < 8000);
	text_reset(&html);
	points[500].value = NAN;
	figure_spark(&html, &trend);
	refused();
	points[500] = point(400, 1); /* older than the one before it */
	figure_spark(&html, &trend);
	refused();
}

static void test_stack(void **state)
{
	const struct stack_part parts[] = {
		{FILL_GOOD, "good", 1}, {FILL_BAD, "<bad>", 0}, {FILL_ABSENT, "absent", 3}};

	stack_bar(&html, parts, 3, "a\"b");
	expect("<svg class=\"stack\" role=\"img\" aria-label=\"a&quot;b\">"
	       "<rect class=\"seg f-good\" x=\"0.00%\" width=\"25.00%\" height=\"100%\">"
	       "<title>good: 1</title></rect>"
	       "<rect class=\"seg f-absent\" x=\"25.00%\" width=\"75.00%\" height=\"100%\">"
	       "<title>absent: 3</title></rect></svg>\n");
	stack_bar(&html, parts, 0, "nothing");
	expect("<svg class=\"stack\" role=\"img\" aria-label=\"nothing\"></svg>\n");
	stack_legend(&html, parts, 3);
	has("&lt;bad&gt;</li>");
}

/* All counts as large as they can be, and one among them. */
static void test_stack_of_huge_numbers(void **state)
{
	const struct stack_part parts[] = {{FILL_GOOD, "a", UINT64_MAX},
					   {FILL_BAD, "b", 1},
					   {FILL_ABSENT, "c", UINT64_MAX},
					   {FILL_NOT_MEASURED, "d", UINT64_MAX}};

	stack_bar(&html, parts, 4, "g");
	has("b: 1<");
	has("18,446,744,073,709,551,615");
	has("width=\"0.40%\"");
	lacks("nan");
	lacks("inf");
	text_reset(&html);
	stack_meter(&html, &(struct stack_meter){MARK_BAD, 0, 0, "g"});
	has("width=\"0.00%\"");
	text_reset(&html);
	stack_meter(&html, &(struct stack_meter){MARK_BAD, 2, 1, "g"});
	refused();
	stack_meter(&html, &(struct stack_meter){MARK_BAD, NAN, 1, "g"});
	refused();
}

static void test_adoption(void **state)
{
	const struct figure_point points[] = {point(0, 31), point(1, 35)};
	const struct figure_trend trend = {points, 2, "%", 1};
	struct stack_practice rows[] = {
		{"DNSSEC <signed>", 382, 3, 600, 11, 4, {true, 38.2, 37.9, 38.5, "%", 1}, &trend},
		{"DANE", 0, 0, 0, 0, 0, {.unit = "%"}, NULL},
	};
	struct stack_chart chart = {"Adoption", "Read so.", "Practice", "practices", rows, 2, 1};

	stack_chart(&html, &chart);
	has("aria-label=\"DNSSEC &lt;signed&gt;: 382 adopted, 3 broken, 600 absent, "
	    "11 not measured, "
	    "4 does not apply\"");
	has("The first 1 of 2 are drawn");
	has("<th scope=\"row\">DANE</th>");
	has("+4.0 points since <span class=\"one\">1970-01-01</span>");
	lacks("<signed>");
	text_reset(&html);
	chart.count = 0;
	stack_chart(&html, &chart);
	expect("<p class=\"sub\">No practices to show.</p>\n");
}

static void test_lines(void **state)
{
	struct figure_point first[] = {
		{0, true, 31, 30, 32}, {DAY_S, false, 0, 0, 0}, {2 * DAY_S, true, 38, 37, 39}};
	const struct figure_point second[] = {point(0, 10), point(2, 12)};
	struct line_series series[] = {{"<signed>", false, first, 3}, {"bogus", true, second, 2}};
	struct line_chart chart = {"Signing", "Read so.", "%", 1, series, 2};

	line_chart(&html, &chart);
	has("role=\"img\" aria-label=\"Signing. &lt;signed&gt;: +7.0 points since 1970-01-01; "
	    "bogus: +2.0 points since 1970-01-01\"");
	/* Between two measurements with none between them. */
	has("<path class=\"stretch unknown\" d=\"M0.00 22.50L100.00 5.00\"/>");
	has("<path class=\"stretch broken\" d=\"M0.00 75.00L100.00 70.00\"/>");
	has(">40 %</text>");
	has("not measured");
	lacks("<signed>");
	lacks("nan");
	text_reset(&html);
	first[0].high = NAN;
	line_chart(&html, &chart);
	refused();
}

static void test_band_of_measured_runs(void **state)
{
	const struct figure_point points[] = {{0, true, 31, 30, 32}, {DAY_S, true, 38, 37, 39}};
	const struct line_series series = {"a", false, points, 2};

	line_chart(&html, &(struct line_chart){"L", "Read so.", "%", 1, &series, 1});
	has("<path class=\"band\" d=\"M0.00 20.00L100.00 2.50L100.00 7.50L0.00 25.00Z\"/>");
	has("<path class=\"stretch\" d=\"M0.00 22.50L100.00 5.00\"/>");
}

static void test_lines_of_little(void **state)
{
	struct figure_point one = point(3, 7);
	const struct line_series series = {"a", false, &one, 1};
	struct line_chart chart = {"L", "Read so.", "ms", 0, &series, 1};

	line_chart(&html, &chart);
	has("x=\"50.00%\"");
	has("measured once, on 1970-01-04");
	lacks("class=\"stretch\" d=\"M5");
	text_reset(&html);
	one.value = one.low = one.high = 0; /* a scale from zero to zero */
	line_chart(&html, &chart);
	lacks("nan");
	text_reset(&html);
	one.is_measured = false;
	line_chart(&html, &chart);
	has("Nothing was measured yet");
	text_reset(&html);
	chart.count = 0;
	line_chart(&html, &chart);
	has("Nothing was measured yet");
}

static void test_scales(void **state)
{
	struct figure_point points[] = {point(0, 0), point(1, 0)};
	const struct line_series series = {"a", false, points, 2};
	struct line_chart chart = {"L", "Read so.", "ms", 0, &series, 1};
	static const struct {
		double value;
		const char *top;
	} cases[] = {{17, ">20 ms<"},
		     {1e15, ">2,000,000,000,000,000 ms<"},
		     {1e-3, ">0.002 ms<"},
		     {-30, ">40 ms<"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		points[1] = point(1, cases[i].value);
		line_chart(&html, &chart);
		has(cases[i].top);
		lacks("nan");
		lacks("inf");
		text_reset(&html);
	}
	/* No share is above 100. */
	chart.unit = "%";
	points[1] = point(1, 90);
	line_chart(&html, &chart);
	has(">100 %<");
	lacks(">200 %<");
}

/* However many points a series has, a page has room for the newest. */
static void test_lines_of_many(void **state)
{
	static struct figure_point points[100000];
	const struct line_series series = {"a", false, points, 100000};

	for (int i = 0; i < 100000; i++)
		points[i] = point(i, i % 100);
	line_chart(&html, &(struct line_chart){"L", "Read so.", "%", 0, &series, 1});
	assert_int_equal(html.error, OK);
	assert_true(html.length < 200000);
}

static void test_lanes(void **state)
{
	const struct lanes lanes = {"Read so.", 0, 10 * DAY_S};

	lanes_begin(&html, &lanes);
	lane_begin(&html, &(struct lane){"<State>", MARK_BAD, "bad", "two looks", true});
	lane_span(&html, &lanes, &(struct lane_span){0, 5 * DAY_S, MARK_GOOD, false, "a<b", "i1"});
	lane_span(&html, &lanes,
		  &(struct lane_span){5 * DAY_S, 6 * DAY_S, MARK_NONE, true, "nobody looked",
				      NULL});
	lane_span(&html, &lanes,
		  &(struct lane_span){10 * DAY_S, 10 * DAY_S, MARK_BAD, false, "once", NULL});
	lane_end(&html);
	lanes_end(&html, &lanes);
	has("role=\"group\" aria-label=\"&lt;State&gt;: two looks\"");
	has("<a href=\"#i1\" aria-label=\"a&lt;b\"><rect class=\"seg f-good\" x=\"0.00%\" "
	    "width=\"50.00%\" height=\"100%\"><title>a&lt;b</title></rect></a>");
	has("<line class=\"stretch unknown\" x1=\"50.00%\" x2=\"60.00%\"");
	has("<circle class=\"seg f-bad\" cx=\"100.00%\"");
	has("<span>1970-01-01</span><span>1970-01-11</span>");
	text_reset(&html);
	/* Within hours, dates alone say nothing. */
	lanes_begin(&html, &(struct lanes){"Read so.", 0, 3600});
	lanes_end(&html, &(struct lanes){"Read so.", 0, 3600});
	has("<span>1970-01-01 00:00</span><span>1970-01-01 01:00</span>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_figure, begin, end),
		cmocka_unit_test_setup_teardown(test_trend, begin, end),
		cmocka_unit_test_setup_teardown(test_spark, begin, end),
		cmocka_unit_test_setup_teardown(test_stack, begin, end),
		cmocka_unit_test_setup_teardown(test_stack_of_huge_numbers, begin, end),
		cmocka_unit_test_setup_teardown(test_adoption, begin, end),
		cmocka_unit_test_setup_teardown(test_lines, begin, end),
		cmocka_unit_test_setup_teardown(test_band_of_measured_runs, begin, end),
		cmocka_unit_test_setup_teardown(test_lines_of_little, begin, end),
		cmocka_unit_test_setup_teardown(test_scales, begin, end),
		cmocka_unit_test_setup_teardown(test_lines_of_many, begin, end),
		cmocka_unit_test_setup_teardown(test_lanes, begin, end),
	};

	return cmocka_run_group_tests_name("tell/page charts", tests, NULL, NULL);
}
