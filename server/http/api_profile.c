/* Adding profiles: each condition of a test is a typed field, with a default only where one is
 * usual. */
#include "http/api_profile.h"

#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/run_request.h"
#include "shared/argument.h"
#include "shared/cleanup.h"
#include "shared/name.h"
#include "shared/protocol.h"
#include "store/db.h"
#include "store/machine.h"
#include "store/tree.h"

enum { PROFILE_TEXT_MAX = 1024, PROFILE_ARGS_MAX = 32, PROFILE_NONE = 0 /* no limit */ };

/* Lists of texts. */
struct profile_list {
	const char *name;
	const char *form; /* for people */
	bool (*is_good)(const char *text);
};

static bool profile_is_arg(const char *text)
{
	return strchr(text, '=') != NULL && text[0] != '=' && name_is_word(text);
}

static const struct profile_list profile_lists[] = {
	{"tags", "TAG", run_request_is_tag},
	{"workload_args", "NAME=VALUE", profile_is_arg},
};

enum { PROFILE_LISTS = sizeof(profile_lists) / sizeof(profile_lists[0]) };

/* The fields, and what stands for an absent one (NULL or FIELDS_REQUIRED: it is needed). Limits are
 * the schema's, but for what runners would not take. */
static const struct {
	const char *name;
	const char *text;
	int64_t number;
	bool is_text;
	bool (*is_good)(const char *text); /* NULL: the schema says */
	int64_t most;                      /* of a number; 0: the schema says */
} profile_fields[] = {
	{.name = "name", .is_text = true},
	{.name = "arch", .is_text = true},
	{.name = "page_size", .number = 4096},
	{.name = "config", .text = "tiny", .is_text = true},
	{.name = "fs", .text = "xfs", .is_text = true},
	{.name = "mkfs_options", .text = "", .is_text = true, .is_good = name_is_options},
	{.name = "mount_options", .text = "", .is_text = true, .is_good = name_is_word},
	{.name = "block_size", .number = 4096},
	{.name = "memory_mb", .number = 512},
	{.name = "cpus", .number = 2},
	{.name = "numa_nodes", .number = 2},
	{.name = "cmdline", .text = "", .is_text = true, .is_good = name_is_cmdline},
	{.name = "workload", .is_text = true},
	{.name = "duration_s", .number = FIELDS_REQUIRED},
	{.name = "attempts_max", .number = 3},
	{.name = "build_limit_s", .number = 3600, .most = PROTOCOL_LIMIT_MAX_S},
	{.name = "boot_limit_s", .number = 120, .most = PROTOCOL_LIMIT_MAX_S},
	{.name = "silence_limit_s", .number = 60, .most = PROTOCOL_LIMIT_MAX_S},
	{.name = "attempt_limit_s", .number = 7200, .most = PROTOCOL_LIMIT_MAX_S},
	{.name = "queue_limit_s", .number = PROFILE_NONE},
};

enum { PROFILE_FIELDS = sizeof(profile_fields) / sizeof(profile_fields[0]) };

/* A text may be given as "" where "" is its default. */
static const char *profile_text(
	struct fields *f, const char *name, const char *absent, bool (*is_good)(const char *text))
{
	const json_t *given = json_object_get(f->object, name);
	if (absent != NULL &&
		(given == NULL || (json_is_string(given) && json_string_length(given) == 0))) {
		return absent;
	}
	const char *text = fields_text(f, name, PROFILE_TEXT_MAX, true);
	if (text != NULL && is_good != NULL && !is_good(text)) {
		fields_refuse(f, name, "holds what no runner takes");
	}
	return text;
}

static int profile_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that the same texts are the same profile. */
static json_t *profile_texts(struct fields *f, const struct profile_list *list)
{
	const json_t *given = fields_array(f, list->name, PROFILE_ARGS_MAX);
	const char *texts[PROFILE_ARGS_MAX];
	size_t n = 0;
	size_t i;
	const json_t *item;
	json_array_foreach((json_t *)given, i, item)
	{
		const char *text = json_string_value(item);
		if (text == NULL || !list->is_good(text)) {
			fields_refuse(f, list->name, "must hold texts %s; number %zu is none",
				list->form, i);
			return json_array();
		}
		texts[n++] = text;
	}
	qsort(texts, n, sizeof(texts[0]), profile_compare);
	json_t *sorted = json_array();
	for (size_t k = 0; k < n; k++) {
		json_array_append_new(sorted, json_string(texts[k]));
	}
	return sorted;
}

