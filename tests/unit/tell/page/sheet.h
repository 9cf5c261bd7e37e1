/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text that pieces of pages are written to, and what is expected of it. For this room's tests. */
#ifndef TESTS_TELL_PAGE_SHEET_H
#define TESTS_TELL_PAGE_SHEET_H

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text html;

static inline int begin(void **state)
{
	(void)state;
	text_init(&html, 1 << 22);
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	text_release(&html);
	return 0;
}

static inline void expect(const char *expected)
{
	assert_int_equal(html.error, OK);
	assert_string_equal(text_get(&html), expected);
	text_reset(&html);
}

#endif
