/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/proof_private.h"

#include <assert.h>

const uint8_t *closest_encloser(const struct view *view, const uint8_t *name)
{
	assert(name_is_under(name, view->zone->name));
	while (!view_node(view, name))
		name = name_parent(name);
	return name;
}

static bool has_proofs(const struct finding *finding)
{
	return finding->dnssec_ok && finding->view->keys.count > 0 &&
	       !zone_has(finding->view->zone, FAULT_DENIAL_MISSING);
}

static int add_link(struct finding *finding, uint32_t link)
{
	struct view_set *set;
	if (link == NONE)
		return ERR_CRYPTO;
	int error = view_link_set(finding->source, finding->view, link, &set);
	return error ? error : finding_add_set(finding, SECTION_AUTHORITY, set, NULL);
}

static int add_match(struct finding *finding, const uint8_t *name)
{
	assert(name_is_under(name, finding->view->zone->name));
	return add_link(finding, view_link_at(finding->source, finding->view, name));
}

static int add_cover(struct finding *finding, const uint8_t *name)
{
	assert(name_is_under(name, finding->view->zone->name));
	return add_link(finding, view_link_before(finding->source, finding->view, name));
}

/* The name one label longer than its closest encloser (RFC 5155 s1.3). */
static const uint8_t *next_closer(const uint8_t *name, const uint8_t *encloser)
{
	size_t labels = name_labels(encloser) + 1;
	assert(labels <= name_labels(name));
	return name_suffix(name, labels);
}

static int cover_wildcard(struct finding *finding, const uint8_t *encloser)
{
	struct name wildcard;
	if (name_prepend((const uint8_t *)"*", 1, encloser, &wildcard))
		return 0; /* too long to exist */
	return add_cover(finding, wildcard.octets);
}

int prove_nxdomain(struct finding *finding)
{
	if (!has_proofs(finding))
		return 0;
	const uint8_t *encloser = closest_encloser(finding->view, finding->name);
	int error;
	if (view_uses_nsec3(finding->view)) {
		error = add_match(finding, encloser);
		if (!error)
			error = add_cover(finding, next_closer(finding->name, encloser));
	} else {
		error = add_cover(finding, finding->name);
	}
	return error ? error : cover_wildcard(finding, encloser);
}

int prove_nodata(struct finding *finding, const uint8_t *name)
{
	if (!has_proofs(finding))
		return 0;
	/* An empty non-terminal has no NSEC; the one before it names something below it next. */
	if (view_link_at(finding->source, finding->view, name) == NONE)
		return add_cover(finding, name);
	return add_match(finding, name);
}

int prove_wildcard(struct finding *finding)
{
	if (!has_proofs(finding))
		return 0;
	if (!view_uses_nsec3(finding->view))
		return add_cover(finding, finding->name);
	const uint8_t *encloser = closest_encloser(finding->view, finding->name);
	return add_cover(finding, next_closer(finding->name, encloser));
}

int prove_wildcard_nodata(struct finding *finding, const uint8_t *wildcard)
{
	if (!has_proofs(finding))
		return 0;
	int error = 0;
	if (view_uses_nsec3(finding->view))
		error = add_match(finding, closest_encloser(finding->view, finding->name));
	if (!error)
		error = prove_wildcard(finding);
	return error ? error : add_match(finding, wildcard);
}

int prove_no_ds(struct finding *finding, const uint8_t *child)
{
	if (!has_proofs(finding))
		return 0;
	if (view_link_at(finding->source, finding->view, child) != NONE)
		return add_match(finding, child);
	/* Opt-out: nothing is said of the child itself (RFC 5155 s7.2.7). */
	const uint8_t *encloser = closest_encloser(finding->view, child);
	int error = add_match(finding, encloser);
	return error ? error : add_cover(finding, next_closer(child, encloser));
}
