/* The guest's channel: lines of JSON in, rows of counters out. */
#include "work/samples.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/utf8.h"

/* The counters of "sample" lines, in their order. */
static const char *const watched[] = {"pgmigrate_success", "pgmigrate_fail"};
enum { WATCHED = sizeof(watched) / sizeof(watched[0]) };
enum { LINE_SAMPLE = 0, LINE_VMSTAT = 1 };

static const char *const phase_names[] = {"finish", "mount", "prepare", "workload"};

/* A year: no guest runs longer, and sums of times stay far from the end of int64_t. */
#define T_MAX_NS (INT64_C(366) * 86400 * 1000000000)

static struct samples_keys *keys_push(struct samples *s, size_t n, int64_t id)
{
	s->keys = alloc_resize(s->keys, s->n_keys + 1, sizeof(*s->keys));
	struct samples_keys *keys = &s->keys[s->n_keys++];
	*keys = (struct samples_keys){.n = n, .id = id};
	return keys;
}

static void keys_name(struct samples_keys *keys)
{
	keys->names = alloc_zero(keys->n > 0 ? keys->n : 1, sizeof(*keys->names));
}

static int64_t state_int(const json_t *state, const char *name)
{
	return json_integer_value(json_object_get(state, name));
}

static void word_copy(char *out, size_t size, const char *text)
{
	const size_t n = strnlen(text == NULL ? "" : text, size - 1);
	memcpy(out, text == NULL ? "" : text, n);
	out[n] = '\0';
}

static void state_read(struct samples *s, const char *text)
{
	_json_ json_t *state = json_loads(text, 0, NULL);
	word_copy(s->boot_id, sizeof(s->boot_id),
		json_string_value(json_object_get(state, "boot_id")));
	s->lines = state_int(state, "lines");
	s->lines_bad = state_int(state, "bad");
	s->held_bytes = state_int(state, "held");
	s->boots = state_int(state, "boots");
	s->lists = state_int(state, "lists");
	s->phases_seen = state_int(state, "phases");
	s->clock = (struct guest_clock){.last_ns = state_int(state, "t"),
		.suspect_ns = state_int(state, "suspect_t"),
		.suspects = state_int(state, "suspects")};
	s->is_skipping = json_is_true(json_object_get(state, "is_skipping"));
	s->has_result = json_is_true(json_object_get(state, "has_result"));
	const int64_t n = state_int(state, "keys");
	if (n > 0 && n <= SAMPLES_KEYS_MAX) {
		keys_push(s, (size_t)n, state_int(state, "keys_id"));
	}
}

struct samples *samples_new(const char *state)
{
	struct samples *s = alloc_zero(1, sizeof(*s));
	struct samples_keys *keys = keys_push(s, WATCHED, 0);
	keys_name(keys);
	for (size_t i = 0; i < WATCHED; i++) {
		keys->names[i] = alloc_copy(watched[i]);
	}
	state_read(s, state);
	return s;
}

void samples_free(struct samples *s)
{
	if (s == NULL) {
		return;
	}
	for (size_t i = 0; i < s->n_keys; i++) {
		for (size_t j = 0; s->keys[i].names != NULL && j < s->keys[i].n; j++) {
			free(s->keys[i].names[j]);
		}
		free(s->keys[i].names);
	}
	for (size_t i = 0; i < s->n_blocks; i++) {
		free(s->blocks[i].t_ns);
		free(s->blocks[i].values);
	}
	free(s->keys);
	free(s->blocks);
	free(s->phases);
	free(s);
}

char *samples_state(const struct samples *s)
{
	const struct samples_keys *vmstat = s->n_keys > 1 ? &s->keys[s->n_keys - 1] : NULL;
	_json_ json_t *state = json_pack(
		"{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b}", "boot_id",
		s->boot_id, "keys", (json_int_t)(vmstat == NULL ? 0 : vmstat->n), "keys_id",
		(json_int_t)(vmstat == NULL ? 0 : vmstat->id), "lines", (json_int_t)s->lines, "bad",
		(json_int_t)s->lines_bad, "held", (json_int_t)s->held_bytes, "boots",
		(json_int_t)s->boots, "lists", (json_int_t)s->lists, "phases",
		(json_int_t)s->phases_seen, "t", (json_int_t)s->clock.last_ns, "suspect_t",
		(json_int_t)s->clock.suspect_ns, "suspects", (json_int_t)s->clock.suspects,
		"is_skipping", s->is_skipping, "has_result", s->has_result);
	return json_dumps(state, JSON_COMPACT);
}

