/* `faultline-server power`: how much work and machine time a stated risk takes. */
#include "stats/command.h"

#include "shared/cleanup.h"
#include "shared/number.h"
#include "stats/command_side.h"
#include "stats/power.h"
#include "stats/verdict.h"

#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RISK_DEFAULT 0.01
#define RISK_MIN 1e-12
#define RATIO_MIN 1e-6

enum { EXIT_USAGE = 2 };

struct question {
	struct rate_side seen;
	double ratio, risk;
	bool is_json;
};

struct answer {
	double known, uncertain, fixed; /* work */
	double second_work;             /* 0: unknown */
};

static int usage(FILE *out)
{
	fprintf(out,
		"usage: faultline-server power EVENTS/EXPOSURE[/SECONDS] [--risk R] [--ratio X] "
		"[--json]\n");
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static struct answer answer_of(const struct question *q)
{
	struct verdict verdict;
	const struct rate_cell cell = {.before = q->seen};
	verdict_of(&cell, 1, &verdict);
	return (struct answer){
		.known = power_known(&q->seen, q->ratio, q->risk),
		.uncertain = power_uncertain(&q->seen, q->ratio, q->risk),
		.fixed = verdict.more_exposure,
		.second_work = q->seen.seconds > 0 ? q->seen.exposure / q->seen.seconds : 0,
	};
}

static json_t *length_json(double work, double second_work)
{
	return json_pack("{s:f, s:o}", "exposure", work, "hours",
		second_work > 0 ? json_real(work / second_work / 3600) : json_null());
}

static void answer_print_json(const struct question *q, const struct answer *a)
{
	_json_ json_t *answer = json_pack("{s:f, s:f, s:o, s:o, s:o}", "risk", q->risk, "ratio",
		q->ratio, "rate_known", length_json(a->known, a->second_work), "rate_uncertain",
		length_json(a->uncertain, a->second_work), "fixed",
		length_json(a->fixed, a->second_work));
	json_dumpf(answer, stdout, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(6));
	putchar('\n');
}

static void line_print(const char *what, double work, double second_work)
{
	printf("%-52s %.3g", what, work);
	if (second_work > 0) {
		printf(" (%.3g machine hours)", work / second_work / 3600);
	}
	putchar('\n');
}

static void answer_print(const struct question *q, const struct answer *a)
{
	printf("%.0f events in %.4g: %.3g per million. Work without an event after which a bug of "
	       "%.3g times\nthat rate has been missed with a chance of %.3g:\n",
		q->seen.events, q->seen.exposure, q->seen.events / q->seen.exposure * 1e6, q->ratio,
		q->risk);
	line_print("  were this the exact rate", a->known, a->second_work);
	line_print("  the rate as uncertain as that many events leave it", a->uncertain,
		a->second_work);
	line_print(
		"Until silence says \"fixed\" (a tenth or less, 99 %):", a->fixed, a->second_work);
}

static int question_read(int argc, char **argv, struct question *q)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"ratio", required_argument, NULL, 'x'},
		{"risk", required_argument, NULL, 'r'},
		{0},
	};
	*q = (struct question){.ratio = 1, .risk = RISK_DEFAULT};
	int option = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		q->is_json = q->is_json || option == 'j';
		if (option == '?' ||
			(option == 'x' && number_parse_real(optarg, RATIO_MIN, 1 / RATIO_MIN,
						  &q->ratio) != 0) ||
			(option == 'r' &&
				number_parse_real(optarg, RISK_MIN, 1 - RISK_MIN, &q->risk) != 0)) {
			return EXIT_USAGE;
		}
	}
	if (optind + 1 != argc || command_side_read(argv[optind], &q->seen) != 0) {
		return EXIT_USAGE;
	}
	if (!(q->seen.events > 0 && q->seen.exposure > 0)) {
		fprintf(stderr, "a rate needs an event and work\n");
		return EXIT_USAGE;
	}
	return 0;
}

int command_power(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	struct question q;
	if (question_read(argc, argv, &q) != 0) {
		return usage(stderr);
	}
	const struct answer answer = answer_of(&q);
	if (q.is_json) {
		answer_print_json(&q, &answer);
	} else {
		answer_print(&q, &answer);
	}
	return EXIT_SUCCESS;
}
