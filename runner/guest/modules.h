/* Modules of a prebuilt kernel. The runner works out which are needed and in what order, since it
 * has the whole modules.dep; the guest loads its list and nothing else. */
#pragma once

struct report;

/* Loads the modules named in /lib/modules/load, one absolute path a line, in that order. A kernel
 * with everything built in has no list: that is fine. 0 or a fault that names the module. */
int modules_load(struct report *report);
