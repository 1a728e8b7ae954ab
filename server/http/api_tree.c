/* Adding trees and asking for a fetch. What git would take as an option or a helper program is
 * refused here. */
#include "http/api_tree.h"

#include <string.h>

#include "http/fields.h"
#include "http/target.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/tree.h"

enum { TREE_NAME_MAX = 64, TREE_URL_MAX = 2048, TREE_BRANCH_MAX = 255 };

static const char *const tree_known[] = {"name", "url", "branch", "web_url", "family", NULL};

/* The transports that the watcher and the runners allow git to use. */
static bool tree_url_is_good(const char *url)
{
	static const char *const schemes[] = {
		"file:///", "git://", "http://", "https://", "ssh://"};
	for (size_t i = 0; target_is_graphic(url) && i < sizeof(schemes) / sizeof(schemes[0]);
		i++) {
		if (strncmp(url, schemes[i], strlen(schemes[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Of the server's own disk, where whoever orders runs may otherwise read nothing. */
static bool tree_is_folder(const char *url)
{
	return strncmp(url, "file:", strlen("file:")) == 0;
}

/* A part of git-check-ref-format(1): enough that the name can neither be an option nor a pattern.
 */
static bool tree_branch_is_good(const char *branch)
{
	return branch[0] != '-' && branch[0] != '/' && strstr(branch, "..") == NULL &&
	       strstr(branch, "@{") == NULL && strpbrk(branch, " \t\r\n~^:?*[\\\177") == NULL;
}

static json_t *tree_answer(const char *name)
{
	return json_pack("{s:{s:s}}", "tree", "name", name);
}

int api_tree_add(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	fields_only(&f, tree_known);
	const char *name = fields_text(&f, "name", TREE_NAME_MAX, true);
	const char *url = fields_text(&f, "url", TREE_URL_MAX, true);
	const char *branch = fields_text(&f, "branch", TREE_BRANCH_MAX, true);
	const char *web_url = fields_text(&f, "web_url", TREE_URL_MAX, false);
	const char *family = fields_text(&f, "family", TREE_NAME_MAX, false);
	if (!f.is_bad && !tree_url_is_good(url)) {
		fields_refuse(&f, "url",
			"must be file:///, git://, http://, https:// or ssh://, without spaces");
	}
	if (!f.is_bad && !tree_branch_is_good(branch)) {
		fields_refuse(&f, "branch", "is no name of a branch");
	}
	if (f.is_bad) {
		return 0;
	}
	if (tree_is_folder(url) && req->caller.kind != TOKEN_ADMIN) {
		return response_error(res, 403, "wrong_token",
			"a folder of the server's (file:///) takes an admin's token: everybody "
			"would read what it holds");
	}
	const int outcome = tree_add(db, name, url, branch, web_url, family);
	if (outcome == TREE_EXISTS) {
		return response_error(
			res, 409, "tree_exists", "there is a tree '%s' already", name);
	}
	if (outcome == TREE_BAD) {
		return response_error(res, 400, "bad_tree", "tree '%s' cannot be added: %s", name,
			db_refusal(db));
	}
	if (outcome == 0) {
		response_json(res, 201, tree_answer(name));
		response_header(res, "Location", "/api/v1/trees/%s", name);
	}
	return outcome;
}

int api_tree_refresh(struct request *req, struct db *db, struct response *res)
{
	const char *name = req->parts[0];
	const int outcome = tree_refresh(db, name);
	if (outcome == TREE_NONE) {
		return response_error(res, 404, "unknown_tree", "there is no git tree '%s'", name);
	}
	if (outcome == 0) {
		response_json(res, 202, tree_answer(name));
	}
	return outcome;
}

int api_tree_family(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *family = fields_text(&f, "family", TREE_NAME_MAX, true);
	if (f.is_bad) {
		return 0;
	}
	const char *name = req->parts[0];
	const int outcome = tree_family(db, name, family, req->caller.id);
	if (outcome == TREE_NONE) {
		return response_error(res, 404, "unknown_tree", "there is no tree '%s'", name);
	}
	if (outcome == TREE_BAD) {
		fields_refuse(&f, "family", "must be 1 to 64 of a-z, 0-9 and . _ -");
		return 0;
	}
	if (outcome == 0) {
		response_json(res, 200,
			json_pack("{s:{s:s,s:s}}", "tree", "name", name, "family", family));
	}
	return outcome;
}
