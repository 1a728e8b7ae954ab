/* The kernel's .config: tinyconfig, the profile's fragments, olddefconfig; made only when what goes
 * in has changed. */
#pragma once

#include "runner/make.h"

/* Leaves OUT/.config right. An option that was asked for and did not survive ends the attempt with
 * its name. 0, MAKE_FAILED, ATTEMPT_ENDED or a fault. */
int kconfig_make(struct make *make);
