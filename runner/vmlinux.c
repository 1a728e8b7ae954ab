/* readelf, nm and addr2line: what they say goes to files, which are read when they have ended. */
#include "runner/vmlinux.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/output.h"
#include "runner/process.h"
#include "runner/sandbox.h"
#include "runner/store.h"
#include "runner/symbol_table.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum {
	VMLINUX_TEXT_MAX = 256 << 20, /* nm of a distribution's kernel prints 15 MB */
	VMLINUX_NICE = 10,
	VMLINUX_REVISION_DIGITS = 16,
};

/* A distribution's kernel with full debug information takes addr2line 3 GB. */
#define VMLINUX_MEMORY_LIMIT "--as=8589934592"
#define VMLINUX_CPU_LIMIT "--cpu=600"

bool vmlinux_is_build_id(const char *text)
{
	const size_t n = strlen(text);
	return n >= 16 && n <= 128 && strspn(text, "0123456789abcdef") == n;
}

char *vmlinux_path(const struct attempt *a, const char *build_id)
{
	return alloc_format("%s/vmlinux/%.*s-%.*s", a->config->state, 56, build_id,
		VMLINUX_REVISION_DIGITS, a->job.revision.hash);
}

int vmlinux_keep(const struct attempt *a, const char *file, const char *path)
{
	_free_ char *copy = store_temporary(a->config->state, "vmlinux");
	const int r = output_copy(a, file, copy);
	if (r < 0) {
		unlink(copy);
		return r;
	}
	return rename(copy, path) < 0 ? log_errno("cannot keep '%s'", path) : 0;
}

/* Runs a program of binutils. 0 with *text the caller's (also when it complained), ATTEMPT_ENDED or
 * a fault. */
static int tool_run(struct attempt *a, const char *tool, const char *vmlinux,
	const struct words *arguments, int64_t until_ns, char **text)
{
	const char *prefix = arch_is_native(a->arch) ? "" : a->arch->cross_compile;
	const struct sandbox box = {.reads = {vmlinux}, .until_ns = until_ns};
	_words_ struct words argv = {0};
	sandbox_words(a->config, &box, &argv);
	words_split(&argv, "prlimit " VMLINUX_MEMORY_LIMIT " " VMLINUX_CPU_LIMIT);
	words_format(&argv, "%s%s", prefix, tool);
	for (size_t i = 0; i < arguments->count; i++) {
		words_add(&argv, arguments->list[i]);
	}
	_free_ char *path = store_temporary(a->config->state, tool);
	_fd_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return log_errno("cannot create '%s'", path);
	}
	const struct process_spec spec = {.argv = words_argv(&argv),
		.output_fd = fd,
		.nice = VMLINUX_NICE,
		.is_boxed = a->config->is_sandboxed,
		.bounds = &a->config->bounds};
	int status = 0;
	size_t size = 0;
	int r = process_run(&spec, a->halt, until_ns, &status);
	if (r == PROCESS_HALTED) {
		r = attempt_halted(a);
	} else if (r == PROCESS_LATE) {
		r = attempt_end(a, RESULT_FAULT, "%s was not done within its limit", tool);
	} else if (process_passed(r) != NULL) {
		r = attempt_end(a, RESULT_FAULT, "%s took %s", tool, process_passed(r));
	} else if (r == 0 && status != 0) {
		r = attempt_end(a, RESULT_FAULT, "%s%s ended with %d", prefix, tool, status);
	}
	r = r != 0 ? r : file_read(path, VMLINUX_TEXT_MAX, text, &size);
	unlink(path);
	return r;
}

char *vmlinux_build_id(struct attempt *a, const char *path, int64_t until_ns)
{
	static const char mark[] = "Build ID: ";
	const struct sandbox box = {.reads = {path}, .until_ns = until_ns};
	_words_ struct words argv = {0};
	sandbox_words(a->config, &box, &argv);
	words_split(&argv, "readelf --notes --wide");
	words_add(&argv, path);
	const struct process_spec spec = {.argv = words_argv(&argv),
		.is_boxed = a->config->is_sandboxed,
		.bounds = &a->config->bounds};
	_free_ char *text = NULL;
	int status = 0;
	if (process_capture(&spec, a->halt, until_ns, 0, &status, &text) != 0) {
		return NULL;
	}
	const char *found = strstr(text, mark);
	const char *id = found != NULL ? found + sizeof(mark) - 1 : "";
	char *out = alloc_copy_n(id, strspn(id, "0123456789abcdef"));
	if (!vmlinux_is_build_id(out)) {
		free(out);
		return NULL;
	}
	return out;
}

