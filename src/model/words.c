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

const char *probe_kind_text(enum probe_kind kind)
{
	static const char *const words[] = {
		[PROBE_PLAIN] = "plain",
		[PROBE_EDNS_VERSION] = "edns-version",
		[PROBE_EDNS_OPTION] = "edns-option",
		[PROBE_EDNS_FLAG] = "edns-flag",
		[PROBE_EDNS_SMALL] = "edns-small",
		[PROBE_NO_EDNS] = "no-edns",
		[PROBE_NSID] = "nsid",
		[PROBE_COOKIE] = "cookie",
		[PROBE_ABSENT] = "absent",
		[PROBE_CHAOS] = "chaos",
		[PROBE_RECURSION] = "recursion",
		[PROBE_TRANSFER] = "transfer",
		[PROBE_UPDATE] = "update",
		[PROBE_OUTSIDE] = "outside",
		[PROBE_LARGE] = "large",
		[PROBE_TSIG] = "tsig",
		[PROBE_TSIG_MD5] = "tsig-md5",
		[PROBE_TSIG_SHA1] = "tsig-sha1",
	};
	static_assert(COUNT(words) == PROBE_KIND_COUNT, "a word for every kind");
	assert(kind < COUNT(words));
	return words[kind];
}

const char *lookup_result_text(enum lookup_result result)
{
	static const char *const words[] = {
		[LOOKUP_RESULT_NONE] = "not-looked-up", [LOOKUP_RESULT_FOUND] = "found",
		[LOOKUP_RESULT_NXDOMAIN] = "nxdomain",  [LOOKUP_RESULT_NODATA] = "nodata",
		[LOOKUP_RESULT_CYCLE] = "cycle",        [LOOKUP_RESULT_UNREACHABLE] = "unreachable",
		[LOOKUP_RESULT_BOGUS] = "bogus",        [LOOKUP_RESULT_LIMIT] = "limit",
	};
	static_assert(COUNT(words) == LOOKUP_RESULT_COUNT, "a word for every result");
	assert(result < COUNT(words));
	return words[result];
}

const char *session_protocol_text(enum session_protocol protocol)
{
	static const char *const words[] = {
		[SESSION_DOT] = "dot",   [SESSION_DOH] = "doh",     [SESSION_DOQ] = "doq",
		[SESSION_SMTP] = "smtp", [SESSION_HTTPS] = "https",
	};
	assert(protocol >= SESSION_DOT && protocol < COUNT(words));
	return words[protocol];
}

const char *session_outcome_text(enum session_outcome outcome)
{
	static const char *const words[] = {
		[SESSION_ESTABLISHED] = "established", [SESSION_TIMEOUT] = "timeout",
		[SESSION_CLOSED] = "closed",           [SESSION_UNREACHABLE] = "unreachable",
		[SESSION_TLS_FAILED] = "tls-failed",   [SESSION_PROTOCOL] = "protocol",
		[SESSION_NOT_OFFERED] = "not-offered", [SESSION_NO_ANSWER] = "no-answer",
	};
	assert(outcome >= SESSION_ESTABLISHED && outcome < COUNT(words));
	return words[outcome];
}

const char *route_validity_text(enum route_validity validity)
{
	static const char *const words[] = {
		[ROUTE_NOT_CHECKED] = "not-checked",
		[ROUTE_VALID] = "valid",
		[ROUTE_INVALID] = "invalid",
		[ROUTE_NOT_FOUND] = "not-found",
	};
	assert(validity < COUNT(words));
	return words[validity];
}

const char *transfer_end_text(enum transfer_end end)
{
	static const char *const words[] = {
		[TRANSFER_WHOLE] = "whole",
		[TRANSFER_CUT] = "cut",
		[TRANSFER_BROKEN] = "broken",
		[TRANSFER_LIMIT] = "limit",
	};
	assert(end >= TRANSFER_WHOLE && end < COUNT(words));
	return words[end];
}

const char *transfer_digest_text(enum transfer_digest digest)
{
	static const char *const words[] = {
		[TRANSFER_DIGEST_UNKNOWN] = "unknown",
		[TRANSFER_DIGEST_GOOD] = "good",
		[TRANSFER_DIGEST_ABSENT] = "absent",
		[TRANSFER_DIGEST_NO_SOA] = "no-soa",
		[TRANSFER_DIGEST_SERIAL] = "serial",
		[TRANSFER_DIGEST_UNSUPPORTED] = "unsupported",
		[TRANSFER_DIGEST_AMBIGUOUS] = "ambiguous",
		[TRANSFER_DIGEST_WRONG] = "wrong",
	};
	assert(digest < COUNT(words));
	return words[digest];
}