/* What whoever booted the kernel chose cannot be asked for, so it has no default. */
static bool profile_is_machines_own(const struct fields *f, const char *name)
{
	static const char *const own[] = {"cpus", "memory_mb", "numa_nodes"};
	const char *config = json_string_value(json_object_get(f->object, "config"));
	bool is_own = false;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		is_own |= strcmp(name, own[i]) == 0;
	}
	return is_own && config != NULL && strcmp(config, "running") == 0;
}

static json_t *profile_number(struct fields *f, const char *name, int64_t absent, int64_t most)
{
	if (!profile_is_machines_own(f, name)) {
		const int64_t value = fields_int(f, name, 1, most > 0 ? most : INT32_MAX, absent);
		return value == PROFILE_NONE ? json_null() : json_integer(value);
	}
	const json_t *given = json_object_get(f->object, name);
	if (given != NULL && !json_is_null(given)) {
		fields_refuse(f, name, "is the machine's own when the config is 'running'");
	}
	return json_null();
}

static json_t *profile_read(struct fields *f)
{
	const char *known[PROFILE_FIELDS + PROFILE_LISTS + 1] = {NULL};
	for (size_t i = 0; i < PROFILE_FIELDS; i++) {
		known[i] = profile_fields[i].name;
	}
	for (size_t i = 0; i < PROFILE_LISTS; i++) {
		known[PROFILE_FIELDS + i] = profile_lists[i].name;
	}
	fields_only(f, known);
	json_t *profile = json_object();
	for (size_t i = 0; i < PROFILE_FIELDS; i++) {
		const char *name = profile_fields[i].name;
		json_object_set_new(profile, name,
			profile_fields[i].is_text
				? json_string(profile_text(f, name, profile_fields[i].text,
					  profile_fields[i].is_good))
				: profile_number(f, name, profile_fields[i].number,
					  profile_fields[i].most));
	}
	for (size_t i = 0; i < PROFILE_LISTS; i++) {
		json_object_set_new(
			profile, profile_lists[i].name, profile_texts(f, &profile_lists[i]));
	}
	return profile;
}

/* Whether machines could run it: what none of those that hold its workload takes is refused; what
 * only some take, and a workload that nobody has spoken of, is said in `warnings`. 0 or a fault;
 * an answer may have been made. */
static int profile_check(struct fields *f, struct db *db, const json_t *profile, json_t *warnings)
{
	const char *name = json_string_value(json_object_get(profile, "workload"));
	const char *arch = json_string_value(json_object_get(profile, "arch"));
	const json_t *chosen = json_object_get(profile, "workload_args");
	struct machine_workload *known = NULL;
	size_t n = 0, bad = 0;
	char why[ARGUMENT_WHY_MAX] = "";
	const int outcome = machine_workloads(db, name, arch, &known, &n);
	for (size_t i = 0; outcome == 0 && i < n; i++) {
		_json_ json_t *arguments = json_loads(known[i].arguments, 0, NULL);
		_free_ char *words = NULL;
		if (arguments_make(arguments, chosen, &words, why) != 0) {
			json_array_append_new(
				warnings, json_sprintf("machine '%s': workload '%s': %s",
						  known[i].machine, name, why));
			bad++;
		}
	}
	machine_workloads_free(known, n);
	if (outcome == 0 && n == 0) {
		json_array_append_new(warnings,
			json_sprintf("no machine has said that it holds the workload '%s' for %s",
				name, arch));
	}
	if (n > 0 && bad == n) {
		fields_refuse(f, "workload_args", "does not fit workload '%s': %s", name, why);
	}
	return outcome;
}

int api_profile_add(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	_json_ json_t *profile = profile_read(&f);
	if (f.is_bad) {
		return 0;
	}
	_json_ json_t *warnings = json_array();
	const int fault = profile_check(&f, db, profile, warnings);
	if (fault != 0 || f.is_bad) {
		return fault;
	}
	_free_ char *text = json_dumps(profile, JSON_COMPACT);
	const char *name = json_string_value(json_object_get(profile, "name"));
	const int outcome = profile_add(db, text);
	if (outcome == PROFILE_BAD) {
		return response_error(res, 400, "bad_profile", "profile '%s' cannot be added: %s",
			name, db_refusal(db));
	}
	if (outcome == PROFILE_TAKEN) {
		return response_error(res, 409, "profile_exists",
			"there is a profile '%s' with other conditions; a profile never changes, "
			"take another name",
			name);
	}
	if (outcome >= 0) {
		response_json(res, outcome == PROFILE_SAME ? 200 : 201,
			json_pack("{s:O, s:O}", "profile", profile, "warnings", warnings));
	}
	return outcome < 0 ? outcome : 0;
}
