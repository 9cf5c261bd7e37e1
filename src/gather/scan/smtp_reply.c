/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/scan/smtp_reply.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

void smtp_reply_reset(struct smtp_reply *reply)
{
	reply->code = reply->lines = reply->line_size = 0;
	reply->has_starttls = reply->is_whole = false;
	reply->text[0] = 0;
}

static void keep_text(struct smtp_reply *reply, const char *text, size_t size)
{
	if (size > SMTP_TEXT_MAX)
		size = SMTP_TEXT_MAX;
	for (size_t i = 0; i < size; i++)
		reply->text[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
	reply->text[size] = 0;
}

/* The keyword ends with the line or at a space. */
static bool is_starttls(const char *text, size_t size)
{
	static const char word[] = "STARTTLS";
	const size_t length = sizeof(word) - 1;
	return size >= length && strncasecmp(text, word, length) == 0 &&
	       (size == length || text[length] == ' ');
}

/* A line without its end. */
static int take_line(struct smtp_reply *reply, const char *line, size_t size)
{
	uint16_t code = 0;
	if (size < 3 || (size > 3 && line[3] != ' ' && line[3] != '-'))
		return ERR_FORMAT;
	for (size_t i = 0; i < 3; i++) {
		if (line[i] < '0' || line[i] > '9')
			return ERR_FORMAT;
		code = (uint16_t)(code * 10 + (line[i] - '0'));
	}
	/* RFC 5321 s4.2.1: the first digit is 2 to 5. */
	if (code < 200 || code > 599 || (reply->lines > 0 && code != reply->code))
		return ERR_FORMAT;
	if (reply->lines == SMTP_LINES_MAX)
		return ERR_LIMIT;
	const size_t head = size > 3 ? 4 : 3;
	/* The first line of the answer to EHLO is the server's name. */
	if (reply->lines > 0 && is_starttls(line + head, size - head))
		reply->has_starttls = true;
	keep_text(reply, line + head, size - head);
	reply->code = code;
	reply->lines++;
	reply->is_whole = size == 3 || line[3] == ' ';
	return OK;
}

int smtp_reply_take(struct smtp_reply *reply, const uint8_t *data, size_t size, size_t *ret_taken)
{
	size_t taken = 0;
	int error = OK;
	assert(reply->line_size < SMTP_LINE_MAX);
	while (taken < size && !reply->is_whole && error == OK) {
		const char octet = (char)data[taken++];
		if (octet != '\n') {
			reply->line[reply->line_size++] = octet;
			if (reply->line_size == SMTP_LINE_MAX) {
				reply->line_size = 0;
				error = ERR_LIMIT;
			}
			continue;
		}
		size_t length = reply->line_size;
		if (length > 0 && reply->line[length - 1] == '\r')
			length--;
		reply->line_size = 0;
		error = take_line(reply, reply->line, length);
	}
	*ret_taken = taken;
	return error;
}
