/* What lines of build logs say. First row that fits wins, so special ones stand before general
 * ones. Sources: gcc and clang's own diagnostics, binutils and lld, kbuild's scripts/mod/modpost.c,
 * scripts/kconfig, tools/objtool, dtc; GNU make's messages. */
#include "buildlog/format.h"

#include <stddef.h>
#include <string.h>

#define LINK "vmlinux"
#define MODPOST "Module.symvers"
#define CONFIG ".config"

static const struct format formats[] = {
	/* objtool names the object; some kernels put the word warning first */
	{"^%s: warning: objtool: %s+0x%x: %r\n^%s: warning: objtool: %s+0x%x%r", SAID_WARNING,
		"$1: objtool: $2: $3", 1, "$1"},
	{"^%s: warning: objtool: %r", SAID_WARNING, "$1: objtool: $2", 1, "$1"},
	{"^%s: error: objtool: %s+0x%x: %r", SAID_ERROR, "$1: objtool: $2: $3", 1, "$1"},
	{"^%s: error: objtool: %r", SAID_ERROR, "$1: objtool: $2", 1, "$1"},
	{"^error: objtool: %r", SAID_ERROR, "objtool: $1", 0, LINK},

	{"^ERROR: modpost: %r", SAID_ERROR, "modpost: $1", 0, MODPOST},
	{"^ERROR: \"%s\" [%s] undefined!", SAID_ERROR, "modpost: \"$1\" [$2] undefined!", 0,
		MODPOST},
	{"^WARNING: modpost: %r", SAID_WARNING, "modpost: $1", 0, MODPOST},
	{"^WARNING: %s: Section mismatch in reference %r", SAID_WARNING,
		"modpost: $1: section mismatch in reference $2", 0, MODPOST},

	{"^WARNING: unmet direct dependencies detected for %i", SAID_WARNING,
		"Kconfig: unmet direct dependencies detected for $1", 0, CONFIG},
	{"^%s:%d:error: %r", SAID_ERROR, "$1: $3", 1, CONFIG},
	{"^%s:%d:warning: %r", SAID_WARNING, "$1: $3", 1, CONFIG},
	{"^%s:%d: syntax error$\n^%s:%d: invalid %r\n^%s:%d: unknown option %r", SAID_ERROR,
		"$1: syntax error", 1, CONFIG},

	/* compilers and assemblers */
	{"^%s:%d:%d: {fatal |}error: %r", SAID_ERROR, "$1: $4", 1, NULL},
	{"^%s:%d:%d: warning: %r", SAID_WARNING, "$1: $4", 1, NULL},
	{"^%s:%d: {fatal |}error: %r\n^%s:%d: Error: %r", SAID_ERROR, "$1: $3", 1, NULL},
	{"^%s:%d: warning: %r\n^%s:%d: Warning: %r", SAID_WARNING, "$1: $3", 1, NULL},
	{"^error[%s]: %r", SAID_ERROR, "rustc: $2", 0, ""},

	/* device trees: "FILE:12.3-20: Warning (check): /node: text", "Error: FILE:12.1-10 text" */
	{"^%s:%d.%S Warning %r", SAID_WARNING, "$1: $4", 1, NULL},
	{"^%s:%d.%S ERROR %r", SAID_ERROR, "$1: $4", 1, NULL},
	{"^Error: %s:%d.%S %r", SAID_ERROR, "$1: $4", 1, NULL},

	/* linkers: "/usr/bin/aarch64-linux-gnu-ld: …", "ld.lld: …" */
	{"undefined reference to {`|'}%s'", SAID_ERROR, "ld: undefined reference to '$1'", 0, LINK},
	{"ld.lld: error: undefined symbol: %r", SAID_ERROR, "ld: undefined reference to '$1'", 0,
		LINK},
	{"multiple definition of {`|'}%s'", SAID_ERROR, "ld: multiple definition of '$1'", 0, LINK},
	{"ld.lld: error: duplicate symbol: %r", SAID_ERROR, "ld: multiple definition of '$1'", 0,
		LINK},
	{"relocation truncated to fit: %S", SAID_ERROR, "ld: relocation truncated to fit: $1", 0,
		LINK},
	{"ld{.bfd|.gold|.lld|}: warning: %r", SAID_WARNING, "ld: $1", 0, LINK},
	{"ld{.bfd|.gold|.lld|}: error: %r", SAID_ERROR, "ld: $1", 0, LINK},
	{"ld{.bfd|.gold|.lld|}: cannot %r", SAID_ERROR, "ld: cannot $1", 0, LINK},

	/* programs that are missing or were told nonsense */
	{"^/bin/sh: {line |}%d: %s: {command |}not found", SAID_ERROR, "sh: $2: not found", 0, ""},
	{"^{clang|cc1|gcc}: {fatal |}error: %r\n^{clang|gcc|cc1}: error: %r", SAID_ERROR, "cc: $1",
		0, ""},
	{"^FATAL ERROR: %r", SAID_ERROR, "dtc: $1", 0, ""},

	{"^make*: %*%*%* No rule to make target {`|'}%s'", SAID_FAILURE,
		"make: no rule to make target '$1'", 0, NULL},
	{"^make*: %*%*%* [%s: %s] Error %d", SAID_FAILURE, "make: $2: error $3", 0, "$2"},
	{"^make*: %*%*%* [%s] Error %d", SAID_FAILURE, "make: $1: error $2", 0, "$1"},
	{"^make*: %*%*%* %r", SAID_FAILURE, "make: $1", 0, ""},
};

