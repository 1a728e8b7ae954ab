/* What to run next. The expected fall of entropy is the mutual information of culprit and outcome,
 * h(P(clean)) - E h(P(clean | culprit)), for one attempt exact for all commits in a few sums over
 * ancestors. Near the end it is not what ends a search soonest: half of what the odds of the truth
 * should gain besides goes with it (Naghshvar, Javidi and Wigger, IEEE Transactions on Information
 * Theory 61, 2015), which takes 2 % fewer attempts where one in two fails. For several at once
 * outcomes of what is under way are drawn in WORLDS worlds, over classes of culprits that the
 * commits in question do not tell apart. */
#include "stats/culprit.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "stats/ancestry.h"
#include "stats/culprit_state.h"

/* SPOTS: commits in question, as one word of bits; PENDING_MAX of them are under way. */
enum { WORLDS = 32, SPOTS = 64, PENDING_MAX = 32, CLASSES_MAX = 512 };

enum { ODDS_MAX = 50 }; /* at most 1 / CULPRIT_ODDS_BELIEF */

/* Less tells nothing. */
#define BITS_MIN 1e-7

/* What a belief foretells: of clean, and its entropy, where affected and where spared. */
struct outlook {
	double belief, clean[2], bits[2];
};

struct culprit_class {
	uint64_t spots; /* which commits in question are affected */
	struct outlook outlook;
};

struct batch {
	size_t spots[SPOTS];
	size_t n_spots;
	struct culprit_class *classes;
	size_t n_classes;
	double *beliefs; /* of each class in each world */
	size_t truth[WORLDS];
	gsl_rng *draws;
};

static double entropy(double p)
{
	return p > 0 && p < 1 ? -p * log2(p) - (1 - p) * log2(1 - p) : 0;
}

static struct outlook outlook_of(struct culprit_clean clean)
{
	return (struct outlook){.belief = 1,
		.clean = {clean.spared, clean.affected},
		.bits = {entropy(clean.spared), entropy(clean.affected)}};
}

static void outlook_add(struct outlook *sum, const struct outlook *o, double times)
{
	sum->belief += times * o->belief;
	for (size_t is_affected = 0; is_affected < 2; is_affected++) {
		sum->clean[is_affected] += times * o->clean[is_affected];
		sum->bits[is_affected] += times * o->bits[is_affected];
	}
}

static struct outlook *outlooks_make(struct culprit *c, double exposure)
{
	const double *p = culprit_posterior(c);
	_free_ struct outlook *groups = alloc_zero(c->n_groups, sizeof(*groups));
	struct outlook *list = alloc_zero(c->n + 1, sizeof(*list));
	for (size_t g = 0; g < c->n_groups; g++) {
		groups[g] = outlook_of(culprit_clean_of(c, &c->groups[g], exposure));
	}
	for (size_t i = 0; i < c->n; i++) {
		outlook_add(&list[i], &groups[c->group[i]], p[i]);
	}
	const double none = culprit_clean_none(c, exposure);
	const struct outlook alike = outlook_of((struct culprit_clean){none, none});
	outlook_add(&list[c->n], &alike, c->none);
	return list;
}

/* Expected bits of one attempt on each commit; `held` gets the belief that it is affected, `clean`
 * that the attempt shows nothing. */
static void gains_make(const struct culprit *c, const struct outlook *list, double *gains,
	double *held, double *clean)
{
	_free_ double *values = alloc_zero(c->n + 1, sizeof(*values));
	struct outlook all = {0};
	for (size_t i = 0; i <= c->n; i++) {
		outlook_add(&all, &list[i], 1);
		values[i] = list[i].clean[1] - list[i].clean[0];
	}
	ancestry_sum(c->line, values, clean);
	for (size_t i = 0; i < c->n; i++) {
		values[i] = list[i].bits[1] - list[i].bits[0];
	}
	ancestry_sum(c->line, values, gains);
	for (size_t i = 0; i < c->n; i++) {
		clean[i] += all.clean[0];
		gains[i] = entropy(clean[i]) - (all.bits[0] + gains[i]);
	}
	ancestry_sum(c->line, c->posterior, held);
}

static double worth(double gain, double minutes)
{
	return isfinite(minutes) && gain > BITS_MIN ? gain / minutes : 0;
}

/* The commits in question: those under way, and the best of each part of the belief. */
static void spots_find(struct batch *b, const struct culprit *c, const double *gains,
	const double *held, const double *minutes, const size_t *pending, size_t n_pending)
{
	size_t best[SPOTS];
	double most[SPOTS] = {0};
	for (size_t i = 0; i < n_pending && b->n_spots < PENDING_MAX; i++) {
		bool is_there = false;
		for (size_t s = 0; s < b->n_spots; s++) {
			is_there = is_there || b->spots[s] == pending[i];
		}
		if (!is_there) {
			b->spots[b->n_spots++] = pending[i];
		}
	}
	const size_t parts = SPOTS - b->n_spots;
	for (size_t i = 0; i < c->n; i++) {
		const double w = worth(gains[i], minutes[i]);
		const size_t part = (size_t)(fmin(fmax(held[i], 0), 1 - 1e-12) * (double)parts);
		if (w > most[part]) {
			most[part] = w;
			best[part] = i;
		}
	}
	for (size_t part = 0; part < parts; part++) {
		if (most[part] > 0) {
			b->spots[b->n_spots++] = best[part];
		}
	}
}

