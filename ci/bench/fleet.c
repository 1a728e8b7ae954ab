/* Many stand-in runners in one thread: raw sockets and epoll, so that what is measured is the
 * server. It understands of HTTP what our own server sends (a status line, Content-Length), and is
 * told the rest by ci/bench/fleet.py. fleet PORT TOKEN park N ROUNDS ORDER     N runners wait for
 * jobs; ROUNDS orders, each timed from its sending to the job's arrival fleet PORT TOKEN take N
 * JOBS             N runners claim one job after another until they have JOBS Prints one JSON
 * object: milliseconds of each, seconds of all, and its own CPU seconds. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 16384, RUNNERS_MAX = 4096, EVENTS = 64, WAIT_MS = 70000, WAIT_S = 55 };

struct runner {
	int fd;
	int number;
	size_t got;
	double sent_ms;
	char answer[ANSWER_MAX];
};

static const char *port, *token;
static struct runner runners[RUNNERS_MAX];

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu_s(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int dial(void)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	const int one = 1;
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0) {
		err(1, "cannot connect to port %s", port);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void post(int fd, const char *path, const char *body)
{
	char text[4096];
	const int n = snprintf(text, sizeof(text),
		"POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		path, token, strlen(body), body);
	if (n >= (int)sizeof(text) || write(fd, text, (size_t)n) != n) {
		err(1, "cannot send");
	}
}

static void claim(struct runner *r, int wait_s)
{
	unsigned char u[16];
	char body[256];
	if (getrandom(u, sizeof(u), 0) != sizeof(u)) {
		err(1, "no random numbers");
	}
	snprintf(body, sizeof(body),
		"{\"machine\":\"bench-%d\",\"wait_s\":%d,\"claim_id\":\"%02x%02x%02x%02x-%02x%02x-"
		"4%01x%02x-8%01x%02x-"
		"%02x%02x%02x%02x%02x%02x\"}",
		r->number, wait_s, u[0], u[1], u[2], u[3], u[4], u[5], u[6] & 15, u[7], u[8] & 15,
		u[9], u[10], u[11], u[12], u[13], u[14], u[15]);
	r->got = 0;
	r->sent_ms = now_ms();
	post(r->fd, "/api/v1/runner/claim", body);
}

/* The status when the answer is whole, else 0. */
static int answer_read(struct runner *r)
{
	const ssize_t n = read(r->fd, r->answer + r->got, ANSWER_MAX - 1 - r->got);
	if (n <= 0) {
		err(1, "runner %d: no answer", r->number);
	}
	r->got += (size_t)n;
	r->answer[r->got] = '\0';
	const char *end = strstr(r->answer, "\r\n\r\n");
	if (end == NULL) {
		return 0;
	}
	const char *length = strcasestr(r->answer, "\r\nContent-Length: ");
	const size_t size = length == NULL || length > end ? 0 : strtoul(length + 18, NULL, 10);
	return r->got < (size_t)(end + 4 - r->answer) + size ? 0 : atoi(r->answer + 9);
}

static int watch_all(int n)
{
	const int set = epoll_create1(0);
	for (int i = 0; i < n; i++) {
		runners[i].fd = dial();
		runners[i].number = i;
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &runners[i]};
		epoll_ctl(set, EPOLL_CTL_ADD, runners[i].fd, &e);
	}
	return set;
}

/* Waits for the next whole answer; its status. */
static int next_answer(int set, struct runner **out)
{
	static struct epoll_event events[EVENTS];
	static int count, at;
	for (;;) {
		if (at == count) {
			at = 0;
			count = epoll_wait(set, events, EVENTS, WAIT_MS);
			if (count <= 0) {
				errx(1, "nothing came for %d s", WAIT_MS / 1000);
			}
		}
		*out = events[at++].data.ptr;
		const int status = answer_read(*out);
		if (status != 0) {
			return status;
		}
	}
}

/* One request on a connection of its own; the number behind `key` in the answer. */
static long ask(struct runner *boss, const char *path, const char *body, const char *key)
{
	int status = 0;
	boss->got = 0;
	post(boss->fd, path, body);
	while (status == 0) {
		status = answer_read(boss);
	}
	const char *found = strstr(boss->answer, key);
	if (status / 100 != 2 || found == NULL) {
		errx(1, "%s: %.300s", path, boss->answer);
	}
	return strtol(found + strlen(key) + strspn(found + strlen(key), "\" :"), NULL, 10);
}

static void park(int n, int rounds, const char *order)
{
	static struct runner boss;
	const int set = watch_all(n);
	boss.fd = dial();
	for (int i = 0; i < n; i++) {
		claim(&runners[i], WAIT_S);
	}
	sleep(2); /* they are parked by then: part of the set-up, not of what is measured */
	printf("{\"ms\":[");
	for (int i = 0; i < rounds; i++) {
		struct runner *r;
		char path[64];
		const double sent_ms = now_ms();
		const long run = ask(&boss, "/api/v1/runs", order, "\"id\"");
		int status = next_answer(set, &r);
		while (status == 204) { /* its time was over */
			claim(r, WAIT_S);
			status = next_answer(set, &r);
		}
		printf("%s%.3f", i == 0 ? "" : ",", now_ms() - sent_ms);
		snprintf(path, sizeof(path), "/api/v1/runs/%ld/cancel", run);
		ask(&boss, path, "{}", "\"id\"");
		claim(r, WAIT_S);
	}
	printf("],\"cpu_s\":%.3f}\n", cpu_s());
	fflush(stdout);
	getchar(); /* they stay parked until we are told to end */
}

static void take(int n, int jobs)
{
	const int set = watch_all(n);
	const double began_ms = now_ms();
	const double cpu_before = cpu_s();
	int taken = 0;
	for (int i = 0; i < n; i++) {
		claim(&runners[i], 0);
	}
	printf("{\"ms\":[");
	while (taken < jobs) {
		struct runner *r;
		const int status = next_answer(set, &r);
		if (status != 200) {
			errx(1, "claim: %.300s", r->answer);
		}
		printf("%s%.3f", taken++ == 0 ? "" : ",", now_ms() - r->sent_ms);
		claim(r, 0);
	}
	printf("],\"s\":%.3f,\"cpu_s\":%.3f}\n", (now_ms() - began_ms) / 1e3, cpu_s() - cpu_before);
}

int main(int argc, char **argv)
{
	if (argc < 6) {
		errx(2, "usage: fleet PORT TOKEN park N ROUNDS ORDER | take N JOBS");
	}
	port = argv[1];
	token = argv[2];
	const int n = atoi(argv[4]) < RUNNERS_MAX ? atoi(argv[4]) : RUNNERS_MAX;
	if (strcmp(argv[3], "park") == 0 && argc == 7) {
		park(n, atoi(argv[5]), argv[6]);
	} else {
		take(n, atoi(argv[5]));
	}
	return 0;
}
