/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/inbox/inbox.h"

#include "base/memory.h"
#include "gather/inbox/inbox_private.h"
#include "os/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer paths the kernel does not take. */
#define PATH_OCTETS_MAX 4096u
#define ORIGIN_MAX ((size_t)3 * PATH_OCTETS_MAX)
/* Of mails that may be moved at once. */
#define PATHS_MAX ((size_t)256 << 20)
/* A dot and six characters. */
#define LEFTOVER_LENGTH 7u
/* Read, and nothing else known of it (maildir(5)). */
#define SEEN_SUFFIX ":2,S"

int inbox_new(const struct inbox_reader *reader, struct inbox **ret_inbox)
{
	struct inbox *inbox = memory_take_zeroed(1, sizeof(*inbox));
	assert(reader->identities != NULL && reader->take != NULL);
	if (inbox == NULL)
		return ERR_MEMORY;
	inbox->reader = *reader;
	text_init(&inbox->paths, PATHS_MAX);
	*ret_inbox = inbox;
	return OK;
}

void inbox_free(struct inbox *inbox)
{
	if (inbox == NULL)
		return;
	text_release(&inbox->paths);
	memory_give(inbox->mails);
	memory_give(inbox);
}

/* Within a folder a file that cannot be read is one that is refused. */
static int read_file(struct inbox *inbox, const char *path, bool is_within)
{
	struct complaint complaint = {""};
	struct text words;
	const struct origin origin = {.inbox = inbox, .words = &words};
	char *data;
	size_t size;
	int error = file_read(path, INBOX_OCTETS_MAX, &complaint, &data, &size);
	if (error != OK && (!is_within || error == ERR_NOT_FOUND || error == ERR_MEMORY))
		return complain(inbox->complaint, error, "%s", complaint.text);
	inbox->given = 0;
	inbox->kept = 0;
	text_init(&words, ORIGIN_MAX);
	text_add(&words, strcmp(path, "-") == 0 ? "standard input" : path);
	if (error != OK) {
		error = inbox_refuse(&origin, error, complaint.text);
	} else {
		error = inbox_octets(&origin, data, size);
		memory_give(data);
	}
	text_release(&words);
	return error;
}

/* ---- folders ---- */

/* "NAME.age.Xa3k9B": what os/file.h leaves beside a file when whoever wrote it was killed. */
static bool is_leftover(const char *name)
{
	static const char *const endings[] = {".age", ".json"};
	const size_t length = strlen(name);
	if (length <= LEFTOVER_LENGTH || name[length - LEFTOVER_LENGTH] != '.')
		return false;
	const char *behind = name + length - LEFTOVER_LENGTH;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const size_t size = strlen(endings[i]);
		if ((size_t)(behind - name) > size && memcmp(behind - size, endings[i], size) == 0)
			return true;
	}
	return false;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !is_leftover(entry->d_name);
}

static bool join(const char *folder, const char *name, char path[PATH_OCTETS_MAX])
{
	const int length = snprintf(path, PATH_OCTETS_MAX, "%s/%s", folder, name);
	return length > 0 && (size_t)length < PATH_OCTETS_MAX;
}

