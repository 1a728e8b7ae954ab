/* What may become a path, an argument or a word of a kernel command line on a runner. The server
 * refuses the rest when it is asked for, so that no machine seems to fail for it; the runner looks
 * again, since it must not trust the server. */
#pragma once

#include <stdbool.h>

/* 1 to 64 of A-Z a-z 0-9 . _ -, the first no dot or dash: safe as one part of a path. */
bool name_is_part(const char *text);

/* The same, and the first may be any of them but "." and "..": what the server takes as a machine.
 */
bool name_is_machine(const char *text);

/* 1 to 64 of what a kernel's release consists of (uname -r): name_is_machine's letters, + and ~. */
bool name_is_release(const char *text);

/* 64 lower-case hex digits. */
bool name_is_sha256(const char *text);

/* 40 or 64 lower-case hex digits. */
bool name_is_commit(const char *text);

/* Words for mkfs, separated by spaces: letters, digits and = , . _ : + -, hence no paths. May be
 * empty. */
bool name_is_options(const char *text);

/* One word without spaces: a mount option list or a workload's value. May be empty. */
bool name_is_word(const char *text);

/* A kernel command line: printable, no line breaks, no "--" of its own. May be empty. */
bool name_is_cmdline(const char *text);

/* An absolute URL that git or curl may be given, without spaces or control characters, or an
 * absolute path. */
bool name_is_url(const char *text);
