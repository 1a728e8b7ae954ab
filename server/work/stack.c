/* The frames of a stored report. */
#include "work/stack.h"

#include <stdlib.h>

#include "console/console.h"
#include "shared/alloc.h"

static void stack_add(struct stack *stack, const json_t *frame, bool is_inline)
{
	stack->frames = alloc_resize(stack->frames, stack->n + 1, sizeof(*stack->frames));
	stack->frames[stack->n++] = (struct console_frame){
		.function = json_string_value(json_object_get(frame, "function")),
		.file = json_string_value(json_object_get(frame, "file")),
		.line = (int)json_integer_value(json_object_get(frame, "line")),
		.is_reliable = !json_is_false(json_object_get(frame, "reliable")),
		.is_inline = is_inline};
}

struct stack stack_read(const json_t *frames)
{
	struct stack stack = {0};
	size_t i, k;
	const json_t *frame, *inlined;
	json_array_foreach((json_t *)frames, i, frame)
	{
		json_array_foreach(json_object_get(frame, "inlined"), k, inlined)
		{
			stack_add(&stack, inlined, true);
		}
		stack_add(&stack, frame, false);
	}
	return stack;
}

void stack_fini(struct stack *stack)
{
	free(stack->frames);
	*stack = (struct stack){0};
}
