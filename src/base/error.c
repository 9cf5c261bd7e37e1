/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const ERROR_TEXTS[] = {
	[-OK] = "no error",
	[-ERR_MEMORY] = "out of memory",
	[-ERR_LIMIT] = "a limit was passed",
	[-ERR_SHORT] = "too short",
	[-ERR_FORMAT] = "malformed",
	[-ERR_UNSUPPORTED] = "not supported",
	[-ERR_NOT_FOUND] = "not found",
	[-ERR_EXISTS] = "exists already",
	[-ERR_ARGUMENT] = "not a valid argument",
	[-ERR_IO] = "input or output failed",
	[-ERR_PERMISSION] = "permission denied",
	[-ERR_FULL] = "disk full or read-only",
	[-ERR_TIMEOUT] = "timed out",
	[-ERR_NETWORK] = "network error",
	[-ERR_DAMAGED] = "file is damaged",
	[-ERR_CRYPTO] = "cryptographic library refused",
	[-ERR_INTERRUPTED] = "interrupted",
	[-ERR_BUSY] = "in use by somebody else",
};

#define ERROR_COUNT ((int)(sizeof(ERROR_TEXTS) / sizeof(ERROR_TEXTS[0])))

static_assert(sizeof(ERROR_TEXTS) / sizeof(ERROR_TEXTS[0]) == -ERR_BUSY + 1,
	      "every code has its text");

int complain(struct complaint *complaint, int code, const char *format, ...)
{
	assert(format != NULL);
	if (complaint == NULL)
		return code;
	/* By way of a second buffer, since an argument may be the old sentence. */
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (length < 0)
		sentence[0] = '\0';
	memcpy(complaint->text, sentence, sizeof(sentence));
	return code;
}

/* Appends what fits and gives the new length. */
static size_t append_cut(char sentence[COMPLAINT_MAX], size_t used, const char *addition)
{
	assert(used < COMPLAINT_MAX);
	size_t length = strlen(addition);
	if (length > COMPLAINT_MAX - 1 - used)
		length = COMPLAINT_MAX - 1 - used;
	memcpy(sentence + used, addition, length);
	sentence[used + length] = '\0';
	return used + length;
}

int complain_more(struct complaint *complaint, int code, const char *format, ...)
{
	assert(format != NULL);
	if (complaint == NULL)
		return code;
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (length < 0)
		return code;
	size_t used = append_cut(sentence, strlen(sentence), ": ");
	(void)append_cut(sentence, used, complaint->text);
	memcpy(complaint->text, sentence, sizeof(sentence));
	return code;
}

const char *error_text(int code)
{
	if (code > 0 || code <= -ERROR_COUNT)
		return "unknown error";
	const char *text = ERROR_TEXTS[-code];
	assert(text != NULL);
	return text;
}

struct errno_row {
	int errno_value;
	int code;
};

static const struct errno_row ERRNO_ROWS[] = {
	{ENOMEM, ERR_MEMORY},
	{ENOSPC, ERR_FULL},
	{EROFS, ERR_FULL},
	{EDQUOT, ERR_FULL},
	{EFBIG, ERR_FULL},
	{EACCES, ERR_PERMISSION},
	{EPERM, ERR_PERMISSION},
	{ENOENT, ERR_NOT_FOUND},
	{ENOTDIR, ERR_NOT_FOUND},
	{EEXIST, ERR_EXISTS},
	{ETIMEDOUT, ERR_TIMEOUT},
	{ECONNREFUSED, ERR_NETWORK},
	{ECONNRESET, ERR_NETWORK},
	{ECONNABORTED, ERR_NETWORK},
	{EPIPE, ERR_NETWORK},
	{ENETUNREACH, ERR_NETWORK},
	{EHOSTUNREACH, ERR_NETWORK},
	{ENETDOWN, ERR_NETWORK},
	{EADDRNOTAVAIL, ERR_NETWORK},
	{ENETRESET, ERR_NETWORK},
	{EHOSTDOWN, ERR_NETWORK},
	{EINTR, ERR_INTERRUPTED},
	{EMFILE, ERR_LIMIT},
	{ENFILE, ERR_LIMIT},
	{ENAMETOOLONG, ERR_LIMIT},
	{EMSGSIZE, ERR_LIMIT},
	{EAGAIN, ERR_BUSY},
	{EBUSY, ERR_BUSY},
	{ETXTBSY, ERR_BUSY},
	{EADDRINUSE, ERR_BUSY},
	{EINVAL, ERR_ARGUMENT},
	{EAFNOSUPPORT, ERR_UNSUPPORTED},
	{ENOSYS, ERR_UNSUPPORTED},
	{EOPNOTSUPP, ERR_UNSUPPORTED},
	{EPROTONOSUPPORT, ERR_UNSUPPORTED},
};

int error_from_errno(int errno_value)
{
	for (size_t i = 0; i < sizeof(ERRNO_ROWS) / sizeof(ERRNO_ROWS[0]); i++) {
		if (ERRNO_ROWS[i].errno_value == errno_value)
			return ERRNO_ROWS[i].code;
	}
	return errno_value == 0 ? OK : ERR_IO;
}

struct errno_cause {
	int errno_value;
	const char *sentence; /* what it means and what to do */
};

static const struct errno_cause CAUSES[] = {
	{ENOENT, "there is no such file or folder"},
	{ENOTDIR, "a part of the path is not a folder"},
	{EACCES, "permission denied; check who owns it and its mode"},
	{EPERM, "not permitted"},
	{EISDIR, "it is a folder, a file is needed"},
	{ENOSPC, "the disk is full; make room or choose another place"},
	{EDQUOT, "the disk quota is used up; make room or choose another place"},
	{EROFS, "the file system is read-only; choose another place"},
	{ENAMETOOLONG, "the name is too long"},
	{EMFILE, "too many files are open; raise the limit (ulimit -n)"},
	{ELOOP, "too many symbolic links"},
};

const char *errno_text(int errno_value)
{
	for (size_t i = 0; i < sizeof(CAUSES) / sizeof(CAUSES[0]); i++) {
		if (CAUSES[i].errno_value == errno_value)
			return CAUSES[i].sentence;
	}
	return strerror(errno_value);
}
