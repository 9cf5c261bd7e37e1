/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails and folders: what comes out, what is passed over, what is refused, what is moved. */
#include "failing_memory.h"
#include "gather/inbox/inbox.h"
#include "gather/inbox/mime.h"
#include "os/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LINE "{\"after\":[],\"x\":1}"
#define SEEN_MAX 4096

struct post {
	char *folder;
	char seen[SEEN_MAX]; /* "+LINE" brought out, "-" refused, "p" a party file */
	char last[512];      /* reason */
	bool is_kept;
	struct inbox *inbox;
	struct secret_key key;
	struct age_identities identities;
	struct complaint complaint;
};

static int take(void *context, const struct inbox_item *item, bool *ret_is_kept)
{
	struct post *post = context;
	const size_t used = strlen(post->seen);
	*ret_is_kept = post->is_kept && item->octets != NULL;
	if (item->octets == NULL) {
		(void)snprintf(post->seen + used, SEEN_MAX - used, "-");
		(void)snprintf(post->last, sizeof(post->last), "%s: %s", item->origin,
			       item->reason);
	} else if (item->is_party) {
		(void)snprintf(post->seen + used, SEEN_MAX - used, "p");
	} else {
		(void)snprintf(post->seen + used, SEEN_MAX - used, "+%.*s", (int)item->size,
			       item->octets);
	}
	return OK;
}

static void begin(struct post *post)
{
	struct random random;
	memset(post, 0, sizeof(*post));
	random_seeded(&random, 5);
	assert_int_equal(secret_key_make(&random, 0, &post->key), OK);
	post->identities = (struct age_identities){&post->key, 1, 0};
	post->is_kept = true;
	assert_int_equal(folder_make_temporary("dsfi-inbox", NULL, &post->folder), OK);
	const struct inbox_reader reader = {&post->identities, take, post};
	assert_int_equal(inbox_new(&reader, &post->inbox), OK);
}

static void end(struct post *post)
{
	inbox_free(post->inbox);
	assert_int_equal(folder_remove(post->folder, NULL), OK);
	memory_give(post->folder);
}

static void write_file(struct post *post, const char *name, const char *octets)
{
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", post->folder, name);
	assert_int_equal(file_write(path, octets, strlen(octets), NULL), OK);
}

/* What a file of these octets gives. */
static const char *read_as(struct post *post, const char *octets)
{
	char path[512];
	write_file(post, "file", octets);
	(void)snprintf(path, sizeof(path), "%s/file", post->folder);
	post->seen[0] = '\0';
	post->last[0] = '\0';
	assert_int_equal(inbox_read(post->inbox, path, &post->complaint), OK);
	return post->seen;
}

