/* Names of C++ and Rust functions as people write them. Only what kernels hold: plain and nested
 * names, without parameters. */
#pragma once

#include "console/match.h"

enum { DEMANGLE_MAX = 128 };

/* The readable name, in `out` when it had to be made; the symbol itself when it is no mangled name.
 */
struct text demangle(struct text symbol, char out[DEMANGLE_MAX]);
