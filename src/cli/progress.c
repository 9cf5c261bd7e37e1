/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include "base/text.h"

#include <inttypes.h>
#include <unistd.h>

/* How much the newest rate counts. */
#define SMOOTHING 0.3

void progress_init(struct progress_line *line, const struct options *options)
{
	*line = (struct progress_line){0};
	if (options_quiet(options) || !isatty(fileno(options->err)))
		return;
	/* Data on the same terminal would run into the line. */
	if (!isatty(fileno(options->out)) || !options_json(options))
		line->stream = options->err;
}

static void measure(struct progress_line *line, const struct progress_now *now)
{
	if (now->elapsed_ms <= line->last_ms || now->done < line->last_done)
		return;
	double seconds = (double)(now->elapsed_ms - line->last_ms) / 1000;
	double rate = (double)(now->done - line->last_done) / seconds;
	line->rate = line->last_ms == 0 ? rate : line->rate + SMOOTHING * (rate - line->rate);
	line->last_done = now->done;
	line->last_ms = now->elapsed_ms;
}

void progress_show(struct progress_line *line, const struct progress_now *now)
{
	char left[TIME_TEXT_MAX];
	if (line->stream == NULL)
		return;
	measure(line, now);
	fprintf(line->stream, "\r%" PRIu64, now->done);
	if (now->total > 0)
		fprintf(line->stream, " of %" PRIu64, now->total);
	fprintf(line->stream, " domains, %.0f/s", line->rate);
	if (now->is_stopping) {
		fputs(", finishing those begun (Ctrl-C again quits at once)", line->stream);
	} else if (now->total > now->done && line->rate > 0) {
		duration_to_text((uint64_t)((double)(now->total - now->done) / line->rate), left);
		fprintf(line->stream, ", %s left", left);
	}
	fprintf(line->stream, ", %" PRIu64 " questions\033[K", now->queries);
	fflush(line->stream);
	line->is_shown = true;
}

void progress_clear(struct progress_line *line)
{
	if (!line->is_shown)
		return;
	fputs("\r\033[K", line->stream);
	fflush(line->stream);
	line->is_shown = false;
}
