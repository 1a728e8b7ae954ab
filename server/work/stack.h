/* The frames of a stored report as the console's reader knows them, with what was inlined before
 * its caller. */
#pragma once

#include <jansson.h>
#include <stddef.h>

struct console_frame;

/* Strings are borrowed from the JSON. */
struct stack {
	struct console_frame *frames;
	size_t n;
};
/* `frames`: a list as symbol_frames() gives it. stack_fini. */
struct stack stack_read(const json_t *frames);
void stack_fini(struct stack *stack);

#define _stack_ __attribute__((cleanup(stack_fini)))
