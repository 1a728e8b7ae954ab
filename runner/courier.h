/* A thread that carries what lies in the spool to the server while the job goes on, keeps the lease
 * alive, and sets the halt when the job must stop. What it cannot deliver now it delivers later;
 * nothing is dropped. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "runner/config.h"
#include "runner/halt.h"
#include "runner/spool.h"

struct courier;

enum {
	COURIER_REFUSED = 1, /* the server will never take it */
	COURIER_STOPPED = 2, /* the runner ends first: the spool keeps it */
};

/* 0 or a fault. courier_free stops the thread. */
int courier_new(const struct config *config, struct halt *halt, struct courier **out);
void courier_free(struct courier *courier);

/* How long a lease lasts of which the server says so much, in seconds: from 1 s to a day, else it
 * cannot be meant and is the usual minute. */
int64_t courier_lease_s(int64_t said_s);

/* An attempt has begun; the lease lasts from `asked_ns` (monotonic, before the request was sent)
 * for `lease_s`; 0: there is none any more (an attempt of an earlier runner). The spool stays
 * borrowed until courier_finish. */
void courier_begin(
	struct courier *courier, const struct spool *spool, int64_t asked_ns, int64_t lease_s);

/* A step begins: a heartbeat goes out at once. `steps` is copied. */
void courier_step(struct courier *courier, const char *step, const json_t *steps);

/* While it is true the job is halted before a lease ends that cannot be renewed (HALT_LEASE): what
 * it touches would be another's then. Else it goes on until the server says otherwise; what it
 * finds is kept, if need be as late. False when an attempt begins. */
void courier_exclusive(struct courier *courier, bool is_exclusive);

/* How far the step is; of < 0: unknown. Goes with the next heartbeat. `unit` must last. */
void courier_progress(struct courier *courier, int64_t done, int64_t of, const char *unit);

/* One more artifact lies in the spool as file `name`. */
void courier_artifact(struct courier *courier, const char *name, const char *sha256);

/* While the guest is under stress only small streams and heartbeats go out, and less often. */
void courier_quiet(struct courier *courier, bool is_quiet);

/* result.json lies in the spool: waits until all is with the server. 0 or an outcome from above. */
int courier_finish(struct courier *courier);
