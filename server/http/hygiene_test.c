/* Request shapes that are refused, and some that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/hygiene.h"

/* A header line by line: "Name: value". */
static void fill(struct request *req, const char *const *lines)
{
	static char names[REQUEST_HEADERS_MAX][64];
	req->header_count = 0;
	for (size_t i = 0; lines[i] != NULL; i++) {
		const size_t n = strcspn(lines[i], ":");
		memcpy(names[i], lines[i], n);
		names[i][n] = '\0';
		req->headers[req->header_count++] =
			(struct pair){.name = names[i], .value = lines[i] + n + 2};
	}
}

struct shape {
	const char *version;
	const char *lines[5];
	struct hygiene_marks marks;
	const char *wrong; /* NULL: fine */
};

static const struct shape shapes[] = {
	{"HTTP/1.1", {"Host: a"}, {0}, NULL},
	{"HTTP/1.0", {"Accept: b"}, {0}, NULL},
	{"HTTP/1.1", {"Host: a", "Content-Length: 10"}, {0}, NULL},
	{"HTTP/1.1", {"Host: a", "transfer-encoding: Chunked"}, {0}, NULL},
	{"HTTP/1.1", {"Accept: b"}, {0}, "no Host"},
	{"HTTP/1.1", {"Host: a", "host: b"}, {0}, "more than one Host"},
	{"HTTP/1.1", {"Host: a", "Content-Length: 1", "content-length: 1"}, {0},
		"more than one Content-Length"},
	{"HTTP/1.1", {"Host: a", "Content-Length: +1"}, {0}, "Content-Length is not a number"},
	{"HTTP/1.1", {"Host: a", "Content-Length: 0x1"}, {0}, "Content-Length is not a number"},
	{"HTTP/1.1", {"Host: a", "Content-Length: "}, {0}, "Content-Length is not a number"},
	{"HTTP/1.1", {"Host: a", "Content-Length: 1", "Transfer-Encoding: chunked"}, {0},
		"Content-Length together with Transfer-Encoding"},
	{"HTTP/1.1", {"Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"}, {0},
		"more than one Transfer-Encoding"},
	{"HTTP/1.1", {"Host: a", "Transfer-Encoding: gzip, chunked"}, {0},
		"Transfer-Encoding other than chunked"},
	{"HTTP/1.1", {"Host: a", "Content-Length : 1"}, {0}, "a header's name holds white space"},
	{"HTTP/1.1", {"Host: a"}, {.has_nul_in_path = true}, "the path holds a zero byte"},
	{"HTTP/1.1", {"Host: a"}, {.has_bare_lf = true},
		"a line ends in LF without CR, or goes on in the next"},
	{"HTTP/1.1", {"Host: a"}, {.has_too_many_headers = true}, "too many headers or arguments"},
};

static void each_shape_is_judged_as_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct request req = {.version = shapes[i].version};
		fill(&req, shapes[i].lines);
		const char *wrong = hygiene_check(&req, shapes[i].marks);
		if (shapes[i].wrong == NULL) {
			assert_null(wrong);
		} else {
			assert_non_null(wrong);
			assert_string_equal(wrong, shapes[i].wrong);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_shape_is_judged_as_listed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