static void test_kinds(void **state)
{
	static const struct {
		const char *octets, *seen;
	} rows[] = {
		{LINE, "+" LINE},
		{LINE "\r\n\n" LINE "\n", "+" LINE "+" LINE},
		{"{\"after\":null,\"v\":1}\n", "p"},
		{"", "-"},
		{"hello\n", "-"},
		{"Subject: x\n\n" LINE "\n", "+" LINE},
		{"Subject: x\n\nlunch?\n", ""},
		{"Subject: x\n\n> " LINE "\n", ""},
		{"Content-Type: text/html\n\n" LINE "\n", ""},
		{"Content-Type: Application/JSON\n\n" LINE, "+" LINE},
		{"Content-Transfer-Encoding: Base64\n\neyJhZnRl\ncsI6W\n", "-"},
		{"Content-Transfer-Encoding: Base64\n\neyJhZnRlciI6\n W119\n", "+{\"after\":[]}"},
		{"Content-Transfer-Encoding: quoted-printable\n\n{\"aft=\ner\":=5B]}  \n",
		 "+{\"after\":[]}"},
		{"Content-Transfer-Encoding: x-zip\n\nx\n", "-"},
		{"Content-Type: multipart/mixed;\n boundary=\"a b\"\n\n--a b\n\n" LINE
		 "\n--a b  \nContent-Type: image/png\n\n" LINE "\n--a b--\n" LINE "\n",
		 "+" LINE},
		{"Content-Type: multipart/mixed\n\n" LINE, "-"},
		{"From a Thu\nSubject: x\n\n" LINE "\n\nFrom b Fri\nSubject: y\n\n" LINE "\n",
		 "+" LINE "+" LINE},
		/* Not preceded by an empty line, it is no new mail. */
		{"From a Thu\nSubject: x\n\nx\nFrom b\n" LINE "\n", "+" LINE},
		{"From a Thu\nContent-Transfer-Encoding: quoted-printable\n\n"
		 "{\"after\":[=\n>From x\"]}\n",
		 "+{\"after\":[From x\"]}"},
		{"Subject: x\n\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "-"},
		{"Subject: x\n\n-----BEGIN AGE ENCRYPTED FILE-----\n!\n-----END AGE ENCRYPTED "
		 "FILE-----\n" LINE "\n",
		 "-+" LINE},
	};
	struct post post;
	begin(&post);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(read_as(&post, rows[i].octets), rows[i].seen);
	end(&post);
	(void)state;
}

static void test_places(void **state)
{
	struct post post;
	begin(&post);
	(void)read_as(
		&post,
		"From a Thu\nSubject: x\n\n\n\nFrom b Fri\nContent-Type: multipart/mixed; "
		"boundary=a\n\n--a\n\nx\n--a\nContent-Transfer-Encoding: base64\n\n!\n--a--\n");
	assert_non_null(strstr(post.last, "file, mail 2, part 2: its transfer encoding"));
	end(&post);
	(void)state;
}

/* Sealed to the key, and to another. */
static void test_sealed(void **state)
{
	struct post post;
	struct random random;
	struct age_buffer sealed = {0}, armoured = {0};
	struct text mail;
	begin(&post);
	random_seeded(&random, 6);
	const struct age_recipients to = {(const uint8_t(*)[KEY_OCTETS])post.key.public.seal, 1};
	const struct age_octets plain = {(const uint8_t *)LINE, strlen(LINE)};
	assert_int_equal(age_seal(&to, plain, &random, NULL, &sealed), OK);
	assert_int_equal(age_armour((struct age_octets){sealed.data, sealed.size}, &armoured), OK);
	text_init(&mail, 1 << 16);
	text_add(&mail, "Subject: x\r\n\r\nThis is sealed.\r\n\r\n");
	text_add_octets(&mail, (const char *)armoured.data, armoured.size);
	text_add(&mail, "bye\r\n");
	assert_string_equal(read_as(&post, (const char *)armoured.data), "+" LINE);
	assert_string_equal(read_as(&post, text_get(&mail)), "+" LINE);
	post.identities.count = 0;
	assert_string_equal(read_as(&post, text_get(&mail)), "-");
	assert_non_null(strstr(post.last, "--key"));
	text_release(&mail);
	age_buffer_release(&sealed);
	age_buffer_release(&armoured);
	end(&post);
	(void)state;
}

static bool is_there(const struct post *post, const char *name)
{
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", post->folder, name);
	return access(path, F_OK) == 0;
}

static void make_folder(const struct post *post, const char *name)
{
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", post->folder, name);
	assert_int_equal(folder_make(path, NULL), OK);
}

static void test_maildir(void **state)
{
	struct post post;
	begin(&post);
	make_folder(&post, "new");
	make_folder(&post, "cur");
	write_file(&post, "new/1", "Subject: x\n\n" LINE "\n");
	write_file(&post, "new/2", "Subject: x\n\nlunch?\n");
	write_file(&post, "new/3", "Content-Transfer-Encoding: base64\n\n!\n");
	write_file(&post, "new/.4", "Subject: x\n\n" LINE "\n");
	write_file(&post, "cur/5:2,S", "Subject: x\n\n" LINE "\n");
	assert_int_equal(inbox_read(post.inbox, post.folder, NULL), OK);
	assert_string_equal(post.seen, "+" LINE "-+" LINE);
	/* Nothing moves before it is said. */
	assert_true(is_there(&post, "new/1") && !is_there(&post, "cur/1:2,S"));
	assert_int_equal(inbox_acknowledge(post.inbox, NULL), OK);
	assert_true(!is_there(&post, "new/1") && is_there(&post, "cur/1:2,S"));
	assert_true(is_there(&post, "new/2") && is_there(&post, "new/3"));
	assert_int_equal(inbox_acknowledge(post.inbox, NULL), OK);
	end(&post);
	(void)state;
}

/* A mail of that name is there already: neither is lost. */
static void test_same_name(void **state)
{
	struct post post;
	struct complaint complaint = {""};
	begin(&post);
	make_folder(&post, "new");
	make_folder(&post, "cur");
	write_file(&post, "new/1", "Subject: x\n\n" LINE "\n");
	write_file(&post, "cur/1:2,S", "Subject: y\n\nlunch?\n");
	assert_int_equal(inbox_read(post.inbox, post.folder, NULL), OK);
	assert_int_equal(inbox_acknowledge(post.inbox, &complaint), ERR_IO);
	assert_non_null(strstr(complaint.text, "1:2,S"));
	assert_true(is_there(&post, "new/1") && is_there(&post, "cur/1:2,S"));
	end(&post);
	(void)state;
}

/* What was not kept stays; a folder is not gone down into; links and leftovers are not read. */
static void test_folder(void **state)
{
	struct post post;
	char path[512], other[512];
	begin(&post);
	post.is_kept = false;
	make_folder(&post, "new");
	make_folder(&post, "cur");
	write_file(&post, "new/1", "Subject: x\n\n" LINE "\n");
	assert_int_equal(inbox_read(post.inbox, post.folder, NULL), OK);
	assert_int_equal(inbox_acknowledge(post.inbox, NULL), OK);
	assert_true(is_there(&post, "new/1"));
	make_folder(&post, "flat");
	make_folder(&post, "flat/below");
	write_file(&post, "flat/below/x", LINE);
	write_file(&post, "flat/a.age", LINE);
	write_file(&post, "flat/b.age.Xa3k9B", "{\"aft");
	(void)snprintf(path, sizeof(path), "%s/flat/link", post.folder);
	(void)snprintf(other, sizeof(other), "%s/new/1", post.folder);
	assert_int_equal(symlink(other, path), 0);
	(void)snprintf(path, sizeof(path), "%s/flat", post.folder);
	post.seen[0] = '\0';
	assert_int_equal(inbox_read(post.inbox, path, NULL), OK);
	assert_string_equal(post.seen, "+" LINE);
	(void)snprintf(path, sizeof(path), "%s/none", post.folder);
	assert_int_equal(inbox_read(post.inbox, path, &post.complaint), ERR_NOT_FOUND);
	end(&post);
	(void)state;
}

/* One mail does not use up what the others may bring out. */
static void test_full_mail(void **state)
{
	struct post post;
	struct text mail;
	begin(&post);
	make_folder(&post, "new");
	make_folder(&post, "cur");
	text_init(&mail, (size_t)1 << 20);
	text_add(&mail, "Subject: x\n\n");
	for (unsigned i = 0; i <= INBOX_MAIL_ITEMS_MAX; i++)
		text_add(&mail, LINE "\n");
	write_file(&post, "new/1", text_get(&mail));
	write_file(&post, "new/2", "Subject: x\n\n" LINE "\n");
	assert_int_equal(inbox_read(post.inbox, post.folder, NULL), OK);
	assert_int_equal(strlen(post.seen), (INBOX_MAIL_ITEMS_MAX + 1) * strlen("+" LINE) + 1);
	assert_non_null(strstr(post.seen, "-+" LINE));
	assert_non_null(strstr(post.last, "new/1: more than 64 messages in one mail"));
	assert_int_equal(inbox_acknowledge(post.inbox, NULL), OK);
	assert_true(is_there(&post, "new/1") && !is_there(&post, "new/2"));
	text_release(&mail);
	end(&post);
	(void)state;
}

static int count_part(void *context, const struct mime_part *part)
{
	unsigned *count = context;
	*count = part->number;
	return OK;
}

static void test_limits(void **state)
{
	struct text mail;
	struct complaint complaint = {""};
	unsigned count = 0;
	text_init(&mail, (size_t)1 << 20);
	for (unsigned i = 0; i < MIME_DEPTH_MAX + 1; i++)
		text_format(&mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
	assert_int_equal(mime_read(text_get(&mail), mail.length, count_part, &count, &complaint),
			 ERR_LIMIT);
	assert_non_null(strstr(complaint.text, "deep"));
	text_reset(&mail);
	text_add(&mail, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (unsigned i = 0; i <= MIME_PARTS_MAX; i++)
		text_add(&mail, "--b\n\nx\n");
	assert_int_equal(mime_read(text_get(&mail), mail.length, count_part, &count, &complaint),
			 ERR_LIMIT);
	assert_int_equal(count, MIME_PARTS_MAX);
	text_reset(&mail);
	text_add(&mail, "Subject: x\n");
	while (mail.length < MIME_HEADER_MAX + 100)
		text_add(&mail, " and on\n");
	assert_int_equal(mime_read(text_get(&mail), mail.length, count_part, &count, &complaint),
			 ERR_LIMIT);
	text_release(&mail);
	(void)state;
}

static void test_memory(void **state)
{
	struct post post;
	char path[512];
	begin(&post);
	write_file(&post, "file",
		   "From a Thu\nContent-Transfer-Encoding: base64\n\neyJhZnRlciI6W119\n");
	(void)snprintf(path, sizeof(path), "%s/file", post.folder);
	const long in_use = memory_in_use();
	FOR_EACH_FAILURE(allocation)
	{
		post.seen[0] = '\0';
		const int error = inbox_read(post.inbox, path, &post.complaint);
		assert_true(error == ERR_MEMORY || (error == OK && post.seen[0] == '+'));
		assert_int_equal(memory_in_use(), in_use);
	}
	end(&post);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),     cmocka_unit_test(test_places),
		cmocka_unit_test(test_sealed),    cmocka_unit_test(test_maildir),
		cmocka_unit_test(test_same_name), cmocka_unit_test(test_folder),
		cmocka_unit_test(test_full_mail), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
