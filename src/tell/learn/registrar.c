/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/learn/registrar.h"

#include "base/arena.h"
#include "dns/dnssec/key.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"
#include "tell/learn/measure.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define REGISTRY_OCTETS_MAX ((size_t)64 * 1024)
/* A digest of 48 octets, and one that nobody knows. */
#define DIGEST_TEXT_MAX (2 * 256 + 1)
#define OWNERS_MAX 16
/* Worlds look at their registry ten times a second (world/registry.c). */
#define PUBLISHED_MS 250

/* What was handed in: lines of the registry's file, and whose they are. */
struct order {
	const struct desk *desk;
	struct complaint *complaint;
	struct text lines;
	char owners[OWNERS_MAX][NAME_TEXT_MAX];
	size_t owner_count;
	bool is_complained; /* the complaint is ours, not the zone file reader's */
};

/* Without the dot at the end. */
static bool is_domain_of(const struct lesson *lesson, const char *owner)
{
	const size_t length = strlen(owner) - 1;
	for (const char *at = lesson->domains; *at;) {
		const size_t next = strcspn(at, " ");
		if (next == length && strncmp(at, owner, length) == 0)
			return true;
		at += next + (at[next] == ' ');
	}
	return false;
}

static int note_owner(struct order *order, const char *owner)
{
	for (size_t i = 0; i < order->owner_count; i++) {
		if (strcmp(order->owners[i], owner) == 0)
			return 0;
	}
	if (order->owner_count == OWNERS_MAX)
		return ERR_LIMIT;
	snprintf(order->owners[order->owner_count++], NAME_TEXT_MAX, "%s", owner);
	return 0;
}

/* RFC 4034 s5.1.4: the DS of a key. */
static int ds_of_key(const struct record *key, uint8_t octets[4 + DIGEST_MAX_OCTETS],
		     size_t *ret_size)
{
	size_t size;
	if (key->rdata_size < 5)
		return ERR_FORMAT;
	int error = ds_digest(key->owner, key, DIGEST_SHA256, octets + 4, &size);
	if (error)
		return error;
	const uint16_t tag = key_tag(key->rdata, key->rdata_size);
	octets[0] = (uint8_t)(tag >> 8);
	octets[1] = (uint8_t)tag;
	octets[2] = key->rdata[3];
	octets[3] = DIGEST_SHA256;
	*ret_size = 4 + size;
	return 0;
}

static int add_ds(struct order *order, const char *owner, const uint8_t *rdata, size_t size)
{
	assert(order->desk != NULL);
	char digest[DIGEST_TEXT_MAX];
	if (size <= 4 || hex_from_octets(rdata + 4, size - 4, digest, sizeof(digest)))
		return ERR_FORMAT;
	const bool is_removal = rdata[0] == 0 && rdata[1] == 0 && rdata[2] == 0 && rdata[3] == 0;
	if (!is_removal)
		text_format(&order->lines, "%s %d" REGISTRAR_DS "%u %u %u %s\n", owner,
			    REGISTRAR_TTL_S, (unsigned int)(rdata[0] << 8 | rdata[1]), rdata[2],
			    rdata[3], digest);
	return note_owner(order, owner);
}

static int refuse(struct order *order, int error, const char *owner, const char *why)
{
	order->is_complained = true;
	return complain(order->complaint, error, "the registry does not take '%s': %s", owner, why);
}

/* zonefile_take */
static int take(void *context, const struct record *record)
{
	struct order *order = context;
	char owner[NAME_TEXT_MAX];
	uint8_t octets[4 + DIGEST_MAX_OCTETS];
	size_t size;
	name_to_text(record->owner, owner);
	if (!is_domain_of(order->desk->lesson, owner))
		return refuse(order, ERR_ARGUMENT, owner, "it is no domain of this lesson");
	if (record->type == TYPE_DS)
		return add_ds(order, owner, record->rdata, record->rdata_size);
	if (record->type != TYPE_DNSKEY)
		return refuse(order, ERR_FORMAT, owner, "only DS and DNSKEY records are for it");
	/* RFC 4034 s2.1.1: a key that is not for entry into the zone is not what a DS names. */
	if (record->rdata_size < 5 || (record->rdata[1] & 1) == 0)
		return 0;
	int error = ds_of_key(record, octets, &size);
	return error ? refuse(order, ERR_FORMAT, owner, "a DNSKEY record makes no sense")
		     : add_ds(order, owner, octets, size);
}

/* Whose line is it? */
static bool is_line_of(const char *line, const char *owner)
{
	const size_t length = strlen(owner);
	assert(length > 0 && owner[length - 1] == '.');
	return strncmp(line, owner, length) == 0 && line[length] == ' ';
}

/* The registry's lines but for those of the owners, and then theirs. */
static int replace(struct order *order, const char *how)
{
	struct text before;
	struct text after;
	text_init(&before, REGISTRY_OCTETS_MAX);
	text_init(&after, REGISTRY_OCTETS_MAX);
	int error = desk_read(order->desk, DESK_REGISTRY, &before);
	for (const char *at = text_get(&before); !error && *at;) {
		const size_t length = strcspn(at, "\n");
		bool is_replaced = false;
		for (size_t i = 0; i < order->owner_count; i++)
			is_replaced = is_replaced || is_line_of(at, order->owners[i]);
		if (!is_replaced)
			text_format(&after, "%.*s\n", (int)length, at);
		at += length + (at[length] == '\n');
	}
	text_add(&after, text_get(&order->lines));
	if (!error && strcmp(text_get(&before), text_get(&after)) != 0) {
		error = desk_write(order->desk, DESK_REGISTRY, &after, order->complaint);
		for (size_t i = 0; i < order->owner_count && !error; i++) {
			char line[NAME_TEXT_MAX + 16];
			snprintf(line, sizeof(line), "%s %s", order->owners[i], how);
			error = desk_note(order->desk, DESK_CHANGES, line);
		}
	}
	text_release(&before);
	text_release(&after);
	return error;
}

