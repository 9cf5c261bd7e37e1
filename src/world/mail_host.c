/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "net/stream.h"
#include "world/mail_host_private.h"
#include "world/service_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define IDLE_MS 10000u
#define LINGER_MS 2000u
/* RFC 5321 s4.5.3.1.4; a request for a policy is shorter. */
#define LINE_MAX 2048u
#define VISITORS_MAX 1024u
#define SMTP_PORT 25
#define POLICY_MAX 4096
#define PATH "GET /.well-known/mta-sts.txt "

struct visitor {
	struct visitor *next, **link;
	struct mail_hosts *hosts;
	const struct zone *zone;
	struct stream *stream;
	struct tls_context *tls;
	struct timer idle;
	bool is_https;
	bool is_asked; /* the request's first line was the policy's */
	bool has_line; /* the request has begun */
	size_t line_size;
	char line[LINE_MAX];
};

struct mail_hosts {
	struct loop *loop;
	const struct world *world;
	struct listener *smtp;
	struct visitor *visitors;
};

static void visitor_end(struct visitor *visitor)
{
	assert(visitor->hosts != NULL);
	timer_stop(&visitor->idle);
	stream_free(visitor->stream);
	tls_context_free(visitor->tls);
	*visitor->link = visitor->next;
	if (visitor->next)
		visitor->next->link = visitor->link;
	memory_give(visitor);
}

static void idle_over(void *context)
{
	visitor_end(context);
}

static bool is_in_tls(const struct visitor *visitor)
{
	return stream_tls_facts(visitor->stream) != NULL;
}

/* A context of its own for each visitor: worlds have thousands of names and few visitors. */
static int make_context(struct visitor *visitor)
{
	static const struct tls_identity old = {
		.common_name = "old.invalid",
		.not_before = 1577836800,
		.not_after = 2524521600,
		.is_old = true,
	};
	if (zone_has(visitor->zone, FAULT_MAIL_TLS_OLD) && !visitor->is_https)
		return tls_server_new(&old, NULL, NULL, &visitor->tls);
	struct issued issued;
	int error = service_issue(visitor->hosts->world, visitor->zone, false, &issued);
	if (error)
		return error;
	error = tls_server_load(issued.chain_pem, issued.key_pem,
				visitor->is_https ? "http/1.1" : NULL, NULL, &visitor->tls);
	issued_release(&issued);
	return error;
}

static int start_tls(struct visitor *visitor)
{
	int error = make_context(visitor);
	return error ? error : stream_start_tls(visitor->stream, visitor->tls, NULL);
}

static int say(struct visitor *visitor, const char *text)
{
	assert(visitor->stream != NULL && text != NULL);
	return stream_write(visitor->stream, text, strlen(text));
}

/* ---- SMTP ---- */

static bool offers_starttls(const struct visitor *visitor)
{
	return !is_in_tls(visitor) && !zone_has(visitor->zone, FAULT_DANE_NO_STARTTLS);
}

static bool is_command(const char *line, const char *word)
{
	size_t length = strlen(word);
	return strncasecmp(line, word, length) == 0 && (line[length] == 0 || line[length] == ' ');
}

/* Non-zero: it is over. */
static int take_command(struct visitor *visitor, const char *line)
{
	if (is_command(line, "EHLO"))
		return say(visitor, offers_starttls(visitor)
					    ? "250-mail\r\n250-PIPELINING\r\n250 STARTTLS\r\n"
					    : "250-mail\r\n250 PIPELINING\r\n");
	if (is_command(line, "STARTTLS") && offers_starttls(visitor)) {
		int error = say(visitor, "220 ready\r\n");
		return error ? error : start_tls(visitor);
	}
	if (is_command(line, "QUIT")) {
		(void)!say(visitor, "221 bye\r\n");
		return ERR_INTERRUPTED;
	}
	return say(visitor,
		   is_command(line, "MAIL") ? "550 no mail here\r\n" : "502 not known here\r\n");
}

/* ---- HTTPS ---- */

static int answer_request(struct visitor *visitor)
{
	char body[POLICY_MAX];
	char text[POLICY_MAX + 256];
	const bool is_there = visitor->is_asked &&
			      service_has_policy(visitor->hosts->world, visitor->zone) &&
			      !zone_has(visitor->zone, FAULT_STS_UNREACHABLE);
	service_policy(visitor->zone, body, sizeof(body));
	if (!is_there)
		(void)snprintf(body, sizeof(body), "there is nothing here\n");
	(void)snprintf(text, sizeof(text),
		       "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
		       "Connection: close\r\n\r\n%s",
		       is_there ? "200 OK" : "404 Not Found", strlen(body), body);
	(void)!say(visitor, text);
	return ERR_INTERRUPTED;
}

