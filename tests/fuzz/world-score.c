/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An audit's lines, held against a world's truth. Properties: missing and extra are the lines of
 * the list, no more is missing than was expected, and a file that is no audit is said in one line.
 */
#include "as_file.h"
#include "world/score.h"
#include "world/trait.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char world_file[] = "world: 1\n"
				 "seed: 3\n"
				 "servers:\n"
				 "  - {name: a.root, addresses: [198.18.0.1]}\n"
				 "  - {name: ns1.host.tld, addresses: [198.18.0.4]}\n"
				 "  - {name: ns2.host.tld, addresses: [198.18.0.5]}\n"
				 "operators:\n"
				 "  - {name: root, servers: [a.root]}\n"
				 "  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}\n"
				 "zones:\n"
				 "  - {name: ., operator: root}\n"
				 "  - {name: tld, operator: root}\n"
				 "  - {name: host.tld, operator: host}\n"
				 "domains:\n"
				 "  - {name: a.tld, operator: host, faults: [ns-dangling]}\n"
				 "  - {name: b.tld, operator: host, faults: [one-server]}\n"
				 "  - {name: c.tld, operator: host}\n";

static const struct world *open_world(void)
{
	static struct world *world;
	struct complaint complaint = {""};
	if (world == NULL) {
		int error =
			world_parse(world_file, sizeof(world_file) - 1, NULL, &complaint, &world);
		assert(error == OK);
		(void)error;
	}
	return world;
}

static size_t count_lines(const char *text, const char *word)
{
	size_t count = 0;
	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n')
		count += strncmp(text, word, strlen(word)) == 0;
	return count;
}

/* Traits go with the servers, not with what is broken. */
static bool is_no_trait(void *context, const char *code)
{
	(void)context;
	return !trait_has_code(code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct as_file file = as_file_open(data, size);
	struct complaint complaint = {""};
	struct world_score score = {0};
	struct text list;
	text_init(&list, (size_t)16 << 20);
	const struct world_audit audit = {.path = file.path, .is_sought = is_no_trait};
	int error = world_score(open_world(), &audit, &list, &complaint, &score);
	as_file_close(&file);
	if (error == OK) {
		assert(score.expected == 2 && score.missing <= score.expected);
		assert(count_lines(text_get(&list), "missing ") == score.missing);
		assert(count_lines(text_get(&list), "extra ") == score.extra);
	} else {
		assert(complaint.text[0] != '\0' && strchr(complaint.text, '\n') == NULL);
	}
	text_release(&list);
	return 0;
}
