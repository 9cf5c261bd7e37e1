/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A web server that proves to be who it is, and one request. */
#include "base/memory.h"
#include "base/text.h"
#include "gather/reach/reach_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define RESPONSE_MS 15000u
#define HTTPS_PORT 443
/* Below it nobody has a webhook but at 443; a URL must not make us speak to other services. */
#define FREE_PORTS_FROM 1024u
#define BEGIN "https://"

/* What stands behind the host may be a secret: nothing of the value is told. */
int web_parse(struct visit *visit, struct complaint *complaint)
{
	char host[NAME_MAX_OCTETS + 1];
	const char *from = visit->value + strlen(BEGIN);
	uint64_t port = HTTPS_PORT;
	if (strncmp(visit->value, BEGIN, strlen(BEGIN)) != 0)
		return complain(complaint, ERR_ARGUMENT, "it does not begin with https://");
	const size_t length = strcspn(from, ":/?#");
	const char *rest = from + length;
	if (length == 0 || length >= sizeof(host))
		return complain(complaint, ERR_ARGUMENT, "it names no host");
	memcpy(host, from, length);
	host[length] = '\0';
	if (*rest == ':') {
		char digits[8] = "";
		const size_t size = strcspn(++rest, "/?#");
		if (size < sizeof(digits))
			memcpy(digits, rest, size);
		rest += size;
		if (number_from_text(digits, 1, UINT16_MAX, &port) != OK ||
		    (port != HTTPS_PORT && port < FREE_PORTS_FROM))
			return complain(complaint, ERR_ARGUMENT,
					"its port is one that no web server is asked at");
	}
	if (name_from_text(host, &visit->hosts[0], complaint) != OK ||
	    !name_is_host(visit->hosts[0].octets))
		return complain(complaint, ERR_ARGUMENT, "it names no host");
	name_lower(visit->hosts[0].octets);
	visit->host_count = 1;
	visit->port = (uint16_t)port;
	visit->path = rest;
	return OK;
}

/* NULL: the certificate holds; else why not. */
static const char *doubt(const struct visit *visit, const struct chain *chain)
{
	const int64_t now_s = visit->reach->settings.now_s;
	if (chain->count == 0)
		return "no certificate that can be read";
	const struct certificate *own = chain->items[0];
	if (!certificate_is_for(own, visit->host))
		return "a certificate for another name";
	if (now_s < certificate_not_before(own))
		return "a certificate that is not valid yet";
	if (now_s > certificate_not_after(own))
		return "a certificate that has expired";
	return trust_doubt(visit->reach->settings.trust, chain);
}

static bool is_proven(struct visit *visit)
{
	char peer[VISIT_PEER_MAX];
	struct chain chain = {.count = 0};
	const struct tls_facts *facts = stream_tls_facts(visit->stream);
	const char *why = "no certificate that can be read";
	int error = OK;
	assert(facts != NULL && visit->is_in_tls);
	for (uint8_t i = 0; i < facts->chain_count && error == OK; i++)
		error = chain_add(&chain, facts->chain[i].der, facts->chain[i].size);
	if (error == OK)
		why = doubt(visit, &chain);
	chain_release(&chain);
	if (why == NULL)
		return true;
	visit_peer(visit, peer);
	visit_words(visit, "%s presents %s", peer, why);
	return false;
}

static void ask(struct visit *visit)
{
	assert(visit->is_in_tls && visit->path != NULL);
	char request[2 * REACH_VALUE_MAX + 512];
	char port[8] = "";
	const bool is_get = visit->order.kind == REACH_DOCUMENT;
	const size_t path_size = strcspn(visit->path, "#");
	if (visit->port != HTTPS_PORT)
		(void)snprintf(port, sizeof(port), ":%u", visit->port);
	(void)snprintf(request, sizeof(request),
		       "%s %s%.*s HTTP/1.1\r\nHost: %s%s\r\nUser-Agent: dsfi/" DSFI_VERSION
		       "\r\nAccept: %s\r\nConnection: close\r\n\r\n",
		       is_get ? "GET" : "OPTIONS", visit->path[0] == '/' ? "" : "/", (int)path_size,
		       visit->path, visit->host, port,
		       visit->order.accept != NULL ? visit->order.accept : "*/*");
	visit_enter(visit, VISIT_RESPONSE, RESPONSE_MS);
	(void)visit_say(visit, request); /* what cannot be said ends with `closed` */
}

void web_opened(struct visit *visit)
{
	assert(visit->is_in_tls);
	if (!is_proven(visit)) {
		visit_fail(visit);
		return;
	}
	if (visit->response == NULL) {
		visit->response = memory_take(sizeof(*visit->response));
		visit->body = memory_take(HTTP_BODY_MAX);
	}
	if (visit->response == NULL || visit->body == NULL) {
		visit_words(visit, "out of memory");
		visit_fail(visit);
		return;
	}
	http_response_init(visit->response, visit->body);
	ask(visit);
}

/* A webhook need not know OPTIONS, nor take it from who has not proven to be somebody. */
static bool is_there(const struct visit *visit, uint16_t status)
{
	if (visit->order.kind == REACH_DOCUMENT)
		return status == 200;
	return status / 100 == 2 || status == 400 || status == 401 || status == 403 ||
	       status == 405 || status == 415 || status == 501;
}

static void take_response(struct visit *visit)
{
	char peer[VISIT_PEER_MAX];
	const uint16_t status = visit->response->status;
	assert(visit->step == VISIT_RESPONSE && visit->body != NULL);
	visit_peer(visit, peer);
	visit_words(visit, "%s proves its name and answers with status %u", peer, status);
	visit_end(visit, is_there(visit, status));
}

void web_received(struct visit *visit, const uint8_t *data, size_t size)
{
	char peer[VISIT_PEER_MAX];
	if (visit->step != VISIT_RESPONSE)
		return;
	const int error = http_response_take(visit->response, data, size);
	/* Of a webhook the status is all; what it says behind that may be long, and slow. */
	if (visit->order.kind == REACH_WEBHOOK && http_response_has_head(visit->response)) {
		take_response(visit);
	} else if (error != OK) {
		visit_peer(visit, peer);
		visit_words(visit, "%s answers with %s", peer,
			    error == ERR_LIMIT ? "more than is read" : "what is not HTTP/1.1");
		visit_fail(visit);
	} else if (visit->response->part == HTTP_WHOLE) {
		take_response(visit);
	}
}

bool web_ended(struct visit *visit)
{
	if (!http_response_end(visit->response))
		return false;
	take_response(visit);
	return true;
}