static int read_order(struct order *order, const char *text, size_t size)
{
	struct complaint why = {""};
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"",
		.default_ttl = REGISTRAR_TTL_S,
		.take = take,
		.context = order,
	};
	int error = zonefile_read(&zonefile, text, size, &why);
	if (error && !order->is_complained)
		return complain(order->complaint, error,
				"what was handed to the registry is no list of DS or DNSKEY "
				"records: %s",
				why.text);
	if (!error && order->owner_count == 0)
		return complain(order->complaint, ERR_FORMAT,
				"nothing was handed to the registry: no DS record, and no DNSKEY "
				"record of a key-signing key; to remove what is there hand in "
				"'DOMAIN. DS 0 0 0 00'");
	return error;
}

static void wait_until_published(void)
{
	const struct timespec pause = {.tv_nsec = PUBLISHED_MS * 1000000};
	(void)nanosleep(&pause, NULL);
}

int registrar_take(const struct desk *desk, const struct text *records, struct text *said,
		   struct complaint *complaint)
{
	assert(desk->lesson != NULL);
	struct order order = {.desk = desk, .complaint = complaint};
	text_init(&order.lines, REGISTRY_OCTETS_MAX);
	int error = read_order(&order, text_get(records), records->length);
	if (!error)
		error = order.lines.error;
	if (!error)
		error = replace(&order, REGISTRAR_BY_HAND);
	if (!error)
		wait_until_published();
	for (size_t i = 0; i < order.owner_count && !error; i++) {
		size_t count = 0;
		const char *lines = text_get(&order.lines);
		for (const char *at = lines; *at; at += strcspn(at, "\n") + 1)
			count += is_line_of(at, order.owners[i]);
		text_format(said, "%s has %zu DS record%s now\n", order.owners[i], count,
			    count == 1 ? "" : "s");
	}
	text_release(&order.lines);
	return error;
}

int registrar_lines(const struct lesson *lesson, const struct text *records, struct text *lines,
		    struct complaint *complaint)
{
	const struct desk desk = {.lesson = lesson};
	struct order order = {.desk = &desk, .complaint = complaint};
	text_init(&order.lines, REGISTRY_OCTETS_MAX);
	int error = read_order(&order, text_get(records), records->length);
	if (!error)
		error = order.lines.error;
	if (!error)
		text_add(lines, text_get(&order.lines));
	text_release(&order.lines);
	return error ? error : lines->error;
}

/* ---- CDS ---- */

/* RFC 7344 s4.1, "signer": a key signs them that the parent vouches for. */
static bool are_vouched_for(const struct measured *cds, const struct measured *ds)
{
	for (size_t i = 0; i < cds->signer_count; i++) {
		if (measured_has_tag(ds->tags, ds->tag_count, cds->signers[i]))
			return true;
	}
	return false;
}

/* The same, "continuity": a key that they name must sign the DNSKEY set. */
static bool leave_chain_whole(const struct measured *cds, const struct measured *keys)
{
	for (size_t i = 0; i < cds->tag_count; i++) {
		if (measured_has_tag(keys->tags, keys->tag_count, cds->tags[i]) &&
		    measured_has_tag(keys->signers, keys->signer_count, cds->tags[i]))
			return true;
	}
	return false;
}

/* The CDS records as DS records of the domain. */
static void write_order(const char *domain, const struct measured *cds, struct text *records)
{
	for (const char *at = text_get(&cds->records); *at;) {
		const size_t length = strcspn(at, "\n");
		text_format(records, "%s. %d" REGISTRAR_DS "%.*s\n", domain, REGISTRAR_TTL_S,
			    (int)length, at);
		at += length + (at[length] == '\n');
	}
}

static int take_cds(const struct desk *desk, const char *domain, const struct measured *cds)
{
	struct order order = {.desk = desk};
	struct text records;
	text_init(&records, REGISTRY_OCTETS_MAX);
	text_init(&order.lines, REGISTRY_OCTETS_MAX);
	write_order(domain, cds, &records);
	int error = read_order(&order, text_get(&records), records.length);
	if (!error)
		error = replace(&order, REGISTRAR_BY_CDS);
	text_release(&records);
	text_release(&order.lines);
	return error;
}

int registrar_read_cds(const struct desk *desk, const char *domain)
{
	static const char *const types[] = {"CDS", "DNSKEY", "DS"};
	enum { CDS, DNSKEY, DS, COUNT };
	struct measured measured[COUNT];
	bool are_secure = true;
	for (size_t i = 0; i < COUNT; i++)
		measured_init(&measured[i]);
	int error = measure_names(domain, types, COUNT, measured);
	for (size_t i = 0; i < COUNT; i++)
		are_secure = are_secure && measured[i].is_found && measured[i].is_secure;
	if (!error && are_secure && are_vouched_for(&measured[CDS], &measured[DS]) &&
	    leave_chain_whole(&measured[CDS], &measured[DNSKEY]))
		error = take_cds(desk, domain, &measured[CDS]);
	for (size_t i = 0; i < COUNT; i++)
		measured_release(&measured[i]);
	return error;
}
