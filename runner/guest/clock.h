/* The clock of all that the guest says and waits for: from the boot on, through sleep too. */
#pragma once

#include <stdint.h>

/* Nanoseconds since the boot (CLOCK_BOOTTIME). */
int64_t clock_now_ns(void);
