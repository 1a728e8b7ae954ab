/* Any lines are a request's headers, and their values all that may stand in Range and
 * Accept-Encoding: what passes is a request that no proxy reads in another way. */
#include "http/hygiene.h"

#include <ctype.h>
#include <strings.h>

#include "http/encode.h"
#include "http/range.h"
#include "shared/cleanup.h"
#include "shared/fuzz.h"

enum { SIZE_BYTES = 1000 };

static void check_range(const char *header)
{
	struct range range = {.first = -1, .end = -1};
	if (range_parse(header, SIZE_BYTES, &range) == 0) {
		fuzz_must(range.first >= 0 && range.first < range.end && range.end <= SIZE_BYTES,
			"a range lies within what there is");
	}
}

/* "Name: value" lines; the text is cut up in place. */
static void headers_split(char *text, struct request *req)
{
	char *rest = text;
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		char *colon = strchr(line, ':');
		if (colon == NULL || req->header_count == REQUEST_HEADERS_MAX) {
			continue;
		}
		*colon = '\0';
		req->headers[req->header_count++] =
			(struct pair){line, colon + 1 + strspn(colon + 1, " ")};
	}
}

static size_t count(const struct request *req, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < req->header_count; i++) {
		n += strcasecmp(req->headers[i].name, name) == 0;
	}
	return n;
}

static void check_passed(const struct request *req)
{
	const char *length = request_header(req, "Content-Length");
	fuzz_must(count(req, "Host") == 1, "one Host");
	fuzz_must(count(req, "Content-Length") + count(req, "Transfer-Encoding") <= 1,
		"a body ends in one way");
	fuzz_must(length == NULL || isdigit((unsigned char)*length), "a length is a number");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *text = fuzz_text(bytes, size);
	struct request req = {.method = "GET", .path = "/", .version = "HTTP/1.1"};
	headers_split(text, &req);
	if (hygiene_check(&req, (struct hygiene_marks){0}) == NULL) {
		check_passed(&req);
	}
	for (size_t i = 0; i < req.header_count; i++) {
		check_range(req.headers[i].value);
		encode_accepts_gzip(req.headers[i].value);
	}
	return 0;
}
