/* What the parts of the HTTP server share. Made by serve.c, const for everybody else. */
#pragma once

struct config;
struct hub;
struct statics;
struct workers;

struct service {
	const struct config *config;
	struct hub *hub;
	struct statics *statics;
	struct workers *workers;
};
