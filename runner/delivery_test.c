/* Offsets, holes and gaps, against a server of one thread that keeps what it gets as the real one
 * does. */
#include "runner/delivery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"

enum { REQUEST_MAX = 2 << 20, LOG_MAX = 20000 };

/* What the server holds of the stream `console`, and what it does to the next requests. */
static struct {
	int listener;
	pthread_t thread;
	char log[LOG_MAX]; /* request lines */
	int64_t have;      /* bytes, without holes */
	int refuse_next;   /* answers 503 to so many */
	int drop_next;     /* takes the bytes of so many, and closes without an answer */
	bool is_blob_known;
	char request[REQUEST_MAX];
} peer;

static char state_folder[] = "/tmp/delivery-test.XXXXXX";
static struct config config = {.token = "fl_runner_test"};
static struct spool spool;
static struct api *api;
static struct delivery d;

/* One whole request into peer.request; false at the end of the connection. */
static bool peer_read(int fd, int64_t *body_size)
{
	size_t n = 0;
	size_t total = REQUEST_MAX;
	while (n < total) {
		const ssize_t got = read(fd, peer.request + n, REQUEST_MAX - 1 - n);
		if (got <= 0) {
			return false;
		}
		n += (size_t)got;
		peer.request[n] = '\0';
		const char *end = strstr(peer.request, "\r\n\r\n");
		const char *length = strstr(peer.request, "Content-Length: ");
		if (end != NULL) {
			*body_size = length != NULL && length < end ? atoll(length + 16) : 0;
			total = (size_t)(end + 4 - peer.request) + (size_t)*body_size;
		}
	}
	return true;
}

static void peer_say(int fd, int status, const char *body, const char *header)
{
	char text[600];
	const bool is_head = strncmp(peer.request, "HEAD", 4) == 0;
	snprintf(text, sizeof(text), "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n%s", status,
		strlen(body), header, is_head ? "" : body);
	assert_true(write(fd, text, strlen(text)) > 0);
}

static void peer_stream(int fd, int64_t n)
{
	const char *at = strstr(peer.request, "offset=");
	const int64_t offset = at != NULL ? atoll(at + 7) : 0;
	char body[200];
	if (offset > peer.have) {
		snprintf(body, sizeof(body),
			"{\"error\":\"x\",\"code\":\"hole\",\"details\":{\"size\":%lld}}",
			(long long)peer.have);
		peer_say(fd, 409, body, "");
		return;
	}
	peer.have = offset + n > peer.have ? offset + n : peer.have;
	snprintf(body, sizeof(body), "{\"size\":%lld}", (long long)peer.have);
	peer_say(fd, 200, body, "");
}

static bool peer_answer(int fd)
{
	int64_t n = 0;
	if (!peer_read(fd, &n)) {
		return false;
	}
	const size_t used = strlen(peer.log);
	snprintf(peer.log + used, LOG_MAX - used, "%.*s +%lld\n", (int)strcspn(peer.request, "\r"),
		peer.request, (long long)n);
	if (peer.drop_next > 0) {
		peer.drop_next--;
		peer.have += n;
		return false;
	}
	if (peer.refuse_next > 0) {
		peer.refuse_next--;
		peer_say(fd, 503, "{\"error\":\"later\",\"code\":\"later\"}", "");
	} else if (strstr(peer.request, "/streams/") != NULL) {
		peer_stream(fd, n);
	} else if (strncmp(peer.request, "HEAD", 4) == 0) {
		peer_say(fd, peer.is_blob_known ? 200 : 404, "", "X-Blob-Complete: true\r\n");
	} else {
		peer_say(fd, 200, "{\"late\":false}", "");
	}
	return true;
}

static void *peer_main(void *data)
{
	(void)data;
	for (;;) {
		const int fd = accept(peer.listener, NULL, NULL);
		if (fd < 0) {
			return NULL;
		}
		while (peer_answer(fd)) {
		}
		close(fd);
	}
}

static int peer_start(void **state)
{
	(void)state;
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(address);
	peer.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (mkdtemp(state_folder) == NULL ||
		bind(peer.listener, (struct sockaddr *)&address, n) < 0 ||
		listen(peer.listener, 8) < 0 || api_start() < 0) {
		return -1;
	}
	getsockname(peer.listener, (struct sockaddr *)&address, &n);
	config.server = alloc_format("http://127.0.0.1:%d", ntohs(address.sin_port));
	return pthread_create(&peer.thread, NULL, peer_main, NULL);
}

static int peer_stop(void **state)
{
	(void)state;
	shutdown(peer.listener, SHUT_RDWR);
	pthread_join(peer.thread, NULL);
	close(peer.listener);
	free(config.server);
	api_stop();
	return file_remove_tree(state_folder);
}

static int begin(void **state)
{
	(void)state;
	peer.log[0] = '\0';
	peer.have = peer.refuse_next = peer.drop_next = 0;
	peer.is_blob_known = false;
	api = api_new(&config);
	return spool_init(&spool, state_folder, 9, 4);
}

static int end(void **state)
{
	(void)state;
	delivery_fini(&d);
	api_free(api);
	spool_fini(&spool);
	return 0;
}

/* The console becomes `size` bytes long, most of them holes. */
static void console_grow(int64_t size)
{
	_fd_ int fd = spool_open(&spool, "console");
	assert_true(fd >= 0 && ftruncate(fd, size) == 0);
}

