/* What a webhook gets. */
#include "alert/payload.h"

char *payload_webhook(const json_t *alerts, bool is_digest)
{
	json_t *first = json_array_get(alerts, 0);
	json_t *data = is_digest ? json_pack("{s:O}", "alerts", alerts) : json_incref(first);
	json_t *kind =
		is_digest ? json_string("digest") : json_incref(json_object_get(first, "kind"));
	json_t *body = json_pack("{s:o,s:O,s:o}", "type", kind, "timestamp",
		json_object_get(first, "at"), "data", data);
	char *text = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	return text;
}