/* One that is wanted, and where it may be. */
struct look {
	const json_t *wanted;
	uint64_t places[SYMBOL_PLACES_MAX];
	size_t n, namesakes;
};

/* A return address may stand behind the function's last instruction's line, or in the next
 * function: the call is before it. */
static void look_find(const struct symbol_table *table, const json_t *wanted, struct look *look)
{
	const char *function = json_string_value(json_object_get(wanted, "function"));
	const uint64_t size = (uint64_t)json_integer_value(json_object_get(wanted, "size"));
	const uint64_t offset = (uint64_t)json_integer_value(json_object_get(wanted, "offset"));
	const bool is_call = json_is_true(json_object_get(wanted, "is_call"));
	*look = (struct look){.wanted = wanted};
	look->namesakes = symbol_table_find(
		table, function != NULL ? function : "", size, look->places, &look->n);
	for (size_t i = 0; i < look->n; i++) {
		look->places[i] += offset - (is_call && offset > 0);
	}
}

/* "differs" rather than a wrong line: the size is how it shows that the code is another. */
static json_t *look_answer(const struct look *look, const json_t *lines, size_t first)
{
	const json_t *frames = json_array_get(lines, first);
	const char *state = look->n > 0 ? "found" : look->namesakes > 0 ? "differs" : "unknown";
	for (size_t i = 0; i < look->n; i++) {
		const json_t *other = json_array_get(lines, first + i);
		state = !json_equal(frames, other) ? "ambiguous" : state;
	}
	if (look->n > 0 && json_array_size(frames) == 0) {
		state = "unknown";
	}
	json_t *answer = json_copy((json_t *)look->wanted);
	json_object_set_new(answer, "state", json_string(state));
	if (strcmp(state, "found") == 0) {
		json_object_set(answer, "frames", (json_t *)frames);
	}
	return answer;
}

static int lines_ask(struct attempt *a, const char *path, const struct look *looks, size_t n,
	int64_t until_ns, json_t **out)
{
	_words_ struct words arguments = {0};
	size_t count = 0;
	words_split(&arguments, "-a -f -i -e");
	words_add(&arguments, path);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < looks[i].n; k++) {
			words_format(&arguments, "0x%llx", (unsigned long long)looks[i].places[k]);
			count++;
		}
	}
	_free_ char *text = NULL;
	const int r = count == 0 ? 0 : tool_run(a, "addr2line", path, &arguments, until_ns, &text);
	if (r == 0) {
		*out = count == 0 ? json_array() : symbol_lines_read(text, count);
	}
	return r;
}

static int looks_find(struct attempt *a, const char *path, const json_t *wanted, int64_t until_ns,
	struct look *looks)
{
	_words_ struct words arguments = {0};
	words_split(&arguments, "--numeric-sort --print-size --defined-only");
	words_add(&arguments, path);
	_free_ char *text = NULL;
	const int r = tool_run(a, "nm", path, &arguments, until_ns, &text);
	if (r != 0) {
		return r;
	}
	struct symbol_table *table = symbol_table_new(text);
	for (size_t i = 0; i < json_array_size(wanted); i++) {
		look_find(table, json_array_get(wanted, i), &looks[i]);
	}
	symbol_table_free(table);
	return 0;
}

int vmlinux_look_up(
	struct attempt *a, const char *path, const json_t *wanted, int64_t until_ns, json_t **out)
{
	const size_t n = json_array_size(wanted);
	_free_ struct look *looks = alloc_zero(n + 1, sizeof(*looks));
	_json_ json_t *lines = NULL;
	int r = looks_find(a, path, wanted, until_ns, looks);
	r = r != 0 ? r : lines_ask(a, path, looks, n, until_ns, &lines);
	if (r != 0) {
		return r;
	}
	json_t *answers = json_array();
	size_t first = 0;
	for (size_t i = 0; i < n; i++) {
		json_array_append_new(answers, look_answer(&looks[i], lines, first));
		first += looks[i].n;
	}
	*out = answers;
	return 0;
}
