/* HTTP in and out: the one file that knows libmicrohttpd (0.9.75 and 1.0). */
#include "http/listen.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "config.h"
#include "http/address.h"
#include "http/answer.h"
#include "http/exchange.h"
#include "http/feed.h"
#include "http/hygiene.h"
#include "http/routes.h"
#include "http/service.h"
#include "http/token.h"
#include "http/worker.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"

enum {
	LISTEN_MEMORY = 16 * 1024, /* per connection: also the limit of a request's headers */
	LISTEN_TIMEOUT_S = 60,
	LISTEN_SMALL = 256 << 10,    /* a body's limit up to which it is a small one */
	LISTEN_DRAIN_MAX = 64 << 20, /* bytes of a refused chunked body that are read away */
	LISTEN_SLOW_S = 60,          /* from here on a body must have come with … */
	LISTEN_SLOW_BYTES = 4096,    /* … so many bytes a second, or it is ended */
	LISTEN_THREADS_MAX = 8,
};

struct listener {
	struct MHD_Daemon *daemon;
	struct service *service;
	int quiet_fd; /* the socket after listener_quiesce */
};

enum state { STATE_NEW, STATE_ASKED, STATE_BODY, STATE_ANSWERED };

/* An exchange and what only this file needs. */
struct call {
	struct exchange x;
	struct listener *listener;
	struct MHD_Connection *connection;
	enum state state;
	struct hygiene_marks marks;
	const char *line_end; /* of the request's line that was seen last */
	struct room *bodies;  /* what the body's room is taken from */
	size_t body_room;
	size_t dropped_bytes; /* of a body that is too large */
	bool is_dropping;
};

void listener_suspend(void *connection)
{
	MHD_suspend_connection(connection);
}

void listener_resume(void *connection)
{
	MHD_resume_connection(connection);
}

void exchange_answer(struct exchange *x)
{
	struct call *call = (struct call *)x;
	MHD_resume_connection(call->connection);
}

bool exchange_is_gone(const struct exchange *x)
{
	const struct call *call = (const struct call *)x;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd end = {.fd = info->connect_fd, .events = POLLRDHUP};
	return poll(&end, 1, 0) > 0 && (end.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Called with the URL as it came, before it is decoded: what it answers becomes *con_cls. */
static void *call_new(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct call *call = alloc_zero(1, sizeof(*call));
	call->listener = context;
	call->connection = connection;
	call->marks.has_nul_in_path = strstr(uri, "%00") != NULL;
	call->x.request.started_ns = number_monotonic_ns();
	call->x.request.service = call->listener->service;
	call->x.request.exchange = &call->x;
	return call;
}

static void call_free(void *context, struct MHD_Connection *connection, void **con_cls,
	enum MHD_RequestTerminationCode code)
{
	(void)connection;
	(void)code;
	(void)context;
	struct call *call = *con_cls;
	if (call != NULL) {
		room_give(call->bodies, call->body_room);
		free(call->x.request.body);
		if (call->x.response.events != NULL) { /* the client went before it was answered */
			subscriber_end(call->x.response.events);
		}
		response_fini(&call->x.response);
		free(call);
	}
	*con_cls = NULL;
}

/* libmicrohttpd 0.9.75 takes a bare LF for a line's end. It cuts lines in place, a zero for each
 * byte of the line's end, so that the next line begins two bytes behind this one's last.
 * Continuation lines fall out as well, which they should. From 1.0 on the library refuses such
 * lines itself. */
static void take_line(struct call *call, const char *start, const char *end)
{
	const bool is_judged = MHD_get_version()[0] == '0';
	if (is_judged && call->line_end != NULL && start != call->line_end + 2) {
		call->marks.has_bare_lf = true;
	}
	call->line_end = end;
}

/* Behind the last line there are its own end and the empty line's, and nothing else. */
static void take_empty_line(struct call *call)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const char *end = call->x.request.method + info->header_size;
	if (MHD_get_version()[0] == '0' && call->line_end + 4 != end) {
		call->marks.has_bare_lf = true;
	}
}

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
	size_t name_size, const char *value, size_t value_size)
{
	(void)kind;
	struct call *call = context;
	struct request *req = &call->x.request;
	if (req->header_count == REQUEST_HEADERS_MAX) {
		call->marks.has_too_many_headers = true;
		return MHD_NO;
	}
	take_line(call, name, value == NULL ? name + name_size : value + value_size);
	req->headers[req->header_count++] =
		(struct pair){.name = name, .value = value == NULL ? "" : value};
	return MHD_YES;
}

static enum MHD_Result take_argument(
	void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	struct call *call = context;
	struct request *req = &call->x.request;
	if (req->argument_count == REQUEST_ARGUMENTS_MAX) {
		call->marks.has_too_many_headers = true;
		return MHD_NO;
	}
	req->arguments[req->argument_count++] =
		(struct pair){.name = name, .value = value == NULL ? "" : value};
	return MHD_YES;
}

