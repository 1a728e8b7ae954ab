/* What systemd is told of a service (sd_notify(3), Type=notify): a datagram to the socket that
 * NOTIFY_SOCKET names. Plain protocol in place of libsystemd: it is one sendto. */
#pragma once

/* `state` as "READY=1", "STOPPING=1", "STATUS=…". Nothing happens where nobody listens; a failure
 * is logged, and is nobody else's trouble. */
void notify_send(const char *state);
