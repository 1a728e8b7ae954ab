/* Words for a number that is too low; one that is higher than ours is the other's to come down to.
 */
#include "shared/protocol.h"

#include <inttypes.h>
#include <stddef.h>

#include "shared/alloc.h"

char *protocol_refuse(const char *who, int64_t spoken)
{
	if (spoken >= PROTOCOL_OLDEST) {
		return NULL;
	}
	return alloc_format("this %s is too old: it speaks protocol %" PRId64
			    ", and %d is the oldest that is understood; install a newer "
			    "faultline-%s",
		who, spoken, PROTOCOL_OLDEST, who);
}
