/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Canned conversations: tests/golden/validation/ holds what one server says to one question, and
 * what the resolver must make of it: security, state, extended error, reason. The way there (root.,
 * tld., z.tld., all signed) is sound. Prints TAP, a point a conversation. The files' form is told
 * in tests/golden/validation/README.md.
 */
#include "dns/dnssec/denial.h"
#include "dns/resolver/fake_net.h"
#include "dns/resolver/limit.h"
#include "dns/resolver/reason.h"
#include "dns/resolver/resolver.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>

#define LINE_MAX_OCTETS 4096
#define RECORDS_MAX 512

struct conversation {
	char name[128], section[64];
	char security[16], state[16], ede[8], reason[160];
	char lines[65536];
};

/* A record of the reply with its place. */
struct said {
	struct record record;
	enum section section;
};

struct lab {
	struct loop *loop;
	struct transport *net;
	struct verifier *verifier;
	struct resolver *resolver;
	struct random random;
	struct clock clock;
	uint64_t now_ns;
	struct record anchor;
	struct fake_zone *root, *tld, *z;
	struct arena arena;
	/* what is played */
	const struct conversation *conversation;
	struct name question, asked;
	uint16_t question_type, asked_type;
	uint16_t rcode, flags;
	struct said said[RECORDS_MAX];
	size_t said_count;
	unsigned played;
	/* what came of it */
	unsigned calls;
	struct lookup_answer answer;
	char reason[REASON_TEXT_MAX];
};

static void die(const char *what, const char *line)
{
	printf("Bail out! %s: %s\n", what, line);
	exit(1);
}

/* ---- making the reply ---- */

static struct record read_record(struct lab *lab, const char *line)
{
	struct record record;
	struct complaint complaint = {""};
	if (record_from_text(&lab->arena, line, &record, &complaint) != OK)
		die(complaint.text, line);
	name_lower((uint8_t *)(uintptr_t)record.owner);
	return record;
}

static void say(struct lab *lab, enum section section, const struct record *record)
{
	if (lab->said_count == RECORDS_MAX)
		die("too many records", lab->conversation->name);
	lab->said[lab->said_count++] = (struct said){*record, section};
}

/* "key=value" among the words; the value, or NULL. */
static const char *option(const char *words, const char *key, char value[256])
{
	const size_t length = strlen(key);
	for (const char *at = words; *at != '\0'; at += strcspn(at, " "), at += *at == ' ') {
		if (strncmp(at, key, length) != 0 || at[length] != '=')
			continue;
		snprintf(value, 256, "%.*s", (int)strcspn(at + length + 1, " "), at + length + 1);
		return value;
	}
	return NULL;
}

