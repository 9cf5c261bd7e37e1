/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fields of comma-separated values (RFC 4180), for spreadsheets that do more than they are told.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/text.h"

/* Quoted, quotes doubled; what a spreadsheet would take for a formula is made text by an
 * apostrophe. Commas and line ends ("\r\n") are the caller's. */
void csv_field(struct text *csv, const char *value);

#endif
