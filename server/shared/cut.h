/* Texts that are too long, cut where no character is torn: half a one makes a text that neither
 * PostgreSQL nor JSON takes. */
#pragma once

#include <stddef.h>

/* How many bytes of `text` to take: all of it, or at most `max_bytes` that end between two
 * characters of UTF-8. What is no UTF-8 is cut at `max_bytes`, so that whoever goes on from there
 * comes to an end. */
size_t cut_size(const char *text, size_t max_bytes);
