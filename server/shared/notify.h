/* What systemd is told of a service (sd_notify(3), Type=notify): a datagram to the socket that
 * NOTIFY_SOCKET names. Plain protocol in place of libsystemd: it is one sendto. */
#pragma once

#include <stdint.h>

/* `state` as "READY=1", "STOPPING=1", "WATCHDOG=1". Nothing happens where nobody listens; a failure
 * is logged, and is nobody else's trouble. */
void notify_send(const char *state);

/* How often "WATCHDOG=1" is to be sent: a third of the time (WATCHDOG_USEC) after which systemd
 * takes a silent service for dead; 0: it does not watch this process. */
int64_t notify_watchdog_ns(void);
