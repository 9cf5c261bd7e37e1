/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/scan/http_response.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

void http_response_init(struct http_response *response, uint8_t body[HTTP_BODY_MAX])
{
	response->part = HTTP_STATUS_LINE;
	response->status = 0;
	response->is_chunked = response->has_length = response->is_text = false;
	response->has_type = false;
	response->left = 0;
	response->head_size = response->body_size = 0;
	response->line_size = 0;
	response->body = body;
}

static bool is_digit(char octet)
{
	return octet >= '0' && octet <= '9';
}

/* RFC 9112 s4: "HTTP/1.1 200 OK". */
static int take_status(struct http_response *response, const char *line, size_t size)
{
	if (size < 12 || memcmp(line, "HTTP/1.", 7) != 0 || !is_digit(line[7]) || line[8] != ' ' ||
	    !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) ||
	    (size > 12 && line[12] != ' '))
		return ERR_FORMAT;
	response->status =
		(uint16_t)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
	if (response->status < 100)
		return ERR_FORMAT;
	response->part = HTTP_FIELDS;
	return OK;
}

/* The value of a field of that name, without the spaces around it; NULL: another field. */
static const char *value_of(const char *line, size_t size, const char *name, size_t *ret_size)
{
	const size_t length = strlen(name);
	if (size <= length || line[length] != ':' || strncasecmp(line, name, length) != 0)
		return NULL;
	size_t start = length + 1;
	while (start < size && (line[start] == ' ' || line[start] == '\t'))
		start++;
	while (size > start && (line[size - 1] == ' ' || line[size - 1] == '\t'))
		size--;
	*ret_size = size - start;
	return line + start;
}

static int take_length(struct http_response *response, const char *value, size_t size)
{
	uint64_t length = 0;
	if (size == 0 || size > 18)
		return ERR_FORMAT;
	for (size_t i = 0; i < size; i++) {
		if (!is_digit(value[i]))
			return ERR_FORMAT;
		length = length * 10 + (uint64_t)(value[i] - '0');
	}
	/* RFC 9112 s6.3: two that differ are an attack. */
	if (response->has_length && response->left != length)
		return ERR_FORMAT;
	response->has_length = true;
	response->left = length;
	return OK;
}

static int take_field(struct http_response *response, const char *line, size_t size)
{
	size_t length;
	const char *value = value_of(line, size, "Content-Length", &length);
	if (value != NULL)
		return take_length(response, value, length);
	value = value_of(line, size, "Transfer-Encoding", &length);
	if (value != NULL) {
		if (length != 7 || strncasecmp(value, "chunked", 7) != 0)
			return ERR_FORMAT; /* we have asked for no other */
		response->is_chunked = true;
	}
	value = value_of(line, size, "Content-Type", &length);
	if (value != NULL) {
		response->has_type = true;
		response->is_text = length >= 10 && strncasecmp(value, "text/plain", 10) == 0 &&
				    (length == 10 || strchr("; \t", value[10]) != NULL);
	}
	return OK;
}

/* What comes after the head (RFC 9112 s6.3). */
static int end_fields(struct http_response *response)
{
	if (response->status < 200) {
		uint8_t *body = response->body;
		const uint32_t head_size = response->head_size;
		http_response_init(response, body);
		response->head_size = head_size;
		return OK;
	}
	if (response->status == 204 || response->status == 304)
		response->part = HTTP_WHOLE;
	else if (response->is_chunked)
		response->part = HTTP_CHUNK_SIZE;
	else if (!response->has_length)
		response->part = HTTP_BODY_TO_END;
	else
		response->part = response->left > 0 ? HTTP_BODY_SIZED : HTTP_WHOLE;
	assert(http_response_has_head(response));
	return response->part == HTTP_BODY_SIZED && response->left > HTTP_BODY_MAX ? ERR_LIMIT : OK;
}

/* RFC 9112 s7.1: hexadecimal, perhaps with extensions behind a semicolon. */
static int take_chunk_size(struct http_response *response, const char *line, size_t size)
{
	uint32_t length = 0;
	size_t at = 0;
	for (; at < size && at < 8; at++) {
		const char *digits = "0123456789abcdef";
		const char octet =
			line[at] >= 'A' && line[at] <= 'F' ? (char)(line[at] + 32) : line[at];
		const char *found = octet != 0 ? strchr(digits, octet) : NULL;
		if (found == NULL)
			break;
		length = length * 16 + (uint32_t)(found - digits);
	}
	if (at == 0 || (at < size && line[at] != ';' && line[at] != ' '))
		return ERR_FORMAT;
	if (length > HTTP_BODY_MAX - response->body_size)
		return ERR_LIMIT;
	response->left = length;
	response->part = length > 0 ? HTTP_CHUNK : HTTP_TRAILERS;
	return OK;
}

static int take_line(struct http_response *response, const char *line, size_t size)
{
	switch (response->part) {
	case HTTP_STATUS_LINE:
		return take_status(response, line, size);
	case HTTP_FIELDS:
		return size > 0 ? take_field(response, line, size) : end_fields(response);
	case HTTP_CHUNK_SIZE:
		return take_chunk_size(response, line, size);
	case HTTP_CHUNK_END:
		response->part = HTTP_CHUNK_SIZE;
		return size == 0 ? OK : ERR_FORMAT;
	case HTTP_TRAILERS:
		if (size == 0)
			response->part = HTTP_WHOLE;
		return OK;
	default:
		return ERR_FORMAT;
	}
}

static bool is_body(enum http_part part)
{
	return part == HTTP_BODY_SIZED || part == HTTP_BODY_TO_END || part == HTTP_CHUNK;
}

/* As much of the body as there is; how much. */
static int take_body(struct http_response *response, const uint8_t *data, size_t size,
		     size_t *ret_taken)
{
	assert(response->body_size <= HTTP_BODY_MAX);
	if (response->part != HTTP_BODY_TO_END && size > response->left)
		size = (size_t)response->left;
	if (size > HTTP_BODY_MAX - response->body_size)
		return ERR_LIMIT;
	memcpy(response->body + response->body_size, data, size);
	response->body_size += (uint32_t)size;
	*ret_taken = size;
	if (response->part == HTTP_BODY_TO_END)
		return OK;
	response->left -= size;
	if (response->left == 0)
		response->part = response->part == HTTP_CHUNK ? HTTP_CHUNK_END : HTTP_WHOLE;
	return OK;
}

static int take_octet(struct http_response *response, char octet)
{
	if (++response->head_size > HTTP_HEAD_MAX || response->line_size == HTTP_LINE_MAX)
		return ERR_LIMIT;
	if (octet != '\n') {
		response->line[response->line_size++] = octet;
		return OK;
	}
	size_t size = response->line_size;
	if (size > 0 && response->line[size - 1] == '\r')
		size--;
	response->line_size = 0;
	return take_line(response, response->line, size);
}

int http_response_take(struct http_response *response, const uint8_t *data, size_t size)
{
	int error = OK;
	while (size > 0 && error == OK && response->part != HTTP_WHOLE) {
		size_t taken = 1;
		if (is_body(response->part))
			error = take_body(response, data, size, &taken);
		else
			error = take_octet(response, (char)*data);
		data += taken;
		size -= taken;
	}
	return error;
}

bool http_response_has_head(const struct http_response *response)
{
	return response->part != HTTP_STATUS_LINE && response->part != HTTP_FIELDS;
}

bool http_response_end(struct http_response *response)
{
	if (response->part == HTTP_BODY_TO_END)
		response->part = HTTP_WHOLE;
	return response->part == HTTP_WHOLE;
}
