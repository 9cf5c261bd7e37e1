/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/uri.h"

#include "dns/policy/source.h"

#include <assert.h>
#include <string.h>

static bool is_uri_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] <= ' ' || text[i] > '~' || strchr("\"<>\\^`{|}", text[i]) != NULL)
			return false;
	}
	return size > 0;
}

/* Octets of the host at `text`: as far as port, path, query or fragment. */
static size_t host_length(const char *text, size_t size)
{
	size_t length = 0;
	while (length < size && strchr(":/?#!", text[length]) == NULL)
		length++;
	return length;
}

/* "!10m": digits and perhaps a unit (RFC 7489 s6.2). */
static bool is_size_limit(const char *text, size_t size)
{
	size_t digits = 0;
	while (digits < size && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	return digits > 0 &&
	       (digits == size || (digits + 1 == size && strchr("kmgtKMGT", text[digits]) != NULL));
}

static bool read_host(const char *text, size_t size, struct name *ret_host)
{
	char host[NAME_TEXT_MAX];
	struct name name;
	if (size == 0 || size >= sizeof(host))
		return false;
	memcpy(host, text, size);
	host[size] = '\0';
	if (strlen(host) != size || name_from_text(host, &name, NULL) != OK ||
	    !name_is_host(name.octets) || name_is_root(name.octets))
		return false;
	name_copy_lower(ret_host->octets, name.octets);
	return true;
}

bool policy_uri(const char *text, size_t size, struct policy_uri *ret_uri)
{
	struct policy_uri uri = {.text = text, .size = size};
	if (!is_uri_text(text, size))
		return false;
	const char *mark = memrchr(text, '!', size);
	if (mark != NULL && is_size_limit(mark + 1, (size_t)(text + size - mark - 1))) {
		uri.has_size_limit = true;
		size = (size_t)(mark - text);
	}
	const char *host = NULL;
	if (policy_begins(text, size, "https://")) {
		host = text + strlen("https://");
	} else if (policy_begins(text, size, "mailto:")) {
		const char *query = memchr(text, '?', size);
		const char *end = query != NULL ? query : text + size;
		const char *at = memrchr(text, '@', (size_t)(end - text));
		uri.is_mail = true;
		host = at != NULL && at > text + strlen("mailto:") ? at + 1 : NULL;
	}
	if (host == NULL)
		return false;
	assert(host >= text && host <= text + size);
	const size_t left = (size_t)(text + size - host);
	const size_t length = host_length(host, left);
	if (uri.is_mail && length < left && host[length] != '?')
		return false;
	if (!read_host(host, length, &uri.host))
		return false;
	*ret_uri = uri;
	return true;
}