static int by_spots(const void *a, const void *b)
{
	const struct culprit_class *x = a;
	const struct culprit_class *y = b;
	return (x->spots > y->spots) - (x->spots < y->spots);
}

static int by_belief(const void *a, const void *b)
{
	const struct culprit_class *x = a;
	const struct culprit_class *y = b;
	return (x->outlook.belief < y->outlook.belief) - (x->outlook.belief > y->outlook.belief);
}

/* Neighbours in the list that are affected alike become one. */
static size_t classes_merge(struct culprit_class *list, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && list[kept - 1].spots == list[i].spots) {
			outlook_add(&list[kept - 1].outlook, &list[i].outlook, 1);
		} else {
			list[kept++] = list[i];
		}
	}
	return kept;
}

static void classes_make(struct batch *b, const struct culprit *c, const struct outlook *list)
{
	b->classes = alloc_zero(c->n + 1, sizeof(*b->classes));
	for (size_t i = 0; i <= c->n; i++) {
		b->classes[i].outlook = list[i];
		for (size_t s = 0; s < b->n_spots && i < c->n; s++) {
			const uint64_t is_affected = ancestry_holds(c->line, b->spots[s], i);
			b->classes[i].spots |= is_affected << s;
		}
	}
	size_t n = classes_merge(b->classes, c->n + 1);
	qsort(b->classes, n, sizeof(*b->classes), by_spots);
	n = classes_merge(b->classes, n);
	if (n > CLASSES_MAX) {
		qsort(b->classes, n, sizeof(*b->classes), by_belief);
		n = CLASSES_MAX;
	}
	b->n_classes = n;
}

static void worlds_make(struct batch *b)
{
	double sum = 0;
	for (size_t i = 0; i < b->n_classes; i++) {
		sum += b->classes[i].outlook.belief;
	}
	b->beliefs = alloc_zero(WORLDS * b->n_classes, sizeof(*b->beliefs));
	const double shift = gsl_rng_uniform(b->draws);
	for (size_t w = 0; w < WORLDS; w++) {
		double until = 0;
		const double place = ((double)w + shift) / WORLDS * sum;
		b->truth[w] = b->n_classes - 1;
		for (size_t i = 0; i < b->n_classes; i++) {
			const double belief = b->classes[i].outlook.belief;
			b->beliefs[w * b->n_classes + i] = belief / sum;
			if (until <= place && place < until + belief) {
				b->truth[w] = i;
			}
			until += belief;
		}
	}
}

/* P(clean) on a commit in question for a class; classes without belief foretell nothing. */
static double class_clean(const struct culprit_class *class, size_t spot)
{
	const struct outlook *o = &class->outlook;
	return o->belief > 0 ? o->clean[class->spots >> spot & 1] / o->belief : 0.5;
}

/* An attempt on a commit in question is under way: each world gets an outcome of its own. */
static void batch_note(struct batch *b, size_t spot)
{
	for (size_t w = 0; w < WORLDS; w++) {
		double *beliefs = b->beliefs + w * b->n_classes;
		const bool is_clean =
			gsl_rng_uniform(b->draws) < class_clean(&b->classes[b->truth[w]], spot);
		double sum = 0;
		for (size_t i = 0; i < b->n_classes; i++) {
			const double clean = class_clean(&b->classes[i], spot);
			beliefs[i] *= is_clean ? clean : 1 - clean;
			sum += beliefs[i];
		}
		for (size_t i = 0; i < b->n_classes && sum > 0; i++) {
			beliefs[i] /= sum;
		}
	}
}

/* Expected bits of one more attempt on each commit in question, over all worlds. */
static void batch_gains(const struct batch *b, double *gains)
{
	memset(gains, 0, SPOTS * sizeof(*gains));
	for (size_t w = 0; w < WORLDS; w++) {
		double clean[SPOTS] = {0}, bits[SPOTS] = {0};
		double spared_clean = 0, spared_bits = 0;
		for (size_t i = 0; i < b->n_classes; i++) {
			const struct outlook *o = &b->classes[i].outlook;
			const double belief = b->beliefs[w * b->n_classes + i];
			if (!(o->belief > 0) || belief < 1e-9) {
				continue;
			}
			const double share = belief / o->belief;
			const double more_clean = share * (o->clean[1] - o->clean[0]);
			const double more_bits = share * (o->bits[1] - o->bits[0]);
			spared_clean += share * o->clean[0];
			spared_bits += share * o->bits[0];
			for (uint64_t rest = b->classes[i].spots; rest != 0; rest &= rest - 1) {
				const int s = __builtin_ctzll(rest);
				clean[s] += more_clean;
				bits[s] += more_bits;
			}
		}
		for (size_t s = 0; s < b->n_spots; s++) {
			gains[s] +=
				(entropy(spared_clean + clean[s]) - spared_bits - bits[s]) / WORLDS;
		}
	}
}

