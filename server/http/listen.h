/* HTTP in and out: the one file that knows libmicrohttpd. Headers are checked when they arrive,
 * bodies are gathered up to the route's limit, then the connection is suspended and the exchange
 * handed to a worker, so that a slow query holds up nobody else. */
#pragma once

#include <stdint.h>

struct listener;
struct service;

/* Opens the socket and starts the threads. *out is the caller's (listener_stop). 0 or a fault. */
int listener_start(struct service *service, struct listener **out);

/* The port it listens on. */
uint16_t listener_port(const struct listener *listener);

/* No new connections from now on. */
void listener_quiesce(struct listener *listener);
/* Closes everything. Nothing may be suspended any more: stop hub and workers before. */
void listener_stop(struct listener *listener);

/* For the hub, under its lock: an event stream has nothing to send, or has again. */
void listener_suspend(void *connection);
void listener_resume(void *connection);
