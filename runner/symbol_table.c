/* Functions by address and by name. The kernel takes a function's size from its own table of
 * symbols, that is up to the next one, padding included; so the same is done here. Both that and
 * the size in the ELF file are good: assembler code has none. */
#include "runner/symbol_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"

struct symbol {
	uint64_t at, size;
	const char *name;
};

struct symbol_table {
	struct symbol *list; /* by address */
	size_t n;
};

/* Names that the kernel's own table leaves out: mapping symbols, local labels, checksums. */
static bool is_listed(char type, const char *name)
{
	return strchr("tTwW", type) != NULL && name[0] != '$' && strncmp(name, ".L", 2) != 0 &&
	       strncmp(name, "__crc_", 6) != 0;
}

/* "ffffffff81000000 0000000000000123 T name", without the second where there is no size. */
static bool line_read(char *line, struct symbol *out)
{
	char *end = NULL;
	*out = (struct symbol){.at = strtoull(line, &end, 16)};
	if (end == line || *end != ' ') {
		return false;
	}
	char *at = end + 1;
	if (strlen(at) > 17 && at[16] == ' ') {
		out->size = strtoull(at, &end, 16);
		at = end + 1;
	}
	out->name = at + 2;
	return at[0] != '\0' && at[1] == ' ' && is_listed(at[0], out->name);
}

struct symbol_table *symbol_table_new(char *text)
{
	struct symbol_table *table = alloc_zero(1, sizeof(*table));
	size_t room = 0;
	char *rest = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
		line = strtok_r(NULL, "\n", &rest)) {
		if (table->n == room) {
			room = room == 0 ? 4096 : room * 2;
			table->list = alloc_resize(table->list, room, sizeof(*table->list));
		}
		table->n += line_read(line, &table->list[table->n]);
	}
	return table;
}

void symbol_table_free(struct symbol_table *table)
{
	if (table != NULL) {
		free(table->list);
		free(table);
	}
}

/* Up to the next symbol that lies elsewhere; 0: it is the last. */
static uint64_t distance(const struct symbol_table *table, size_t i)
{
	for (size_t next = i + 1; next < table->n; next++) {
		if (table->list[next].at > table->list[i].at) {
			return table->list[next].at - table->list[i].at;
		}
	}
	return 0;
}

/* The compiler's copies of a function ("f.isra.0", "f.cold") are told apart by their size: consoles
 * are read without such endings. */
static bool is_named(const char *symbol, const char *name)
{
	const size_t n = strlen(name);
	return strncmp(symbol, name, n) == 0 && (symbol[n] == '\0' || symbol[n] == '.');
}

static bool is_known(const uint64_t *places, size_t n, uint64_t at)
{
	for (size_t i = 0; i < n; i++) {
		if (places[i] == at) {
			return true;
		}
	}
	return false;
}

size_t symbol_table_find(const struct symbol_table *table, const char *name, uint64_t size,
	uint64_t places[SYMBOL_PLACES_MAX], size_t *n)
{
	size_t namesakes = 0;
	*n = 0;
	for (size_t i = 0; i < table->n; i++) {
		const struct symbol *s = &table->list[i];
		if (!is_named(s->name, name)) {
			continue;
		}
		namesakes++;
		const bool fits = s->size == size || distance(table, i) == size;
		if (fits && *n < SYMBOL_PLACES_MAX && !is_known(places, *n, s->at)) {
			places[(*n)++] = s->at;
		}
	}
	return namesakes;
}
