/* Whose form is believed. */
#include "http/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "config.h"
#include "http/service.h"

#define PROOF "00112233445566778899aabbccddeeff"
#define COOKIE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static bool is_near(const char *public_url, const char *origin, const char *fetched)
{
	const struct config config = {.public_url = public_url};
	struct service service = {.config = &config};
	struct request req = {.service = &service};
	req.headers[req.header_count++] = (struct pair){"Host", "127.0.0.1:8080"};
	if (origin != NULL) {
		req.headers[req.header_count++] = (struct pair){"Origin", origin};
	}
	if (fetched != NULL) {
		req.headers[req.header_count++] = (struct pair){"Sec-Fetch-Site", fetched};
	}
	return session_is_near(&req);
}

static void forms_of_other_sites_are_not_near(void **state)
{
	(void)state;
	assert_true(is_near("", NULL, NULL));
	assert_true(is_near("", "http://127.0.0.1:8080", "same-origin"));
	assert_true(is_near("https://lab.example", "https://lab.example", NULL));
	assert_true(is_near("https://lab.example/faultline", "https://LAB.example", "same-origin"));
	assert_false(is_near("", "http://127.0.0.1:8081", NULL));
	assert_false(is_near("", "null", NULL));
	assert_false(is_near("https://lab.example", "https://lab.example.evil.example", NULL));
	assert_false(is_near("", NULL, "cross-site"));
	assert_false(is_near("", "http://127.0.0.1:8080", "same-site"));
}

static bool proves(const char *name, const char *proof)
{
	const struct config config = {.public_url = ""};
	struct service service = {.config = &config};
	struct request req = {.service = &service};
	snprintf(req.session.name, sizeof(req.session.name), "%s", name);
	snprintf(req.session.proof, sizeof(req.session.proof), "%s", PROOF);
	return session_proves(&req, proof);
}

static void only_the_sessions_own_proof_proves(void **state)
{
	(void)state;
	assert_true(proves("jane", PROOF));
	assert_false(proves("", PROOF));
	assert_false(proves("jane", NULL));
	assert_false(proves("jane", ""));
	assert_false(proves("jane", PROOF "0"));
	assert_false(proves("jane", "10112233445566778899aabbccddeeff"));
}

static bool offers(const char *cookie)
{
	struct request req = {.header_count = 1};
	req.headers[0] = (struct pair){"Cookie", cookie};
	return session_is_offered(&req);
}

static void the_cookie_is_found_among_others(void **state)
{
	(void)state;
	assert_true(offers("fl_session=" COOKIE));
	assert_true(offers("a=b; fl_session=" COOKIE "; c=d"));
	assert_true(offers("a=b;fl_session=" COOKIE));
	assert_false(offers("xfl_session=" COOKIE));
	assert_false(offers("fl_session=" COOKIE "0"));
	assert_false(offers("fl_session="));
	assert_false(offers("a=fl_session=" COOKIE));
	assert_false(offers(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_other_sites_are_not_near),
		cmocka_unit_test(only_the_sessions_own_proof_proves),
		cmocka_unit_test(the_cookie_is_found_among_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
