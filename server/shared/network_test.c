/* Addresses that a webhook may and may not lead to, in all their spellings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>

#include "shared/network.h"
#include "shared/cleanup.h"

static struct sockaddr_storage at(const char *text)
{
	struct sockaddr_storage out = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out;
	out.ss_family = AF_INET;
	if (inet_pton(AF_INET, text, &v4->sin_addr) != 1) {
		out.ss_family = AF_INET6;
		assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
	}
	return out;
}

static void the_worlds_addresses_are_public(void **state)
{
	(void)state;
	static const char *const list[] = {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.128.0.1",
		"172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255", "2606:4700::1111",
		"2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::101:101"};
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		const struct sockaddr_storage a = at(list[i]);
		assert_true(network_is_public((const struct sockaddr *)&a));
	}
}

static void what_is_inside_is_not(void **state)
{
	(void)state;
	static const char *const list[] = {"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1",
		"127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1",
		"198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
		"fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1",
		"2002:7f00:1::", "2001::1"};
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		const struct sockaddr_storage a = at(list[i]);
		assert_false(network_is_public((const struct sockaddr *)&a));
	}
}

static void an_operators_networks_hold_what_they_say(void **state)
{
	(void)state;
	struct sockaddr_storage a = at("10.1.2.3");
	const struct sockaddr *address = (const struct sockaddr *)&a;
	assert_true(network_holds("192.168.0.0/16, 10.1.2.0/30", address));
	assert_true(network_holds("10.1.2.3", address));
	assert_false(network_holds("10.1.2.4/31,fd00::/8", address));
	assert_false(network_holds("", address));
	a = at("::ffff:10.1.2.3");
	assert_true(network_holds("10.0.0.0/8", address));
	a = at("fd00:1::2");
	assert_true(network_holds("fd00::/8", address));
	_free_ char *bad = NULL;
	assert_int_equal(network_check("10.0.0.0/8, fd00::/8", &bad), 0);
	assert_int_equal(network_check("10.0.0.0/8, 10.0.0.0/33", &bad), NETWORK_BAD);
	assert_string_equal(bad, "10.0.0.0/33");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_operators_networks_hold_what_they_say),
		cmocka_unit_test(the_worlds_addresses_are_public),
		cmocka_unit_test(what_is_inside_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
