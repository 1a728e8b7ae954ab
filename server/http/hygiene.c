/* Request shapes that are refused: dependencies.md 1.4. */
#include "http/hygiene.h"

#include <string.h>
#include <strings.h>

static unsigned count_header(const struct request *req, const char *name)
{
	unsigned n = 0;
	for (size_t i = 0; i < req->header_count; i++) {
		n += strcasecmp(req->headers[i].name, name) == 0;
	}
	return n;
}

static bool has_spaced_name(const struct request *req)
{
	for (size_t i = 0; i < req->header_count; i++) {
		if (req->headers[i].name[strcspn(req->headers[i].name, " \t")] != '\0') {
			return true;
		}
	}
	return false;
}

static bool is_odd_length(const char *length)
{
	return length != NULL &&
	       (length[0] == '\0' || length[strspn(length, "0123456789")] != '\0');
}

const char *hygiene_check(const struct request *req, struct hygiene_marks marks)
{
	const unsigned lengths = count_header(req, "Content-Length");
	const char *coding = request_header(req, "Transfer-Encoding");
	const unsigned hosts = count_header(req, "Host");
	const bool is_1_1 = strcmp(req->version, "HTTP/1.1") == 0;
	const struct {
		bool is_bad;
		const char *what;
	} rules[] = {
		{marks.has_nul_in_path, "the path holds a zero byte"},
		{marks.has_too_many_headers, "too many headers or arguments"},
		{marks.has_bare_lf, "a line ends in LF without CR, or goes on in the next"},
		{has_spaced_name(req), "a header's name holds white space"},
		{lengths > 1, "more than one Content-Length"},
		{is_odd_length(request_header(req, "Content-Length")),
			"Content-Length is not a number"},
		{lengths > 0 && coding != NULL, "Content-Length together with Transfer-Encoding"},
		{count_header(req, "Transfer-Encoding") > 1, "more than one Transfer-Encoding"},
		{coding != NULL && strcasecmp(coding, "chunked") != 0,
			"Transfer-Encoding other than chunked"},
		{hosts > 1, "more than one Host"},
		{hosts == 0 && is_1_1, "no Host"},
	};
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].is_bad) {
			return rules[i].what;
		}
	}
	return NULL;
}