/* As the kernel prints it: 8-4-4-4-12 lower-case hex digits. */
static bool is_boot_id(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;
	for (; text[i] != '\0' && shape[i] != '\0'; i++) {
		const bool is_hex =
			isdigit((unsigned char)text[i]) || (text[i] >= 'a' && text[i] <= 'f');
		if (shape[i] == '-' ? text[i] != '-' : !is_hex) {
			return false;
		}
	}
	return text[i] == shape[i];
}

/* Each reader of a kind of line answers false when the line is not as it should be. */

static bool read_hello(struct samples *s, json_t *line)
{
	const char *boot_id = NULL, *release = "";
	json_int_t version = 0, page_size = 0;
	if (json_unpack(line, "{s:I, s:s, s?s, s?I}", "version", &version, "boot_id", &boot_id,
		    "release", &release, "page_size", &page_size) != 0 ||
		version != 1 || !is_boot_id(boot_id) || s->boots >= SAMPLES_BOOTS_MAX) {
		return false;
	}
	s->boots++;
	word_copy(s->boot_id, sizeof(s->boot_id), boot_id);
	_free_ char *clean = utf8_clean(release, strlen(release), sizeof(s->release) - 1);
	word_copy(s->release, sizeof(s->release), clean);
	s->page_size = page_size >= 512 && page_size <= 1 << 24 ? page_size : 0;
	s->clock = (struct guest_clock){0};
	s->current[LINE_SAMPLE] = s->current[LINE_VMSTAT] = 0;
	return true;
}

static bool is_key(const char *name)
{
	size_t n = 0;
	for (; name[n] != '\0'; n++) {
		if (n >= 64 || !(isalnum((unsigned char)name[n]) || name[n] == '_')) {
			return false;
		}
	}
	return n > 0;
}

static bool read_keys(struct samples *s, json_t *line)
{
	const json_t *names = json_object_get(line, "keys");
	const size_t n = json_array_size(names);
	if (n == 0 || n > SAMPLES_KEYS_MAX || s->lists >= SAMPLES_LISTS_MAX) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(names, i));
		if (name == NULL || !is_key(name)) {
			return false;
		}
	}
	struct samples_keys *keys = keys_push(s, n, 0);
	keys_name(keys);
	for (size_t i = 0; i < n; i++) {
		keys->names[i] = alloc_copy(json_string_value(json_array_get(names, i)));
	}
	s->lists++;
	s->current[LINE_VMSTAT] = 0;
	return true;
}

static bool read_t(struct samples *s, const json_t *line, int64_t *out)
{
	const json_t *t = json_object_get(line, "t");
	*out = json_integer_value(t);
	return json_is_integer(t) && *out >= 0 && *out <= T_MAX_NS &&
	       guest_clock_believes(&s->clock, *out);
}

static bool read_phase(struct samples *s, json_t *line)
{
	const char *name = json_string_value(json_object_get(line, "phase"));
	struct samples_phase phase = {0};
	if (name == NULL || s->boot_id[0] == '\0' || s->phases_seen >= SAMPLES_PHASES_MAX ||
		!read_t(s, line, &phase.t_ns)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(phase_names) / sizeof(phase_names[0]); i++) {
		phase.name = strcmp(name, phase_names[i]) == 0 ? phase_names[i] : phase.name;
	}
	if (phase.name == NULL) {
		return false;
	}
	memcpy(phase.boot_id, s->boot_id, sizeof(phase.boot_id));
	s->phases = alloc_resize(s->phases, s->n_phases + 1, sizeof(*s->phases));
	s->phases[s->n_phases++] = phase;
	s->phases_seen++;
	return true;
}

