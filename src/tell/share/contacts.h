/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * By which contacts of a party a case may be told of. Those that depend on what the case says is
 * affected may be read by whoever took it over: they are marked, and never used. Where nothing is
 * known of a contact's name servers and mail hosts, or where the party did not have it before the
 * change (whoever has taken its key writes its file, too), it is used only when a person names it.
 * What is known comes from the caller, of the time before the change (share_facts: of a store).
 */
#ifndef TELL_SHARE_CONTACTS_H
#define TELL_SHARE_CONTACTS_H

#include "base/arena.h"
#include "base/error.h"
#include "keep/store/store.h"
#include "model/case_message.h"
#include "model/contact.h"
#include "model/party.h"

#include <stddef.h>
#include <stdint.h>

struct share_threat {
	struct contact_threat names; /* domains; name servers and mail hosts that came with it */
	int64_t since_s;             /* when it began, by the notice */
	int64_t before_s;            /* what was seen before this is trusted */
	const struct case_message *notice; /* that says since when; NULL: none does */
};
/* Domains, and likewise servers, each counted once. More than any attack that people work on
 * together; and each is compared with each host of a contact. */
#define SHARE_THREAT_NAMES_MAX 65536u
/* What a case's messages say is affected, all together, whoever wrote them. ERR_LIMIT: more than
 * are looked at, so that nothing can be said of any contact; ERR_MEMORY. */
MUST_CHECK int share_threat_find(struct arena *arena, const struct case_message *messages,
				 size_t count, struct share_threat *ret_threat);

/*
 * Notices that earlier versions made of a change have as `since` the last look that saw the domain
 * as before, others the first that saw it changed. Nothing in a notice tells them apart; a store
 * that has these looks does, and then what it saw in that very second counts as well: before_s is
 * the next one. Errors as in keep/store/store.h.
 */
struct share_past;
MUST_CHECK int share_threat_settle(const struct share_past *past, struct share_threat *threat);

struct share_contact {
	const struct contact *contact;
	enum contact_risk risk;
	bool is_new;        /* since the change */
	const char *reason; /* "" of CONTACT_APART that is not new */
};

/* Of one host, as contact_facts; not known is OK. */
typedef int share_facts_of(void *context, const char *host, bool is_mail,
			   struct contact_facts *ret_facts);

struct share_contacts_question {
	const struct party_file *party;
	const struct party_file *before; /* as it was here before the change; NULL: it was not */
	const struct share_threat *threat;
	share_facts_of *facts;
	void *context;
};
/* As many as the party has, in its order. */
MUST_CHECK int share_contacts(struct arena *arena, const struct share_contacts_question *question,
			      struct share_contact **ret_contacts);

/* The first of a kind that does not depend and is not new; or the one that `named` means, unless it
 * depends (contact_is_named; NULL: none is named). ERR_PERMISSION: there is none, with what to do;
 * ERR_ARGUMENT: `named` means several. */
struct share_choice {
	const struct party_file *party, *before; /* as above */
	const struct share_contact *contacts;
	enum contact_kind kind;
	const char *named;
};
MUST_CHECK int share_choose(const struct share_choice *choice, struct complaint *complaint,
			    const struct contact **ret_contact);

/* --- facts.c: what a store knows of a host before a time --- */
struct share_past {
	struct store *store;
	struct arena *arena;
	int64_t before_s;
	struct complaint *complaint;
};
/* A share_facts_of; the context is a struct share_past. For mail: name servers and mail hosts of
 * the very name behind the @; else the name servers of the nearest name above that the store saw
 * (below it the host may be delegated elsewhere: nobody looked). Not known where the store did not
 * see them before. Errors as in keep/store/store.h. */
MUST_CHECK int share_facts(void *context, const char *host, bool is_mail,
			   struct contact_facts *ret_facts);

#endif
