/* The machine's own kernel log, as the console of an attempt that stresses the machine itself. */
#pragma once

#include <stddef.h>

struct kmsg {
	int fd; /* < 0: none */
};

/* From now on: what was logged before is not read. 0 or a fault. */
int kmsg_open(struct kmsg *kmsg);
void kmsg_fini(struct kmsg *kmsg);

/* Adds what is new to the open file `console`, as a serial console would show it. Waits for
 * nothing. 0 or a fault. */
int kmsg_copy(struct kmsg *kmsg, int console);

/* One record of /dev/kmsg ("6,123,4567,-;text\n KEY=value\n") as lines "[    0.004567] text\n";
 * `record` is ended by a zero. Answers their length, 0 for what is no record; `size` must be 12
 * times as large. */
enum { KMSG_RECORD_MAX = 8192, KMSG_LINES_MAX = 12 * KMSG_RECORD_MAX };
size_t kmsg_lines(const char *record, char *lines, size_t size);
