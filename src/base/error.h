/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One table of error codes for every room, and a place for the sentence that goes with one.
 *
 * A function that can fail returns 0 or a negative `enum error`. Where a person will want to know
 * more than the code says, the function takes a `struct complaint *` (may be NULL) and leaves one
 * sentence there: what failed, on which 'subject', why, what to do next; lower case, no full stop.
 * Libraries never print and never exit.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_argument) \
	__attribute__((format(printf, format_index, first_argument)))

enum error {
	OK = 0,
	ERR_MEMORY = -1,      /* an allocation failed or an arena's cap was reached */
	ERR_LIMIT = -2,       /* a named limit was passed */
	ERR_SHORT = -3,       /* input ended too early, or the output buffer is too small */
	ERR_FORMAT = -4,      /* malformed input */
	ERR_UNSUPPORTED = -5, /* well-formed, but nothing here understands it */
	ERR_NOT_FOUND = -6,
	ERR_EXISTS = -7,
	ERR_ARGUMENT = -8, /* the user asked for something that makes no sense */
	ERR_IO = -9,       /* a system call failed; the complaint holds strerror */
	ERR_PERMISSION = -10,
	ERR_FULL = -11, /* disk full, or read-only */
	ERR_TIMEOUT = -12,
	ERR_NETWORK = -13,     /* no route, refused, reset */
	ERR_DAMAGED = -14,     /* a file of ours fails its own integrity check */
	ERR_CRYPTO = -15,      /* a cryptographic library refused */
	ERR_INTERRUPTED = -16, /* a signal asked us to stop */
	ERR_BUSY = -17,        /* somebody else holds the lock */
};

/* Longest sentence kept; the rest is cut. A file name (4096) plus explanation is cut, never
 * overrun. */
#define COMPLAINT_MAX 1024

struct complaint {
	char text[COMPLAINT_MAX];
};

/* Writes the sentence (complaint may be NULL) and returns `code`, so `return complain(...)` reads
 * well. */
int complain(struct complaint *complaint, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Puts `prefix: ` before the sentence already there. Returns `code`. */
int complain_more(struct complaint *complaint, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* A short name for a code ("out of memory"); never NULL, static storage. */
const char *error_text(int code);

/* Maps errno to a code above: ENOSPC, EROFS, EDQUOT -> ERR_FULL, EACCES/EPERM -> ERR_PERMISSION,
 * ... */
int error_from_errno(int errno_value);
/* What the system said of a file and what to do, in words of ours where there are any; until the
 * next call. */
const char *errno_text(int errno_value);

#endif
