/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a zone's records say of its mail. The policies are those that worlds write: no more of their
 * grammars is read here than is needed to tell these apart, by other means than the judges'.
 */
#include "dns/wire/type.h"
#include "world/service_private.h"
#include "world/true_facts_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* The longest that a world writes has 540 octets. */
#define POLICY_MAX 1024
/* Policies that name another one of the same zone: worlds nest two. */
#define REDIRECTS_MAX 4

/* The strings of a TXT record, joined; NULL where the text would not fit. */
static const char *join(const struct record *record, char text[POLICY_MAX])
{
	size_t size = 0;
	assert(record->type == TYPE_TXT);
	for (size_t at = 0; at < record->rdata_size; at += 1u + record->rdata[at]) {
		const size_t part = record->rdata[at];
		if (at + 1 + part > record->rdata_size || size + part >= POLICY_MAX)
			return NULL;
		memcpy(text + size, record->rdata + at + 1, part);
		size += part;
	}
	text[size] = 0;
	return text;
}

/* The one text of that kind in the set; NULL: none, or several, which is as bad. */
static const char *find_policy(const struct view_set *set, const char *version,
			       char text[POLICY_MAX])
{
	uint32_t count = 0;
	char one[POLICY_MAX];
	const size_t length = strlen(version);
	assert(length > 0);
	for (uint16_t i = 0; set && i < set->rrset.count; i++) {
		const char *joined = join(set->rrset.records[i], one);
		if (joined && strncasecmp(joined, version, length) == 0) {
			memcpy(text, one, POLICY_MAX);
			count++;
		}
	}
	return count == 1 ? text : NULL;
}

/* ---- SPF ---- */

static const struct view_set *texts_at(const struct view *view, const char *text)
{
	struct name name;
	if (name_from_text(text, &name, NULL))
		return NULL;
	const struct view_node *node = view_node(view, name.octets);
	return node ? view_node_set(node, TYPE_TXT) : NULL;
}

/* What the policy says of everybody whom it does not name: the qualifier of its `all`, or 0. The
 * name that it redirects to is cut out of `text`. */
static char find_rest(char *text, const char **ret_redirect)
{
	static const char redirect[] = "redirect=";
	char rest = 0;
	*ret_redirect = NULL;
	for (char *term = text; *term != 0;) {
		const size_t length = strcspn(term, " ");
		char *next = term + length + strspn(term + length, " ");
		if (length == 3 && strncasecmp(term, "all", 3) == 0)
			rest = '+';
		else if (length == 4 && strncasecmp(term + 1, "all", 3) == 0)
			rest = term[0];
		else if (strncasecmp(term, redirect, sizeof(redirect) - 1) == 0)
			*ret_redirect = term + sizeof(redirect) - 1;
		term[length] = 0;
		term = next;
	}
	return rest;
}

/* `all` counts before `redirect` (RFC 7208 s6.1). */
static bool is_strict(const struct view *view, const struct view_set *set)
{
	char text[POLICY_MAX];
	for (int i = 0; i < REDIRECTS_MAX && find_policy(set, "v=spf1", text); i++) {
		const char *redirect;
		const char rest = find_rest(text, &redirect);
		if (rest || !redirect)
			return rest == '-' || rest == '~';
		set = texts_at(view, redirect);
	}
	return false;
}

/* ---- mail ---- */

static bool has_address(const struct view *view, const uint8_t *name)
{
	const struct view_node *node = view_node(view, name);
	return node && (view_node_set(node, TYPE_A) || view_node_set(node, TYPE_AAAA));
}

static bool has_ipv6(const struct view *view, const uint8_t *name)
{
	const struct view_node *node = view_node(view, name);
	return node && view_node_set(node, TYPE_AAAA);
}

static void find_exchangers(const struct view *view, enum true_state states[TRUE_COUNT])
{
	const struct view_set *set = view_set_below(view, "", TYPE_MX);
	const uint8_t *domain = view->zone->name;
	bool takes_none = false;
	bool takes_mail = !set && has_address(view, domain);
	bool is_ipv6 = takes_mail && has_ipv6(view, domain);
	for (uint16_t i = 0; set && i < set->rrset.count; i++) {
		assert(set->rrset.records[i]->rdata_size > 2);
		const uint8_t *host = set->rrset.records[i]->rdata + 2;
		takes_none |= name_is_root(host) && set->rrset.count == 1;
		takes_mail |= !name_is_root(host);
		is_ipv6 |= has_ipv6(view, host);
	}
	states[TRUE_MAIL] = state_if(takes_mail);
	states[TRUE_NULL_MX] = state_if(takes_none);
	states[TRUE_IPV6_MAIL] = state_if(is_ipv6);
}

/* Is the value of that tag the word, or is there no such tag and no word wanted? */
static bool has_value(const char *text, const char *tag, const char *word)
{
	const char *at = strstr(text, tag);
	assert(tag[0] != 0 && word[0] != 0);
	return at && strncmp(at + strlen(tag), word, strlen(word)) == 0;
}

static void find_dmarc(const struct view *view, enum true_state states[TRUE_COUNT])
{
	char text[POLICY_MAX];
	const char *dmarc = find_policy(view_set_below(view, "_dmarc", TYPE_TXT), "v=DMARC1", text);
	const bool is_enforced =
		dmarc && !strstr(dmarc, "t=y") &&
		(has_value(dmarc, " p=", "quarantine") || has_value(dmarc, ";p=", "quarantine") ||
		 has_value(dmarc, " p=", "reject") || has_value(dmarc, ";p=", "reject"));
	states[TRUE_DMARC] = state_if(dmarc != NULL);
	states[TRUE_DMARC_ENFORCED] = state_if(is_enforced);
}

/* The file that the policy's host gives, if that host is of this world. */
static enum true_state find_enforced(const struct view_source *source, const struct view *view,
				     bool has_record)
{
	char policy[POLICY_MAX];
	if (!has_record)
		return STATE_ABSENT;
	/* Its host has an address where nobody is. */
	if (zone_service(source->world, view->zone) == 0)
		return STATE_UNTOLD;
	if (!service_has_policy(source->world, view->zone))
		return STATE_ABSENT;
	service_policy(view->zone, policy, sizeof(policy));
	return state_if(strstr(policy, "mode: enforce\r\n") != NULL);
}

void true_facts_of_mail(const struct view_source *source, const struct view *view,
			enum true_state states[TRUE_COUNT])
{
	char text[POLICY_MAX];
	const struct view_set *top = view_set_below(view, "", TYPE_TXT);
	const bool has_sts =
		find_policy(view_set_below(view, "_mta-sts", TYPE_TXT), "v=STSv1", text) != NULL;
	assert(view->zone != NULL);
	find_exchangers(view, states);
	states[TRUE_SPF] = state_if(find_policy(top, "v=spf1", text) != NULL);
	states[TRUE_SPF_STRICT] = state_if(is_strict(view, top));
	find_dmarc(view, states);
	states[TRUE_MTA_STS] = state_if(has_sts);
	states[TRUE_MTA_STS_ENFORCED] = find_enforced(source, view, has_sts);
	states[TRUE_TLSRPT] = state_if(find_policy(view_set_below(view, "_smtp._tls", TYPE_TXT),
						   "v=TLSRPTv1", text) != NULL);
}
