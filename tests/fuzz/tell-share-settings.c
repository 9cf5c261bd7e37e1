/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that says how mail leaves. Property: what is taken, written anew, is taken and means the
 * same; without TLS only to this machine; what is refused has a sentence, with no password in it.
 */
#include "base/text.h"
#include "model/contact.h"
#include "tell/share/courier.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *left, const char *right)
{
	return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

static void put(struct text *text, const char *name, const char *value)
{
	if (value != NULL)
		text_format(text, "%s %s\n", name, value);
}

static void check_again(struct arena *arena, const struct courier_settings *settings)
{
	struct courier_settings again;
	struct text text;
	text_init(&text, ARENA_MAX);
	put(&text, "ca", settings->ca);
	put(&text, "password", settings->password);
	put(&text, "user", settings->user);
	put(&text, "from", settings->from);
	put(&text, "server", settings->server);
	put(&text, "tls", settings->has_no_tls ? "no" : NULL);
	const int error = courier_settings_read(arena, text_get(&text), text.length, NULL, &again);
	assert(error == OK);
	(void)error;
	assert(same(again.ca, settings->ca) && same(again.password, settings->password));
	assert(same(again.user, settings->user) && same(again.from, settings->from));
	assert(same(again.server, settings->server));
	assert(again.has_no_tls == settings->has_no_tls);
	text_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct complaint complaint = {""};
	struct courier_settings settings;
	if (size > COURIER_SETTINGS_MAX)
		return 0;
	arena_init(&arena, ARENA_MAX, 0);
	const int error =
		courier_settings_read(&arena, (const char *)data, size, &complaint, &settings);
	if (error == OK) {
		const struct contact from = {CONTACT_MAIL, settings.from};
		assert(contact_is_valid(&from));
		assert(!settings.has_no_tls || strstr(settings.server, "://localhost") != NULL ||
		       strstr(settings.server, "://127.0.0.1") != NULL ||
		       strstr(settings.server, "://[::1]") != NULL);
		check_again(&arena, &settings);
	} else {
		assert(complaint.text[0] != '\0' && strstr(complaint.text, "geheim") == NULL);
	}
	arena_release(&arena);
	return 0;
}
