/* Secrets of URLs, in them and in words about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "shared/cleanup.h"
#include "shared/url.h"

static void expect(const char *url, const char *text, const char *wanted)
{
	_free_ char *got = url_hidden(url, text);
	assert_string_equal(got, wanted);
}

static void what_is_secret_in_a_url_is_hidden(void **state)
{
	(void)state;
	static const char *const urls[][2] = {
		{"https://jane:hunter2@host/linux.git", "https://***@host/linux.git"},
		{"https://ghp_123456@host/linux.git", "https://***@host/linux.git"},
		{"https://jane:a@b@host:8443/x", "https://***@host:8443/x"},
		{"https://host/x.git?private_token=12345", "https://host/x.git?***"},
		{"https://a:b@host/x?t=1#f", "https://***@host/x?***"},
		{"ssh://git@host/linux.git", "ssh://git@host/linux.git"},
		{"ssh://git:hunter2@host/linux.git", "ssh://git:***@host/linux.git"},
		{"https://host/a@b/c", "https://host/a@b/c"},
		{"https://@host/c", "https://@host/c"},
		{"file:///srv/linux.git", "file:///srv/linux.git"},
		{"/srv/jane:hunter2@x", "/srv/jane:hunter2@x"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		expect(urls[i][0], urls[i][0], urls[i][1]);
	}
}

static void and_in_words_about_it(void **state)
{
	(void)state;
	expect("https://jane:hunter2@host/x",
		"cannot read https://jane:hunter2@host/x/info/refs: jane:hunter2@host, hunter2",
		"cannot read https://***@host/x/info/refs: ***@host, ***");
	expect("https://jane:abc@host/x", "abc of abacus: https://jane:abc@host/x",
		"abc of abacus: https://***@host/x");
	expect("https://host/x?token=1", "https://host/x?token=1: 404", "https://host/x?***: 404");
	expect(NULL, "words", "words");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_secret_in_a_url_is_hidden),
		cmocka_unit_test(and_in_words_about_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
