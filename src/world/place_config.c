/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/place_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SECRET_TEXT_MAX (4 * ((TSIG_SECRET_MAX + 2) / 3) + 1)

typedef void config_writer(const struct place_job *job, struct text *text);

static void add_zone_name(const struct place_job *job, uint32_t index, bool with_dot,
			  struct text *text)
{
	char name[NAME_TEXT_MAX];
	name_to_text(job->world->zones[job->zones[index].zone].name, name);
	size_t length = strlen(name);
	if (!with_dot && length > 1)
		name[length - 1] = 0;
	text_add(text, name);
}

/* Every address of the server, each with what comes before and after; the other family's are left
 * out when `family` is not 0. */
static void add_addresses(const struct place_job *job, int family, const char *before,
			  const char *after, struct text *text)
{
	for (uint32_t i = 0; i < job->server->address_count; i++) {
		const struct address *address = &job->server->addresses[i];
		char address_text[ADDRESS_TEXT_MAX];
		bool is_ipv6 = address->family == ADDRESS_IPV6;
		if ((family != 0 && address->family != family) || (is_ipv6 && !job->has_ipv6))
			continue;
		address_to_text(address, address_text);
		text_format(text, "%s%s%s", before, address_text, after);
	}
}

/* Does the server give its zones to anybody? */
static bool is_open(const struct place_job *job)
{
	return (job->server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_TRANSFER_OPEN)) != 0;
}

/* The world's key, each part with what comes before it; nothing where there is none. */
static void add_key(const struct place_job *job, const char *const before[4], struct text *text)
{
	const struct tsig_key *key = &job->world->tsig;
	char name[NAME_TEXT_MAX], secret[SECRET_TEXT_MAX];
	if (key->secret_size == 0)
		return;
	if (base64_from_octets(key->secret, key->secret_size, secret, sizeof(secret)) != OK)
		text->error = ERR_LIMIT;
	text_format(text, "%s%s%s%s%s%s%s", before[0], name_to_text(key->name.octets, name),
		    before[1], tsig_algorithm_text((enum tsig_algorithm)key->algorithm), before[2],
		    secret, before[3]);
}

static void add_file(const struct place_job *job, uint32_t index, struct text *text)
{
	const char *missing = job->is_failing ? ".missing" : "";
	text_format(text, "%s/%s%s", job->zones_folder, job->zones[index].file, missing);
}

static bool has_key(const struct place_job *job)
{
	return job->world->tsig.secret_size > 0;
}

static void write_knot(const struct place_job *job, struct text *text)
{
	static const char *const key_parts[4] = {"key:\n  - id: \"",
						 "\"\n    algorithm: ", "\n    secret: \"", "\"\n"};
	char name[NAME_TEXT_MAX];
	text_format(text,
		    "server:\n  rundir: \"%s\"\n  version: \"\"\n  identity: \"\"\n"
		    "  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n",
		    job->folder);
	add_addresses(job, 0, "  listen: ", "@53\n", text);
	text_format(text,
		    "log:\n  - target: stderr\n    any: warning\n"
		    "database:\n  storage: \"%s\"\n",
		    job->folder);
	add_key(job, key_parts, text);
	text_add(text, "acl:\n  - id: anybody\n    action: transfer\n");
	if (has_key(job))
		text_format(text, "  - id: signed\n    key: \"%s\"\n    action: transfer\n",
			    name_to_text(job->world->tsig.name.octets, name));
	text_format(text,
		    "template:\n  - id: default\n    zonefile-sync: -1\n    journal-content: none\n"
		    "    semantic-checks: off\n%s%szone:\n",
		    is_open(job) ? "    acl: anybody\n" : "",
		    /* A key of several values may be given again. */
		    has_key(job) ? "    acl: signed\n" : "");
	for (uint32_t i = 0; i < job->zone_count; i++) {
		text_add(text, "  - domain: \"");
		add_zone_name(job, i, true, text);
		text_add(text, "\"\n    file: \"");
		add_file(job, i, text);
		text_add(text, "\"\n");
	}
}

/* The packaged NSD limits its answers to 200 a second unless told otherwise. */
static void write_nsd(const struct place_job *job, struct text *text)
{
	static const char *const key_parts[4] = {"key:\n  name: \"",
						 "\"\n  algorithm: ", "\n  secret: \"", "\"\n"};
	char name[NAME_TEXT_MAX];
	text_add(text, "server:\n  server-count: 1\n  username: \"\"\n  chroot: \"\"\n"
		       "  database: \"\"\n  pidfile: \"\"\n  hide-version: yes\n"
		       "  rrl-ratelimit: 0\n  rrl-whitelist-ratelimit: 0\n"
		       "  zonefiles-write: 0\n  tcp-count: 200\n");
	text_format(text, "  zonesdir: \"%s\"\n  xfrdir: \"%s\"\n", job->folder, job->folder);
	text_format(text, "  zonelistfile: \"%s/zone.list\"\n  xfrdfile: \"\"\n", job->folder);
	add_addresses(job, 0, "  ip-address: ", "\n", text);
	text_add(text, "remote-control:\n  control-enable: no\n");
	add_key(job, key_parts, text);
	for (uint32_t i = 0; i < job->zone_count; i++) {
		text_add(text, "zone:\n  name: \"");
		add_zone_name(job, i, true, text);
		text_add(text, "\"\n  zonefile: \"");
		add_file(job, i, text);
		text_add(text, "\"\n");
		if (is_open(job))
			text_add(text, "  provide-xfr: 0.0.0.0/0 NOKEY\n"
				       "  provide-xfr: ::/0 NOKEY\n");
		if (has_key(job)) {
			name_to_text(job->world->tsig.name.octets, name);
			text_format(text, "  provide-xfr: 0.0.0.0/0 %s\n  provide-xfr: ::/0 %s\n",
				    name, name);
		}
	}
}

