/* Which commit? A posterior over the commits of a range, from attempts that fail only some of the
 * time (statistics.md 5). A commit is affected when it holds the culprit: is it, or descends of it.
 *
 * Nothing is "good" or "bad" by decree. With the defect present an event comes in a usual attempt
 * with an unknown chance p, without it with another, smaller one (the background); an attempt of E
 * times the usual exposure is clean with (1 - p)^E, as it is where the time to an event is
 * exponential in exposure. Both chances are Beta and summed out, so k events and clean exposure E
 * weigh as B(a + k, b + E) / B(a, b) on each side (Gelman et al., Bayesian Data Analysis, 2.4). A
 * clean attempt that hardly worked says hardly anything, one failure in a noisy place not
 * everything. How soon an event came is left out: some boots meet it at once and others never, and
 * a constant hazard would then see two rates where there is one. That no commit of the range is it,
 * so that both ends are alike, is a possibility like the others. Pure; draws are seeded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ancestry;

/* Belief at which a name is called. */
#define CULPRIT_SURE 0.99
/* Before anything was seen: that the range does not hold it. */
#define CULPRIT_NONE_PRIOR 0.02
/* The same where nobody has tried an end that is said to be with or without it. */
#define CULPRIT_NONE_DOUBTED 0.5
/* So much of what was seen outside of the range counts for the chance within. */
#define CULPRIT_ELSEWHERE 0.5
/* Weight of a commit that touches a path near the crash, others having 1. */
#define CULPRIT_PATH_WEIGHT 4.0
/* Jeffreys' prior of the chance with the defect. Without it the prior is flatter still, in case
 * there is no background at all, with a mean of so much of the expected chance: with a fourth of
 * this in shape and mean, silence of the good end was taken for proof, and one failure elsewhere
 * for certain, so that of claims at 0.99 beside a background of a fiftieth 97 to 98 % were right.
 */
#define CULPRIT_HALF 0.5
#define CULPRIT_BACKGROUND 0.2
#define CULPRIT_BACKGROUND_SHARE 0.02
/* Degrees of freedom of values around their level: one wild value is no proof. */
#define CULPRIT_FREEDOM 4.0

enum culprit_kind {
	CULPRIT_BREAKS, /* events come from the culprit on: first bad */
	CULPRIT_FIXES,  /* they stop with it: first good */
};

struct culprit;

/* `weights` (one for each commit of `line`) is the prior, 0 for commits that cannot be it, as the
 * known ends that lie before; at least one is above 0. `chance` is about how often an attempt shows
 * the event where the defect is; above 0, at most 1. `line` is borrowed as long as the answer lives
 * (culprit_free). */
struct culprit *culprit_new(
	const struct ancestry *line, enum culprit_kind kind, const double *weights, double chance);
/* A number on the scale on which it is compared, seen on this machine. */
struct culprit_value {
	int64_t machine;
	double value;
};

/* The same for a number that moved between the ends, of each of which two samples at least are
 * given: those of the older end (`before`) and of the newer. Machines have levels of their own, so
 * values count within their machine. */
struct culprit *culprit_new_level(const struct ancestry *line, const double *weights,
	const struct culprit_value *before, size_t n_before, const struct culprit_value *after,
	size_t n_after);
/* One of the ends was named, not tried: that the range does not hold it is as likely as not, until
 * attempts say otherwise. Before anything is asked of `c`. */
void culprit_doubt(struct culprit *c);
/* What was seen where the defect is, but outside of the range (chances only): so many events, and
 * so much exposure that had none, in lengths of a usual attempt. It says how soon silence says
 * something where nobody has seen the defect in the range; for CULPRIT_ELSEWHERE of what it is,
 * since a rate may be another there. Before anything is asked of `c`. */
void culprit_know(struct culprit *c, double events, double exposure);
void culprit_free(struct culprit *c);

/* Adds what was seen on a commit: so many events, and so much exposure of attempts that had none,
 * in lengths of a usual attempt. Order does not matter. */
void culprit_see(struct culprit *c, size_t commit, double events, double exposure);
/* Adds a value (culprit_new_level only) that is none of the ends' samples. */
void culprit_see_level(struct culprit *c, size_t commit, int64_t machine, double value);

/* The posterior of each commit, summing to 1 together with culprit_none; lives until the next
 * culprit_see. */
const double *culprit_posterior(struct culprit *c);
double culprit_none(struct culprit *c);
/* Bits that are missing: the posterior's entropy. */
double culprit_entropy(struct culprit *c);

/* The smallest set of commits that holds at least CULPRIT_SURE of the belief, or all of it: *set
 * (the caller frees) sorted by belief. */
void culprit_credible(struct culprit *c, size_t **set, size_t *n);

enum culprit_answer {
	CULPRIT_OPEN,        /* go on */
	CULPRIT_FOUND,       /* one commit */
	CULPRIT_INSEPARABLE, /* so sure of a few between which nothing can be tested */
	CULPRIT_NOT_HERE,    /* no commit of the range: both ends are alike */
};
/* `minutes` as below says what can be tested. */
enum culprit_answer culprit_judge(struct culprit *c, const double *minutes);

/* What to run next, by expected fall of entropy per machine-minute. `exposure` is what one attempt
 * is expected to work (ignored for levels), minutes[i] what one costs on commit i with building and
 * booting; INFINITY: it does not build or boot, which says nothing of it. `pending` are commits of
 * attempts under way: their expected outcomes are taken into account, and so are those of what is
 * chosen before. Fills `out` with up to `k` and answers how many: fewer when nothing tells
 * anything. */
struct culprit_choice {
	size_t commit;
	double bits; /* expected, besides the ones before */
};
size_t culprit_choose(struct culprit *c, double exposure, const double *minutes,
	const size_t *pending, size_t n_pending, uint64_t seed, struct culprit_choice *out,
	size_t k);

/* Chance that an attempt on each commit shows the event, whatever the culprit is: `out` has room
 * for all commits. */
void culprit_chances(struct culprit *c, double exposure, double *out);
