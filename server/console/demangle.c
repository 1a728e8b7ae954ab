/* Itanium's "_Z…" and Rust's "_R…", as far as function names need. A full demangler would be a
 * library; what it knows more (templates, operators, closures) does not occur in crash titles. */
#include "console/demangle.h"

#include <ctype.h>
#include <string.h>

enum {
	DEPTH_MAX = 16, /* nested Rust paths */
	RUST_HASH = 17, /* "h" and 16 hex digits at the end of Rust's old names */
};

struct mangled {
	const char *at;
	const char *end;
	char *out;
	size_t size;
};

static bool take(struct mangled *m, char c)
{
	bool is_it = m->at < m->end && *m->at == c;
	m->at += is_it ? 1 : 0;
	return is_it;
}

static bool put(struct mangled *m, struct text piece)
{
	size_t gap = m->size > 0 ? 2 : 0;
	if (piece.size == 0 || m->size + gap + piece.size >= DEMANGLE_MAX) {
		return false;
	}
	memcpy(m->out + m->size, "::", gap);
	memcpy(m->out + m->size + gap, piece.at, piece.size);
	m->size += gap + piece.size;
	return true;
}

/* "8fakeName" */
static bool read_name(struct mangled *m, struct text *name)
{
	size_t size = 0;
	while (m->at < m->end && isdigit((unsigned char)*m->at) && size < DEMANGLE_MAX) {
		size = size * 10 + (size_t)(*m->at++ - '0');
	}
	take(m, '_'); /* Rust separates names that begin with a digit or '_' */
	if (size == 0 || size > (size_t)(m->end - m->at)) {
		return false;
	}
	*name = (struct text){m->at, size};
	m->at += size;
	return true;
}

static bool is_rust_hash(struct text name)
{
	if (name.size != RUST_HASH || name.at[0] != 'h') {
		return false;
	}
	for (size_t i = 1; i < name.size; i++) {
		if (!isxdigit((unsigned char)name.at[i])) {
			return false;
		}
	}
	return true;
}

/* "8fakeNameiii" or "N3foo3barEv", behind "_Z" */
static bool read_itanium(struct mangled *m)
{
	struct text name;
	bool is_nested = take(m, 'N');
	while (is_nested && m->at < m->end && strchr("KVrRO", *m->at) != NULL) {
		m->at++;
	}
	do {
		if (!read_name(m, &name) || (!is_rust_hash(name) && !put(m, name))) {
			return false;
		}
	} while (is_nested && !take(m, 'E'));
	return true;
}

/* "s1a_": tells equal names apart; no part of the name. */
static void skip_disambiguator(struct mangled *m)
{
	if (!take(m, 's')) {
		return;
	}
	while (m->at < m->end && *m->at++ != '_') {
	}
}

/* "NvNtCs1a_6kernel5print11call_printk", behind "_R" */
static bool read_rust(struct mangled *m, int depth)
{
	struct text name;
	if (depth == DEPTH_MAX) {
		return false;
	}
	if (take(m, 'N')) {
		m->at += m->at < m->end ? 1 : 0; /* name space */
		if (!read_rust(m, depth + 1)) {
			return false;
		}
	} else if (!take(m, 'C')) {
		return false;
	}
	skip_disambiguator(m);
	return read_name(m, &name) && put(m, name);
}

struct text demangle(struct text symbol, char out[DEMANGLE_MAX])
{
	struct mangled m = {symbol.at + 2, symbol.at + symbol.size, out, 0};
	bool is_done = text_starts(symbol, "_Z")   ? read_itanium(&m)
		       : text_starts(symbol, "_R") ? read_rust(&m, 0)
						   : false;
	return is_done ? (struct text){out, m.size} : symbol;
}