static ssize_t read_events(void *context, uint64_t position, char *buffer, size_t size)
{
	(void)position;
	const ssize_t n = subscriber_read(context, buffer, size);
	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void end_events(void *context)
{
	subscriber_end(context);
}

/* Makes the library's response; what it takes over is no longer ours. */
static struct MHD_Response *response_convert(struct response *res)
{
	if (res->events != NULL) {
		struct subscriber *events = res->events;
		res->events = NULL;
		return MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, 1024, read_events, events, end_events);
	}
	if (res->fd > 0) {
		const int fd = res->fd;
		res->fd = 0;
		return MHD_create_response_from_fd_at_offset64(res->size, fd, 0);
	}
	if (res->body == NULL || res->is_static) {
		return MHD_create_response_from_buffer(
			res->size, res->body, MHD_RESPMEM_PERSISTENT);
	}
	char *body = res->body;
	res->body = NULL;
	return MHD_create_response_from_buffer(res->size, body, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result call_answer(struct call *call)
{
	struct response *res = &call->x.response;
	answer_finish(&call->x.request, res);
	if (res->events != NULL) {
		subscriber_connect(res->events, call->connection);
	}
	struct MHD_Response *response = response_convert(res);
	if (response == NULL) {
		return MHD_NO;
	}
	if (res->type != NULL) {
		MHD_add_response_header(response, "Content-Type", res->type);
	}
	for (size_t i = 0; i < res->header_count; i++) {
		MHD_add_response_header(response, res->headers[i].name, res->headers[i].value);
	}
	if (res->is_closing) {
		MHD_add_response_header(response, "Connection", "close");
	}
	const enum MHD_Result queued =
		MHD_queue_response(call->connection, (unsigned)res->status, response);
	MHD_destroy_response(response);
	return queued;
}

/* A client that sends at once hears the answer only when it has sent all: closing before that would
 * cut it off with nothing to read. One that asks first (Expect), or would send for long, is told at
 * once. */
static bool is_worth_draining(const struct request *req)
{
	int64_t size = 0;
	return request_header(req, "Expect") == NULL &&
	       number_parse(request_header(req, "Content-Length"), 0, LISTEN_DRAIN_MAX, &size) == 0;
}

/* Hands it to a worker. */
static void call_push(struct call *call)
{
	struct response *res = &call->x.response;
	MHD_suspend_connection(call->connection);
	if (!workers_push(call->listener->service->workers, &call->x)) {
		response_error(res, 503, "stopping", "the server is stopping; try again");
		response_header(res, "Retry-After", "2");
		MHD_resume_connection(call->connection);
	}
}

/* Nobody's body is taken before it is known who sends it: whoever holds no token could fill the
 * room of those who do. */
static enum MHD_Result call_ask(struct call *call)
{
	const struct request *req = &call->x.request;
	call->state = STATE_BODY;
	if (req->route->body_max > 0 && token_is_needed(req) && !token_is_known(req)) {
		call->state = STATE_ASKED;
		call->x.is_asking = true;
		call_push(call);
	}
	return MHD_YES;
}

/* Who needs no token may be anybody, so those bodies share a little room of their own. */
static struct room *call_room(const struct request *req)
{
	struct service *service = req->service;
	return !token_is_needed(req)                 ? &service->open_bodies
	       : req->route->body_max > LISTEN_SMALL ? &service->large_bodies
						     : &service->small_bodies;
}

/* NULL: unknown. Lives as long as the connection. */
static const struct sockaddr *peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	return info == NULL ? NULL : info->client_addr;
}

/* Headers are here: everything that can be refused now is refused now. */
static enum MHD_Result call_open(struct call *call)
{
	struct request *req = &call->x.request;
	struct response *res = &call->x.response;
	call->line_end = req->version + strlen(req->version);
	MHD_get_connection_values_n(call->connection, MHD_HEADER_KIND, take_header, call);
	take_empty_line(call);
	req->peer = peer_of(call->connection);
	MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, take_argument, call);
	const char *wrong = hygiene_check(req, call->marks);
	if (wrong != NULL) {
		res->is_closing = true;
		response_error(res, 400, "bad_request", "refused: %s", wrong);
	} else {
		answer_open(req, res);
	}
	call->is_dropping = res->status == 413 && is_worth_draining(req);
	if (call->is_dropping) {
		response_fini(res);
	}
	if (res->status != 0) {
		return call_answer(call);
	}
	call->bodies = call_room(req);
	return call_ask(call);
}

/* One byte now and then would hold its room for ever. */
static bool is_too_slow(const struct call *call)
{
	const struct request *req = &call->x.request;
	const int64_t late_s =
		(number_monotonic_ns() - req->started_ns) / 1000000000 - LISTEN_SLOW_S;
	return late_s > 0 &&
	       (int64_t)(req->body_size + call->dropped_bytes) < late_s * LISTEN_SLOW_BYTES;
}

