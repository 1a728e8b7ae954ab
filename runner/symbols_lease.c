/* One request every two seconds: a job that is queued meanwhile has the machine that soon. */
#include "runner/symbols_lease.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "runner/api.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

#define LEASE_BEAT_NS (2 * 1000000000LL)

struct symbols_lease {
	struct api *api;
	struct halt *halt; /* the work's */
	struct halt quit;  /* ours */
	pthread_t thread;
	const char *path, *claim_id;
	int64_t beat_ns;
	bool is_patient;
};

/* A server that is away is no reason to stop: the order may go to another meanwhile, and what was
 * built stays. */
static void lease_beat(struct symbols_lease *l)
{
	_json_ json_t *text = json_pack("{s:s}", "claim_id", l->claim_id);
	const struct api_request request = {
		.method = "POST", .path = l->path, .json = text, .limit_s = 10, .halt = &l->quit};
	struct api_answer answer;
	const int r = api_call(l->api, &request, &answer);
	int gives_way = 0;
	if (r == 0) {
		json_unpack(answer.body, "{s?b}", "give_way", &gives_way);
	}
	if (r == API_REFUSED) {
		log_warning("%s", answer.error);
		halt_set(l->halt, HALT_LEASE);
	} else if (gives_way && !l->is_patient) {
		halt_set(l->halt, HALT_CANCEL);
	}
	api_answer_fini(&answer);
}

static void *lease_main(void *data)
{
	struct symbols_lease *l = data;
	while (!halt_wait(&l->quit, l->beat_ns)) {
		lease_beat(l);
	}
	return NULL;
}

int symbols_lease_new(const struct config *config, struct halt *halt, const char *path,
	const char *claim_id, int64_t lease_s, bool is_patient, struct symbols_lease **out)
{
	struct symbols_lease *l = alloc_zero(1, sizeof(*l));
	const int64_t third_ns = lease_s * (1000000000LL / 3);
	l->halt = halt;
	l->path = path;
	l->claim_id = claim_id;
	l->beat_ns = third_ns < LEASE_BEAT_NS ? third_ns : LEASE_BEAT_NS;
	l->is_patient = is_patient;
	l->api = api_new(config);
	int r = halt_init(&l->quit);
	if (r == 0 && pthread_create(&l->thread, NULL, lease_main, l) != 0) {
		r = log_fault("cannot start a thread");
	}
	if (r < 0) {
		halt_fini(&l->quit);
		api_free(l->api);
		free(l);
		return r;
	}
	*out = l;
	return 0;
}

void symbols_lease_free(struct symbols_lease *l)
{
	if (l == NULL) {
		return;
	}
	halt_set(&l->quit, HALT_STOP);
	pthread_join(l->thread, NULL);
	halt_fini(&l->quit);
	api_free(l->api);
	free(l);
}
