/* Memory that is there or ends the process with a message: nobody checks for it by hand. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* Each answers memory owned by the caller (free with free()), never NULL. */
void *alloc_zero(size_t count, size_t size);
void *alloc_resize(void *p, size_t count, size_t size);
char *alloc_copy(const char *s);
char *alloc_copy_n(const char *s, size_t n);
char *alloc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *alloc_format_list(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
