/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gather_private.h"
#include "dns/transport/transport.h"

#include <assert.h>

/* Shorter losses are over before anybody has read of them. */
#define SAID_AFTER_MS 3000u

/* What is new about a loss; NULL: nothing. */
static const char *loss_words(struct network_line *line, uint64_t unheard_ms)
{
	const bool was_lost = line->is_lost;
	line->is_lost = unheard_ms >= SAID_AFTER_MS || (was_lost && unheard_ms > 0);
	if (line->is_lost == was_lost)
		return NULL;
	return line->is_lost
		       ? "no network at this vantage any more: nobody is heard; waiting for it"
		       : "the network at this vantage is back; going on";
}

static const struct {
	unsigned bit;
	const char *words;
} absences[] = {
	{NETWORK_ABSENT_IPV4, "no IPv4 at this vantage: what answers only there is not measured"},
	{NETWORK_ABSENT_IPV6, "no IPv6 at this vantage: what answers only there is not measured"},
};

void network_show(struct network_line *line, struct progress_line *above,
		  const struct options *options, const struct scan_progress *progress)
{
	const unsigned fresh = progress->network & ~line->absent;
	const char *words = loss_words(line, progress->unheard_ms);
	const unsigned none = NETWORK_ABSENT_IPV4 | NETWORK_ABSENT_IPV6;
	assert(progress->network <= NETWORK_ALL);
	/* Where there is nothing at all, the command's last line says it. */
	if (options_quiet(options) || (progress->network & none) == none)
		return;
	if (words != NULL) {
		progress_clear(above);
		fprintf(options->err, "%s\n", words);
	}
	for (size_t i = 0; i < sizeof(absences) / sizeof(absences[0]); i++) {
		if ((fresh & absences[i].bit) == 0)
			continue;
		line->absent |= absences[i].bit;
		progress_clear(above);
		fprintf(options->err, "%s\n", absences[i].words);
	}
}
