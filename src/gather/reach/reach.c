/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All contacts that are being tried, and what they share. */
#include "gather/reach/reach.h"

#include "base/memory.h"
#include "gather/reach/reach_private.h"

#include <assert.h>
#include <string.h>

bool reach_is_printed(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text <= ' ' || *text >= 0x7f || *text == '<' || *text == '>')
			return false;
	}
	return true;
}

int reach_new(const struct reach_settings *settings, struct complaint *complaint,
	      struct reach **ret_reach)
{
	assert(settings->loop != NULL && settings->resolver != NULL && settings->trust != NULL);
	assert(settings->sender != NULL && settings->timeout_ms > 0);
	if (strlen(settings->sender) > REACH_VALUE_MAX || !reach_is_printed(settings->sender))
		return complain(complaint, ERR_ARGUMENT,
				"the sender is longer than %u characters, or not plain",
				REACH_VALUE_MAX);
	struct reach *reach = memory_take_zeroed(1, sizeof(*reach));
	if (reach == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	reach->settings = *settings;
	int error = tls_client_new(NULL, complaint, &reach->mail_tls);
	if (error == OK)
		error = tls_client_new("http/1.1", complaint, &reach->web_tls);
	if (error != OK) {
		reach_free(reach);
		return error;
	}
	*ret_reach = reach;
	return OK;
}

void reach_free(struct reach *reach)
{
	if (reach == NULL)
		return;
	while (reach->visits != NULL)
		visit_free(reach->visits);
	tls_context_free(reach->mail_tls);
	tls_context_free(reach->web_tls);
	memory_give(reach);
}
