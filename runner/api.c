/* One easy handle in one multi handle: its poll can wait for a halt beside the network. */
#include "runner/api.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "shared/url.h"

enum {
	API_CONNECT_S = 5,
	API_LIMIT_S = 30,
	API_POLL_MS = 60000,    /* longest look at the network and the halt */
	API_SLOW_BYTES = 512,   /* less than this a second … */
	API_SLOW_S = 60,        /* … for so long is a dead peer */
	API_BODY_MAX = 8 << 20, /* no answer of the server is larger */
	API_REDIRECTS_MAX = 5,
	API_RETRY_AFTER_MAX_S = 60,
};

struct api {
	const struct config *config;
	CURLM *multi;
	CURL *easy;
};

/* One request on its way. */
struct api_exchange {
	const struct api_request *request;
	struct api_answer *answer;
	CURL *easy;
	char *text;
	size_t size;
	int64_t written;
	bool is_too_large;
};

int api_start(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
		       ? 0
		       : log_fault("cannot start libcurl");
}

void api_stop(void)
{
	curl_global_cleanup();
}

struct api *api_new(const struct config *config)
{
	struct api *api = alloc_zero(1, sizeof(*api));
	api->config = config;
	api->multi = curl_multi_init();
	api->easy = curl_easy_init();
	if (api->multi == NULL || api->easy == NULL) {
		log_fault("cannot start libcurl");
		abort();
	}
	return api;
}

void api_free(struct api *api)
{
	if (api != NULL) {
		curl_easy_cleanup(api->easy);
		curl_multi_cleanup(api->multi);
		free(api);
	}
}

static size_t api_take_file(struct api_exchange *x, const char *bytes, size_t n)
{
	x->is_too_large = x->written + (int64_t)n > x->request->file_limit_bytes;
	size_t done = 0;
	while (!x->is_too_large && done < n) {
		const ssize_t w = write(x->request->file_fd, bytes + done, n - done);
		if (w < 0) {
			log_errno("cannot keep what was fetched");
			return 0;
		}
		done += (size_t)w;
	}
	x->written += (int64_t)done;
	return done;
}

static size_t api_take(char *bytes, size_t one, size_t n, void *data)
{
	(void)one;
	struct api_exchange *x = data;
	long status = 0;
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	if (x->request->file_fd > 0 && status / 100 == 2) {
		return api_take_file(x, bytes, n);
	}
	if (x->size + n > API_BODY_MAX) {
		x->is_too_large = true;
		return 0;
	}
	x->text = alloc_resize(x->text, x->size + n + 1, 1);
	memcpy(x->text + x->size, bytes, n);
	x->size += n;
	x->text[x->size] = '\0';
	return n;
}

/* Copies the value of header `name` when this line is it. */
static bool api_header_is(const char *line, size_t n, const char *name, char *value, size_t room)
{
	const size_t length = strlen(name);
	if (n <= length || line[length] != ':' || strncasecmp(line, name, length) != 0) {
		return false;
	}
	const char *p = line + length + 1;
	while (p < line + n && *p == ' ') {
		p++;
	}
	snprintf(value, room, "%.*s", (int)(line + n - p), p);
	value[strcspn(value, "\r\n")] = '\0';
	return true;
}

static size_t api_take_header(char *line, size_t one, size_t n, void *data)
{
	(void)one;
	struct api_exchange *x = data;
	char value[64];
	int64_t seconds;
	if (api_header_is(line, n, "Retry-After", value, sizeof(value)) &&
		number_parse(value, 0, INT32_MAX, &seconds) == 0) {
		x->answer->retry_after_s =
			seconds > API_RETRY_AFTER_MAX_S ? API_RETRY_AFTER_MAX_S : (unsigned)seconds;
	}
	if (api_header_is(line, n, "X-Blob-Complete", value, sizeof(value))) {
		x->answer->is_complete = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
	}
	return n;
}

/* Runs the transfer; API_HALTED, or 0 with what libcurl says. */
static int api_transfer(struct api *api, const struct api_request *request, CURLcode *result)
{
	for (;;) {
		int running = 0;
		curl_multi_perform(api->multi, &running);
		int left;
		const CURLMsg *message = curl_multi_info_read(api->multi, &left);
		if (message != NULL && message->msg == CURLMSG_DONE) {
			*result = message->data.result;
			return 0;
		}
		struct curl_waitfd wait = {.fd = request->halt != NULL ? request->halt->fd : -1,
			.events = CURL_WAIT_POLLIN};
		halt_pass(request->halt);
		curl_multi_poll(api->multi, &wait, request->halt != NULL ? 1 : 0,
			halt_slice_ms(request->halt, API_POLL_MS), NULL);
		if (request->halt != NULL && halt_reason(request->halt) != HALT_NONE) {
			return API_HALTED;
		}
	}
}

static void api_set_url(
	struct api *api, const struct api_request *request, struct curl_slist **headers)
{
	const bool is_ours = request->path[0] == '/';
	_free_ char *url = is_ours ? alloc_format("%s%s", api->config->server, request->path)
				   : alloc_copy(request->path);
	curl_easy_setopt(api->easy, CURLOPT_URL, url);
	if (is_ours) {
		_free_ char *token = alloc_format("Authorization: Bearer %s", api->config->token);
		*headers = curl_slist_append(*headers, token);
	} else {
		curl_easy_setopt(api->easy, CURLOPT_FOLLOWLOCATION, 1L);
		curl_easy_setopt(api->easy, CURLOPT_MAXREDIRS, (long)API_REDIRECTS_MAX);
	}
}

