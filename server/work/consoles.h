/* Readers of consoles that are still arriving. A reader knows only what it was fed from the
 * beginning on, so it is kept between two deliveries; one that was dropped (too many at once,
 * another process, a restart) is fed again from 0, which costs milliseconds for a usual console. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console_reader;
struct consoles;

/* One console. Belongs to consoles. */
struct console_slot {
	int64_t attempt_id;
	struct console_reader *reader;
	int64_t fed_bytes;
	int64_t used_ns;   /* for dropping the one that was not used for longest */
	int64_t settle_ns; /* until then more of the last report is waited for */
	size_t n_seen;     /* reports seen so far */
	bool is_stored;    /* what is stored has been compared once with what was read */
};

struct consoles *consoles_new(void);
void consoles_free(struct consoles *consoles);

/* The attempt's slot, a fresh one if there is none. Valid until the next call. */
struct console_slot *consoles_take(struct consoles *consoles, int64_t attempt_id);

/* Forgets the attempt's console: it has ended, or cannot be read. */
void consoles_drop(struct consoles *consoles, int64_t attempt_id);
