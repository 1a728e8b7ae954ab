/* A file as a block device. */
#pragma once

#include <stddef.h>

struct report;

/* Puts the file behind a free loop device, whose name comes into `device`. Answers a descriptor of
 * it: once that is closed and nothing is mounted from it, the kernel frees the device. Negative: a
 * fault. */
int loop_attach(const char *file, char *device, size_t size, struct report *report);
