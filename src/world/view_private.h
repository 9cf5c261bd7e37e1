/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view: the contents of one zone as one server gives them, made from a few octets of description
 * when somebody asks and forgotten when others are asked for. Names stand in canonical order, each
 * with its RRsets; signatures and denial records are made at the first need and kept in the view.
 *
 * Delegations are no nodes: a zone's children are found through the world. Nodes are the zone's own
 * names, with the empty non-terminals above them and above children.
 */
#ifndef WORLD_VIEW_PRIVATE_H
#define WORLD_VIEW_PRIVATE_H

#include "base/arena.h"
#include "dns/dnssec/denial.h"
#include "dns/wire/message.h"
#include "world/keys_private.h"
#include "world/model_private.h"

/* A leaf zone's records, keys and signatures; a zone of a hundred thousand delegations has two
 * signatures a child. */
#define VIEW_OCTETS_MAX ((size_t)1024 * 1024 * 1024)

/* An RRset with its signatures once made. */
struct view_set {
	struct rrset rrset;
	const struct record *signatures; /* NULL: not made yet */
	uint16_t signature_count;
	bool is_broken; /* chain-broken: one bit of its signature is flipped */
};

struct view_node {
	const uint8_t *name;
	struct view_set *sets;
	uint32_t set_count; /* 0: an empty non-terminal */
};

/* A name in the chain of NSEC or NSEC3: the index of a node, or of a child with LINK_CHILD. */
#define LINK_CHILD 0x80000000u
struct view_link {
	uint8_t hash[NSEC3_HASH_OCTETS];
	uint32_t ref;
	struct view_set *set; /* NULL: not made yet */
};

struct view {
	struct arena arena;
	const struct zone *zone;
	uint32_t variant;
	uint32_t record_count;
	struct record *records; /* all, sorted by owner, type, RDATA */
	struct view_node *nodes;
	struct view_link *links;
	struct view_set **child_ds; /* by the child's place */
	uint32_t node_count;
	uint32_t link_count;
	uint32_t minimum_s;  /* TTL of denial */
	uint16_t iterations; /* NSEC3 */
	uint8_t salt_size;
	const uint8_t *salt;
	struct zone_keys keys;
	struct signing_times times;
	uint64_t used; /* when, for the cache */
};

/* What makes views: the same for all of a world. */
struct view_source {
	const struct world *world;
	struct key_pool *pool;
	int64_t started_s;               /* signing times count from here */
	struct registry_table *registry; /* DS records from outside; NULL: none */
};

/* Which view of the zone a server gives: 0 for the common one (VARIANT_* of content). */
uint32_t view_variant(const struct world *world, uint32_t server, const struct zone *zone);

/* `view` must be zeroed or made before; its arena is reused. */
MUST_CHECK int view_make(const struct view_source *source, const struct zone *zone,
			 uint32_t variant, struct view *view);
void view_release(struct view *view);

const struct view_node *view_node(const struct view *view, const uint8_t *name);
struct view_set *view_node_set(const struct view_node *node, uint16_t type);
/* Makes the signatures of a set; none when the zone has none to give. */
MUST_CHECK int view_sign(const struct view_source *source, struct view *view, struct view_set *set);
/* An RRset from records in the arena, sorted by RDATA. */
MUST_CHECK int view_set_make(struct arena *arena, struct record *records, uint32_t count,
			     struct view_set *ret_set);

/* Has the parent a DS set for this child, of its own or from the registry? */
bool view_has_ds(const struct view_source *source, const struct zone *zone);
/* The parent's DS set of its index-th child; NULL when it has none. */
MUST_CHECK int view_child_ds(const struct view_source *source, struct view *view, uint32_t child,
			     struct view_set **ret_set);
/* A child's place among its parent's children, or NONE. */
uint32_t view_child_place(const struct view_source *source, const struct view *view, uint32_t zone);

/* content_digest.c: makes the digest of the ZONEMD record, once everything else of the view is
 * there; faults make it wrong. */
MUST_CHECK int view_settle_digest(const struct view_source *source, struct view *view);

/* ---- denial.c ---- */
MUST_CHECK int view_make_chain(const struct view_source *source, struct view *view);
/* NSEC or NSEC3 record of the index-th link. */
MUST_CHECK int view_link_set(const struct view_source *source, struct view *view, uint32_t link,
			     struct view_set **ret_set);
/* The link that matches the name exactly, or NONE. */
uint32_t view_link_at(const struct view_source *source, struct view *view, const uint8_t *name);
/* The link whose span covers the name, which has no link of its own. */
uint32_t view_link_before(const struct view_source *source, struct view *view, const uint8_t *name);
static inline bool view_uses_nsec3(const struct view *view)
{
	return view->zone->denial != DENIAL_BY_NSEC;
}

#endif