static void a_growing_stream_is_sent_once(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	assert_int_equal(delivery_streams(&d, false), 0);
	assert_string_equal(peer.log, "");
	console_grow(10);
	assert_int_equal(delivery_streams(&d, false), 0);
	assert_int_equal(delivery_streams(&d, false), 0);
	console_grow(25);
	assert_int_equal(delivery_streams(&d, true), 0);
	assert_string_equal(peer.log,
		"PUT /api/v1/runner/attempts/9/streams/console?offset=0 HTTP/1.1 +10\n"
		"PUT /api/v1/runner/attempts/9/streams/console?offset=10 HTTP/1.1 +15\n");
}

static void a_large_stream_goes_in_pieces(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	console_grow((2 << 20) + 5);
	assert_int_equal(delivery_streams(&d, false), DELIVERY_MORE);
	assert_int_equal(delivery_streams(&d, false), DELIVERY_MORE);
	assert_int_equal(delivery_streams(&d, false), 0);
	assert_int_equal(peer.have, (2 << 20) + 5);
}

static void a_server_that_is_busy_gets_it_later(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	console_grow(10);
	peer.refuse_next = 2;
	assert_int_equal(delivery_streams(&d, true), API_LATER);
	assert_int_equal(delivery_streams(&d, true), API_LATER);
	assert_int_equal(delivery_streams(&d, true), 0);
	assert_int_equal(peer.have, 10);
}

static void a_lost_answer_loses_and_doubles_nothing(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	console_grow(10);
	peer.drop_next = 1;
	assert_int_equal(delivery_streams(&d, true), API_LATER);
	console_grow(30);
	assert_int_equal(delivery_streams(&d, true), 0);
	assert_int_equal(peer.have, 30);
}

static void a_later_runner_goes_on_where_the_server_is(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, false);
	console_grow(100);
	peer.have = 40;
	assert_int_equal(delivery_streams(&d, true), 0);
	assert_string_equal(peer.log,
		"PUT /api/v1/runner/attempts/9/streams/console?offset=100 HTTP/1.1 +0\n"
		"PUT /api/v1/runner/attempts/9/streams/console?offset=40 HTTP/1.1 +60\n");
}

static void a_server_that_went_back_is_followed(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	console_grow(50);
	assert_int_equal(delivery_streams(&d, false), 0);
	peer.have = 20; /* as after a restored database */
	console_grow(60);
	assert_int_equal(delivery_streams(&d, false), 0);
	assert_int_equal(delivery_streams(&d, false), 0);
	assert_int_equal(peer.have, 60);
}

static void of_a_huge_stream_beginning_and_end_are_kept(void **state)
{
	(void)state;
	const int64_t mib = 1 << 20;
	delivery_init(&d, api, NULL, &spool, true);
	console_grow(3 * mib);
	while (delivery_streams(&d, false) == DELIVERY_MORE) {
	}
	console_grow(400 * mib);
	d.streams[1].at = d.streams[1].offset = peer.have =
		240 * mib;                                /* as if it had grown slowly */
	assert_int_equal(delivery_streams(&d, false), 0); /* no more while it runs */
	peer.log[0] = '\0';
	while (delivery_streams(&d, true) == DELIVERY_MORE) {
	}
	assert_int_equal(peer.have, 256 * mib);
	static const char first[] =
		"PUT /api/v1/runner/attempts/9/streams/console?offset=251658240&gap_end=402653184 ";
	assert_int_equal(strncmp(peer.log, first, sizeof(first) - 1), 0);
	assert_null(strstr(peer.log + 10, "offset=252706816&gap_end"));
	assert_non_null(strstr(peer.log, "offset=252706816 "));
}

static void a_known_blob_costs_one_request(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	peer.is_blob_known = true;
	assert_int_equal(delivery_artifact(&d, "image", "abc"), 0);
	assert_string_equal(peer.log, "HEAD /api/v1/blobs/abc HTTP/1.1 +0\n");
}

static void the_result_names_the_streams_sizes(void **state)
{
	(void)state;
	delivery_init(&d, api, NULL, &spool, true);
	console_grow(10);
	assert_int_equal(delivery_streams(&d, true), 0);
	json_t *result = json_pack("{s:s}", "result", "clean");
	assert_int_equal(spool_write(&spool, "result.json", result), 0);
	json_decref(result);
	assert_int_equal(delivery_result(&d), 0);
	assert_non_null(strstr(peer.request, "{\"name\":\"console\",\"size\":10}"));
	assert_non_null(strstr(peer.request, "Authorization: Bearer fl_runner_test\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_growing_stream_is_sent_once, begin, end),
		cmocka_unit_test_setup_teardown(a_large_stream_goes_in_pieces, begin, end),
		cmocka_unit_test_setup_teardown(a_server_that_is_busy_gets_it_later, begin, end),
		cmocka_unit_test_setup_teardown(
			a_lost_answer_loses_and_doubles_nothing, begin, end),
		cmocka_unit_test_setup_teardown(
			a_later_runner_goes_on_where_the_server_is, begin, end),
		cmocka_unit_test_setup_teardown(a_server_that_went_back_is_followed, begin, end),
		cmocka_unit_test_setup_teardown(
			of_a_huge_stream_beginning_and_end_are_kept, begin, end),
		cmocka_unit_test_setup_teardown(a_known_blob_costs_one_request, begin, end),
		cmocka_unit_test_setup_teardown(the_result_names_the_streams_sizes, begin, end),
	};
	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
