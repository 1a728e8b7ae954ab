/* Threads that answer requests, each with one connection to PostgreSQL: that is the pool. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct config;
struct exchange;
struct workers;

/* Waits up to a minute for PostgreSQL, then starts the threads. *out is the caller's
 * (workers_stop, then workers_free). */
int workers_start(const struct config *config, struct workers **out);
/* Answers what is queued and ends the threads; later pushes are refused. */
void workers_stop(struct workers *workers);
void workers_free(struct workers *workers);

/* Hands an exchange over. False: it is stopping, and the caller still holds the exchange. */
bool workers_push(struct workers *workers, struct exchange *x);

/* Requests answered and time spent in workers since the start, for /metrics. */
struct worker_counts {
	uint64_t requests;
	uint64_t faults;
	uint64_t busy_ns;
};
struct worker_counts workers_counts(struct workers *workers);
