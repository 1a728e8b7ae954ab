#!/usr/bin/perl
# Runs TAP programs side by side and adds what they counted to a file: ci/tap.pl JOBS LIMIT_S COUNTS PROGRAM...
# Each gets a time limit of its own and ends when this one ends, however that happens. What a program says on standard error
# is shown when it failed; of one that passed only the lines that open with "# ". prove would do, if it told its figures:
# the closing line of `make test` counts every single test.
use strict;
use warnings;
use File::Temp;
use TAP::Harness;

my ($jobs, $limit_s, $counts, @programs) = @ARGV;
die "usage: ci/tap.pl JOBS LIMIT_S COUNTS PROGRAM...\n" unless @programs;

my $said = File::Temp->newdir;
$ENV{TAP_SAID} = "$said";

# setpriv: a signal that ends us ends `timeout`, and that one its program and all the program started.
my $harness = TAP::Harness->new({
	jobs => $jobs,
	timer => 1,
	exec => ['setpriv', '--pdeathsig', 'TERM', '--', 'timeout', '-k', '10', $limit_s,
		'sh', '-c', 'exec "$0" 2>"$TAP_SAID/$(printf %s "$0" | tr / _)"'],
});
# What a test says in its TAP belongs to what it said.
my %comments;
$harness->callback(made_parser => sub {
	my ($parser, $job) = @_;
	my $program = $job->[1];
	$parser->callback(comment => sub { push @{ $comments{$program} }, $_[0]->as_string });
	$parser->callback(test => sub { push @{ $comments{$program} }, $_[0]->as_string if !$_[0]->is_ok });
});
my $all = $harness->runtests(@programs);

sub show {
	my ($program, $has_failed) = @_;
	print STDERR map { "$_\n" } @{ $comments{$program} // [] } if $has_failed;
	(my $file = $program) =~ tr{/}{_};
	open(my $in, '<', "$said/$file") or return;
	while (my $line = <$in>) {
		print STDERR $line if $has_failed || $line =~ /^# /;
	}
	close($in);
}

my ($passed, $failed, $skipped) = (0, 0, 0);
for my $program ($all->descriptions) {
	my ($parser) = $all->parsers($program);
	my $bad = $parser->failed;
	# A program that died, or that ran fewer tests than it planned, is one more failed test.
	$bad++ if $parser->has_problems && !$bad;
	print STDERR "--- what $program said:\n" if $bad;
	show($program, $bad);
	$failed += $bad;
	$skipped += $parser->skipped + ($parser->skip_all ? 1 : 0);
	$passed += $parser->passed - $parser->skipped;
}
open(my $out, '>>', $counts) or die "cannot write '$counts': $!\n";
print {$out} "$passed $failed $skipped\n";
close($out) or die "cannot write '$counts': $!\n";
exit($failed ? 1 : 0);
