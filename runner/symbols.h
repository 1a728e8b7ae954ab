/* Orders for symbols: where in the source the frames of a crash lie. Taken when no job waits, left
 * at once when one does. The kernel is built once more with debug information, unless its vmlinux
 * is kept; then binutils are asked. An order is no attempt: nothing of it reaches a trend. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

struct runner;

/* Does what the server asked for and answers it. `is_patient`: jobs may wait this time. Never
 * fails: what goes wrong is told to the server. */
void symbols_run(struct runner *runner, json_t *order, bool is_patient);
