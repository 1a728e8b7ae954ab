/* Atom feeds. The tag is weak, since the same feed may come compressed or not. */
#include "http/atom.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "http/page.h"
#include "http/service.h"
#include "shared/cleanup.h"

enum { TAG_BYTES = 8, TAG_SIZE = 32 };

static void tag_of(const struct response *res, char out[TAG_SIZE])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	EVP_Digest(res->body, res->size, hash, NULL, EVP_sha256(), NULL);
	uint64_t start = 0;
	memcpy(&start, hash, TAG_BYTES);
	snprintf(out, TAG_SIZE, "W/\"%016" PRIx64 "\"", start);
}

/* -1: no date as RFC 9110 wants it. */
static time_t date_read(const char *text)
{
	struct tm tm = {0};
	const char *end = text == NULL ? NULL : strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return end == NULL || *end != '\0' ? -1 : timegm(&tm);
}

/* Does the client have this feed already? Its tag says it better than a date. */
static bool is_known(const struct request *req, const char *tag, const char *modified)
{
	const char *tags = request_header(req, "If-None-Match");
	if (tags != NULL) {
		return strcmp(tags, "*") == 0 || strstr(tags, tag + strlen("W/")) != NULL;
	}
	const time_t since = date_read(request_header(req, "If-Modified-Since"));
	return since != -1 && date_read(modified) <= since;
}

int atom_answer(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *page = NULL;
	int outcome = page_load(req, db, res, &page);
	if (outcome != 0 || page == NULL) {
		return outcome;
	}
	json_object_set_new(page, "base", json_string(req->service->config->public_url));
	outcome = page_show(req, res, 200, page);
	if (outcome != 0) {
		return outcome;
	}
	res->type = "application/atom+xml; charset=utf-8";
	char tag[TAG_SIZE];
	tag_of(res, tag);
	const char *modified = json_string_value(json_object_get(page, "modified"));
	if (is_known(req, tag, modified)) {
		response_fini(res);
		*res = (struct response){.status = 304};
	}
	response_header(res, "ETag", "%s", tag);
	response_header(res, "Last-Modified", "%s", modified);
	return 0;
}