static void api_set_body(struct api *api, const struct api_request *request, const char *json)
{
	const void *bytes = json != NULL ? json : request->bytes;
	const size_t size = json != NULL ? strlen(json) : request->size;
	if (strcmp(request->method, "HEAD") == 0) {
		curl_easy_setopt(api->easy, CURLOPT_NOBODY, 1L);
	} else if (strcmp(request->method, "GET") != 0) {
		curl_easy_setopt(api->easy, CURLOPT_CUSTOMREQUEST, request->method);
		curl_easy_setopt(api->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
		curl_easy_setopt(api->easy, CURLOPT_POSTFIELDS, bytes != NULL ? bytes : "");
	}
}

/* Resetting keeps the connection, so each request starts from nothing but that. */
static void api_set(struct api *api, struct api_exchange *x)
{
	CURL *easy = api->easy;
	const unsigned limit_s = x->request->limit_s;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)API_CONNECT_S);
	if (x->request->file_fd > 0) {
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)API_SLOW_BYTES);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)API_SLOW_S);
	} else {
		curl_easy_setopt(
			easy, CURLOPT_TIMEOUT, (long)(limit_s == 0 ? API_LIMIT_S : limit_s));
	}
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "faultline-runner/" RUNNER_VERSION);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, api_take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, api_take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
}

/* 401 and 403 count as "later": what is spooled must outlive a token that is being changed. */
static int api_outcome(const struct api_answer *answer, bool is_head)
{
	const long s = answer->status;
	if (s == 204 || (s == 404 && is_head)) {
		return API_NOTHING;
	}
	if (s / 100 == 2) {
		return 0;
	}
	return s / 100 == 4 && s != 401 && s != 403 && s != 408 && s != 429 ? API_REFUSED
									    : API_LATER;
}

static void api_explain(struct api_exchange *x, CURLcode result)
{
	struct api_answer *answer = x->answer;
	_free_ char *path = url_hidden(x->request->path, x->request->path);
	const char *error = NULL;
	const char *code = NULL;
	if (result != CURLE_OK) {
		snprintf(answer->error, sizeof(answer->error), "%s %s: %s", x->request->method,
			path,
			x->is_too_large ? "the answer is too large" : curl_easy_strerror(result));
		return;
	}
	json_unpack(answer->body, "{s?s, s?s}", "error", &error, "code", &code);
	snprintf(answer->code, sizeof(answer->code), "%s", code != NULL ? code : "");
	snprintf(answer->error, sizeof(answer->error), "%s %s: %ld %s", x->request->method, path,
		answer->status, error != NULL ? error : "");
}

static int api_finish(struct api_exchange *x, CURLcode result)
{
	struct api_answer *answer = x->answer;
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &answer->status);
	if (result != CURLE_OK) {
		answer->status = 0;
		api_explain(x, result);
		return x->is_too_large ? API_REFUSED : API_LATER;
	}
	answer->body = x->size > 0 ? json_loadb(x->text, x->size, 0, NULL) : NULL;
	const int outcome = api_outcome(answer, strcmp(x->request->method, "HEAD") == 0);
	if (outcome == API_REFUSED || outcome == API_LATER) {
		api_explain(x, result);
	}
	return outcome;
}

int api_call(struct api *api, const struct api_request *request, struct api_answer *answer)
{
	*answer = (struct api_answer){0};
	struct api_exchange x = {.request = request, .answer = answer, .easy = api->easy};
	_free_ char *json = request->json != NULL ? json_dumps(request->json, JSON_COMPACT) : NULL;
	struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
	headers =
		curl_slist_append(headers, json != NULL ? "Content-Type: application/json"
							: "Content-Type: application/octet-stream");
	curl_easy_reset(api->easy);
	api_set(api, &x);
	api_set_url(api, request, &headers);
	api_set_body(api, request, json);
	curl_easy_setopt(api->easy, CURLOPT_HTTPHEADER, headers);
	curl_multi_add_handle(api->multi, api->easy);
	CURLcode result = CURLE_OK;
	int r = api_transfer(api, request, &result);
	if (r == 0) {
		r = api_finish(&x, result);
	}
	curl_multi_remove_handle(api->multi, api->easy);
	curl_slist_free_all(headers);
	free(x.text);
	return r;
}

void api_answer_fini(struct api_answer *answer)
{
	json_decref(answer->body);
	*answer = (struct api_answer){0};
}

int64_t api_backoff_ns(struct api_backoff *backoff, const struct api_answer *answer)
{
	const unsigned tries = backoff->tries < 16 ? backoff->tries++ : backoff->tries;
	int64_t wait_ms = 250LL << tries;
	if (wait_ms > backoff->limit_s * 1000LL) {
		wait_ms = backoff->limit_s * 1000LL;
	}
	if (answer != NULL && answer->retry_after_s * 1000LL > wait_ms) {
		wait_ms = answer->retry_after_s * 1000LL;
	}
	uint32_t dice = 0;
	const ssize_t ignored = getrandom(&dice, sizeof(dice), 0);
	(void)ignored;
	return (wait_ms / 2 + wait_ms / 2 * (dice % 1000) / 1000) * 1000000;
}
