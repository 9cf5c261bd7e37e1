/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mailbox, asked for up to RCPT TO: greeting, EHLO, STARTTLS where it is offered, MAIL, RCPT, and
 * then RSET and QUIT (RFC 5321, RFC 3207). The certificate is not looked at: mail takes any (RFC
 * 7435), and nothing but the address is said.
 */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/reach/reach_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Some greet late on purpose, to be rid of the impatient (gather/scan/conversation.c). */
#define GREETING_MS 30000u
#define STEP_MS 15000u
#define GOODBYE_MS 2000u
#define MX_RECORDS_MAX 64u

/* --- mail hosts --------------------------------------------------------------------------------
 */

static int by_preference(const void *left, const void *right)
{
	const struct record *const *one = left;
	const struct record *const *other = right;
	const int order = memcmp((*one)->rdata, (*other)->rdata, 2);
	return order != 0 ? order : name_compare(rdata_target(*one), rdata_target(*other));
}

/* False: there is no MX record. */
static bool take_hosts(struct visit *visit, const struct lookup_answer *answer)
{
	const struct record *records[MX_RECORDS_MAX];
	size_t count = 0;
	bool has_any = false;
	for (uint16_t i = 0; i < answer->message->record_count; i++) {
		const struct record *record = &answer->message->records[i];
		if (record->type != TYPE_MX || record->section != SECTION_ANSWER ||
		    !name_equal(record->owner, answer->target))
			continue;
		has_any = true;
		const uint8_t *target = rdata_target(record);
		/* RFC 7505 s3: the root is no host, and says that there is none. */
		if (target != NULL && !name_is_root(target) && count < MX_RECORDS_MAX)
			records[count++] = record;
	}
	assert(count <= MX_RECORDS_MAX);
	qsort(records, count, sizeof(records[0]), by_preference);
	visit->host_count = count < VISIT_HOSTS_MAX ? count : VISIT_HOSTS_MAX;
	for (size_t i = 0; i < visit->host_count; i++)
		(void)name_copy_lower(visit->hosts[i].octets, rdata_target(records[i]));
	return has_any;
}

static void mx_done(void *context, const struct lookup_answer *answer)
{
	struct visit *visit = context;
	assert(visit->is_looking && answer != NULL);
	visit->is_looking = false;
	if (visit->is_told) {
		visit_free(visit);
		return;
	}
	if (visit->step == VISIT_DONE)
		return;
	const char *host = strrchr(visit->value, '@') + 1;
	if (answer->state == LOOKUP_FOUND && answer->message != NULL && take_hosts(visit, answer)) {
		if (visit->host_count == 0)
			visit_words(visit, "'%.200s' says that it takes no mail (RFC 7505)", host);
	} else if (answer->state == LOOKUP_NODATA) {
		visit->host_count = 1; /* itself */
	} else {
		visit_words(visit, "the mail hosts of '%.200s' were not found: %s", host,
			    answer->state == LOOKUP_NXDOMAIN ? "it does not exist"
			    : answer->reason != NULL         ? answer->reason
							     : "no answer");
		visit_not_found(visit, answer->state, host);
		visit->host_count = 0;
	}
	visit_next_host(visit);
}

void mail_begin(struct visit *visit)
{
	const struct lookup_question question = {
		.name = visit->hosts[0].octets,
		.type = TYPE_MX,
		.done = mx_done,
		.context = visit,
	};
	assert(visit->order.kind == REACH_MAIL && !visit->is_looking);
	visit->step = VISIT_LOOKING;
	if (visit_may_not(visit, visit->hosts[0].octets)) {
		visit_leave_alone(visit, strrchr(visit->value, '@') + 1);
		visit->host_count = 0;
		visit_next_host(visit);
		return;
	}
	if (resolver_lookup(visit->reach->settings.resolver, &question) != OK) {
		visit_words(visit, "out of memory");
		visit_end(visit, false);
		return;
	}
	visit->is_looking = true;
}

/* --- SMTP --------------------------------------------------------------------------------------
 */

/* RFC 5321 s4.1.3: who has no name that anybody knows says its address. */
static void say_ehlo(struct visit *visit)
{
	char address[ADDRESS_TEXT_MAX];
	char line[ADDRESS_TEXT_MAX + 32];
	const struct address local = stream_local(visit->stream);
	address_to_text(&local, address);
	(void)snprintf(line, sizeof(line), "EHLO [%s%s]\r\n",
		       local.family == ADDRESS_IPV6 ? "IPv6:" : "", address);
	visit_enter(visit, VISIT_EHLO, STEP_MS);
	(void)visit_say(visit, line); /* what cannot be said ends with `closed` */
}

