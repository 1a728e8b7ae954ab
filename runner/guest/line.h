/* One line of JSON in a buffer of fixed size. The sampler builds its lines here while the guest may
 * be out of memory, so nothing is allocated; the values are so few that a JSON library would not
 * pay. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A virtio-serial port takes at most 32 KiB in one write; a line is one write, so that the lines of
 * two processes never mix. All names of /proc/vmstat of 6.1 need 4 KiB. */
enum { LINE_MAX_BYTES = 32 * 1024 };

struct line {
	size_t used;
	char text[LINE_MAX_BYTES];
};

/* Begins anew with `{"type":"TYPE"`. */
void line_begin(struct line *line, const char *type);

/* What does not fit is cut; line_is_cut() tells at the end. */
void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `text` as a JSON string with its quotes; bytes outside printable ASCII become '?'. */
void line_add_string(struct line *line, const char *text);

/* A list of counters; a negative value is unknown and becomes null. */
void line_add_counters(struct line *line, const int64_t *values, size_t count);

int line_is_cut(const struct line *line);
