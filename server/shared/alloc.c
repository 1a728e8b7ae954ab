/* Memory that is there or ends the process with a message. */
#include "shared/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *alloc_need(void *p)
{
	if (p == NULL) {
		static const char text[] = "<2>out of memory\n";
		fwrite(text, 1, sizeof(text) - 1, stderr);
		abort();
	}
	return p;
}

void *alloc_zero(size_t count, size_t size)
{
	return alloc_need(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *alloc_resize(void *p, size_t count, size_t size)
{
	return alloc_need(reallocarray(p, count == 0 ? 1 : count, size == 0 ? 1 : size));
}

char *alloc_copy(const char *s)
{
	return alloc_need(strdup(s));
}

char *alloc_copy_n(const char *s, size_t n)
{
	return alloc_need(strndup(s, n));
}

char *alloc_format_list(const char *format, va_list args)
{
	char *out = NULL;
	const int n = vasprintf(&out, format, args);
	return alloc_need(n < 0 ? NULL : out);
}

char *alloc_format(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *out = alloc_format_list(format, args);
	va_end(args);
	return out;
}
