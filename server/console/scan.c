/* Search for many literals at once, after Wu and Manber: most places are passed over three bytes at
 * a time by one look into a table that stays in the first-level cache. */
#include "console/scan.h"

#include <assert.h>
#include <string.h>

enum {
	BLOCK = 2, /* bytes that are hashed */
	MARKERS_MAX = 64,
	LITERAL_MIN = 4, /* bytes of a literal that the table knows; none may be shorter */
};

/* Ends that are no fault of the kernel: memory ran out under the program that drives the test, or
 * that program failed itself. A workload that is killed for memory does not count: it may be the
 * test. */
#define DRIVER "%({faultline-guest|sshd|syz-executor|syz-fuzzer|syz-manager}"
static const struct {
	const char *text;
	const char *must; /* a pattern that the line must match as well; NULL: none */
} suppressors[] = {
	{"INIT: PANIC: segmentation violation!", NULL},
	{"Killed process ", DRIVER},
	{"Out of memory: Kill", DRIVER},
	{"SIGBUS: bus error", NULL},
	{"fatal error: newosproc", NULL},
	{"fatal error: out of memory", NULL},
	{"fatal error: runtime: cannot allocate memory", NULL},
	{"fatal error: runtime: out of memory", NULL},
	{"lowmemorykiller: Killing 'sshd'", NULL},
	{"lowmemorykiller: Killing 'syz-", NULL},
	{"runtime: out of memory: cannot allocate ", NULL},
	{"stack smashing detected", NULL},
};

static const char boot[] = "Linux version ";

static unsigned hash(const char *at)
{
	return ((unsigned char)at[0] ^ ((unsigned)(unsigned char)at[1] << 4)) & 4095;
}

/* Of the first four bytes: few places of a console share one with a literal. */
static unsigned hash_start(const char *at)
{
	uint32_t four;
	memcpy(&four, at, sizeof(four));
	return four * 2654435761u >> 20;
}

static void learn(struct scan *scan, const char *literal)
{
	unsigned start = hash_start(literal);
	for (int i = 0; i + BLOCK <= LITERAL_MIN; i++) {
		uint8_t shift = (uint8_t)(LITERAL_MIN - BLOCK - i);
		uint8_t *known = &scan->shift[hash(literal + i)];
		*known = shift < *known ? shift : *known;
	}
	scan->starts[start / 64] |= 1ULL << (start % 64);
}

void scan_init(struct scan *scan)
{
	memset(scan->shift, LITERAL_MIN - BLOCK + 1, sizeof(scan->shift));
	memset(scan->starts, 0, sizeof(scan->starts));
	size_t n = 0;
	for (const struct marker *m = markers; m->text != NULL; m++, n++) {
		learn(scan, m->text);
	}
	assert(n <= MARKERS_MAX);
	for (size_t i = 0; i < sizeof(suppressors) / sizeof(suppressors[0]); i++) {
		learn(scan, suppressors[i].text);
	}
	learn(scan, boot);
}

static bool is_literal(const char *at, const char *end)
{
	struct text rest = {at, (size_t)(end - at)};
	if (text_starts(rest, boot)) {
		return true;
	}
	for (const struct marker *m = markers; m->text != NULL; m++) {
		if (text_starts(rest, m->text)) {
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(suppressors) / sizeof(suppressors[0]); i++) {
		if (text_starts(rest, suppressors[i].text)) {
			return true;
		}
	}
	return false;
}

const char *scan_next(const struct scan *scan, const char *at, const char *end)
{
	while (end - at >= LITERAL_MIN) {
		uint8_t shift = scan->shift[hash(at + LITERAL_MIN - BLOCK)];
		if (shift > 0) {
			at += shift;
			continue;
		}
		unsigned start = hash_start(at);
		if ((scan->starts[start / 64] >> (start % 64) & 1) && is_literal(at, end)) {
			return at;
		}
		at++;
	}
	return NULL;
}

/* The markers whose text stands at `at`, as bits of their places in the table. */
static uint64_t markers_at(struct text rest, bool is_start)
{
	uint64_t found = 0;
	for (size_t i = 0; markers[i].text != NULL; i++) {
		bool is_placed = is_start || !(markers[i].flags & MARKER_AT_START);
		if (is_placed && text_starts(rest, markers[i].text)) {
			found |= 1ULL << i;
		}
	}
	return found;
}

static bool suppresses_at(struct text rest, struct text line)
{
	for (size_t i = 0; i < sizeof(suppressors) / sizeof(suppressors[0]); i++) {
		const char *must = suppressors[i].must;
		if (text_starts(rest, suppressors[i].text) &&
			(must == NULL || match_line(must, line, NULL))) {
			return true;
		}
	}
	return false;
}

struct scan_hits scan_line(const struct scan *scan, struct text line)
{
	struct scan_hits hits = {0};
	const char *end = line.at + line.size;
	const char *at = scan_next(scan, line.at, end);
	for (; at != NULL; at = scan_next(scan, at + 1, end)) {
		struct text rest = {at, (size_t)(end - at)};
		hits.markers |= markers_at(rest, at == line.at);
		hits.is_boot = hits.is_boot || text_starts(rest, boot);
		hits.suppresses = hits.suppresses || suppresses_at(rest, line);
	}
	return hits;
}

static bool is_vetoed(const struct marker *marker, struct text line)
{
	for (const char *const *veto = marker->veto; veto != NULL && *veto != NULL; veto++) {
		if (match_line(*veto, line, NULL)) {
			return true;
		}
	}
	return false;
}

const struct marker *scan_marker(const struct scan_hits *hits, struct text line)
{
	for (size_t i = 0; hits->markers >> i != 0 && markers[i].text != NULL; i++) {
		const struct marker *m = &markers[i];
		bool is_here = hits->markers >> i & 1;
		if (is_here && (m->must == NULL || match_line(m->must, line, NULL)) &&
			!is_vetoed(m, line)) {
			return m;
		}
	}
	return NULL;
}
