/* The body of POST /api/v1/runs, checked. */
#include "http/run_request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/target.h"
#include "shared/alloc.h"
#include "shared/name.h"
#include "store/utf8.h"

enum {
	RUN_NAME_MAX = 64,
	RUN_REF_MAX = 255,
	RUN_URL_MAX = 2048,
	RUN_TITLE_MAX = 200,
	RUN_RELEASE_MAX = 64,
	RUN_NOTIFY_MAX = 254 /* RFC 5321's longest address */
};

static const char *const run_known[] = {"tree", "commit", "range", "every", "prebuilt", "running",
	"patches", "reverts", "profiles", "repeats", "migrations", "duration_s", "priority", "tags",
	"machine", "notify", "queue_limit_s", "title", NULL};
static const char *const running_known[] = {"release", NULL};
static const char *const prebuilt_known[] = {"release", "image", "modules", NULL};
static const char *const file_known[] = {"sha256", "url", NULL};

static bool run_url_is_good(const char *url)
{
	return (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0) &&
	       target_is_graphic(url);
}

static void run_request_file(struct fields *f, const json_t *object, const char *within,
	const char **sha256, const char **url)
{
	if (object == NULL) {
		return;
	}
	struct fields file = {.object = object, .res = f->res, .within = within};
	fields_only(&file, file_known);
	*sha256 = fields_sha256(&file, "sha256", true);
	*url = fields_text(&file, "url", RUN_URL_MAX, false);
	if (!file.is_bad && *url != NULL && !run_url_is_good(*url)) {
		fields_refuse(&file, "url",
			"must start with http:// or https://, without spaces; leave it out and PUT "
			"the file to /api/v1/blobs/SHA256 otherwise");
	}
	f->is_bad |= file.is_bad;
}

/* The release becomes a folder of modules, or a word that machines offer. */
static void run_request_release(struct fields *f, struct run_request *out)
{
	out->release = fields_text(f, "release", RUN_RELEASE_MAX, true);
	if (!f->is_bad && !name_is_release(out->release)) {
		fields_refuse(f, "release",
			"must be as uname -r says it: letters, digits and any of . _ + ~ -");
	}
}

static void run_request_prebuilt(struct fields *f, const json_t *object, struct run_request *out)
{
	struct fields p = {.object = object, .res = f->res, .within = "prebuilt."};
	fields_only(&p, prebuilt_known);
	run_request_release(&p, out);
	const json_t *image = fields_object(&p, "image");
	if (!p.is_bad && image == NULL) {
		fields_refuse(&p, "image", "is needed: {\"sha256\": …} of the kernel image");
	}
	const json_t *modules = fields_object(&p, "modules");
	if (!p.is_bad) {
		run_request_file(&p, image, "prebuilt.image.", &out->image_sha256, &out->image_url);
	}
	if (!p.is_bad) {
		run_request_file(
			&p, modules, "prebuilt.modules.", &out->modules_sha256, &out->modules_url);
	}
	f->is_bad |= p.is_bad;
}

static void run_request_running(struct fields *f, const json_t *object, struct run_request *out)
{
	struct fields r = {.object = object, .res = f->res, .within = "running."};
	fields_only(&r, running_known);
	run_request_release(&r, out);
	f->is_bad |= r.is_bad;
}

static void run_request_range(struct fields *f, const char *range, struct run_request *out)
{
	const char *dots = strstr(range, "..");
	if (dots == NULL || dots == range || dots[2] == '\0' || dots[2] == '.') {
		fields_refuse(f, "range",
			"must be FROM..TO: commits after FROM up to TO on the first-parent line");
		return;
	}
	out->range_copy = alloc_copy(range);
	out->range_copy[dots - range] = '\0';
	out->from = out->range_copy;
	out->to = out->range_copy + (dots - range) + 2;
}

static void run_request_texts(
	struct fields *f, const char *name, const json_t *array, size_t max_bytes)
{
	size_t i;
	const json_t *item;
	json_array_foreach((json_t *)array, i, item)
	{
		const size_t size = json_string_length(item);
		if (!f->is_bad && (!json_is_string(item) || size == 0 || size > max_bytes)) {
			fields_refuse(f, name,
				"must hold texts of 1 to %zu bytes; number %zu is none", max_bytes,
				i);
		}
	}
}

bool run_request_is_tag(const char *text)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				   "._:+-";
	const size_t size = strlen(text);
	return size > 0 && size <= RUN_NAME_MAX && strspn(text, good) == size;
}

/* What the machine must be. */
static void run_request_where(struct fields *f, struct run_request *out)
{
	size_t i;
	const json_t *tag;
	json_array_foreach((json_t *)out->tags, i, tag)
	{
		const char *text = json_string_value(tag);
		if (!f->is_bad && (text == NULL || !run_request_is_tag(text))) {
			fields_refuse(f, "tags",
				"must hold tags of 1 to 64 of A-Z, a-z, 0-9 and . _ : + -; number "
				"%zu is none",
				i);
		}
	}
	if (!f->is_bad && out->machine != NULL && !run_request_is_tag(out->machine)) {
		fields_refuse(
			f, "machine", "is no name of a machine; GET /api/v1/machines lists them");
	}
}

