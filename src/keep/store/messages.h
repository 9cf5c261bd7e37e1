/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages in the store, by their ids, which are of their content: putting one twice is putting it
 * once, and no content is ever changed. Only what case_message_read or case_message_make proved is
 * put. Beside them: what became of sending each to whom, and of each case a summary that whoever
 * folds over its messages keeps here, so that a list of cases reads no message. Errors as in
 * keep/store/store.h.
 */
#ifndef KEEP_STORE_MESSAGES_H
#define KEEP_STORE_MESSAGES_H

#include "keep/store/store.h"
#include "model/case_message.h"

struct store_message {
	const char *id, *case_id;
	int64_t made_s, received_s;
	const char *octets; /* case_message_read reads them, and proves them again */
	size_t size;
};
/* The pointers live during the call. */
typedef int store_take_message(void *context, const struct store_message *message);

/* ret_is_new false: it was here. ERR_EXISTS: with another signature, and that one stays; ERR_LIMIT:
 * the case has as many, or as much, as it may have. Both leave the store as it was. */
MUST_CHECK int store_message_put(struct store *store, const struct case_message *message,
				 int64_t received_s, bool *ret_is_new, struct complaint *complaint);
/* In place of the copy that is here, whose signature its author's keys prove no more: what holds
 * must not depend on which came first. Whom that copy was sent to is forgotten: it goes to them
 * again. */
MUST_CHECK int store_message_renew(struct store *store, const struct case_message *message,
				   struct complaint *complaint);
/* ERR_NOT_FOUND. */
MUST_CHECK int store_message(struct store *store, const char *id, store_take_message *take,
			     void *context, struct complaint *complaint);
/* Of a case, by time of making, then id; NULL: all there are, by id. */
MUST_CHECK int store_messages(struct store *store, const char *case_id, store_take_message *take,
			      void *context, struct complaint *complaint);

struct store_case {
	const char *id;
	int64_t messages;
	int64_t first_s, last_s; /* made */
	const uint8_t *summary;  /* NULL: none yet */
	size_t summary_size;
	bool is_current; /* the summary is of as many messages as there are */
};
typedef int store_take_case(void *context, const struct store_case *one);
MUST_CHECK int store_cases(struct store *store, store_take_case *take, void *context,
			   struct complaint *complaint);
/* `messages`: of how many it is. */
struct store_summary {
	const char *case_id;
	int64_t messages;
	const uint8_t *octets;
	size_t size;
};
MUST_CHECK int store_summary_put(struct store *store, const struct store_summary *summary,
				 struct complaint *complaint);

/* The case has none; there may have been none. */
MUST_CHECK int store_summary_drop(struct store *store, const char *case_id,
				  struct complaint *complaint);

enum store_delivery_state { DELIVERY_WAITS, DELIVERY_SENT, DELIVERY_FAILED };
struct store_delivery {
	const char *message, *party;
	const char *way; /* "mail security@nic.example", "file PATH" */
	enum store_delivery_state state;
	int64_t tries, first_s, last_s;
	const char *detail; /* what the other side said */
};
typedef int store_take_delivery(void *context, const struct store_delivery *delivery);
/* One try more of this message to this party on this way, at last_s. What was sent stays sent, and
 * its parcel goes. */
MUST_CHECK int store_delivery_put(struct store *store, const struct store_delivery *delivery,
				  struct complaint *complaint);
/* Of one message; NULL: of all. */
MUST_CHECK int store_deliveries(struct store *store, const char *message, store_take_delivery *take,
				void *context, struct complaint *complaint);

/* A message made ready for a party: what leaves again when nobody knows whether it arrived, so that
 * the same name means the same octets. */
struct store_parcel {
	const char *message, *party;
	const uint8_t *key; /* that it is sealed to, KEY_OCTETS */
	const char *octets;
	size_t size;
};
/* The pointers live during the call. */
typedef int store_take_parcel(void *context, const struct store_parcel *parcel);
/* In place of the one that was. */
MUST_CHECK int store_parcel_put(struct store *store, const struct store_parcel *parcel,
				struct complaint *complaint);
/* It has arrived, as far as can be known; there may be none. */
MUST_CHECK int store_parcel_drop(struct store *store, const char *message, const char *party,
				 struct complaint *complaint);
/* Of one message, for whichever party. */
MUST_CHECK int store_parcels(struct store *store, const char *message, store_take_parcel *take,
			     void *context, struct complaint *complaint);

#endif
