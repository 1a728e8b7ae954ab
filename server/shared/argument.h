/* A workload's arguments: typed, with a default and limits, as its manifest says (MANIFEST in
 * faultline-runner(1)). Both sides read them with this: the server refuses a profile that no
 * machine could take, the runner makes the program's words. Pure. */
#pragma once

#include <jansson.h>
#include <stdint.h>

enum argument_type {
	ARGUMENT_BOOL,     /* true, false: the flag alone, or nothing */
	ARGUMENT_BYTES,    /* 4096, 64k, 100m, 2g */
	ARGUMENT_CHOICE,   /* one of a list */
	ARGUMENT_DURATION, /* 500ms, 10s, 5m, 2h */
	ARGUMENT_INT,
	ARGUMENT_TEXT, /* a word without white space and commas */
};

/* One argument; all is borrowed from the JSON it was read from. */
struct argument {
	const char *name, *flag, *help;
	enum argument_type type;
	int64_t low, high; /* of int; of bytes, in bytes; of duration, in milliseconds */
	const char
		*unit; /* of bytes (b, k, m, g) and duration (ms, s): what the program counts in */
	const json_t *choices;  /* of choice */
	const json_t *fallback; /* the default; NULL: not given to the program unless chosen */
};

enum { ARGUMENT_BAD = 1 };
enum { ARGUMENT_WHY_MAX = 512 };

/* The name of a type, as manifests have it. */
const char *argument_type_name(enum argument_type type);

/* Reads one {"name", "flag", "type", "default", "min", "max", "unit", "choices", "help"}. 0, or
 * ARGUMENT_BAD with the reason in `why`. */
int argument_read(const json_t *json, struct argument *out, char why[ARGUMENT_WHY_MAX]);

/* What the program is given for `text`, as people write it; the caller's. 0, or ARGUMENT_BAD with
 * what it should have been in `why`. */
int argument_value(
	const struct argument *argument, const char *text, char **out, char why[ARGUMENT_WHY_MAX]);

/* In words for people: "int, 2 (0 to 64)"; the caller's. */
char *argument_describe(const struct argument *argument);

/* The program's words, comma separated, from a list of arguments in its order, with the defaults of
 * those that `chosen` ("name=value" texts; may be NULL) does not name; the caller's. 0, or
 * ARGUMENT_BAD with the reason in `why`. */
int arguments_make(
	const json_t *arguments, const json_t *chosen, char **out, char why[ARGUMENT_WHY_MAX]);
