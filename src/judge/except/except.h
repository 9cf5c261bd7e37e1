/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which exception or dispute covers a finding, or a practice of a domain, at a time. Pure: the
 * exceptions, the subject and the time go in. All that are kept are loaded once, ended ones, too,
 * since old runs are asked about at their own time; then a question costs some look-ups by name,
 * whatever the number of exceptions of others (those of one name are tried one by one).
 *
 * Loading them:
 *
 *	struct exceptions *exceptions;
 *	int error = exceptions_new(&exceptions);
 *	if (error == OK)
 *		error = store_exceptions(store, exceptions_take, exceptions, complaint);
 *
 * An exception of a code covers findings of that code, one of a practice covers what a domain makes
 * of that practice; neither stands for the other. Where several fit, an exception comes before a
 * dispute, then the one that lasts longer, then the older one.
 */
#ifndef JUDGE_EXCEPT_EXCEPT_H
#define JUDGE_EXCEPT_EXCEPT_H

#include "model/exception.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked about: a code or a practice, the other one NULL. */
struct exception_subject {
	const uint8_t *domain; /* in wire form, of any case */
	/* Who is concerned: of a finding at one server, those who run it; else all who run name
	 * servers of the domain. */
	const char *const *operators;
	size_t operator_count;
	const char *code;
	const char *practice;
	const char *server; /* of a finding: its address as text; NULL, or what is no address: none
			     */
};

/* The definition: is the subject one of those that the exception names? Time does not matter. */
bool exception_covers(const struct exception *exception, const struct exception_subject *subject);

struct exceptions;

MUST_CHECK int exceptions_new(struct exceptions **ret_exceptions);
void exceptions_free(struct exceptions *exceptions); /* NULL is fine */
/* Copies it; a store_take_exception whose context is the exceptions. ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK int exceptions_take(void *exceptions, const struct exception *exception);

size_t exceptions_count(const struct exceptions *exceptions);
/* In the order in which they were taken. Pointers live until the next exceptions_take. */
const struct exception *exceptions_at(const struct exceptions *exceptions, size_t index);
/* Where one that was found stands. */
size_t exceptions_index(const struct exceptions *exceptions, const struct exception *exception);
/* Is there any for operators, whether it is in force or not? Else nobody need find out who they
 * are. */
bool exceptions_name_operators(const struct exceptions *exceptions);

/* The one that covers the subject and is in force at that time, or NULL. */
const struct exception *exceptions_find(const struct exceptions *exceptions,
					const struct exception_subject *subject, int64_t time_s);
/* One that covered the subject and expired after `since_s`, up to `time_s`, or NULL. */
const struct exception *exceptions_find_expired(const struct exceptions *exceptions,
						const struct exception_subject *subject,
						int64_t since_s, int64_t time_s);
/* Did it expire in that time? */
bool exception_expired_since(const struct exception *exception, int64_t since_s, int64_t time_s);

#endif