/* Neither a link nor a pipe, which others could have put there for us to wait at. */
static bool is_file(const char *path)
{
	struct stat facts;
	return lstat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

static bool is_folder(const char *path)
{
	struct stat facts;
	return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* A mail of new/ goes to cur/ later when all that was in it is kept by then. */
static int note_mail(struct inbox *inbox, const char *path)
{
	assert(inbox->kept <= inbox->given);
	if (inbox->given == 0)
		return OK;
	if (inbox->mail_count == inbox->mail_array_room) {
		const size_t room = inbox->mail_array_room * 2 + 64;
		struct inbox_mail_facts *mails = memory_resize(inbox->mails, room * sizeof(*mails));
		if (mails == NULL)
			return complain(inbox->complaint, ERR_MEMORY, "out of memory");
		inbox->mails = mails;
		inbox->mail_array_room = room;
	}
	const size_t begin = inbox->paths.length;
	text_add_octets(&inbox->paths, path, strlen(path) + 1);
	if (inbox->paths.error != OK)
		return complain(inbox->complaint, inbox->paths.error, "too many mails at once");
	inbox->mails[inbox->mail_count++] =
		(struct inbox_mail_facts){begin, inbox->given, inbox->kept};
	return OK;
}

void inbox_kept(struct inbox *inbox, const struct inbox_item *item)
{
	/* One whose mail was not read to its end stays there anyway. */
	if (item->mail == 0 || item->mail > inbox->mail_count)
		return;
	struct inbox_mail_facts *mail = &inbox->mails[item->mail - 1];
	assert(mail->kept < mail->given);
	mail->kept++;
}

static int read_folder(struct inbox *inbox, const char *folder, bool is_new)
{
	struct dirent **entries;
	char path[PATH_OCTETS_MAX];
	int error = OK;
	const int count = scandir(folder, &entries, is_shown, alphasort);
	if (count < 0)
		return complain(inbox->complaint, error_from_errno(errno),
				"cannot read the folder '%s': %s", folder, errno_text(errno));
	for (int i = 0; i < count; i++) {
		if (error == OK && join(folder, entries[i]->d_name, path) && is_file(path)) {
			inbox->is_in_new = is_new;
			error = read_file(inbox, path, true);
			inbox->is_in_new = false;
			/* Somebody else moved it meanwhile, where we find it the next time. */
			if (error == ERR_NOT_FOUND)
				error = OK;
			else if (error == OK && is_new)
				error = note_mail(inbox, path);
		}
		free(entries[i]); /* scandir's */
	}
	free(entries);
	return error;
}

int inbox_read(struct inbox *inbox, const char *path, struct complaint *complaint)
{
	char fresh[PATH_OCTETS_MAX];
	char current[PATH_OCTETS_MAX];
	struct complaint unused;
	assert(path != NULL && path[0] != '\0');
	inbox->complaint = complaint == NULL ? &unused : complaint;
	if (strcmp(path, "-") == 0 || !is_folder(path))
		return read_file(inbox, path, false);
	if (!join(path, "new", fresh) || !join(path, "cur", current))
		return complain(complaint, ERR_ARGUMENT, "the path '%s' is too long", path);
	if (!is_folder(fresh) || !is_folder(current))
		return read_folder(inbox, path, false);
	const int error = read_folder(inbox, fresh, true);
	return error == OK ? read_folder(inbox, current, false) : error;
}

bool inbox_is_full(const struct inbox *inbox)
{
	assert(inbox->items <= INBOX_ITEMS_MAX);
	return inbox->is_full;
}

/* ---- what is kept ---- */

static int move(const char *path, struct complaint *complaint)
{
	char target[PATH_OCTETS_MAX];
	const char *name = strrchr(path, '/');
	assert(name != NULL && name - path >= 4); /* ".../new/NAME" */
	const int folder = (int)(name - path) - (int)strlen("/new");
	/* A name in new/ has no flags; what stands behind a colon there would be read as some. */
	const int kept = (int)strcspn(name + 1, ":");
	const int length = snprintf(target, sizeof(target), "%.*s/cur/%.*s" SEEN_SUFFIX, folder,
				    path, kept, name + 1);
	if (length < 0 || (size_t)length >= sizeof(target))
		return complain(complaint, ERR_ARGUMENT, "the path '%s' is too long", path);
	/* Another mail of that name is not written over: this one stays, and is here already. */
	if (renameat2(AT_FDCWD, path, AT_FDCWD, target, RENAME_NOREPLACE) == 0 || errno == ENOENT)
		return OK;
	return complain(complaint, ERR_IO, "cannot move '%s' to '%s': %s", path, target,
			errno_text(errno));
}

int inbox_acknowledge(struct inbox *inbox, struct complaint *complaint)
{
	int first = OK;
	for (size_t i = 0; i < inbox->mail_count; i++) {
		const struct inbox_mail_facts *mail = &inbox->mails[i];
		struct complaint one = {""};
		if (mail->kept != mail->given)
			continue;
		const int error = move(text_get(&inbox->paths) + mail->path, &one);
		if (error != OK && first == OK)
			first = complain(complaint, error, "%s", one.text);
	}
	text_reset(&inbox->paths);
	inbox->mail_count = 0;
	return first;
}
