/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each test runs in a child, since there is no way back from a namespace; exit code 77 skips it.
 * With an argument the program is the server in the second namespace. */
#include "failing_memory.h"
#include "os/netns.h"
#include "os/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CHECK(condition)                                                          \
	do {                                                                      \
		if (!(condition)) {                                               \
			fprintf(stderr, "# line %d: %s\n", __LINE__, #condition); \
			return 1;                                                 \
		}                                                                 \
	} while (0)

static struct netns_prefix prefix(const char *text, uint8_t bits)
{
	struct netns_prefix prefix = {.bits = bits, .family = strchr(text, ':') ? 6 : 4};
	assert_int_equal(inet_pton(prefix.family == 4 ? AF_INET : AF_INET6, text, prefix.octets),
			 1);
	return prefix;
}

static socklen_t name_of(const char *text, uint16_t port, struct sockaddr_storage *name)
{
	memset(name, 0, sizeof(*name));
	if (strchr(text, ':') == NULL) {
		struct sockaddr_in *in = (struct sockaddr_in *)name;
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		inet_pton(AF_INET, text, &in->sin_addr);
		return sizeof(*in);
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)name;
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	inet_pton(AF_INET6, text, &in6->sin6_addr);
	return sizeof(*in6);
}

/* A UDP socket at an address, or -1 with errno. */
static int socket_at(const char *text, uint16_t port)
{
	struct sockaddr_storage name;
	socklen_t size = name_of(text, port, &name);
	int descriptor = socket(name.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct timeval patience = {.tv_sec = 5};
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (descriptor >= 0 && bind(descriptor, (struct sockaddr *)&name, size) != 0) {
		close(descriptor);
		return -1;
	}
	return descriptor;
}

/* Whether "ping" sent to an address comes to a socket bound there, from another port. */
static bool reaches(const char *text)
{
	int there = socket_at(text, 53);
	int here = socket_at(strchr(text, ':') ? "::" : "0.0.0.0", 0);
	struct sockaddr_storage name;
	socklen_t size = name_of(text, 53, &name);
	char data[8] = "";
	bool is_there = there >= 0 && here >= 0 &&
			sendto(here, "ping", 4, 0, (struct sockaddr *)&name, size) == 4 &&
			recv(there, data, sizeof(data), 0) == 4;
	close(there);
	close(here);
	return is_there;
}

static int enter(void)
{
	struct complaint complaint;
	int error = netns_enter(NULL, &complaint);
	if (error == ERR_PERMISSION) {
		fprintf(stderr, "# %s\n", complaint.text);
		return 77;
	}
	return error;
}

static int addresses_and_local_prefixes_work(void)
{
	int error = enter();
	if (error != OK)
		return error;
	CHECK(if_nametoindex("lo") == 1 && if_nametoindex("eth0") == 0);
	CHECK(socket_at("198.41.0.4", 53) < 0 && errno == EADDRNOTAVAIL);
	struct netns_prefix addresses[] = {prefix("198.41.0.4", 32), prefix("192.5.6.30", 32)};
	struct netns_prefix local[] = {prefix("198.18.0.0", 15)};
	CHECK(netns_add_addresses(addresses, 2, NULL) == OK);
	CHECK(netns_add_addresses(addresses, 2, NULL) == OK);
	CHECK(netns_add_addresses(NULL, 0, NULL) == OK);
	CHECK(netns_add_local(local, 1, NULL) == OK);
	CHECK(reaches("198.41.0.4") && reaches("192.5.6.30"));
	CHECK(reaches("198.18.0.1") && reaches("198.19.255.254"));
	if (!netns_has_ipv6())
		return 0;
	struct netns_prefix addresses6[] = {prefix("2001:503:ba3e::2:30", 128)};
	struct netns_prefix local6[] = {prefix("2001:db8::", 32)};
	CHECK(netns_add_addresses(addresses6, 1, NULL) == OK);
	CHECK(netns_add_local(local6, 1, NULL) == OK);
	CHECK(reaches("2001:503:ba3e::2:30") && reaches("2001:db8:1234::1"));
	return 0;
}

static int nothing_leaves(void)
{
	int error = enter();
	if (error != OK)
		return error;
	int descriptor = socket_at("0.0.0.0", 0);
	struct sockaddr_storage name;
	socklen_t size = name_of("192.0.2.1", 53, &name);
	CHECK(sendto(descriptor, "x", 1, 0, (struct sockaddr *)&name, size) < 0);
	CHECK(errno == ENETUNREACH);
	return 0;
}

static int thousands_in_one_go(void)
{
	int error = enter();
	if (error != OK)
		return error;
	enum { COUNT = 3000 };
	struct netns_prefix *many = calloc(COUNT, sizeof(*many));
	CHECK(many != NULL);
	for (int i = 0; i < COUNT; i++) {
		many[i] = (struct netns_prefix){.family = 4, .bits = 32};
		many[i].octets[0] = 45;
		many[i].octets[2] = (uint8_t)(i >> 8);
		many[i].octets[3] = (uint8_t)i;
	}
	CHECK(netns_add_local(many, COUNT, NULL) == OK);
	CHECK(reaches("45.0.0.7") && reaches("45.0.11.183"));
	free(many);
	return 0;
}

static int bad_prefix_is_named(void)
{
	int error = enter();
	if (error != OK)
		return error;
	struct complaint complaint;
	/* Bits set behind the prefix: the kernel refuses. */
	struct netns_prefix local[] = {prefix("198.18.0.0", 15), prefix("203.0.113.77", 24)};
	CHECK(netns_add_local(local, 2, &complaint) == ERR_ARGUMENT);
	CHECK(strstr(complaint.text, "203.0.113.77/24") != NULL);
	/* A multicast address is no interface address; it comes after two that are. */
	struct netns_prefix addresses[] = {prefix("192.0.2.1", 32), prefix("2001:db8::1", 128),
					   prefix("ff02::77", 128)};
	if (!netns_has_ipv6())
		return 0;
	CHECK(netns_add_addresses(addresses, 3, &complaint) == ERR_NETWORK);
	CHECK(strstr(complaint.text, "ff02::77/128") != NULL);
	return 0;
}

/* Starts the echo server there, waits until it listens. */
static int start_server(int namespace, const char *address, struct process *ret_process)
{
	int ends[2];
	CHECK(pipe(ends) == 0);
	const char *arguments[] = {"test", address, NULL};
	struct process_descriptor descriptors[] = {{.ours = ends[1], .theirs = 3}};
	struct process_options options = {
		.arguments = arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 1,
		.network_namespace = namespace,
	};
	CHECK(process_start(&options, NULL, ret_process) == OK);
	char ready;
	close(ends[1]);
	CHECK(read(ends[0], &ready, 1) == 1);
	close(ends[0]);
	return 0;
}

static int ask_server(int namespace, const char *address)
{
	struct process process;
	CHECK(start_server(namespace, address, &process) == 0);
	int descriptor = socket_at(strchr(address, ':') ? "::" : "0.0.0.0", 0);
	struct sockaddr_storage name;
	socklen_t size = name_of(address, 53, &name);
	CHECK(sendto(descriptor, "ping", 4, 0, (struct sockaddr *)&name, size) == 4);
	char data[8] = "";
	CHECK(recvfrom(descriptor, data, sizeof(data), 0, NULL, NULL) == 4);
	CHECK(memcmp(data, "pong", 4) == 0);
	close(descriptor);
	process_stop(&process, 1000);
	return 0;
}

/* The server's address lies in a prefix that is local here. */
static int second_namespace_is_reached(void)
{
	int error = enter();
	if (error != OK)
		return error;
	struct netns_prefix local[] = {prefix("198.18.0.0", 15), prefix("2001:db8::", 32)};
	size_t families = netns_has_ipv6() ? 2 : 1;
	CHECK(netns_add_local(local, families, NULL) == OK);
	struct netns_prefix theirs[] = {prefix("198.18.5.1", 32), prefix("2001:db8::53", 128)};
	struct complaint complaint = {""};
	int namespace = -1;
	error = netns_peer_create(theirs, families, &complaint, &namespace);
	if (error != OK)
		fprintf(stderr, "# %s\n", complaint.text);
	CHECK(error == OK);
	CHECK(ask_server(namespace, "198.18.5.1") == 0);
	if (families == 2)
		CHECK(ask_server(namespace, "2001:db8::53") == 0);
	CHECK(reaches("198.18.5.2"));
	close(namespace);
	return 0;
}

static int serve(const char *address)
{
	/* The client's side must be reachable from here as well. */
	int descriptor = socket_at(address, 53);
	if (descriptor < 0 || write(3, "r", 1) != 1)
		return 1;
	char data[8];
	struct sockaddr_storage name;
	socklen_t size = sizeof(name);
	if (recvfrom(descriptor, data, sizeof(data), 0, (struct sockaddr *)&name, &size) != 4)
		return 2;
	sendto(descriptor, "pong", 4, 0, (struct sockaddr *)&name, size);
	pause();
	return 0;
}

static int failed_allocations(void)
{
	int error = enter();
	if (error != OK)
		return error;
	struct netns_prefix one[] = {prefix("198.18.5.1", 32)};
	unsigned long rounds = 0;
	for (unsigned long which = 1; memory_next_failure(which); which++) {
		error = netns_add_local(one, 1, NULL);
		CHECK(error == (memory_has_failed() ? ERR_MEMORY : OK));
		CHECK(memory_in_use() == 0);
		rounds++;
	}
	CHECK(rounds == 2);
	memory_fail_at(1);
	int namespace = -1;
	CHECK(netns_peer_create(one, 1, NULL, &namespace) == ERR_MEMORY && namespace == -1);
	memory_fail_at(0);
	return 0;
}

/* As the user `nobody` where we are root: then nothing but a user namespace helps. */
static void in_child(int (*run)(void), bool as_nobody)
{
	if (as_nobody && geteuid() != 0)
		return;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		/* A program started by nobody may look into itself; one that changed users may not.
		 */
		if (as_nobody &&
		    (setgid(65534) != 0 || setuid(65534) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0))
			_exit(77);
		int result = run();
		fflush(NULL);
		_exit(result < 0 ? 100 - result : result);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define IN_CHILD(name, function, as_nobody)    \
	static void name(void **state)         \
	{                                      \
		(void)state;                   \
		in_child(function, as_nobody); \
	}

IN_CHILD(addresses_work, addresses_and_local_prefixes_work, false)
IN_CHILD(addresses_work_without_root, addresses_and_local_prefixes_work, true)
IN_CHILD(nothing_leaves_the_namespace, nothing_leaves, false)
IN_CHILD(thousands_are_added, thousands_in_one_go, true)
IN_CHILD(bad_prefix_is_told, bad_prefix_is_named, false)
IN_CHILD(peer_is_reached, second_namespace_is_reached, false)
IN_CHILD(peer_is_reached_without_root, second_namespace_is_reached, true)
IN_CHILD(failed_allocations_are_told, failed_allocations, false)

int main(int count, char **arguments)
{
	if (count > 1)
		return serve(arguments[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_work),
		cmocka_unit_test(addresses_work_without_root),
		cmocka_unit_test(nothing_leaves_the_namespace),
		cmocka_unit_test(thousands_are_added),
		cmocka_unit_test(bad_prefix_is_told),
		cmocka_unit_test(peer_is_reached),
		cmocka_unit_test(peer_is_reached_without_root),
		cmocka_unit_test(failed_allocations_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