/* Until so many migrations, in place of the profile's time. */
static void run_request_until(struct fields *f, struct run_request *out)
{
	out->migrations = fields_int(f, "migrations", 1, RUN_MIGRATIONS_MAX, 0);
	out->duration_s = fields_int(f, "duration_s", 1, RUN_DURATION_S_MAX, 0);
	if (!f->is_bad && out->duration_s > 0 && out->migrations == 0) {
		fields_refuse(f, "duration_s",
			"goes with 'migrations': how long they may take; else the profile says "
			"how long a workload runs");
	}
}

/* Who is told. */
static void run_request_notify(struct fields *f, struct run_request *out)
{
	out->notify = fields_text(f, "notify", RUN_NOTIFY_MAX, false);
	if (!f->is_bad && out->notify != NULL && strchr(out->notify, '@') != NULL &&
		!target_is_address(out->notify)) {
		fields_refuse(f, "notify",
			"must be one mail address, like jane@example.org, or the name of a "
			"subscription");
	}
}

/* The text of the line that starts with `key`, without white space around; NULL when there is none.
 */
static char *run_patch_line(const char *patch, const char *key)
{
	const size_t n = strlen(key);
	for (const char *line = patch; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) == 0) {
			const char *text = line + n + strspn(line + n, " \t");
			size_t size = strcspn(text, "\r\n");
			while (size > 0 && isspace((unsigned char)text[size - 1])) {
				size--;
			}
			return utf8_clean(text, size, RUN_TITLE_MAX);
		}
	}
	return NULL;
}

/* `git format-patch --base` says what a series is for, in the first mail or the last. */
static void run_request_base(struct run_request *out)
{
	size_t i;
	const json_t *patch;
	json_array_foreach((json_t *)out->patches, i, patch)
	{
		if (out->base_copy == NULL) {
			out->base_copy = run_patch_line(json_string_value(patch), "base-commit:");
		}
	}
	out->commit = out->base_copy;
}

/* One of commit, range, prebuilt and running, and what goes with each. */
static void run_request_what(struct fields *f, struct run_request *out)
{
	const char *range = fields_text(f, "range", 2 * RUN_REF_MAX + 2, false);
	const json_t *prebuilt = fields_object(f, "prebuilt");
	const json_t *running = fields_object(f, "running");
	const bool is_built = prebuilt == NULL && running == NULL;
	if (f->is_bad) {
		return;
	}
	if (out->commit == NULL && range == NULL && is_built) {
		run_request_base(out);
	}
	if ((out->commit != NULL) + (range != NULL) + (prebuilt != NULL) + (running != NULL) != 1) {
		fields_refuse(f, "commit",
			"give one of 'commit', 'range', 'prebuilt' and 'running', or patches with "
			"a line 'base-commit: HASH'");
	} else if (is_built && out->tree == NULL) {
		fields_refuse(f, "tree", "is needed with a commit or a range");
	} else if (!is_built &&
		   (json_array_size(out->patches) > 0 || json_array_size(out->reverts) > 0)) {
		fields_refuse(f, "patches", "cannot be applied to a kernel that is not built");
	} else if (running != NULL) {
		run_request_running(f, running, out);
	} else if (range != NULL) {
		run_request_range(f, range, out);
	} else if (prebuilt != NULL) {
		run_request_prebuilt(f, prebuilt, out);
	}
}

void run_request_read(struct fields *f, struct run_request *out)
{
	*out = (struct run_request){0};
	fields_only(f, run_known);
	out->tree = fields_text(f, "tree", RUN_NAME_MAX, false);
	out->commit = fields_text(f, "commit", RUN_REF_MAX, false);
	out->every = fields_int(f, "every", 1, 1000000, 1);
	out->patches = fields_array(f, "patches", RUN_PATCHES_MAX);
	out->reverts = fields_array(f, "reverts", RUN_REVERTS_MAX);
	out->profiles = fields_array(f, "profiles", RUN_PROFILES_MAX);
	out->repeats = fields_int(f, "repeats", 1, RUN_REPEATS_MAX, 1);
	out->priority = fields_int(f, "priority", 0, 100, 50);
	run_request_until(f, out);
	run_request_notify(f, out);
	out->queue_limit_s = fields_int(f, "queue_limit_s", 1, RUN_QUEUE_S_MAX, 0);
	out->tags = fields_array(f, "tags", RUN_TAGS_MAX);
	out->machine = fields_text(f, "machine", RUN_NAME_MAX, false);
	out->title = fields_line(f, "title", RUN_TITLE_MAX, false);
	if (!f->is_bad && json_array_size(out->profiles) == 0) {
		fields_refuse(
			f, "profiles", "needs at least one name; GET /api/v1/profiles lists them");
	}
	run_request_texts(f, "profiles", out->profiles, RUN_NAME_MAX);
	run_request_texts(f, "reverts", out->reverts, RUN_REF_MAX);
	run_request_texts(f, "patches", out->patches, RUN_PATCH_BYTES_MAX);
	run_request_where(f, out);
	if (!f->is_bad) {
		run_request_what(f, out);
	}
}

void run_request_fini(struct run_request *request)
{
	free(request->range_copy);
	request->range_copy = NULL;
	free(request->base_copy);
	request->base_copy = NULL;
}

char *run_request_subject(const char *patch)
{
	static const char *const keys[] = {"Subject:", "diff --git ", "+++ "};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *found = run_patch_line(patch, keys[i]);
		if (found != NULL && found[0] != '\0') {
			return found;
		}
		free(found);
	}
	return alloc_copy("patch");
}