static bool has_word(const char *words, const char *word)
{
	const size_t length = strlen(word);
	for (const char *at = words; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
		if (strncmp(at, word, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

/* The set that the last record said belongs to, in canonical order. */
static struct rrset last_set(struct lab *lab)
{
	const struct said *last = &lab->said[lab->said_count - 1];
	struct rrset rrset = {.owner = last->record.owner,
			      .type = last->record.type,
			      .class = CLASS_IN,
			      .ttl = last->record.ttl};
	rrset.records = arena_take_array(&lab->arena, RECORDS_MAX, sizeof(*rrset.records));
	for (size_t i = 0; i < lab->said_count; i++) {
		const struct record *record = &lab->said[i].record;
		if (lab->said[i].section != last->section || record->type != rrset.type ||
		    !name_equal(record->owner, rrset.owner))
			continue;
		size_t at = rrset.count;
		while (at > 0 && fake_compare(record, rrset.records[at - 1]) < 0)
			at--;
		if (at > 0 && fake_compare(record, rrset.records[at - 1]) == 0)
			continue; /* RFC 2181 s5: a set has each once */
		memmove(rrset.records + at + 1, rrset.records + at,
			(rrset.count - at) * sizeof(rrset.records[0]));
		rrset.records[at] = record;
		rrset.count++;
	}
	return rrset;
}

static void set_times(const char *words, struct signing_times *times)
{
	*times = (struct signing_times){FAKE_NOW_S - 86400, FAKE_NOW_S + 86400};
	if (has_word(words, "expired"))
		times->expiration = FAKE_NOW_S - 60;
	if (has_word(words, "future"))
		times->inception = FAKE_NOW_S + 60;
	if (has_word(words, "now"))
		times->inception = times->expiration = FAKE_NOW_S;
	if (has_word(words, "reversed")) {
		times->inception = FAKE_NOW_S + 60;
		times->expiration = FAKE_NOW_S - 60;
	}
}

static int number(const char *text)
{
	char *end;
	const long value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || value < 0 || value > UINT16_MAX)
		die("not a number", text);
	return (int)value;
}

/* s [expired|future|now|reversed] [bad] [wild=NAME] [key=root|tld|other] [by=NAME]
 *   [labels=N] [tag=N] [alg=N] [ttl=N]: signs the set of the last record. Of what `labels`, `tag`,
 * `alg`, `ttl` change the signature knows nothing. */
static void sign_last(struct lab *lab, const char *words)
{
	char value[256];
	struct rrset rrset = last_set(lab);
	const uint8_t *owner = rrset.owner;
	struct name wild;
	struct signer signer = {.key = lab->z->key, .zone = lab->z->name.octets};
	struct record rrsig;
	struct signing_key *other = NULL;
	struct name by;
	set_times(words, &signer.times);
	if (option(words, "key", value) != NULL) {
		if (strcmp(value, "tld") == 0)
			signer =
				(struct signer){lab->tld->key, lab->tld->name.octets, signer.times};
		else if (strcmp(value, "root") == 0)
			signer = (struct signer){lab->root->key, lab->root->name.octets,
						 signer.times};
		else if (signing_key_new(ALGORITHM_ED25519, 0, 257, 4711, &other) == OK)
			signer.key = other;
	}
	if (option(words, "by", value) != NULL) {
		by = fake_name(value);
		signer.zone = by.octets;
	}
	if (option(words, "wild", value) != NULL) {
		wild = fake_name(value);
		rrset.owner = wild.octets;
	}
	if (sign_rrset(&lab->arena, &signer, &rrset, &rrsig) != OK)
		die("cannot sign", words);
	uint8_t *rdata = arena_copy(&lab->arena, rrsig.rdata, rrsig.rdata_size);
	rrsig.rdata = rdata;
	rrsig.owner = owner;
	rrsig.ttl = rrset.ttl;
	if (option(words, "alg", value) != NULL)
		rdata[2] = (uint8_t)number(value);
	if (option(words, "labels", value) != NULL)
		rdata[3] = (uint8_t)number(value);
	if (option(words, "ttl", value) != NULL)
		rdata[7] = (uint8_t)number(value);
	if (option(words, "tag", value) != NULL) {
		rdata[16] = (uint8_t)(number(value) >> 8);
		rdata[17] = (uint8_t)number(value);
	}
	if (has_word(words, "bad"))
		rdata[rrsig.rdata_size - 1] ^= 1;
	say(lab, lab->said[lab->said_count - 1].section, &rrsig);
	signing_key_free(other);
}

static void add_one(uint8_t hash[NSEC3_HASH_OCTETS], int step)
{
	for (size_t i = NSEC3_HASH_OCTETS; i-- > 0;) {
		const uint8_t before = hash[i];
		hash[i] = (uint8_t)(hash[i] + step);
		if (step > 0 ? hash[i] > before : hash[i] < before)
			return;
	}
}

/* n3|c3 NAME [optout] [it=N] [hash=N] [flags=N] [salt=HEX] [unsigned] : TYPE...: an NSEC3 at the
 * name, or around it; signed. */
static void say_nsec3(struct lab *lab, const char *words, bool covers)
{
	char value[256], label[33], line[2048];
	uint8_t hash[NSEC3_HASH_OCTETS];
	char next[33];
	const struct name name = fake_name(option(words, "name", value));
	const int iterations = option(words, "it", value) != NULL ? number(value) : 0;
	const int algorithm = option(words, "hash", value) != NULL ? number(value) : 1;
	int flags = option(words, "flags", value) != NULL ? number(value) : 0;
	const char *types = strchr(words, ':');
	flags |= has_word(words, "optout") ? 1 : 0;
	if (nsec3_hash(name.octets, NULL, 0, (uint16_t)iterations, hash) != OK)
		die("cannot hash", words);
	if (covers)
		add_one(hash, -1);
	nsec3_label(hash, label);
	add_one(hash, 1);
	if (covers)
		add_one(hash, 1);
	nsec3_label(hash, next);
	snprintf(line, sizeof(line), "%s.z.tld. 300 IN NSEC3 %d %d %d - %s%s", label, algorithm,
		 flags, iterations, next, types != NULL ? types + 1 : "");
	const struct record record = read_record(lab, line);
	say(lab, SECTION_AUTHORITY, &record);
	if (!has_word(words, "unsigned"))
		sign_last(lab, "");
}

static const struct record *own_key(const struct lab *lab)
{
	for (size_t i = 0; i < lab->z->count; i++)
		if (lab->z->records[i].type == TYPE_DNSKEY)
			return &lab->z->records[i];
	die("no key", "");
	return NULL;
}

/* ds [digest=N] [alg=N] [tag=N] [wrong]: a DS of the zone's key; of a digest that nobody knows, 32
 * octets of zero. */
static void say_ds(struct lab *lab, const char *words)
{
	char value[256];
	uint8_t *rdata = arena_take_zeroed(&lab->arena, 4 + DIGEST_MAX_OCTETS);
	const struct record *key = own_key(lab);
	const int digest = option(words, "digest", value) != NULL ? number(value) : DIGEST_SHA256;
	const int algorithm =
		option(words, "alg", value) != NULL ? number(value) : ALGORITHM_ED25519;
	const int tag =
		option(words, "tag", value) != NULL ? number(value) : signing_key_tag(lab->z->key);
	size_t size = 32;
	rdata[0] = (uint8_t)(tag >> 8);
	rdata[1] = (uint8_t)tag;
	rdata[2] = (uint8_t)algorithm;
	rdata[3] = (uint8_t)digest;
	if (digest_supported((uint8_t)digest) &&
	    ds_digest(lab->z->name.octets, key, (uint8_t)digest, rdata + 4, &size) != OK)
		die("no digest", words);
	if (has_word(words, "wrong"))
		rdata[4] ^= 1;
	const struct record record = {.owner = lab->z->name.octets,
				      .rdata = rdata,
				      .rdata_size = (uint16_t)(4 + size),
				      .ttl = 300,
				      .type = TYPE_DS,
				      .class = CLASS_IN};
	say(lab, SECTION_ANSWER, &record);
}

/* key [flags=N] [protocol=N] [alg=N]: the zone's key, altered; or one more of it. */
static void say_altered_key(struct lab *lab, const char *words)
{
	char value[256];
	struct record key = *own_key(lab);
	uint8_t *rdata = arena_copy(&lab->arena, key.rdata, key.rdata_size);
	if (option(words, "flags", value) != NULL) {
		rdata[0] = (uint8_t)(number(value) >> 8);
		rdata[1] = (uint8_t)number(value);
	}
	if (option(words, "protocol", value) != NULL)
		rdata[2] = (uint8_t)number(value);
	if (option(words, "alg", value) != NULL)
		rdata[3] = (uint8_t)number(value);
	key.rdata = rdata;
	say(lab, SECTION_ANSWER, &key);
}

/* twins N: N keys more, each of the tag of the zone's own: two octets of one change by what two
 * others do, which the sum that makes the tag does not see (RFC 4034 app. B). */
static void say_twins(struct lab *lab, int count)
{
	for (int i = 1; i <= count; i++) {
		struct record key = *own_key(lab);
		uint8_t *rdata = arena_copy(&lab->arena, key.rdata, key.rdata_size);
		uint8_t *low = rdata + 5 + 2 * (i % 14), *other = rdata + 33;
		const int step = 1 + i / 14;
		if (*low + step > 255 || *other < step)
			continue;
		*low = (uint8_t)(*low + step);
		*other = (uint8_t)(*other - step);
		key.rdata = rdata;
		if (key_tag(rdata, key.rdata_size) == signing_key_tag(lab->z->key))
			say(lab, SECTION_ANSWER, &key);
	}
}

static void play_line(struct lab *lab, char *line)
{
	char word[32] = "";
	size_t length = strcspn(line, " ");
	char *rest = line + length + (line[length] == ' ');
	snprintf(word, sizeof(word), "%.*s", (int)length, line);
	if (strcmp(word, "a") == 0 || strcmp(word, "u") == 0 || strcmp(word, "d") == 0) {
		const struct record record = read_record(lab, rest);
		say(lab,
		    *word == 'a'   ? SECTION_ANSWER
		    : *word == 'u' ? SECTION_AUTHORITY
				   : SECTION_ADDITIONAL,
		    &record);
	} else if (strcmp(word, "s") == 0) {
		sign_last(lab, rest);
	} else if (strcmp(word, "n3") == 0 || strcmp(word, "c3") == 0) {
		say_nsec3(lab, rest, *word == 'c');
	} else if (strcmp(word, "soa") == 0) {
		const struct record record =
			read_record(lab, "z.tld. 300 IN SOA ns.z.tld. h.z.tld. 1 2 3 4 300");
		say(lab, SECTION_AUTHORITY, &record);
		sign_last(lab, "");
	} else if (strcmp(word, "keys") == 0) {
		say(lab, SECTION_ANSWER, own_key(lab));
	} else if (strcmp(word, "key") == 0) {
		say_altered_key(lab, rest);
	} else if (strcmp(word, "twins") == 0) {
		say_twins(lab, number(rest));
	} else if (strcmp(word, "ds") == 0) {
		say_ds(lab, rest);
	} else if (strcmp(word, "rcode") == 0) {
		if (rcode_from_text(rest, &lab->rcode) != OK)
			die("no rcode", line);
	} else if (strcmp(word, "flags") == 0) {
		lab->flags = has_word(rest, "aa") ? FLAG_AA : 0;
	} else {
		die("what is this", line);
	}
}

/* q NAME TYPE: looked up; @ NAME TYPE: the question whose reply is canned, if it is another. */
static void read_question(const char *rest, struct name *ret_name, uint16_t *ret_type)
{
	char name[256], type[32];
	if (sscanf(rest, "%255s %31s", name, type) != 2 || type_from_text(type, ret_type) != OK)
		die("no question", rest);
	*ret_name = fake_name(name);
}

static int script(void *context, const struct exchange_question *question, uint8_t *wire,
		  size_t room)
{
	struct lab *lab = context;
	struct builder builder;
	const bool is_meant =
		name_equal(question->name, lab->asked.octets) && question->type == lab->asked_type;
	if (!is_meant)
		return -1;
	lab->played++;
	builder_init(&builder, wire, room, 4711, (uint16_t)(FLAG_QR | lab->flags));
	builder_question(&builder, question->name, question->type, CLASS_IN);
	for (int section = SECTION_ANSWER; section < SECTION_COUNT; section++)
		for (size_t i = 0; i < lab->said_count; i++)
			if ((int)lab->said[i].section == section)
				builder_record(&builder, (enum section)section,
					       &lab->said[i].record);
	builder_opt(&builder, &(struct edns){.udp_size = 1232, .flags = EDNS_FLAG_DO}, lab->rcode);
	return (int)builder_finish(&builder, lab->rcode);
}

/* ---- the laboratory ---- */

static void lookup_done(void *context, const struct lookup_answer *answer)
{
	struct lab *lab = context;
	lab->calls++;
	lab->answer = *answer;
	snprintf(lab->reason, sizeof(lab->reason), "%s", answer->reason ? answer->reason : "");
}

static void make_zones(struct lab *lab)
{
	static const char ns[] = "tld. 3600 IN NS a.nic.tld.\na.nic.tld. 3600 IN A 192.0.2.1\n";
	lab->root = fake_zone_add(lab->net, ".", 1, ns);
	lab->tld = fake_zone_add(
		lab->net, "tld.", 2,
		"tld. 3600 IN NS a.nic.tld.\na.nic.tld. 3600 IN A 192.0.2.1\n"
		"z.tld. 3600 IN NS ns.z.tld.\nns.z.tld. 3600 IN A 192.0.2.9\n"
		"plain.tld. 3600 IN NS ns.plain.tld.\nns.plain.tld. 3600 IN A 192.0.2.8\n");
	lab->z = fake_zone_add(lab->net, "z.tld.", 3,
			       "z.tld. 3600 IN NS ns.z.tld.\nns.z.tld. 3600 IN A 192.0.2.9\n"
			       "www.z.tld. 3600 IN A 192.0.2.80\n");
	struct fake_zone *plain = fake_zone_add(lab->net, "plain.tld.", 0,
						"plain.tld. 3600 IN NS ns.plain.tld.\n"
						"ns.plain.tld. 3600 IN A 192.0.2.8\n"
						"www.plain.tld. 3600 IN A 192.0.2.80\n");
	fake_delegate_securely(lab->net, lab->root, lab->tld);
	fake_delegate_securely(lab->net, lab->tld, lab->z);
	fake_serve(lab->net, "198.41.0.4", lab->root);
	fake_serve(lab->net, "192.0.2.1", lab->tld);
	fake_serve(lab->net, "192.0.2.9", lab->z);
	fake_serve(lab->net, "192.0.2.8", plain);
	for (size_t i = 0; i < lab->root->count; i++)
		if (lab->root->records[i].type == TYPE_DNSKEY)
			lab->anchor = lab->root->records[i];
}

static void lab_open(struct lab *lab)
{
	lab->now_ns = 1000000000;
	lab->clock = (struct clock){fake_monotonic_ns, fake_wall_s, &lab->now_ns};
	random_seeded(&lab->random, 7);
	arena_init(&lab->arena, (size_t)16 << 20, 0);
	int error = loop_new(&lab->clock, &lab->loop);
	if (error == OK)
		error = transport_new(lab->loop, NULL, NULL, &lab->net, NULL);
	lab->verifier = verifier_new(NULL, &lab->random);
	if (error != OK || lab->verifier == NULL)
		die("out of memory", "");
	make_zones(lab);
	const struct address hint = fake_address("198.41.0.4");
	const struct resolver_settings settings = {.hints = &hint,
						   .hint_count = 1,
						   .anchors = &lab->anchor,
						   .anchor_count = 1,
						   .random = &lab->random,
						   .clock = &lab->clock};
	if (resolver_new(lab->loop, lab->net, lab->verifier, &settings, &lab->resolver) != OK)
		die("no resolver", "");
	lab->net->script = script;
	lab->net->script_context = lab;
}

static void lab_close(struct lab *lab)
{
	resolver_free(lab->resolver);
	transport_free(lab->net);
	verifier_free(lab->verifier);
	loop_free(lab->loop);
	arena_release(&lab->arena);
}

/* ---- playing ---- */

static void read_lines(struct lab *lab)
{
	char lines[sizeof(lab->conversation->lines)];
	bool has_asked = false;
	lab->flags = FLAG_AA;
	memcpy(lines, lab->conversation->lines, sizeof(lines));
	for (char *line = lines, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (strncmp(line, "q ", 2) == 0) {
			read_question(line + 2, &lab->question, &lab->question_type);
		} else if (strncmp(line, "@ ", 2) == 0) {
			read_question(line + 2, &lab->asked, &lab->asked_type);
			has_asked = true;
		} else if (*line != '#' && *line != '\0') {
			play_line(lab, line);
		}
	}
	if (!has_asked) {
		lab->asked = lab->question;
		lab->asked_type = lab->question_type;
	}
}

static const char *const securities[] = {"indeterminate", "secure", "insecure", "bogus"};
static const char *const states[] = {"none",  "found",       "nxdomain", "nodata",
				     "cycle", "unreachable", "bogus",    "limit"};

static bool is_as_expected(const struct lab *lab)
{
	const struct conversation *wanted = lab->conversation;
	char ede[8] = "-";
	if (lab->answer.reason != NULL && lab->answer.ede != EDE_NONE)
		snprintf(ede, sizeof(ede), "%u", lab->answer.ede);
	const bool fits = lab->calls == 1 && lab->played > 0 &&
			  strcmp(securities[lab->answer.security], wanted->security) == 0 &&
			  strcmp(states[lab->answer.state], wanted->state) == 0 &&
			  strcmp(ede, wanted->ede) == 0 &&
			  strstr(lab->reason, wanted->reason) != NULL &&
			  (*wanted->reason != '\0' || *lab->reason == '\0');
	if (!fits)
		printf("# %s %s %s | %s (told %u times, played %u)\n",
		       securities[lab->answer.security], states[lab->answer.state], ede,
		       lab->reason, lab->calls, lab->played);
	return fits;
}

static bool play(const struct conversation *conversation)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	assert(lab != NULL);
	lab->conversation = conversation;
	lab_open(lab);
	read_lines(lab);
	const struct lookup_question question = {.name = lab->question.octets,
						 .type = lab->question_type,
						 .done = lookup_done,
						 .context = lab};
	int error = resolver_lookup(lab->resolver, &question);
	assert(error == OK);
	(void)error;
	fake_run(lab->net);
	const bool fits = is_as_expected(lab);
	lab_close(lab);
	free(lab);
	return fits;
}

/* ---- files ---- */

/* == NAME | SECTION | SECURITY STATE EDE | REASON */
static void read_head(const char *line, struct conversation *conversation)
{
	memset(conversation, 0, sizeof(*conversation));
	if (sscanf(line, "== %127[^|]| %63[^|]| %15s %15s %7s | %159[^\n]", conversation->name,
		   conversation->section, conversation->security, conversation->state,
		   conversation->ede, conversation->reason) < 5)
		die("no head of a conversation", line);
	for (size_t i = strlen(conversation->name); i > 0 && conversation->name[i - 1] == ' '; i--)
		conversation->name[i - 1] = '\0';
}

struct tally {
	unsigned played, failed;
};

static void close_conversation(struct conversation *conversation, struct tally *tally)
{
	if (conversation->name[0] == '\0')
		return;
	const bool fits = play(conversation);
	tally->played++;
	tally->failed += !fits;
	printf("%s %u - %s\n", fits ? "ok" : "not ok", tally->played, conversation->name);
	conversation->name[0] = '\0';
}

static void play_file(const char *path, struct tally *tally)
{
	static struct conversation conversation;
	char line[LINE_MAX_OCTETS];
	FILE *file = fopen(path, "re");
	if (file == NULL)
		die(strerror(errno), path);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "== ", 3) == 0) {
			close_conversation(&conversation, tally);
			read_head(line, &conversation);
		} else if (conversation.name[0] != '\0') {
			const size_t used = strlen(conversation.lines);
			if (used + strlen(line) >= sizeof(conversation.lines))
				die("too long", conversation.name);
			memcpy(conversation.lines + used, line, strlen(line) + 1);
		}
	}
	close_conversation(&conversation, tally);
	(void)fclose(file);
}

int main(void)
{
	const char *source = getenv("DSFI_SOURCE");
	struct tally tally = {0};
	char folder[4096], path[4400];
	snprintf(folder, sizeof(folder), "%s/tests/golden/validation", source ? source : "..");
	DIR *files = opendir(folder);
	if (files == NULL)
		die(strerror(errno), folder);
	for (const struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
		const char *end = strrchr(entry->d_name, '.');
		if (end == NULL || strcmp(end, ".talk") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		play_file(path, &tally);
	}
	closedir(files);
	printf("1..%u\n", tally.played);
	return tally.failed > 0 ? 1 : 0;
}
