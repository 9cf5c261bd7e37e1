/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RTRlib's verdicts: the other implementation of RFC 6811. It knows nothing of this project.
 *
 *	oracle_librtr FILE.csv <QUESTIONS
 *
 * VRPs are lines `AS64496,PREFIX,MAX,...` behind one line of names; a question is a line `PREFIX
 *AS`, the answer is the question and valid, invalid or notfound.
 */
#include <rtrlib/rtrlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_prefix(const char *text, struct lrtr_ip_addr *ret_address, uint8_t *ret_bits)
{
	char address[64];
	const size_t length = strcspn(text, "/");
	if (text[length] != '/' || length >= sizeof(address))
		return 1;
	memcpy(address, text, length);
	address[length] = '\0';
	*ret_bits = (uint8_t)strtoul(text + length + 1, NULL, 10);
	return lrtr_ip_str_to_addr(address, ret_address);
}

static int add(struct pfx_table *table, const char *line)
{
	struct pfx_record record;
	memset(&record, 0, sizeof(record));
	const char *prefix = strchr(line, ',');
	const char *most = prefix != NULL ? strchr(prefix + 1, ',') : NULL;
	if (most == NULL || read_prefix(prefix + 1, &record.prefix, &record.min_len) != 0)
		return 1;
	record.asn = (uint32_t)strtoul(line + 2, NULL, 10);
	record.max_len = (uint8_t)strtoul(most + 1, NULL, 10);
	const int result = pfx_table_add(table, &record);
	return result == PFX_SUCCESS || result == PFX_DUPLICATE_RECORD ? 0 : 1;
}

static int answer(struct pfx_table *table, char *line)
{
	static const char *const STATES[] = {[BGP_PFXV_STATE_VALID] = "valid",
					     [BGP_PFXV_STATE_NOT_FOUND] = "notfound",
					     [BGP_PFXV_STATE_INVALID] = "invalid"};
	struct lrtr_ip_addr prefix;
	uint8_t bits;
	enum pfxv_state state;
	line[strcspn(line, "\n")] = '\0';
	const char *as = strchr(line, ' ');
	if (as == NULL || read_prefix(line, &prefix, &bits) != 0 ||
	    pfx_table_validate(table, (uint32_t)strtoul(as, NULL, 10), &prefix, bits, &state) != 0)
		return 1;
	printf("%s %s\n", line, STATES[state]);
	return 0;
}

int main(int argc, char **argv)
{
	struct pfx_table table;
	char line[256];
	int failed = 0;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
		fputs("usage: oracle_librtr FILE.csv <QUESTIONS\n", stderr);
		return 2;
	}
	pfx_table_init(&table, NULL);
	while (failed == 0 && fgets(line, sizeof(line), file) != NULL)
		failed = add(&table, line);
	while (failed == 0 && fgets(line, sizeof(line), stdin) != NULL)
		failed = answer(&table, line);
	pfx_table_free(&table);
	fclose(file);
	return failed;
}
