/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/watch_private.h"

#include <assert.h>
#include <string.h>

/* What is new is written after so long, or when there is so much of it. */
#define WRITE_AFTER_MS 1000u
#define WRITE_AT 5000u
/* Somebody else writes: after so long it is said, and after so long something is wrong. */
#define BUSY_TOLD_MS 10000u
#define BUSY_MOST_MS (UINT64_C(86400) * 1000)

bool watch_news_has(const struct watching *watching, const uint8_t *domain)
{
	return watching->news_count > 0 &&
	       map_get(watching->pending, domain, name_size(domain)) != NULL;
}

int watch_news_add(struct watching *watching, const struct store_watch_news *news)
{
	if (watching->news_count == watching->news_room) {
		const unsigned room = watching->news_room * 2 + 256;
		struct news **larger =
			memory_resize((void *)watching->news, room * sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		watching->news = larger;
		watching->news_room = room;
	}
	const size_t size = name_size(news->domain);
	struct news *kept = memory_take(sizeof(*kept) + size);
	if (kept == NULL)
		return ERR_MEMORY;
	kept->news = *news;
	(void)name_copy(kept->domain, news->domain);
	if (news->digest != NULL) {
		memcpy(kept->digest.octets, news->digest, DIGEST_OCTETS);
		kept->news.digest = kept->digest.octets;
	}
	if (map_put(watching->pending, kept->domain, size, kept, NULL) != OK) {
		memory_give(kept);
		return ERR_MEMORY;
	}
	watching->news[watching->news_count++] = kept;
	if (watching->news_count % WRITE_AT == 0)
		watch_write_soon(watching);
	else if (!timer_is_started(&watching->write))
		timer_start(watching->loop, &watching->write, WRITE_AFTER_MS);
	return OK;
}

static void forget_news(struct watching *watching)
{
	for (unsigned i = 0; i < watching->news_count; i++) {
		const uint8_t *domain = watching->news[i]->domain;
		(void)map_remove(watching->pending, domain, name_size(domain));
		memory_give(watching->news[i]);
	}
	watching->news_count = 0;
}

void watch_news_release(struct watching *watching)
{
	forget_news(watching);
	memory_give((void *)watching->news);
	timer_stop(&watching->write);
}

bool watch_is_written(const struct watching *watching)
{
	return watching->news_count == 0 && watching->ended == NULL && !watching->are_full_made;
}

void watch_write_soon(struct watching *watching)
{
	timer_start(watching->loop, &watching->write, 0);
}

static int write_all(struct watching *watching, struct store *store)
{
	int error = OK;
	for (unsigned i = 0; error == OK && i < watching->full_count && watching->are_full_made;
	     i++)
		error = store_watch_looked(store, &watching->full[i], watching->complaint);
	/* After those: what moved since is due again. */
	for (unsigned i = 0; error == OK && i < watching->news_count; i++) {
		struct store_watch_news news = watching->news[i]->news;
		news.domain = watching->news[i]->domain;
		error = store_watch_note(store, &news, watching->complaint);
	}
	if (error == OK && watching->ended != NULL)
		error = store_watch_round_put(store, watching->ended, watching->complaint);
	return error == OK ? store_commit(store, watching->complaint) : error;
}

/* Somebody else writes: it is his turn. */
static int wait_for_store(struct watching *watching)
{
	const uint64_t now_ms = watch_now_ms(watching);
	if (watching->busy_since_ms == 0)
		watching->busy_since_ms = now_ms;
	const uint64_t busy_ms = now_ms - watching->busy_since_ms;
	if (busy_ms > BUSY_MOST_MS)
		return ERR_BUSY;
	if (busy_ms > BUSY_TOLD_MS && !watching->is_busy_told) {
		watching->is_busy_told = true;
		progress_clear(&watching->line);
		command_note(watching->options,
			     "%s; what is new waits for that, and so do full looks",
			     watching->complaint->text);
	}
	watching->complaint->text[0] = '\0';
	timer_start(watching->loop, &watching->write, WRITE_AFTER_MS);
	return OK;
}

/* Also when there is nothing: a full look is for when the store is nobody's. */
static int write_now(struct watching *watching, bool *ret_is_written)
{
	struct store *store = NULL;
	*ret_is_written = false;
	int error = store_open(watching->store_path, STORE_WRITE, &store, watching->complaint);
	if (error == ERR_BUSY)
		return wait_for_store(watching);
	if (error == OK && !watch_is_written(watching))
		error = write_all(watching, store);
	store_close(store);
	if (error != OK)
		return error;
	watching->busy_since_ms = 0;
	watching->is_busy_told = false;
	if (watching->news_count > 0)
		watch_list_is_old(watching);
	forget_news(watching);
	watching->ended = NULL;
	if (watching->are_full_made) {
		watching->are_full_made = false;
		watching->full_count = 0;
	}
	*ret_is_written = true;
	return OK;
}

void watch_write(void *context)
{
	struct watching *watching = context;
	/* The scan's keeper has the store; its end calls again. */
	if (watching->is_scanning)
		return;
	bool is_written;
	const int error = write_now(watching, &is_written);
	if (error != OK) {
		watch_end(watching, error);
		return;
	}
	if (is_written)
		watch_full_start(watching);
	watch_consider_end(watching);
}
