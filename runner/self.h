/* This machine as its own test system: what it runs, and whether it is still fit to be stressed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/config.h"
#include "runner/halt.h"

/* Puts native, kvm or tcg in the place of --accel auto: what this machine itself runs on. An
 * emulated machine's times are emulated times, and only it can say so. 0 or a fault. */
int self_settle(struct config *config, const struct halt *halt);

/* This machine is one runner's: two would stress each other. Where `config` tests something else,
 * nothing is locked. *fd is the caller's and holds the lock. 0, or a fault that names the other. */
int self_lock(const struct config *config, int *fd);

/* Why no job can be done until the machine is rebooted; the caller's, NULL: nothing is in the way.
 */
char *self_why_not(const struct config *config);

/* The kernel has died of an oops or a BUG since it was booted. */
bool self_has_died(void);

/* A file below the state folder is behind a loop device: a file system of ours is mounted. */
bool self_is_mounted(const struct config *config);

/* The id of this boot, and of no other. */
enum { SELF_BOOT_ID = 37 };
void self_boot_id(char id[SELF_BOOT_ID]);
