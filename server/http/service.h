/* What the parts of the HTTP server share. Made by serve.c. */
#pragma once

#include "http/room.h"

struct config;
struct door;
struct hub;
struct statics;
struct workers;

struct service {
	const struct config *config;
	struct hub *hub;
	struct statics *statics;
	struct workers *workers;
	struct door *door;
	struct room large_bodies;
	struct room small_bodies; /* heartbeats, claims: never crowded out by the others */
	struct room open_bodies;  /* of routes that need no token */
	struct room files;        /* long answers, on the disk until they have been sent */
};
