/* Where messages may be sent, as clients say it: addresses and URLs that could become nothing else.
 */
#pragma once

#include <stdbool.h>

/* One address: no list, no name beside it, nothing that could become a header of its own. */
bool target_is_address(const char *text);

/* Printed ASCII without spaces: what an address on the wire may hold at all. */
bool target_is_graphic(const char *text);

/* http:// or https:// without a user's name; whether the server may go there is seen when it does.
 */
bool target_is_url(const char *text);
