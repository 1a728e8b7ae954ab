/* `faultline-server rate`: one rate with its interval, or two against each other: fixed or masked?
 */
#include "stats/command.h"

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/command_side.h"
#include "stats/rate.h"
#include "stats/verdict_json.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, HOUR_S = 3600 };

static int usage(FILE *out)
{
	fprintf(out, "usage: faultline-server rate EVENTS/EXPOSURE [--json]\n"
		     "       faultline-server rate BEFORE AFTER [BEFORE AFTER]… [--json]\n"
		     "BEFORE and AFTER are EVENTS/EXPOSURE[/SECONDS], a pair for each stratum\n");
	return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}

static void json_print(json_t *answer)
{
	json_dumpf(answer, stdout, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(6));
	putchar('\n');
}

static int one_print(const struct rate_side *side, bool is_json)
{
	struct rate rate;
	if (rate_interval((int64_t)side->events, side->exposure, RATE_CONFIDENCE, &rate) != 0) {
		fprintf(stderr, "a rate needs work\n");
		return EXIT_USAGE;
	}
	if (is_json) {
		/* The interval has two sides also where nothing was seen; the bound has one. */
		const double two_sided = rate_zero_bound(side->exposure, (1 + RATE_CONFIDENCE) / 2);
		_json_ json_t *answer = json_pack("{s:f, s:f, s:f, s:o}", "per_million",
			rate.per_unit * 1e6, "low", rate.low * 1e6, "high",
			(rate.is_bound ? two_sided : rate.high) * 1e6, "bound",
			verdict_number(rate.is_bound ? rate.high * 1e6 : NAN));
		json_print(answer);
	} else if (rate.is_bound) {
		printf("0 in %.4g: below %.3g per million (95 %%)\n", side->exposure,
			rate.high * 1e6);
	} else {
		printf("%.0f in %.4g: %.3g per million (%.3g to %.3g, 95 %%)\n", side->events,
			side->exposure, rate.per_unit * 1e6, rate.low * 1e6, rate.high * 1e6);
	}
	return EXIT_SUCCESS;
}

static void more_print(const struct verdict *v, size_t cell_count)
{
	if (v->more_cell == cell_count) {
		return;
	}
	printf("%.3g more without an event would say \"fixed\"", v->more_exposure);
	if (isfinite(v->more_seconds)) {
		printf(" (%.3g machine hours)", v->more_seconds / HOUR_S);
	}
	if (cell_count > 1) {
		printf(", in stratum %zu", v->more_cell + 1);
	}
	printf(".\nThey end so with a chance of %.2g, %.2g, %.2g if the rate is a tenth, a third, "
	       "the same.\n",
		v->more_fixed[0], v->more_fixed[1], v->more_fixed[2]);
}

static void verdict_print(const struct verdict *v, size_t cell_count)
{
	printf("%s%s\n", verdict_label(v->answer),
		v->is_masked && v->answer == VERDICT_STILL_THERE ? ", and masked" : "");
	if (v->answer != VERDICT_NOT_COMPARABLE) {
		printf("%.0f events before, %.0f after where %.3g were due at the old rate; ratio "
		       "%.3g (%.3g to %.3g, 95 %%), chance %.2g.\n",
			v->ratio.events_before, v->ratio.events_after, v->due_by_work,
			v->ratio.ratio, v->ratio.low, v->ratio.high, v->ratio.chance);
		printf("A tenth of the old rate or less: probability %.3g.\n", v->fixed_chance);
	}
	if (v->is_masked) {
		printf("Work per hour fell %.3g times.\n", v->fell);
	}
	more_print(v, cell_count);
}

static int sides_read(int count, char **words, struct rate_cell *cells)
{
	for (int i = 0; i < count; i++) {
		struct rate_cell *cell = &cells[i / 2];
		struct rate_side *side = i % 2 == 0 ? &cell->before : &cell->after;
		if (command_side_read(words[i], side) != 0) {
			return EXIT_USAGE;
		}
	}
	return 0;
}

/* Takes --json out of the words, wherever it stands. */
static bool json_take(int *argc, char **argv)
{
	int kept = 1;
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--json") != 0) {
			argv[kept++] = argv[i];
		}
	}
	const bool is_json = kept < *argc;
	*argc = kept;
	return is_json;
}

int command_rate(int argc, char **argv)
{
	const bool is_json = json_take(&argc, argv);
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	const int count = argc - 1;
	if (count < 1 || (count > 1 && count % 2 != 0)) {
		return usage(stderr);
	}
	const size_t cell_count = (size_t)(count + 1) / 2;
	_free_ struct rate_cell *cells = alloc_zero(cell_count, sizeof(*cells));
	if (sides_read(count, argv + 1, cells) != 0) {
		return EXIT_USAGE;
	}
	if (count == 1) {
		return one_print(&cells[0].before, is_json);
	}
	struct verdict verdict;
	verdict_of(cells, cell_count, &verdict);
	if (is_json) {
		_json_ json_t *answer = verdict_json(&verdict, cell_count);
		json_print(answer);
	} else {
		verdict_print(&verdict, cell_count);
	}
	return EXIT_SUCCESS;
}
