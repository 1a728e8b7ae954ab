/* The kernel's .config: tinyconfig, the profile's fragments, olddefconfig; made only when what goes
 * in has changed. */
#pragma once

#include "runner/make.h"

/* Leaves OUT/.config right. Options that did not survive are told in the build log. 0, MAKE_FAILED,
 * ATTEMPT_ENDED or a fault. */
int kconfig_make(struct make *make);

/* Lines of `fragment` whose option is otherwise, or not, in `config`, each with "lost: " before it;
 * the caller's. */
char *kconfig_lost(const char *fragment, const char *config);