static int take_request_line(struct visitor *visitor, const char *line)
{
	if (line[0] == 0)
		return answer_request(visitor);
	if (!visitor->has_line)
		visitor->is_asked = strncmp(line, PATH, strlen(PATH)) == 0;
	visitor->has_line = true;
	return 0;
}

/* ---- lines ---- */

static int take_octet(struct visitor *visitor, char octet)
{
	if (visitor->line_size == LINE_MAX)
		return ERR_LIMIT;
	if (octet != '\n') {
		visitor->line[visitor->line_size++] = octet;
		return 0;
	}
	size_t size = visitor->line_size;
	if (size > 0 && visitor->line[size - 1] == '\r')
		size--;
	if (size == LINE_MAX)
		return ERR_LIMIT;
	visitor->line[size] = 0;
	visitor->line_size = 0;
	return visitor->is_https ? take_request_line(visitor, visitor->line)
				 : take_command(visitor, visitor->line);
}

/* What is still to be sent is sent. The context must stay as long as the stream: reset it. */
static void leave(struct visitor *visitor, int error)
{
	if (error == ERR_INTERRUPTED && stream_unsent_bytes(visitor->stream) > 0)
		timer_start(visitor->hosts->loop, &visitor->idle, LINGER_MS);
	else
		visitor_end(visitor);
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct visitor *visitor = context;
	(void)stream;
	int error = 0;
	timer_start(visitor->hosts->loop, &visitor->idle, IDLE_MS);
	for (size_t i = 0; i < size && !error; i++)
		error = take_octet(visitor, (char)data[i]);
	if (error)
		leave(visitor, error);
}

static void opened(void *context, struct stream *stream)
{
	struct visitor *visitor = context;
	int error = 0;
	(void)stream;
	if (!visitor->is_https && !is_in_tls(visitor))
		error = say(visitor, "220 mail of a world ESMTP\r\n");
	else if (visitor->is_https && !is_in_tls(visitor))
		error = start_tls(visitor);
	if (error)
		visitor_end(visitor);
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)stream;
	(void)error;
	(void)sentence;
	visitor_end(context);
}

static void accept_visitor(struct mail_hosts *hosts, struct stream *stream, bool is_https)
{
	assert(hosts != NULL && stream != NULL);
	static const struct stream_handler handler = {
		.opened = opened, .received = received, .closed = closed};
	const struct address local = stream_local(stream);
	const struct zone *zone = service_zone_at(hosts->world, &local);
	struct visitor *visitor = zone ? memory_take_zeroed(1, sizeof(*visitor)) : NULL;
	if (!visitor) {
		stream_free(stream);
		return;
	}
	visitor->hosts = hosts;
	visitor->zone = zone;
	visitor->stream = stream;
	visitor->is_https = is_https;
	visitor->next = hosts->visitors;
	visitor->link = &hosts->visitors;
	if (visitor->next)
		visitor->next->link = &visitor->next;
	hosts->visitors = visitor;
	timer_init(&visitor->idle, idle_over, visitor);
	timer_start(hosts->loop, &visitor->idle, IDLE_MS);
	stream_handle(stream, &handler, visitor);
}

static void accepted_smtp(void *context, struct stream *stream)
{
	accept_visitor(context, stream, false);
}

void mail_hosts_accept_https(void *hosts, struct stream *stream)
{
	if (hosts == NULL)
		stream_free(stream);
	else
		accept_visitor(hosts, stream, true);
}

int mail_hosts_new(struct loop *loop, const struct world *world, struct complaint *complaint,
		   struct mail_hosts **ret_hosts)
{
	*ret_hosts = NULL;
	if (world->service_count == 0)
		return 0;
	struct mail_hosts *hosts = memory_take_zeroed(1, sizeof(*hosts));
	if (!hosts)
		return complain(complaint, ERR_MEMORY, "out of memory");
	hosts->loop = loop;
	hosts->world = world;
	static const uint8_t any[4] = {0};
	const struct listener_options listen = {.local = address_from_ipv4(any, SMTP_PORT),
						.connections_max = VISITORS_MAX};
	int error = listener_new(loop, &listen, accepted_smtp, hosts, &hosts->smtp);
	if (error) {
		mail_hosts_free(hosts);
		return complain(complaint, error, "cannot listen for mail on port 25: %s",
				error_text(error));
	}
	*ret_hosts = hosts;
	return 0;
}

void mail_hosts_free(struct mail_hosts *hosts)
{
	if (!hosts)
		return;
	while (hosts->visitors)
		visitor_end(hosts->visitors);
	listener_free(hosts->smtp);
	memory_give(hosts);
}
