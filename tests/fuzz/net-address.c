/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses from text. Property: text -> address -> text -> address is equal, and so is the way
 * through the kernel's form (IPv4-mapped addresses come out as IPv4). */
#include "net/address.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_kernel_form(const struct address *address)
{
	static const uint8_t MAPPED[12] = {[10] = 0xff, [11] = 0xff};
	struct sockaddr_storage name;
	struct address back;
	socklen_t size = address_to_sockaddr(address, &name);
	int error = address_from_sockaddr((const struct sockaddr *)&name, size, &back);
	assert(error == OK);
	if (address->family == ADDRESS_IPV6 && memcmp(address->octets, MAPPED, 12) == 0)
		assert(back.family == ADDRESS_IPV4 && back.port == address->port);
	else
		assert(address_equal(&back, address));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[256];
	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	struct address address;
	if (address_from_text(text, 53, &address) != OK)
		return 0;
	char again[ADDRESS_TEXT_MAX];
	struct address back;
	address_to_text_with_port(&address, again);
	int error = address_from_text(again, 0, &back);
	assert(error == OK && address_equal(&address, &back));
	address_to_text(&address, again);
	error = address_from_text(again, address.port, &back);
	assert(error == OK && address_equal(&address, &back));
	check_kernel_form(&address);
	assert(!(address_is_loopback(&address) && address_is_global(&address)));
	return 0;
}
