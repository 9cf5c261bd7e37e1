/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One contact being tried: found, connected to, spoken with; shared by the files that do it. */
#ifndef GATHER_REACH_REACH_PRIVATE_H
#define GATHER_REACH_REACH_PRIVATE_H

#include "dns/wire/name.h"
#include "gather/reach/reach.h"
#include "gather/scan/http_response.h"
#include "gather/scan/smtp_reply.h"
#include "net/stream.h"

/* Whoever has more has one among them that works. */
#define VISIT_HOSTS_MAX 4u
#define VISIT_ADDRESSES_MAX 4u
/* All that a mail server may say. */
#define VISIT_OCTETS_MAX 65536u

enum visit_step {
	VISIT_LOOKING, /* for hosts and addresses */
	VISIT_CONNECT,
	VISIT_GREETING,
	VISIT_EHLO,
	VISIT_STARTTLS,
	VISIT_HANDSHAKE,
	VISIT_MAIL,
	VISIT_RCPT,
	VISIT_GOODBYE, /* after RSET and QUIT */
	VISIT_RESPONSE,
	VISIT_DONE,
};

struct reach {
	struct reach_settings settings;
	struct tls_context *mail_tls, *web_tls;
	struct visit *visits;
};

struct visit {
	struct visit *next, **link;
	struct reach *reach;
	struct reach_order order;
	reach_done *done;
	void *context;
	char value[REACH_VALUE_MAX + 1];
	char host[NAME_MAX_OCTETS + 1]; /* as text: of the URL, or the mail host at hand */
	uint16_t port;
	const char *path; /* into value, or "/" */
	/* Mail hosts in the order in which they are tried; of a URL its host alone. */
	struct name hosts[VISIT_HOSTS_MAX];
	size_t host_count, next_host;
	struct address addresses[VISIT_ADDRESSES_MAX];
	size_t address_count, next_address;
	bool is_looking; /* the resolver will call back */
	bool is_told;    /* and nobody waits for it */
	enum visit_step step;
	struct stream *stream;
	struct timer step_timer, whole_timer;
	struct deferred telling, retrying;
	bool is_in_tls;
	uint32_t octets;
	struct smtp_reply reply;
	struct http_response *response;
	uint8_t *body;
	bool worked;
	bool is_left_out;
	char words[REACH_WORDS_MAX];
	char left_words[REACH_WORDS_MAX]; /* what of it was left alone; "": nothing */
};

/* reach.c: may it go into a command or a request as it is? */
bool reach_is_printed(const char *text);

/* visit.c: life, and from a host to a connection. */
void visit_free(struct visit *visit);
void visit_enter(struct visit *visit, enum visit_step step, uint32_t timeout_ms);
void visit_words(struct visit *visit, const char *format, ...) PRINTF_LIKE(2, 3);
/* That is how it went. */
void visit_end(struct visit *visit, bool worked);
/* This address was none: the next one, the next host, or the end with the words there are. */
void visit_fail(struct visit *visit);
/* `who`: a domain, host or address that is on the opt-out list. What else there is is tried. */
void visit_leave_alone(struct visit *visit, const char *who);
/* It was not found, with words; that may be since a name server was left alone. */
void visit_not_found(struct visit *visit, enum lookup_state state, const char *name);
/* Does the opt-out list have this name? */
bool visit_may_not(const struct visit *visit, const uint8_t *name);
/* Looks up the addresses of the next host; none is left: the end. */
void visit_next_host(struct visit *visit);
/* "mx.host.example (192.0.2.1)": whom it speaks with. Lives until the next call. */
#define VISIT_PEER_MAX 384u
void visit_peer(const struct visit *visit, char ret_text[VISIT_PEER_MAX]);
bool visit_say(struct visit *visit, const char *text);

/* mail.c */
void mail_begin(struct visit *visit);
void mail_opened(struct visit *visit);
void mail_received(struct visit *visit, const uint8_t *data, size_t size);

/* web.c */
MUST_CHECK int web_parse(struct visit *visit, struct complaint *complaint);
void web_opened(struct visit *visit);
void web_received(struct visit *visit, const uint8_t *data, size_t size);
/* The connection ended: was the response whole? */
bool web_ended(struct visit *visit);

#endif