static size_t batch_choose(struct batch *b, const double *minutes, const size_t *pending,
	size_t n_pending, struct culprit_choice *out, size_t k)
{
	double gains[SPOTS];
	for (size_t i = 0; i < n_pending; i++) {
		for (size_t s = 0; s < b->n_spots; s++) {
			if (b->spots[s] == pending[i]) {
				batch_note(b, s);
			}
		}
	}
	size_t chosen = 0;
	for (; chosen < k; chosen++) {
		size_t best = 0;
		batch_gains(b, gains);
		for (size_t s = 1; s < b->n_spots; s++) {
			if (worth(gains[s], minutes[b->spots[s]]) >
				worth(gains[best], minutes[b->spots[best]])) {
				best = s;
			}
		}
		if (!(worth(gains[best], minutes[b->spots[best]]) > 0)) {
			break;
		}
		out[chosen] = (struct culprit_choice){b->spots[best], gains[best]};
		batch_note(b, best);
	}
	return chosen;
}

/* What an attempt on `x` should add to the log odds of the truth beyond the bits it tells, for one
 * commit that is believed: D(own || others') - D(own || all) of its chance to be clean. */
static double odds_gain(double belief, double own, double all)
{
	const double others = fmin(fmax((all - belief * own) / (1 - belief), 1e-12), 1 - 1e-12);
	return own * log2(all / others) + (1 - own) * log2((1 - all) / (1 - others));
}

static void odds_add(struct culprit *c, const struct outlook *list, const double *clean,
	const double *minutes, double *gains)
{
	size_t believed[ODDS_MAX], n = 0;
	double most = 0;
	for (size_t i = 0; i < c->n; i++) {
		most = fmax(most, worth(gains[i], minutes[i]));
		if (c->posterior[i] > CULPRIT_ODDS_BELIEF && n < ODDS_MAX) {
			believed[n++] = i;
		}
	}
	for (size_t x = 0; x < c->n; x++) {
		const double all = fmin(fmax(clean[x], 1e-12), 1 - 1e-12);
		const bool is_good = worth(gains[x], minutes[x]) > CULPRIT_ODDS_BITS * most;
		for (size_t k = 0; k < n && is_good; k++) {
			const size_t i = believed[k];
			const double belief = c->posterior[i];
			const double own = list[i].clean[ancestry_holds(c->line, x, i)] / belief;
			gains[x] += CULPRIT_ODDS_SHARE * belief * odds_gain(belief, own, all);
		}
	}
}

/* The best one; its bits are without the odds, which need a truer outlook than levels have. */
static size_t one_choose(struct culprit *c, const struct outlook *list, const double *bits,
	const double *clean, const double *minutes, struct culprit_choice *out)
{
	_free_ double *gains = alloc_zero(c->n + 1, sizeof(*gains));
	double most = 0;
	memcpy(gains, bits, c->n * sizeof(*gains));
	if (c->levels == NULL) {
		odds_add(c, list, clean, minutes, gains);
	}
	for (size_t i = 0; i < c->n; i++) {
		const double w = worth(gains[i], minutes[i]);
		if (w > most) {
			most = w;
			*out = (struct culprit_choice){i, bits[i]};
		}
	}
	return most > 0 ? 1 : 0;
}

size_t culprit_choose(struct culprit *c, double exposure, const double *minutes,
	const size_t *pending, size_t n_pending, uint64_t seed, struct culprit_choice *out,
	size_t k)
{
	_free_ struct outlook *list = outlooks_make(c, exposure);
	_free_ double *gains = alloc_zero(c->n + 1, sizeof(*gains));
	_free_ double *held = alloc_zero(c->n + 1, sizeof(*held));
	_free_ double *clean = alloc_zero(c->n + 1, sizeof(*clean));
	gains_make(c, list, gains, held, clean);
	if (k <= 1 && n_pending == 0) {
		return k == 0 ? 0 : one_choose(c, list, gains, clean, minutes, out);
	}
	struct batch b = {.draws = gsl_rng_alloc(gsl_rng_taus2)};
	gsl_rng_set(b.draws, seed);
	spots_find(&b, c, gains, held, minutes, pending, n_pending);
	size_t chosen = 0;
	if (b.n_spots > 0) {
		classes_make(&b, c, list);
		worlds_make(&b);
		chosen = batch_choose(&b, minutes, pending, n_pending, out, k);
	}
	free(b.classes);
	free(b.beliefs);
	gsl_rng_free(b.draws);
	return chosen;
}
