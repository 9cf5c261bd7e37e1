/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/observation.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static_assert(IP_TEXT_MAX >= INET6_ADDRSTRLEN, "the longest IPv6 address fits");

char *ip_to_text(const struct ip *ip, char ret_text[IP_TEXT_MAX])
{
	assert(ip->family == 0 || ip->family == 4 || ip->family == 6);
	ret_text[0] = '\0';
	if (ip->family != 0)
		inet_ntop(ip->family == 4 ? AF_INET : AF_INET6, ip->octets, ret_text, IP_TEXT_MAX);
	return ret_text;
}

int ip_from_text(const char *text, struct ip *ret_ip)
{
	assert(text != NULL && ret_ip != NULL);
	struct ip ip = {.family = strchr(text, ':') != NULL ? 6 : 4};
	if (inet_pton(ip.family == 4 ? AF_INET : AF_INET6, text, ip.octets) != 1)
		return ERR_FORMAT;
	*ret_ip = ip;
	return OK;
}

const char *outcome_text(enum outcome outcome)
{
	static const char *const words[] = {
		[OUTCOME_ANSWER] = "answer",
		[OUTCOME_TIMEOUT] = "timeout",
		[OUTCOME_CLOSED] = "closed",
		[OUTCOME_UNREACHABLE] = "unreachable",
		[OUTCOME_MALFORMED] = "malformed",
		[OUTCOME_MISMATCH] = "mismatch",
		[OUTCOME_TLS] = "tls",
		[OUTCOME_NOT_ASKED] = "not-asked",
	};
	assert(outcome >= OUTCOME_ANSWER && outcome < COUNT(words));
	return words[outcome];
}

const char *transport_text(enum transport_kind transport)
{
	static const char *const words[] = {
		[TRANSPORT_UDP] = "udp", [TRANSPORT_TCP] = "tcp", [TRANSPORT_DOT] = "dot",
		[TRANSPORT_DOH] = "doh", [TRANSPORT_DOQ] = "doq",
	};
	assert(transport >= TRANSPORT_UDP && transport < COUNT(words));
	return words[transport];
}

const char *delegation_text(enum delegation delegation)
{
	static const char *const words[] = {
		[DELEGATION_UNKNOWN] = "unknown",
		[DELEGATION_FOUND] = "found",
		[DELEGATION_NXDOMAIN] = "nxdomain",
		[DELEGATION_NODATA] = "nodata",
		[DELEGATION_SERVED_BY_PARENT] = "served-by-parent",
	};
	assert(delegation < COUNT(words));
	return words[delegation];
}

const char *host_state_text(enum host_state state)
{
	static const char *const words[] = {
		[HOST_NOT_LOOKED_UP] = "not-looked-up",
		[HOST_RESOLVED] = "resolved",
		[HOST_NXDOMAIN] = "nxdomain",
		[HOST_NO_ADDRESS] = "no-address",
		[HOST_CYCLE] = "cycle",
		[HOST_UNREACHABLE] = "unreachable",
		[HOST_BOGUS] = "bogus",
		[HOST_LIMIT] = "limit",
	};
	assert(state < COUNT(words));
	return words[state];
}

const char *security_text(enum security security)
{
	static const char *const words[] = {
		[SECURITY_INDETERMINATE] = "indeterminate",
		[SECURITY_SECURE] = "secure",
		[SECURITY_INSECURE] = "insecure",
		[SECURITY_BOGUS] = "bogus",
	};
	assert(security < COUNT(words));
	return words[security];
}
