/* A download that can be cut off and tried again. A URL never gets the runner's token, and only
 * content with the right hash is taken. */
#include "runner/fetch.h"

#include <fcntl.h>
#include <unistd.h>

#include "runner/disk.h"
#include "runner/store.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { FETCH_MAX_MB = 4096, FETCH_TRIES = 3 };

static int fetch_get(struct attempt *a, const char *what, const char *url, const char *path)
{
	_fd_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		return log_errno("cannot create '%s'", path);
	}
	const struct api_request request = {.method = "GET",
		.path = url,
		.file_fd = fd,
		.file_limit_bytes = (int64_t)FETCH_MAX_MB << 20,
		.halt = a->halt};
	struct api_answer answer;
	int r = api_call(a->api, &request, &answer);
	if (r == API_HALTED) {
		r = attempt_halted(a);
	} else if (r == API_REFUSED) {
		r = attempt_end(a, RESULT_FAULT, "cannot fetch the %s: %s", what, answer.error);
	} else if (r == API_LATER) {
		log_warning("%s", answer.error);
		attempt_say(a, "%s", answer.error);
	}
	api_answer_fini(&answer);
	return r;
}

static int fetch_wait(struct attempt *a, struct api_backoff *backoff)
{
	return halt_wait(a->halt, api_backoff_ns(backoff, NULL)) ? attempt_halted(a) : 0;
}

static int fetch_try(struct attempt *a, const char *what, const char *url, const char *path)
{
	struct api_backoff backoff = {.limit_s = 5};
	for (int i = 0; i < FETCH_TRIES; i++) {
		int r = fetch_get(a, what, url, path);
		if (r != API_LATER) {
			return r;
		}
		r = fetch_wait(a, &backoff);
		if (r != 0) {
			return r;
		}
	}
	return attempt_end(a, RESULT_FAULT, "cannot fetch the %s from '%s'", what, url);
}

int fetch_blob(struct attempt *a, const char *what, const char *sha256, const char *url)
{
	_free_ char *found = NULL;
	if (store_find(a->config->state, sha256, &found) == 0) {
		return 0;
	}
	int r = disk_need(a->config->state, a->config->limit_disk_mb);
	if (r < 0) {
		return r;
	}
	char got[FILE_SHA256_HEX];
	_free_ char *temporary = store_temporary(a->config->state, "fetch");
	_free_ char *from =
		url != NULL ? alloc_copy(url) : alloc_format("/api/v1/blobs/%s", sha256);
	if (from[0] == '/' && url != NULL) {
		return attempt_end(a, RESULT_FAULT, "'%s' is no URL", url);
	}
	r = fetch_try(a, what, from, temporary);
	r = r != 0 ? r : store_take(a->config->state, temporary, got);
	unlink(temporary);
	if (r != 0 || store_find(a->config->state, sha256, &found) == 0) {
		return r;
	}
	return attempt_end(
		a, RESULT_FAULT, "what '%s' holds has the hash %s, not %s", from, got, sha256);
}