static void say_path(struct visit *visit, enum visit_step step, const char *command,
		     const char *path)
{
	char line[REACH_VALUE_MAX + 32];
	assert(strlen(path) <= REACH_VALUE_MAX && reach_is_printed(path));
	(void)snprintf(line, sizeof(line), "%s:<%s>\r\n", command, path);
	visit_enter(visit, step, STEP_MS);
	(void)visit_say(visit, line);
}

static void leave(struct visit *visit, bool worked)
{
	visit->worked = worked;
	visit_enter(visit, VISIT_GOODBYE, GOODBYE_MS);
	if (!visit_say(visit, "RSET\r\nQUIT\r\n"))
		visit_end(visit, worked);
}

static void refused(struct visit *visit, const char *what)
{
	char peer[VISIT_PEER_MAX];
	assert(visit->reply.is_whole);
	visit_peer(visit, peer);
	visit_words(visit, "%s answers %s with %u: %.120s", peer, what, visit->reply.code,
		    visit->reply.text);
	(void)visit_say(visit, "QUIT\r\n");
	visit_fail(visit);
}

static void take_ehlo(struct visit *visit)
{
	if (visit->reply.code != 250) {
		refused(visit, "EHLO");
	} else if (visit->reply.has_starttls && !visit->is_in_tls) {
		visit_enter(visit, VISIT_STARTTLS, STEP_MS);
		(void)visit_say(visit, "STARTTLS\r\n");
	} else {
		say_path(visit, VISIT_MAIL, "MAIL FROM", visit->reach->settings.sender);
	}
}

static void take_starttls(struct visit *visit, bool is_last)
{
	assert(!visit->is_in_tls && visit->reply.is_whole);
	if (visit->reply.code != 220) {
		say_path(visit, VISIT_MAIL, "MAIL FROM", visit->reach->settings.sender);
		return;
	}
	visit_enter(visit, VISIT_HANDSHAKE, STEP_MS);
	/* Words put in before TLS begins are nobody's (RFC 3207 s6). */
	if (!is_last || stream_start_tls(visit->stream, visit->reach->mail_tls, visit->host) != OK)
		refused(visit, "STARTTLS");
}

static void take_rcpt(struct visit *visit)
{
	char peer[VISIT_PEER_MAX];
	visit_peer(visit, peer);
	if (visit->reply.code / 100 == 2) {
		visit_words(visit, "%s takes mail for it%s", peer,
			    visit->is_in_tls ? ", over TLS" : ", without TLS");
		leave(visit, true);
	} else if (visit->reply.code / 100 == 4) {
		/* Who does not know us may want to be asked again later: another host may not. */
		refused(visit, "RCPT TO");
	} else {
		visit_words(visit, "%s answers RCPT TO with %u: %.120s", peer, visit->reply.code,
			    visit->reply.text);
		leave(visit, false);
	}
}

/* One whole reply; `is_last`: nothing came behind it. */
static void take_reply(struct visit *visit, bool is_last)
{
	switch (visit->step) {
	case VISIT_GREETING:
		if (visit->reply.code == 220)
			say_ehlo(visit);
		else
			refused(visit, "a connection");
		return;
	case VISIT_EHLO:
		take_ehlo(visit);
		return;
	case VISIT_STARTTLS:
		take_starttls(visit, is_last);
		return;
	case VISIT_MAIL:
		if (visit->reply.code == 250)
			say_path(visit, VISIT_RCPT, "RCPT TO", visit->value);
		else
			refused(visit, "MAIL FROM");
		return;
	case VISIT_RCPT:
		take_rcpt(visit);
		return;
	default:
		/* Nobody asked (after a refusal, or while hands are shaken). */
		return;
	}
}

void mail_opened(struct visit *visit)
{
	if (visit->is_in_tls)
		say_ehlo(visit);
	else
		visit_enter(visit, VISIT_GREETING, GREETING_MS);
}

void mail_received(struct visit *visit, const uint8_t *data, size_t size)
{
	char peer[VISIT_PEER_MAX];
	size_t taken = 0;
	if (visit->step == VISIT_GOODBYE) {
		/* RSET and QUIT are answered; two lines or one, it is over. */
		visit_end(visit, visit->worked);
		return;
	}
	visit->octets += (uint32_t)size;
	if (visit->octets > VISIT_OCTETS_MAX ||
	    smtp_reply_take(&visit->reply, data, size, &taken) != OK) {
		visit_peer(visit, peer);
		visit_words(visit, "%s says what is no reply of SMTP, or too much of it", peer);
		visit_fail(visit);
		return;
	}
	if (!visit->reply.is_whole)
		return;
	assert(taken > 0 && taken <= size);
	/* One who speaks before being asked (RFC 5321 s4.3.1) is not read further. */
	take_reply(visit, taken == size);
	smtp_reply_reset(&visit->reply);
}
