/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/share/mail.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>
#include <time.h>

/* RFC 2045 s6.8. */
#define BASE64_LINE 76u

/* RFC 5322 s3.3; in English whatever the locale. */
static void write_date(int64_t date_s, struct text *out)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t seconds = (time_t)date_s;
	struct tm parts;
	if (gmtime_r(&seconds, &parts) == NULL)
		return;
	assert(parts.tm_wday >= 0 && parts.tm_wday < 7 && parts.tm_mon >= 0 && parts.tm_mon < 12);
	text_format(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[parts.tm_wday],
		    parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
		    parts.tm_min, parts.tm_sec);
}

static void write_lines(const char *octets, size_t size, struct text *out)
{
	for (size_t at = 0; at < size;) {
		const char *stop = memchr(octets + at, '\n', size - at);
		const size_t length = stop == NULL ? size - at : (size_t)(stop - octets) - at;
		text_add_octets(out, octets + at, length);
		text_add(out, "\r\n");
		at += length + 1;
	}
}

static int write_base64(const struct text *octets, struct text *out)
{
	const size_t room = 4 * (octets->length / 3 + 2);
	char *base64 = memory_take(room);
	if (base64 == NULL)
		return ERR_MEMORY;
	const int error =
		base64_from_octets((const uint8_t *)text_get(octets), octets->length, base64, room);
	const size_t length = error == OK ? strlen(base64) : 0;
	for (size_t at = 0; at < length; at += BASE64_LINE) {
		text_add_octets(out, base64 + at,
				length - at < BASE64_LINE ? length - at : BASE64_LINE);
		text_add(out, "\r\n");
	}
	memory_give(base64);
	return error;
}

static void write_header(const struct share_mail *mail, struct text *out)
{
	const char *domain = strrchr(mail->from, '@');
	assert(domain != NULL && strpbrk(mail->from, "\r\n") == NULL);
	assert(strpbrk(mail->to, "\r\n") == NULL);
	text_format(out, "From: %s\r\nTo: %s\r\n", mail->from, mail->to);
	write_date(mail->date_s, out);
	assert(mail->key[0] != '\0' && strpbrk(mail->key, "\r\n<>@") == NULL);
	text_format(out, "Message-ID: <%s%s>\r\n", mail->key, domain);
	text_format(out,
		    "Subject: A %s message\r\nMIME-Version: 1.0\r\n"
		    "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: %s\r\n\r\n",
		    mail->is_sealed ? "sealed" : "signed", mail->is_sealed ? "7bit" : "base64");
}

int share_mail_write(const struct share_mail *mail, struct text *out)
{
	assert(out->length == 0 && mail->octets->length > 0);
	write_header(mail, out);
	if (!mail->is_sealed) {
		const int error = write_base64(mail->octets, out);
		return error == OK ? out->error : error;
	}
	text_add(out, "This mail carries a message that only you can open. Give it as it is to\r\n"
		      "\"dsfi receive\", or the block below to \"age -d -i KEYFILE\".\r\n\r\n");
	write_lines(text_get(mail->octets), mail->octets->length, out);
	return out->error;
}
