/* Styles, scripts and the like. */
#include "http/static.h"

#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "http/encode.h"
#include "http/routes.h"
#include "http/service.h"
#include "shared/alloc.h"
#include "shared/file.h"

enum { STATIC_LEVEL = 9, STATIC_VERSION_DIGITS = 12 };

struct file {
	const struct asset *asset;
	const char *name;
	const char *type;
	char etag[FILE_SHA256_HEX];
	char *packed; /* gzip, or NULL when that is no smaller */
	size_t packed_size;
};

struct statics {
	struct file *files;
	size_t count;
	char version[FILE_SHA256_HEX];
};

static const char *const folders[] = {"web/static/", "build/web/"};

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{".css", "text/css; charset=utf-8"},
	{".ico", "image/x-icon"},
	{".js", "text/javascript; charset=utf-8"},
	{".png", "image/png"},
	{".svg", "image/svg+xml"},
	{".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(const char *name)
{
	const char *ending = strrchr(name, '.');
	for (size_t i = 0; ending != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].ending, ending) == 0) {
			return types[i].type;
		}
	}
	return "application/octet-stream";
}

static const char *static_name(const struct asset *asset)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const size_t n = strlen(folders[i]);
		if (strncmp(asset->path, folders[i], n) == 0) {
			return asset->path + n;
		}
	}
	return NULL;
}

static void file_add(struct statics *statics, const struct asset *asset, const char *name)
{
	statics->files = alloc_resize(statics->files, statics->count + 1, sizeof(*statics->files));
	struct file *file = &statics->files[statics->count++];
	*file = (struct file){.asset = asset, .name = name, .type = type_of(name)};
	file_sha256_bytes(asset->data, asset->size, file->etag);
	encode_gzip(asset->data, asset->size, STATIC_LEVEL, &file->packed, &file->packed_size);
}

struct statics *statics_new(void)
{
	struct statics *statics = alloc_zero(1, sizeof(*statics));
	char *all = alloc_copy("");
	for (const struct asset *a = faultline_assets; a->path != NULL; a++) {
		const char *name = static_name(a);
		if (name != NULL) {
			file_add(statics, a, name);
			char *more = alloc_format(
				"%s%s %s\n", all, name, statics->files[statics->count - 1].etag);
			free(all);
			all = more;
		}
	}
	file_sha256_bytes(all, strlen(all), statics->version);
	statics->version[STATIC_VERSION_DIGITS] = '\0';
	free(all);
	return statics;
}

void statics_free(struct statics *statics)
{
	if (statics == NULL) {
		return;
	}
	for (size_t i = 0; i < statics->count; i++) {
		free(statics->files[i].packed);
	}
	free(statics->files);
	free(statics);
}

const char *statics_version(const struct statics *statics)
{
	return statics->version;
}

static const struct file *file_find(const struct statics *statics, const char *name)
{
	for (size_t i = 0; i < statics->count; i++) {
		if (strcmp(statics->files[i].name, name) == 0) {
			return &statics->files[i];
		}
	}
	return NULL;
}

static void file_answer(const struct request *req, struct response *res, const struct file *file)
{
	const bool is_packed =
		file->packed != NULL && encode_accepts_gzip(request_header(req, "Accept-Encoding"));
	const char *ending = is_packed ? "-gz" : "";
	char *etag = alloc_format("\"%.16s%s\"", file->etag, ending);
	const char *known = request_header(req, "If-None-Match");
	const bool is_known =
		known != NULL && (strstr(known, etag) != NULL || strcmp(known, "*") == 0);
	res->status = is_known ? 304 : 200;
	res->is_static = true;
	res->is_cached = true;
	if (!is_known) {
		res->type = file->type;
		res->body = is_packed ? file->packed : (char *)file->asset->data;
		res->size = is_packed ? file->packed_size : file->asset->size;
	}
	if (is_packed && !is_known) {
		response_header(res, "Content-Encoding", "gzip");
	}
	response_header(res, "ETag", "%s", etag);
	response_header(res, "Vary", "Accept-Encoding");
	const bool is_fixed =
		strcmp(route_part(req, "{version}"), statics_version(req->service->statics)) == 0;
	response_header(res, "Cache-Control",
		is_fixed ? "public, max-age=31536000, immutable" : "no-cache");
	free(etag);
}

int static_answer(struct request *req, struct db *db, struct response *res)
{
	(void)db;
	const struct file *file = file_find(req->service->statics, route_part(req, "{name}"));
	if (file == NULL) {
		return response_error(res, 404, "not_found", "no such file");
	}
	file_answer(req, res, file);
	return 0;
}
