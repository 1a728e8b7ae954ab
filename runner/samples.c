/* A line splitter and a table of line types. */
#include "runner/samples.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/cut.h"
#include "shared/log.h"

enum { SAMPLES_BLOCK = 65536, SAMPLES_PAGE_MAX = 1 << 30 };

static void samples_copy(char *to, size_t room, const char *text)
{
	const size_t n = text != NULL ? cut_size(text, room - 1) : 0;
	memcpy(to, text != NULL ? text : "", n);
	to[n] = '\0';
}

static void samples_hello(struct samples *s, const json_t *line)
{
	const int64_t page_size = json_integer_value(json_object_get(line, "page_size"));
	s->is_hello = true;
	s->page_size = page_size > 0 && page_size <= SAMPLES_PAGE_MAX ? page_size : 0;
	samples_copy(s->release, sizeof(s->release),
		json_string_value(json_object_get(line, "release")));
}

static void samples_progress(struct samples *s, const json_t *line)
{
	const int64_t done = json_integer_value(json_object_get(line, "done"));
	const int64_t of = json_integer_value(json_object_get(line, "of"));
	if (done >= 0 && (of > 0 ? done <= of : of == 0 && s->of == 0)) {
		s->is_progress = true;
		s->done = done;
		s->of = of;
	}
}

static void samples_result(struct samples *s, const json_t *line)
{
	const char *status = json_string_value(json_object_get(line, "status"));
	if (status != NULL && s->status == SAMPLES_NONE) {
		s->status = strcmp(status, "done") == 0 ? SAMPLES_DONE : SAMPLES_ERROR;
		samples_copy(s->detail, sizeof(s->detail),
			json_string_value(json_object_get(line, "detail")));
		const char *by = json_string_value(json_object_get(line, "ended_by"));
		if (by != NULL && (strcmp(by, "migrations") == 0 || strcmp(by, "time") == 0)) {
			samples_copy(s->ended_by, sizeof(s->ended_by), by);
		}
	}
}

static void samples_phase(struct samples *s, const json_t *line)
{
	static const char *const names[] = {"boot", "mount", "prepare", "workload", "finish"};
	const char *name = json_string_value(json_object_get(line, "phase"));
	for (int i = 0; name != NULL && i <= SAMPLES_FINISH; i++) {
		if (strcmp(name, names[i]) == 0 && i > (int)s->phase) {
			s->phase = (enum samples_phase)i;
		}
	}
}

static const struct {
	const char *type;
	void (*take)(struct samples *s, const json_t *line);
} samples_types[] = {
	{"hello", samples_hello},
	{"phase", samples_phase},
	{"progress", samples_progress},
	{"result", samples_result},
};

static void samples_line(struct samples *s, const char *text, size_t n)
{
	static const char counters[] = "{\"type\":\"sample\"";
	if (n < 2 || text[0] != '{' || strncmp(text, counters, sizeof(counters) - 1) == 0) {
		return; /* most lines by far */
	}
	_json_ json_t *line = json_loadb(text, n, 0, NULL);
	const char *type = json_string_value(json_object_get(line, "type"));
	for (size_t i = 0; type != NULL && i < sizeof(samples_types) / sizeof(samples_types[0]);
		i++) {
		if (strcmp(type, samples_types[i].type) == 0) {
			samples_types[i].take(s, line);
		}
	}
}

void samples_take(struct samples *s, const char *bytes, int64_t n)
{
	if (s->line == NULL) {
		s->line = alloc_zero(SAMPLES_LINE_MAX, 1);
	}
	for (int64_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			if (!s->is_skipping) {
				samples_line(s, s->line, (size_t)s->line_size);
			}
			s->line_size = 0;
			s->is_skipping = false;
		} else if (s->line_size < SAMPLES_LINE_MAX) {
			s->line[s->line_size++] = bytes[i];
		} else {
			s->is_skipping = true;
		}
	}
}

int samples_read(struct samples *s, int fd)
{
	_free_ char *block = alloc_zero(1, SAMPLES_BLOCK);
	for (;;) {
		const ssize_t n = pread(fd, block, SAMPLES_BLOCK, s->offset);
		if (n < 0) {
			return log_errno("cannot read the guest's samples");
		}
		if (n == 0) {
			return 0;
		}
		samples_take(s, block, n);
		s->offset += n;
	}
}

void samples_fini(struct samples *s)
{
	free(s->line);
	s->line = NULL;
}
