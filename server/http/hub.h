/* Who waits for something to happen: parked claims and open event streams. One thread listens to
 * PostgreSQL's notifications; they are hints, polling is the truth behind them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct config;
struct exchange;
struct feed;
struct hub;
struct workers;

/* *out is the caller's (hub_stop, then hub_free when the listener has stopped). 0 or a fault. */
int hub_start(const struct config *config, struct workers *workers, struct hub **out);
/* Answers parked claims, ends event streams, ends the thread. */
void hub_stop(struct hub *hub);
void hub_free(struct hub *hub);

/* Rises whenever a job was queued: read it before looking, give it when parking; what was queued in
 * between is not missed. */
uint64_t hub_generation(struct hub *hub);

/* Keeps the exchange until a job that its machine can take is queued, then pushes it to the workers
 * again; answers 204 when its time is over or its client has gone. Reads response.park_* and
 * parked_tags. */
void hub_park(struct hub *hub, struct exchange *x);
size_t hub_parked(struct hub *hub);

/* The event streams. Call hub_heed after subscribing: the thread watches more closely then. */
struct feed *hub_feed(struct hub *hub);
void hub_heed(struct hub *hub);
