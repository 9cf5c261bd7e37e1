/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/bootstrap.h"

#include "dns/dnssec/automation.h"
#include "dns/wire/type.h"
#include "judge/check/mail_facts.h"
#include "judge/check/signals.h"

#include <assert.h>

/* Keys that a zone asks for, by a digest or two: more are held against each other one by one only.
 */
#define SET_MAX 64u

/* Whose CDS and CDNSKEY are held against the signals: a server that serves the zone unsigned is
 * DNSSEC-UNSIGNED-SERVER's matter. */
static bool is_told(const struct evidence *evidence, const struct view *view)
{
	return view_is_signed(view) && signals_are_told(evidence, view);
}

static const struct view *find_request(const struct evidence *evidence)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (is_told(evidence, view) && signals_are_there(view) &&
		    !signals_ask_for_removal(view))
			return view;
	}
	return NULL;
}

static bool is_bogus(const struct looked_up *found)
{
	return found->lookup && found->lookup->result == LOOKUP_RESULT_BOGUS;
}

static bool is_insecure(const struct looked_up *found)
{
	return found->rrset.count > 0 && found->lookup->result == LOOKUP_RESULT_FOUND &&
	       found->lookup->security == SECURITY_INSECURE;
}

static enum signal_state state_of(const struct signal *signal)
{
	if (signal->cds.rrset.count > 0 || signal->cdnskey.rrset.count > 0)
		return SIGNAL_THERE;
	return looked_up_is_absent(&signal->cds) && looked_up_is_absent(&signal->cdnskey)
		       ? SIGNAL_ABSENT
		       : SIGNAL_UNKNOWN;
}

static struct signal signal_of(const struct evidence *evidence, const uint8_t *host)
{
	struct signal signal = {.host = host, .state = SIGNAL_UNKNOWN};
	struct name name;

	if (automation_signalling_domain(host, &name) != OK)
		return signal;
	const struct looked_up domain = look_up(evidence, name.octets, TYPE_NS);

	/* Nothing exists below a name that does not (RFC 8020 s2). */
	if (domain.lookup && domain.lookup->result == LOOKUP_RESULT_NXDOMAIN) {
		signal.state = SIGNAL_ABSENT;
		return signal;
	}
	if (looked_up_is_unknown(&domain) ||
	    automation_signalling_name(evidence->observation->domain, host, &name) != OK)
		return signal;
	signal.cds = look_up(evidence, name.octets, TYPE_CDS);
	signal.cdnskey = look_up(evidence, name.octets, TYPE_CDNSKEY);
	signal.state = state_of(&signal);
	signal.is_insecure = is_insecure(&signal.cds) || is_insecure(&signal.cdnskey);
	signal.is_bogus = is_bogus(&signal.cds) || is_bogus(&signal.cdnskey);
	return signal;
}

static void gather(const struct evidence *evidence, struct bootstrap *bootstrap)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];

		if (!(host->flags & HOST_AT_PARENT) || host->state != HOST_RESOLVED ||
		    name_is_under(host->name, observation->domain))
			continue;
		assert(bootstrap->count < OBSERVATION_HOSTS_MAX);
		struct signal *signal = &bootstrap->signals[bootstrap->count++];

		*signal = signal_of(evidence, host->name);
		if (signal->state == SIGNAL_THERE)
			bootstrap->there++;
		if (signal->state == SIGNAL_ABSENT)
			bootstrap->absent++;
	}
}

bool bootstrap_find(const struct evidence *evidence, struct verdicts *verdicts,
		    struct bootstrap *ret_bootstrap)
{
	struct bootstrap bootstrap = {.count = 0};

	if (evidence->ds.count > 0)
		return false;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return false;
	}
	if (!find_request(evidence))
		return false;
	gather(evidence, &bootstrap);
	if (bootstrap.count > 0 && bootstrap.there + bootstrap.absent == 0) {
		verdict_not_measured(verdicts);
		return false;
	}
	if (bootstrap.there == 0)
		return false;
	*ret_bootstrap = bootstrap;
	return true;
}

/* The same records in the same order. */
static bool is_same_list(const struct rrset *left, const struct rrset *right)
{
	for (uint16_t i = 0; i < left->count; i++)
		if (!signals_same_rdata(left->records[i], right->records[i]))
			return false;
	return true;
}

/* The same records of one type, in whatever order (RFC 9615 s4.2, step 4). */
static bool is_same_set(const struct rrset *left, const struct rrset *right)
{
	if (left->count != right->count)
		return false;
	if (left->count > SET_MAX)
		return is_same_list(left, right);
	for (uint16_t i = 0; i < left->count; i++) {
		bool is_found = false;

		for (uint16_t j = 0; j < right->count && !is_found; j++)
			is_found = signals_same_rdata(left->records[i], right->records[j]);
		if (!is_found)
			return false;
	}
	return true;
}

/* What was not seen of the signal is not held against it. */
static bool fits(const struct looked_up *found, const struct rrset *at_apex)
{
	return looked_up_is_unknown(found) || is_same_set(&found->rrset, at_apex);
}

bool bootstrap_differs(const struct evidence *evidence, const struct signal *signal)
{
	assert(signal->state == SIGNAL_THERE);
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (is_told(evidence, view) &&
		    fits(&signal->cds, &view->answers[QUESTION_CDS].rrset) &&
		    fits(&signal->cdnskey, &view->answers[QUESTION_CDNSKEY].rrset))
			return false;
	}
	return true;
}

const char *bootstrap_place(const struct evidence *evidence, const struct signal *signal)
{
	struct name name;

	/* It was looked up, so it fits. */
	const int error =
		automation_signalling_name(evidence->observation->domain, signal->host, &name);

	assert(error == OK && signal->state == SIGNAL_THERE);
	return evidence_name(evidence, name.octets);
}

void bootstrap_evidence(struct verdicts *verdicts, const struct signal *signal)
{
	const struct view *view = find_request(verdicts->evidence);
	struct name name;

	assert(view);
	verdict_evidence(verdicts, view->answers[QUESTION_CDS].exchange);
	verdict_evidence(verdicts, view->answers[QUESTION_CDNSKEY].exchange);
	if (automation_signalling_name(verdicts->evidence->observation->domain, signal->host,
				       &name) != OK)
		return;
	verdict_lookup_evidence(verdicts, name.octets, TYPE_CDS);
	verdict_lookup_evidence(verdicts, name.octets, TYPE_CDNSKEY);
}
