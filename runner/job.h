/* A job from its claim to its result in the spool. */
#pragma once

#include "runner/attempt.h"

/* Runs all steps of an attempt whose lease is held, and leaves result.json in its spool. Never
 * fails: what goes wrong is the result. */
void job_run(struct attempt *attempt);
