#!/usr/bin/perl
# Runs TAP programs side by side and adds what they counted to a file: ci/tap.pl JOBS LIMIT_S COUNTS PROGRAM...
# Each gets a time limit of its own and ends when this one ends, however that happens. prove would do, if it told its
# figures: the closing line of `make test` counts every single test.
use strict;
use warnings;
use TAP::Harness;

my ($jobs, $limit_s, $counts, @programs) = @ARGV;
die "usage: ci/tap.pl JOBS LIMIT_S COUNTS PROGRAM...\n" unless @programs;

# setpriv: a signal that ends us ends `timeout`, and that one its program and all the program started.
my $harness = TAP::Harness->new({
	jobs => $jobs,
	timer => 1,
	exec => ['setpriv', '--pdeathsig', 'TERM', '--', 'timeout', '-k', '10', $limit_s],
});
my $all = $harness->runtests(@programs);

my ($passed, $failed, $skipped) = (0, 0, 0);
for my $parser ($all->parsers) {
	my $bad = $parser->failed;
	# A program that died, or that ran fewer tests than it planned, is one more failed test.
	$bad++ if $parser->has_problems && !$bad;
	$failed += $bad;
	$skipped += $parser->skipped + ($parser->skip_all ? 1 : 0);
	$passed += $parser->passed - $parser->skipped;
}
open(my $out, '>>', $counts) or die "cannot write '$counts': $!\n";
print {$out} "$passed $failed $skipped\n";
close($out) or die "cannot write '$counts': $!\n";
exit($failed ? 1 : 0);
