/* The token is made here and kept before it is offered, so that nothing is lost with an answer: it
 * lies beside its place until the server has taken it, and is offered again. */
#include "runner/enrol.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/api.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/token_text.h"

enum { ENROL_TRIES = 5, ENROL_LIMIT_S = 8 };

/* The token that is offered, from an earlier try or fresh. */
static int enrol_offer(const char *path, char **text)
{
	char fresh[TOKEN_TEXT_SIZE];
	if (file_read(path, TOKEN_TEXT_SIZE, text, NULL) == 0 && token_text_is("runner", *text)) {
		return 0;
	}
	const int r = token_text_make("runner", fresh);
	free(*text);
	*text = alloc_copy(fresh);
	return r < 0 ? r : file_write(path, fresh, strlen(fresh));
}

/* 0; API_LATER: no word of the server; API_REFUSED: it says no; each of them told. */
static int enrol_ask(const struct config *config, const char *text)
{
	struct api *api = api_new(config);
	_json_ json_t *body = json_pack("{s:s, s:s}", "machine", config->name, "token", text);
	const struct api_request request = {
		.method = "POST", .path = "/api/v1/runner/enrol", .json = body};
	struct api_backoff backoff = {.limit_s = ENROL_LIMIT_S};
	int r = API_LATER;
	for (int i = 0; i < ENROL_TRIES && r == API_LATER; i++) {
		struct api_answer answer;
		r = api_call(api, &request, &answer);
		if (r != 0) {
			log_warning("%s", answer.error);
		}
		if (r == API_LATER && (answer.status == 401 || answer.status == 403)) {
			r = API_REFUSED; /* unlike a runner's own, it will not become good */
		}
		if (r == API_LATER) {
			usleep((useconds_t)(api_backoff_ns(&backoff, &answer) / 1000));
		}
		api_answer_fini(&answer);
	}
	api_free(api);
	return r;
}

static int enrol_keep(const struct config *config, const char *offered, const char *text)
{
	_free_ char *all =
		alloc_format("%s\nserver = %s\nname = %s\n", text, config->server, config->name);
	const int r = file_write(config->token_file, all, strlen(all));
	if (r == 0) {
		unlink(offered);
		log_info("enrolled as '%s' at %s; the token is in '%s'", config->name,
			config->server, config->token_file);
	}
	return r;
}

int enrol_run(const struct config *config)
{
	_free_ char *copy = alloc_copy(config->token_file);
	_free_ char *offered = alloc_format("%s.offered", config->token_file);
	_free_ char *text = NULL;
	if (access(config->token_file, F_OK) == 0) {
		return log_fault("this machine is enrolled: '%s' holds its token; remove it to "
				 "enrol anew",
			config->token_file);
	}
	umask(077);
	int r = file_mkdirs(dirname(copy), 0755);
	r = r < 0 ? r : enrol_offer(offered, &text);
	r = r < 0 ? r : api_start();
	if (r < 0) {
		return r;
	}
	r = enrol_ask(config, text);
	api_stop();
	if (r == 0) {
		return enrol_keep(config, offered, text);
	}
	if (r == API_REFUSED) {
		unlink(offered);
	}
	return log_fault("'%s' is not enrolled", config->name);
}
