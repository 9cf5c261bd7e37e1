/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A web server's response; first octet: the size of the pieces it comes in. Properties: whatever
 * the pieces, status and body are those of the whole; a body is never longer than its limit, nor
 * than what came; once whole, nothing that follows changes it; a status is final once the head is
 * there, whatever is wrong with what follows.
 */
#include "gather/scan/http_response.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct got {
	uint8_t body[HTTP_BODY_MAX];
	struct http_response response;
	int error;
	bool is_whole;
};

static void take_all(const uint8_t *data, size_t size, size_t piece, struct got *got)
{
	http_response_init(&got->response, got->body);
	got->error = OK;
	for (size_t at = 0; at < size && got->error == OK; at += piece) {
		const size_t left = size - at;
		got->error =
			http_response_take(&got->response, data + at, left < piece ? left : piece);
	}
	got->is_whole = got->error == OK && http_response_end(&got->response);
	assert(got->response.body_size <= HTTP_BODY_MAX && got->response.body_size <= size);
	const bool has_head = http_response_has_head(&got->response);
	assert(has_head || !got->is_whole);
	assert(!has_head || (got->response.status >= 200 && got->response.status <= 999));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct got whole;
	static struct got pieces;
	if (size < 2)
		return 0;
	take_all(data + 1, size - 1, size, &whole);
	take_all(data + 1, size - 1, data[0] + 1u, &pieces);
	assert(whole.error == pieces.error && whole.is_whole == pieces.is_whole);
	assert(http_response_has_head(&whole.response) == http_response_has_head(&pieces.response));
	assert(!http_response_has_head(&whole.response) ||
	       whole.response.status == pieces.response.status);
	if (!whole.is_whole)
		return 0;
	assert(whole.response.status == pieces.response.status);
	assert(whole.response.is_text == pieces.response.is_text);
	assert(whole.response.body_size == pieces.response.body_size);
	assert(memcmp(whole.body, pieces.body, whole.response.body_size) == 0);
	const uint32_t before = whole.response.body_size;
	assert(http_response_take(&whole.response, data, size) == OK);
	assert(whole.response.body_size == before);
	return 0;
}