static struct samples_block *block_of(struct samples *s, int kind, size_t keys)
{
	if (s->current[kind] == 0) {
		s->blocks = alloc_resize(s->blocks, s->n_blocks + 1, sizeof(*s->blocks));
		s->blocks[s->n_blocks] = (struct samples_block){.keys = keys};
		memcpy(s->blocks[s->n_blocks].boot_id, s->boot_id, sizeof(s->boot_id));
		s->current[kind] = ++s->n_blocks;
	}
	return &s->blocks[s->current[kind] - 1];
}

/* No counter is negative; and so no difference of two leaves 64 bits. */
static bool values_read(const json_t *values, size_t n, int64_t *out)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_array_get(values, i);
		const bool is_count = json_is_integer(value) && json_integer_value(value) >= 0;
		if (!json_is_null(value) && !is_count) {
			return false;
		}
		out[i] = is_count ? json_integer_value(value) : SAMPLES_NULL;
	}
	return true;
}

static bool row_read(struct samples *s, json_t *line, int kind, size_t keys)
{
	const json_t *values = json_object_get(line, "v");
	const size_t n = s->keys[keys].n;
	int64_t t_ns = 0;
	if (s->boot_id[0] == '\0' || json_array_size(values) != n || !read_t(s, line, &t_ns)) {
		return false;
	}
	struct samples_block *b = block_of(s, kind, keys);
	if (b->n == b->capacity) {
		b->capacity = b->capacity == 0 ? 16 : 2 * b->capacity;
		b->t_ns = alloc_resize(b->t_ns, b->capacity, sizeof(*b->t_ns));
		b->values = alloc_resize(b->values, b->capacity * n, sizeof(*b->values));
	}
	if (!values_read(values, n, b->values + b->n * n)) {
		return false;
	}
	b->t_ns[b->n++] = t_ns;
	return true;
}

static bool read_sample(struct samples *s, json_t *line)
{
	return row_read(s, line, LINE_SAMPLE, 0);
}

static bool read_vmstat(struct samples *s, json_t *line)
{
	return s->n_keys > 1 && row_read(s, line, LINE_VMSTAT, s->n_keys - 1);
}

/* The runner watches progress as it happens; nothing of it is kept here. */
static bool read_progress(struct samples *s, json_t *line)
{
	int64_t t_ns;
	return read_t(s, line, &t_ns);
}

static bool read_result(struct samples *s, json_t *line)
{
	(void)line;
	s->has_result = true;
	return true;
}

static const struct {
	const char *type;
	bool (*read)(struct samples *s, json_t *line);
} kinds[] = {
	{"hello", read_hello},
	{"keys", read_keys},
	{"phase", read_phase},
	{"progress", read_progress},
	{"result", read_result},
	{"sample", read_sample},
	{"vmstat", read_vmstat},
};

static bool line_read(struct samples *s, const char *bytes, size_t size)
{
	_json_ json_t *line = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
	const char *type = json_string_value(json_object_get(line, "type"));
	for (size_t i = 0; type != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].type, type) == 0) {
			return kinds[i].read(s, line);
		}
	}
	return false;
}

static void line_take(struct samples *s, const char *bytes, size_t size)
{
	if (size == 0 && !s->is_skipping) {
		return;
	}
	s->lines++;
	if (s->is_skipping || size > SAMPLES_LINE_MAX || !line_read(s, bytes, size)) {
		s->lines_bad++;
	}
	s->is_skipping = false;
}

size_t samples_feed(struct samples *s, const char *bytes, size_t size, bool is_end)
{
	size_t used = 0;
	while (used < size) {
		const char *end = memchr(bytes + used, '\n', size - used);
		const size_t n = end == NULL ? size - used : (size_t)(end - (bytes + used));
		if (end == NULL && !is_end) {
			if (n <= SAMPLES_LINE_MAX) {
				break;
			}
			s->is_skipping = true;
			return size;
		}
		line_take(s, bytes + used, n);
		used += n + (end != NULL);
	}
	return used;
}