/* What a line must hold to be looked at more closely: most lines are steps or source. */
static const char *const signs[] = {"rror", "arning", "WARNING", "ERROR", "undefined reference",
	"multiple definition", "truncated to fit", "ld: ", "*** ", "not found", "syntax error",
	": invalid ", ": unknown option "};

/* Steps that compile and link, as kbuild and its helpers print them. */
static const char *const steps[] = {
	"AS", "CC", "DTC", "HOSTCC", "HOSTLD", "LD", "MODPOST", "OBJTOOL", "RUSTC", "VDSO"};

static bool has_sign(struct text line)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (text_has(line, signs[i])) {
			return true;
		}
	}
	return false;
}

/* make goes on behind these, or says only what it does about one before. */
static bool is_harmless(struct text line)
{
	return text_starts(line, "make") &&
	       (text_has(line, "(ignored)") || text_has(line, "Waiting for unfinished jobs") ||
		       text_has(line, "] Deleting "));
}

const struct format *format_find(struct text line, struct match *m)
{
	if (!has_sign(line) || is_harmless(line)) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (match_line(formats[i].line, line, m)) {
			return &formats[i];
		}
	}
	return NULL;
}

const struct format *format_at(size_t n)
{
	return n < sizeof(formats) / sizeof(formats[0]) ? &formats[n] : NULL;
}

static bool is_made(struct text word)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (strlen(steps[i]) == word.size && memcmp(steps[i], word.at, word.size) == 0) {
			return true;
		}
	}
	return false;
}

/* The word at the line's end. */
static struct text last_word(struct text line)
{
	while (line.size > 0 && line.at[line.size - 1] == ' ') {
		line.size--;
	}
	size_t n = 0;
	while (n < line.size && line.at[line.size - 1 - n] != ' ') {
		n++;
	}
	return (struct text){line.at + line.size - n, n};
}

struct text format_step(struct text line, bool *is_step)
{
	struct text word = {line.at + 2, 0};
	if (text_starts(line, "  ")) {
		while (word.size + 2 < line.size && word.at[word.size] >= 'A' &&
			word.at[word.size] <= 'Z') {
			word.size++;
		}
	}
	*is_step = word.size >= 2 && word.size + 2 < line.size && word.at[word.size] == ' ';
	return *is_step && is_made(word) ? last_word(line) : (struct text){line.at, 0};
}
