/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of registrars: what is taken can be asked for, what is not is refused in words. */
#include "base/text.h"
#include "dns/wire/name.h"
#include "tell/adoption/registrars.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct complaint complaint = {""};
	struct registrars *registrars;
	struct name name;
	char domain[64] = "";
	const int error = registrars_new("fuzz", (const char *)data, size, &registrars, &complaint);

	if (error != OK) {
		if (error != ERR_MEMORY && complaint.text[0] == '\0')
			__builtin_trap();
		return 0;
	}
	if (registrars_count(registrars) == 0)
		__builtin_trap();
	memcpy(domain, data, size < sizeof(domain) - 1 ? size : sizeof(domain) - 1);
	domain[strcspn(domain, ",\r\n")] = '\0';
	if (name_from_text(domain, &name, NULL) == OK) {
		const char *registrar = registrars_of(registrars, name.octets);

		if (registrar &&
		    (registrar[0] == '\0' || !text_is_plain(registrar, strlen(registrar)) ||
		     strlen(registrar) > REGISTRAR_NAME_MAX_OCTETS))
			__builtin_trap();
	}
	registrars_free(registrars);
	return 0;
}
