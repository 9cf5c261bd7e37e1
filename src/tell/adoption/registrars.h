/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which registrar a domain is with: lines "domain,registrar" (RFC 4180), as a registry gives them
 * out. A first line that begins with "domain," is a heading. The last line of a domain counts.
 *
 * Errors: ERR_FORMAT and ERR_LIMIT with file, line and what is wrong; ERR_MEMORY.
 */
#ifndef TELL_ADOPTION_REGISTRARS_H
#define TELL_ADOPTION_REGISTRARS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Some million domains, 40 octets a line. */
#define REGISTRARS_FILE_OCTETS_MAX ((size_t)512 << 20)
#define REGISTRARS_DOMAINS_MAX 10000000u
#define REGISTRAR_NAME_MAX_OCTETS 120u

struct registrars;

/* `name` is the file's, for complaints. */
MUST_CHECK int registrars_new(const char *name, const char *text, size_t size,
			      struct registrars **ret_registrars, struct complaint *complaint);
void registrars_free(struct registrars *registrars); /* NULL is fine */
/* NULL: the file does not say. Lives as long as the registrars. */
const char *registrars_of(const struct registrars *registrars, const uint8_t *domain);
size_t registrars_count(const struct registrars *registrars);

#endif
