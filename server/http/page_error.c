/* An error as a page for people. Its words are those that programs get as JSON; what can be done
 * about it is in error.html, which has a section for each way out. */
#include "http/page_error.h"

#include <string.h>
#include <time.h>

#include "http/page.h"
#include "http/template.h"
#include "shared/cleanup.h"

struct kind {
	int status;
	const char *title;
	const char *way; /* the section of error.html */
};

static const struct kind kinds[] = {
	{400, "Bad request", "is_wrong"},
	{401, "A token is needed", "is_closed"},
	{403, "Not allowed", "is_forbidden"},
	{404, "Not found", "is_missing"},
	{405, "Not possible here", "is_wrong"},
	{409, "Not done", "is_wrong"},
	{413, "Too large", "is_wrong"},
	{500, "An error of the server", "is_broken"},
	{503, "Not available for the moment", "is_away"},
};

static const struct kind *kind_of(int status)
{
	static const struct kind other = {0, "Not done", "is_wrong"};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].status == status) {
			return &kinds[i];
		}
	}
	return &other;
}

/* What was looked for: the last part of the address that names something. "" when none does. */
static const char *words_of(const struct request *req)
{
	const char *words = "";
	for (size_t i = 0; i < REQUEST_PARTS_MAX; i++) {
		words = req->parts[i][0] != '\0' ? req->parts[i] : words;
	}
	return words;
}

static void search_add(const struct request *req, json_t *page)
{
	const char *words = words_of(req);
	_free_ char *coded = page_coded(words);
	json_t *text = json_string(words); /* NULL: no UTF-8 */
	if (words[0] != '\0' && text != NULL) {
		json_object_set_new(
			page, "search", json_pack("{s:O, s:s}", "words", text, "coded", coded));
	}
	json_decref(text);
}

/* As the log has it, so that its line is found. */
static void time_add(json_t *page)
{
	char text[32];
	struct tm utc;
	const time_t now = time(NULL);
	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	json_object_set_new(page, "at", json_string(text));
}

/* The page's data; `error` is what programs get, or NULL. */
static json_t *error_data(const struct request *req, int status, const json_t *error)
{
	const char *detail = json_string_value(json_object_get(error, "error"));
	const struct kind *kind = kind_of(status);
	const bool is_looking = strcmp(req->method, "POST") != 0;
	json_t *page = json_pack("{s:s, s:i, s:s, s:b, s:b}", "title", kind->title, "status",
		status, "detail", detail == NULL ? "" : detail, "is_looking", is_looking, kind->way,
		true);
	search_add(req, page);
	time_add(page);
	return page;
}

void page_error(const struct request *req, struct response *res)
{
	if (res->body == NULL || template_embedded("error") == NULL) {
		return;
	}
	_json_ json_t *error = json_loadb(res->body, res->size, 0, NULL);
	_json_ json_t *page = error_data(req, res->status, error);
	char *body = NULL;
	size_t size = 0;
	if (page_render(req, "error", page, &body, &size) == 0) {
		response_take(res, res->status, page_html, body, size);
	}
}
