/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/transport/session_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Eight certificates of the public web are 16 KiB; whoever presents more has his own kept only. */
#define CHAIN_OCTETS_MAX ((size_t)64 << 10)

struct session_record *session_record_new(void)
{
	struct session_record *record = memory_take_zeroed(1, sizeof(*record));
	if (record != NULL)
		record->holders = 1;
	return record;
}

struct session_record *session_record_hold(struct session_record *record)
{
	assert(record != NULL && record->holders > 0);
	record->holders++;
	return record;
}

void session_record_drop(struct session_record *record)
{
	if (record == NULL)
		return;
	assert(record->holders > 0);
	if (--record->holders > 0)
		return;
	memory_give(record->certificates);
	memory_give(record);
}

static void keep_chain(struct session_record *record, const struct tls_facts *facts)
{
	struct exchange_session *session = &record->session;
	size_t total = 0;
	uint8_t count = 0;
	while (count < facts->chain_count && facts->chain[count].size <= CHAIN_OCTETS_MAX - total)
		total += facts->chain[count++].size;
	if (total == 0)
		return;
	record->certificates = memory_take(total);
	if (record->certificates == NULL)
		return;
	uint8_t *at = record->certificates;
	for (uint8_t i = 0; i < count; i++) {
		memcpy(at, facts->chain[i].der, facts->chain[i].size);
		session->chain[i] = (struct tls_certificate){at, facts->chain[i].size};
		at += facts->chain[i].size;
	}
	session->chain_count = count;
}

void session_record_establish(struct session_record *record, const struct tls_facts *facts,
			      uint64_t took_ns)
{
	struct exchange_session *session = &record->session;
	assert(facts != NULL && !session->is_established);
	session->is_established = true;
	session->tls_version = facts->version;
	session->handshake_us =
		took_ns / 1000 < UINT32_MAX ? (uint32_t)(took_ns / 1000) : UINT32_MAX;
	memcpy(session->alpn, facts->alpn, sizeof(session->alpn));
	memcpy(session->cipher_suite, facts->cipher_suite, sizeof(session->cipher_suite));
	memcpy(session->group, facts->group, sizeof(session->group));
	keep_chain(record, facts);
}

void session_record_note(struct session_record *record, const char *sentence)
{
	if (record != NULL && record->session.note[0] == '\0')
		(void)snprintf(record->session.note, sizeof(record->session.note), "%s", sentence);
}
