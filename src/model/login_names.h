/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labels directly below a domain that many give to hosts where people log in, or that take their
 * mail: what those who take a domain over for hours are after (CISA AA19-024A). Which of them there
 * are is looked up where somebody asks for it; what became of them is judged.
 */
#ifndef MODEL_LOGIN_NAMES_H
#define MODEL_LOGIN_NAMES_H

#include <stdint.h>

#define LOGIN_NAMES_COUNT 10u

/* In lower case; index < LOGIN_NAMES_COUNT. */
const char *login_name(unsigned int index);
/* The index of the label with which `name`, in lower case, begins directly below `domain`; any
 * other name: LOGIN_NAMES_COUNT. Both are names of the wire, uncompressed. */
unsigned int login_name_find(const uint8_t *name, const uint8_t *domain);

#endif
