/* vmlinux files with debug information, kept by the build id of the kernel that was tested, and
 * what binutils says of them. Programs are run as children with limits of time and memory, since
 * they read what a compiler made of somebody's source. */
#pragma once

#include <jansson.h>

#include "runner/attempt.h"

/* 16 to 128 lower-case hex digits. */
bool vmlinux_is_build_id(const char *text);

/* The build id that the linker left in an ELF file; NULL: none. The caller's. */
char *vmlinux_build_id(struct attempt *attempt, const char *path, int64_t until_ns);

/* Where the vmlinux of the attempt's revision, whose tested kernel had this build id, is kept or is
 * to be kept; the caller's. Two revisions may have one build id when they differ in comments only.
 */
char *vmlinux_path(const struct attempt *attempt, const char *build_id);

/* Moves a file there. 0 or a fault. */
int vmlinux_keep(const struct attempt *attempt, const char *file, const char *path);

/* Looks up what is wanted, [{"function","offset","size","is_call"}], and answers the same with
 * "state" (found, differs, unknown, ambiguous) and, when found, "frames". 0 with *out the caller's,
 * ATTEMPT_ENDED, or a fault. */
int vmlinux_look_up(struct attempt *attempt, const char *path, const json_t *wanted,
	int64_t until_ns, json_t **out);
