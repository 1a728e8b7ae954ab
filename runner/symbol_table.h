/* What nm says of a vmlinux, and what addr2line says of places in it. Pure: text in, places out. */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_table;

/* Reads the output of `nm --numeric-sort --print-size --defined-only`; the text is taken apart and
 * must live as long as the table. */
struct symbol_table *symbol_table_new(char *text);
void symbol_table_free(struct symbol_table *table);

enum { SYMBOL_PLACES_MAX = 8 };

/* Where functions of this name and size begin: at most SYMBOL_PLACES_MAX of them, *n is how many.
 * Answers how many functions of this name there are, whatever their size. The size is the one that
 * the kernel prints: up to the next function. */
size_t symbol_table_find(const struct symbol_table *table, const char *name, uint64_t size,
	uint64_t places[SYMBOL_PLACES_MAX], size_t *n);

/* Reads the output of `addr2line -afi`: an array for each of `n` addresses, in order, each
 * [{"function","file","line"}], what was inlined first; empty where no line is known. Files are
 * made relative to the tree. The caller's. */
json_t *symbol_lines_read(char *text, size_t n);
