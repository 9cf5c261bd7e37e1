/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/resolver/reason.h"

#include "dns/wire/name.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reason_clear(struct reason *reason)
{
	reason->ede = EDE_NONE;
	reason->text[0] = 0;
}

void reason_set(struct reason *reason, enum extended_error ede, const char *format, ...)
{
	va_list arguments;
	assert(format != NULL && *format != 0);
	reason->ede = (uint16_t)ede;
	va_start(arguments, format);
	(void)vsnprintf(reason->text, sizeof(reason->text), format, arguments);
	va_end(arguments);
}

bool reason_is_set(const struct reason *reason)
{
	return reason->text[0] != 0;
}

const char *extended_error_text(uint16_t ede)
{
	static const struct {
		uint16_t ede;
		const char *text;
	} rows[] = {
		{EDE_OTHER, "Other Error"},
		{EDE_UNSUPPORTED_ALGORITHM, "Unsupported DNSKEY Algorithm"},
		{EDE_UNSUPPORTED_DIGEST, "Unsupported DS Digest Type"},
		{EDE_INDETERMINATE, "DNSSEC Indeterminate"},
		{EDE_BOGUS, "DNSSEC Bogus"},
		{EDE_SIGNATURE_EXPIRED, "Signature Expired"},
		{EDE_SIGNATURE_NOT_YET_VALID, "Signature Not Yet Valid"},
		{EDE_DNSKEY_MISSING, "DNSKEY Missing"},
		{EDE_RRSIGS_MISSING, "RRSIGs Missing"},
		{EDE_NO_ZONE_KEY_BIT, "No Zone Key Bit Set"},
		{EDE_NSEC_MISSING, "NSEC Missing"},
		{EDE_NO_REACHABLE_AUTHORITY, "No Reachable Authority"},
		{EDE_NETWORK_ERROR, "Network Error"},
		{EDE_UNSUPPORTED_NSEC3_ITERATIONS, "Unsupported NSEC3 Iterations Value"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].ede == ede)
			return rows[i].text;
	}
	return "";
}

const char *reason_name(const uint8_t *name, char ret_text[REASON_NAME_MAX])
{
	static const char gap[] = "...";
	const size_t head = (REASON_NAME_MAX - sizeof(gap)) / 2;
	const size_t tail = REASON_NAME_MAX - sizeof(gap) - head;
	char text[NAME_TEXT_MAX];
	const size_t length = strlen(name_to_text(name, text));
	if (length < REASON_NAME_MAX) {
		memcpy(ret_text, text, length + 1);
		return ret_text;
	}
	memcpy(ret_text, text, head);
	memcpy(ret_text + head, gap, sizeof(gap) - 1);
	memcpy(ret_text + head + sizeof(gap) - 1, text + length - tail, tail + 1);
	return ret_text;
}
