/* Whether KVM works on this host. A device that opens proves nothing: inside another machine it may
 * be there, answer, and fail as soon as a guest starts. So a guest is started. */
#pragma once

#include <stdbool.h>

#include "runner/config.h"

struct arch;
struct halt;

/* Puts "kvm" or "tcg" in the place of --accel auto, and says why. Takes a second where KVM works,
 * and ten at most. Answers 0. */
int kvm_settle(struct config *config, const struct halt *halt);

/* Starts `program` (a QEMU) with KVM and no kernel: true when its CPUs ran for a while; else QEMU's
 * last words are in *why, the caller's. */
bool kvm_works(const char *program, const struct arch *arch, const struct halt *halt, char **why);
