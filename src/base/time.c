/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time as text (RFC 3339), by arithmetic on the proleptic Gregorian calendar: no time zone of the
 * machine can get in. */
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SECONDS_A_DAY 86400
#define DAYS_A_CYCLE 146097 /* 400 years */
/* RFC 3339 s5.6: a year has four digits. */
#define TIME_FIRST (-62167219200) /* 0000-01-01T00:00:00Z */
#define TIME_LAST 253402300799    /* 9999-12-31T23:59:59Z */

struct civil_date {
	int64_t year;
	int64_t month;
	int64_t day;
};

static bool year_is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t month_days(int64_t year, int64_t month)
{
	static const uint8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	assert(month >= 1 && month <= 12);
	return month == 2 && year_is_leap(year) ? 29 : DAYS[month - 1];
}

/* Years are counted from 1 March, so that the leap day is the last of its year. */
static int64_t days_from_date(struct civil_date date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t month = date.month <= 2 ? date.month + 9 : date.month - 3;
	/* 4000 years more keep the divisions positive. */
	year += 4000;
	int64_t days = year * 365 + year / 4 - year / 100 + year / 400;
	days += (month * 153 + 2) / 5 + date.day - 1;
	return days - 10 * DAYS_A_CYCLE - 719468; /* from 1 March 0000 to 1 January 1970 */
}

static struct civil_date date_from_days(int64_t days)
{
	int64_t shifted = days + 719468 + 10 * DAYS_A_CYCLE;
	assert(shifted >= 0);
	int64_t cycle = shifted / DAYS_A_CYCLE;
	int64_t in_cycle = shifted % DAYS_A_CYCLE;
	int64_t year =
		(in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / (DAYS_A_CYCLE - 1)) /
		365;
	int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;
	struct civil_date date = {
		.year = year + cycle * 400 - 4000,
		.month = month < 10 ? month + 3 : month - 9,
		.day = in_year - (153 * month + 2) / 5 + 1,
	};
	if (date.month <= 2)
		date.year++;
	return date;
}

void time_to_text(int64_t unix_seconds, char ret_text[TIME_TEXT_MAX])
{
	int64_t seconds = unix_seconds;
	/* What four digits cannot say is shown as the nearest that they can. */
	if (seconds < TIME_FIRST)
		seconds = TIME_FIRST;
	if (seconds > TIME_LAST)
		seconds = TIME_LAST;
	int64_t days = seconds / SECONDS_A_DAY;
	int64_t rest = seconds % SECONDS_A_DAY;
	if (rest < 0) {
		rest += SECONDS_A_DAY;
		days--;
	}
	struct civil_date date = date_from_days(days);
	assert(date.year >= 0 && date.year <= 9999);
	(void)snprintf(ret_text, TIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)date.year,
		       (int)date.month, (int)date.day, (int)(rest / 3600), (int)(rest / 60 % 60),
		       (int)(rest % 60));
}

/* Reads `count` digits at *next and the character that must follow. */
static int take_number(const char **next, size_t count, char following, int64_t *ret_number)
{
	int64_t number = 0;
	for (size_t i = 0; i < count; i++) {
		char digit = (*next)[i];
		if (digit < '0' || digit > '9')
			return ERR_FORMAT;
		number = number * 10 + (digit - '0');
	}
	if ((*next)[count] != following)
		return ERR_FORMAT;
	*next += count + 1;
	*ret_number = number;
	return OK;
}

int time_from_text(const char *text, int64_t *ret_unix_seconds)
{
	assert(text != NULL && ret_unix_seconds != NULL);
	struct civil_date date;
	int64_t hour;
	int64_t minute;
	int64_t second;
	const char *next = text;
	if (take_number(&next, 4, '-', &date.year) || take_number(&next, 2, '-', &date.month) ||
	    take_number(&next, 2, 'T', &date.day) || take_number(&next, 2, ':', &hour) ||
	    take_number(&next, 2, ':', &minute) || take_number(&next, 2, 'Z', &second) ||
	    *next != '\0')
		return ERR_FORMAT;
	if (date.month < 1 || date.month > 12 || date.day < 1 ||
	    date.day > month_days(date.year, date.month))
		return ERR_FORMAT;
	/* A leap second (:60) has no place in Unix time. */
	if (hour > 23 || minute > 59 || second > 59)
		return ERR_FORMAT;
	int64_t seconds = days_from_date(date) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
	assert(seconds >= TIME_FIRST && seconds <= TIME_LAST);
	*ret_unix_seconds = seconds;
	return OK;
}

struct duration_unit {
	uint64_t seconds;
	const char *name;
	uint64_t next_seconds;
	const char *next_name;
};

void duration_to_text(uint64_t seconds, char ret_text[TIME_TEXT_MAX])
{
	static const struct duration_unit UNITS[] = {
		{SECONDS_A_DAY, "d", 3600, "h"},
		{3600, "h", 60, "min"},
		{60, "min", 1, "s"},
	};
	for (size_t i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
		const struct duration_unit *unit = &UNITS[i];
		if (seconds < unit->seconds)
			continue;
		uint64_t whole = seconds / unit->seconds;
		uint64_t rest = seconds % unit->seconds / unit->next_seconds;
		if (rest == 0)
			(void)snprintf(ret_text, TIME_TEXT_MAX, "%llu %s",
				       (unsigned long long)whole, unit->name);
		else
			(void)snprintf(ret_text, TIME_TEXT_MAX, "%llu %s %llu %s",
				       (unsigned long long)whole, unit->name,
				       (unsigned long long)rest, unit->next_name);
		return;
	}
	(void)snprintf(ret_text, TIME_TEXT_MAX, "%llu s", (unsigned long long)seconds);
}
