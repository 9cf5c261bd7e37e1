/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"

#include "base/text.h"
#include "dns/wire/layout_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* IANA "DNS RCODEs". */
static const struct {
	uint16_t rcode;
	const char *mnemonic;
} rcodes[] = {
	{0, "NOERROR"},  {1, "FORMERR"},    {2, "SERVFAIL"}, {3, "NXDOMAIN"},  {4, "NOTIMP"},
	{5, "REFUSED"},  {6, "YXDOMAIN"},   {7, "YXRRSET"},  {8, "NXRRSET"},   {9, "NOTAUTH"},
	{10, "NOTZONE"}, {11, "DSOTYPENI"}, {16, "BADVERS"}, {17, "BADKEY"},   {18, "BADTIME"},
	{19, "BADMODE"}, {20, "BADNAME"},   {21, "BADALG"},  {22, "BADTRUNC"}, {23, "BADCOOKIE"},
};
static const struct {
	uint16_t class;
	const char *mnemonic;
} classes[] = {{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}};
#define CLASS_ROWS (sizeof(classes) / sizeof(classes[0]))
static_assert(CLASS_TEXT_MAX == TYPE_TEXT_MAX, "one writer serves both");
#define RCODE_ROWS (sizeof(rcodes) / sizeof(rcodes[0]))

/* "TYPE" or "RCODE" and a number, RFC 3597 s5. */
static char *write_numbered(const char *prefix, uint16_t number, char ret_text[TYPE_TEXT_MAX])
{
	const int length = snprintf(ret_text, TYPE_TEXT_MAX, "%s%u", prefix, (unsigned)number);
	assert(length > 0 && length < TYPE_TEXT_MAX);
	return ret_text;
}

static int read_numbered(const char *prefix, uint64_t maximum, const char *text,
			 uint16_t *ret_number)
{
	const size_t length = strlen(prefix);
	uint64_t number;
	if (strncasecmp(text, prefix, length) != 0)
		return ERR_NOT_FOUND;
	if (number_from_text(text + length, 0, maximum, &number) != OK)
		return ERR_NOT_FOUND;
	*ret_number = (uint16_t)number;
	return OK;
}

static char *write_mnemonic(const char *mnemonic, char ret_text[TYPE_TEXT_MAX])
{
	const size_t length = strlen(mnemonic);
	assert(length < TYPE_TEXT_MAX);
	memcpy(ret_text, mnemonic, length + 1);
	return ret_text;
}

char *type_to_text(uint16_t type, char ret_text[TYPE_TEXT_MAX])
{
	const char *mnemonic = layout_get(type)->mnemonic;
	if (mnemonic == NULL)
		return write_numbered("TYPE", type, ret_text);
	return write_mnemonic(mnemonic, ret_text);
}

int type_from_text(const char *text, uint16_t *ret_type)
{
	if (layout_find(text, ret_type))
		return OK;
	return read_numbered("TYPE", UINT16_MAX, text, ret_type);
}

char *class_to_text(uint16_t class, char ret_text[CLASS_TEXT_MAX])
{
	for (size_t i = 0; i < CLASS_ROWS; i++)
		if (classes[i].class == class)
			return write_mnemonic(classes[i].mnemonic, ret_text);
	return write_numbered("CLASS", class, ret_text);
}

int class_from_text(const char *text, uint16_t *ret_class)
{
	for (size_t i = 0; i < CLASS_ROWS; i++) {
		if (strcasecmp(classes[i].mnemonic, text) == 0) {
			*ret_class = classes[i].class;
			return OK;
		}
	}
	return read_numbered("CLASS", UINT16_MAX, text, ret_class);
}

char *rcode_to_text(uint16_t rcode, char ret_text[TYPE_TEXT_MAX])
{
	for (size_t i = 0; i < RCODE_ROWS; i++)
		if (rcodes[i].rcode == rcode)
			return write_mnemonic(rcodes[i].mnemonic, ret_text);
	return write_numbered("RCODE", rcode, ret_text);
}

int rcode_from_text(const char *text, uint16_t *ret_rcode)
{
	for (size_t i = 0; i < RCODE_ROWS; i++) {
		if (strcasecmp(rcodes[i].mnemonic, text) == 0) {
			*ret_rcode = rcodes[i].rcode;
			return OK;
		}
	}
	/* 12 bits: 4 in the header, 8 in OPT (RFC 6891 s6.1.3). */
	return read_numbered("RCODE", 4095, text, ret_rcode);
}