/* Appends what arrived; past the limit it is read away, since an answer may only be queued when the
 * upload is over. */
static enum MHD_Result call_body(struct call *call, const char *data, size_t *size)
{
	struct request *req = &call->x.request;
	const size_t n = *size;
	*size = 0;
	if (is_too_slow(call)) {
		return MHD_NO;
	}
	if (call->is_dropping || req->body_size + n > req->route->body_max) {
		call->is_dropping = true;
		call->dropped_bytes += n;
		return call->dropped_bytes > LISTEN_DRAIN_MAX ? MHD_NO : MHD_YES;
	}
	if (req->body_size + n + 1 > call->body_room) {
		const size_t room = (req->body_size + n + 1) * 3 / 2;
		if (!room_take(call->bodies, room - call->body_room)) {
			return MHD_NO;
		}
		req->body = alloc_resize(req->body, room, 1);
		call->body_room = room;
	}
	memcpy(req->body + req->body_size, data, n);
	req->body_size += n;
	req->body[req->body_size] = '\0';
	return MHD_YES;
}

/* Who it is was asked before the body is taken. The library comes back either with nothing, and
 * then takes the refusal, or with the first bytes, and then the body is read away. */
static enum MHD_Result call_asked(struct call *call, const char *data, size_t *size)
{
	const bool is_refused = call->x.response.status != 0;
	call->x.is_asking = false;
	call->state = STATE_BODY;
	if (is_refused && *size == 0 && !is_worth_draining(&call->x.request)) {
		return call_answer(call);
	}
	call->is_dropping |= is_refused;
	return *size > 0 ? call_body(call, data, size) : MHD_YES;
}

/* The request is whole. */
static enum MHD_Result call_work(struct call *call)
{
	struct request *req = &call->x.request;
	struct response *res = &call->x.response;
	if (call->is_dropping && res->status != 0) {
		return call_answer(call);
	}
	if (call->is_dropping) {
		response_error(res, 413, "too_large", "the body is larger than %zu bytes",
			req->route->body_max);
		return call_answer(call);
	}
	if (req->route->is_direct) {
		const int fault = req->route->handle(req, NULL, res);
		if (fault < 0) {
			response_fault(res, fault);
		}
		return call_answer(call);
	}
	call->state = STATE_ANSWERED;
	call_push(call);
	return MHD_YES;
}

static enum MHD_Result call_handle(void *context, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *data, size_t *size,
	void **con_cls)
{
	(void)context;
	(void)connection;
	struct call *call = *con_cls;
	switch (call->state) {
	case STATE_NEW:
		call->x.request.path = url;
		call->x.request.method = method;
		call->x.request.version = version;
		return call_open(call);
	case STATE_ASKED:
		return call_asked(call, data, size);
	case STATE_BODY:
		return *size > 0 ? call_body(call, data, size) : call_work(call);
	case STATE_ANSWERED:
		return call_answer(call);
	}
	return MHD_NO;
}

/* A browser that closes an event stream is no event worth a line. */
static void library_log(void *context, const char *format, va_list list)
{
	(void)context;
	char text[512];
	vsnprintf(text, sizeof(text), format, list);
	text[strcspn(text, "\n")] = '\0';
	log_debug("libmicrohttpd: %s", text);
}

static unsigned thread_count(void)
{
	const int cores = get_nprocs();
	return cores < 2 ? 2 : cores > LISTEN_THREADS_MAX ? LISTEN_THREADS_MAX : (unsigned)cores;
}

int listener_start(struct service *service, struct listener **out)
{
	const struct config *config = service->config;
	struct sockaddr_storage address;
	const int fault = address_find(config->listen, &address);
	if (fault != 0) {
		return fault;
	}
	struct listener *l = alloc_zero(1, sizeof(*l));
	l->service = service;
	l->quiet_fd = -1;
	const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			       MHD_USE_ITC | MHD_USE_ERROR_LOG |
			       (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
	l->daemon = MHD_start_daemon(flags, 0, NULL, NULL, call_handle, l,
		MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_THREAD_POOL_SIZE, thread_count(), MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)config->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)LISTEN_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LISTEN_TIMEOUT_S,
		MHD_OPTION_URI_LOG_CALLBACK, call_new, l, MHD_OPTION_NOTIFY_COMPLETED, call_free, l,
		MHD_OPTION_END);
	if (l->daemon == NULL) {
		const int error = errno;
		free(l);
		return log_fault("cannot listen on %s: %s", config->listen, strerror(error));
	}
	*out = l;
	return 0;
}

uint16_t listener_port(const struct listener *listener)
{
	return MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void listener_quiesce(struct listener *listener)
{
	listener->quiet_fd = MHD_quiesce_daemon(listener->daemon);
}

void listener_stop(struct listener *listener)
{
	if (listener == NULL) {
		return;
	}
	MHD_stop_daemon(listener->daemon);
	if (listener->quiet_fd >= 0) {
		close(listener->quiet_fd);
	}
	free(listener);
}