static void add_bind_zones(const struct place_job *job, const char *type, struct text *text)
{
	for (uint32_t i = 0; i < job->zone_count; i++) {
		text_add(text, "zone \"");
		add_zone_name(job, i, false, text);
		text_format(text, "\" { type %s; file \"", type);
		add_file(job, i, text);
		text_add(text, "\"; };\n");
	}
}

/* "key \"", name, "\"" */
#define MAY_TRANSFER_MAX (NAME_TEXT_MAX + 8)

static const char *may_transfer(const struct place_job *job, char who[MAY_TRANSFER_MAX])
{
	char name[NAME_TEXT_MAX];
	if (is_open(job))
		return "any";
	if (!has_key(job))
		return "none";
	(void)snprintf(who, MAY_TRANSFER_MAX, "key \"%s\"",
		       name_to_text(job->world->tsig.name.octets, name));
	return who;
}

static void write_bind(const struct place_job *job, struct text *text)
{
	char who[MAY_TRANSFER_MAX];
	static const char *const key_parts[4] = {"key \"", "\" { algorithm ", "; secret \"",
						 "\"; };\n"};
	text_format(text,
		    "options {\n  directory \"%s\";\n  pid-file none;\n  session-keyfile none;\n"
		    "  lock-file none;\n  recursion no;\n  transfers-out 1000;\n  notify no;\n"
		    "  dnssec-validation no;\n"
		    "  minimal-responses yes;\n  minimal-any yes;\n  allow-transfer { %s; };\n"
		    "  version none;\n  empty-zones-enable no;\n"
		    "  check-names primary ignore;\n  check-integrity no;\n",
		    job->folder, may_transfer(job, who));
	text_add(text, "  listen-on port 53 {");
	add_addresses(job, ADDRESS_IPV4, " ", ";", text);
	text_add(text, " };\n  listen-on-v6 port 53 {");
	add_addresses(job, ADDRESS_IPV6, " ", ";", text);
	text_add(text, " };\n};\ncontrols { };\n");
	add_key(job, key_parts, text);
	add_bind_zones(job, "primary", text);
}

static void write_pdns(const struct place_job *job, struct text *text)
{
	text_format(text,
		    "launch=bind\nbind-config=%s/zones.conf\nbind-dnssec-db=%s/dnssec.sqlite3\n"
		    "socket-dir=%s\nsetuid=\nsetgid=\nguardian=no\ndaemon=no\ndisable-syslog=yes\n"
		    "write-pid=no\nsecurity-poll-suffix=\n"
		    "version-string=anonymous\nloglevel=4\n"
		    "max-nsec3-iterations=2500\nreceiver-threads=1\nresolver=no\n"
		    "local-port=53\n",
		    job->folder, job->folder, job->folder);
	if (is_open(job))
		text_add(text, "allow-axfr-ips=0.0.0.0/0,::/0\n");
	if (job->module_folder)
		text_format(text, "module-dir=%s\n", job->module_folder);
	text_add(text, "local-address=");
	add_addresses(job, 0, " ", "", text);
	text_add(text, "\n");
}

static const struct {
	const char *program;
	const char *config;
	config_writer *write;
} kinds[] = {
	[PLACE_KNOT] = {"knotd", "knot.conf", write_knot},
	[PLACE_NSD] = {"nsd", "nsd.conf", write_nsd},
	[PLACE_BIND] = {"named", "named.conf", write_bind},
	[PLACE_PDNS] = {"pdns_server", "pdns.conf", write_pdns},
	[PLACE_EMPTY] = {NULL, NULL, NULL},
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == PLACE_COUNT, "one row a program");

int place_config(const struct place_job *job, struct text *text)
{
	assert(job->server->place > PLACE_BUILTIN && job->server->place < PLACE_EMPTY);
	kinds[job->server->place].write(job, text);
	return text->error;
}

int place_config_pdns_zones(const struct place_job *job, struct text *text)
{
	add_bind_zones(job, "master", text);
	return text->error;
}

const char *place_config_name(enum place place)
{
	return kinds[place].config;
}

const char *place_program(enum place place)
{
	return kinds[place].program;
}

void place_arguments(enum place place, const char *config, const char *folder_argument,
		     const char *ret_arguments[PLACE_ARGUMENTS_MAX])
{
	size_t count = 0;
	memset(ret_arguments, 0, PLACE_ARGUMENTS_MAX * sizeof(*ret_arguments));
	if (place == PLACE_PDNS) {
		ret_arguments[count++] = folder_argument;
		return;
	}
	if (place == PLACE_NSD)
		ret_arguments[count++] = "-d";
	if (place == PLACE_BIND) {
		ret_arguments[count++] = "-g";
		ret_arguments[count++] = "-n";
		ret_arguments[count++] = "1";
	}
	ret_arguments[count++] = "-c";
	ret_arguments[count++] = config;
}
