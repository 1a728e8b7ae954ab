/* One spawn wrapper. */
#include "runner/git.h"

#include <stdarg.h>
#include <string.h>

#include "runner/process.h"
#include "runner/sandbox.h"
#include "runner/words.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"

/* Trees may belong to other users, and only known transports are followed. Hooks never run. */
static const char git_config[] = "[safe]\n\tdirectory = *\n"
				 "[protocol]\n\tallow = never\n"
				 "[protocol \"file\"]\n\tallow = always\n"
				 "[protocol \"git\"]\n\tallow = always\n"
				 "[protocol \"http\"]\n\tallow = always\n"
				 "[protocol \"https\"]\n\tallow = always\n"
				 "[protocol \"ssh\"]\n\tallow = always\n"
				 "[core]\n\thooksPath = /dev/null\n\tfsmonitor = false\n"
				 "[gc]\n\tauto = 0\n"
				 "[maintenance]\n\tauto = false\n"
				 "[checkout]\n\tworkers = 0\n"
				 "[http]\n\tlowSpeedLimit = 1000\n\tlowSpeedTime = 60\n"
				 "[init]\n\tdefaultBranch = main\n"
				 "[submodule]\n\trecurse = false\n"
				 "[user]\n\tname = faultline\n\temail = faultline@localhost\n";

int git_prepare(const char *state)
{
	_free_ char *path = alloc_format("%s/gitconfig", state);
	return file_write(path, git_config, sizeof(git_config) - 1);
}

/* `box` NULL: with the network, for mirrors. */
static int git_vrun(struct attempt *a, const struct sandbox *box, const char *folder,
	int64_t until_ns, int is_both, char **output, va_list args)
{
	_words_ struct words argv = {0};
	if (box != NULL) {
		sandbox_words(a->config, box, &argv);
	}
	const size_t first = argv.count;
	words_add(&argv, "git");
	for (const char *word = va_arg(args, const char *); word != NULL;
		word = va_arg(args, const char *)) {
		words_add(&argv, word);
	}
	_free_ char *config = alloc_format("GIT_CONFIG_GLOBAL=%s/gitconfig", a->config->state);
	const char *const env[] = {config, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_SSH_COMMAND=ssh -o BatchMode=yes", "GIT_OPTIONAL_LOCKS=0", NULL};
	const struct process_spec spec = {.argv = words_argv(&argv),
		.folder = folder,
		.env = env,
		.is_boxed = first > 0,
		.bounds = &a->config->bounds};
	int status = 0;
	const int r = process_capture(&spec, a->halt, until_ns, is_both, &status, output);
	if (r == PROCESS_HALTED) {
		return attempt_halted(a);
	}
	if (r == PROCESS_LATE) {
		return attempt_end(a, RESULT_FAULT, "git %s took too long", argv.list[first + 1]);
	}
	if (process_passed(r) != NULL) {
		return attempt_end(
			a, RESULT_FAULT, "git %s took %s", argv.list[first + 1], process_passed(r));
	}
	return r < 0 ? r : status == 0 ? 0 : GIT_FAILED;
}

/* What git said, into the build log and to who asked for it. */
static void git_say(struct attempt *a, char **text, char **output)
{
	if (*text != NULL && (*text)[0] != '\0') {
		attempt_say(a, "%s", *text);
	}
	if (output != NULL) {
		*output = *text;
		*text = NULL;
	}
}

int git_run(struct attempt *a, const char *folder, int64_t until_ns, char **output, ...)
{
	_free_ char *text = NULL;
	va_list args;
	va_start(args, output);
	const int r = git_vrun(a, NULL, folder, until_ns, 1, &text, args);
	va_end(args);
	git_say(a, &text, output);
	return r;
}

int git_tree(struct attempt *a, const struct git_place *place, int64_t until_ns, char **output, ...)
{
	_free_ char *config = alloc_format("%s/gitconfig", a->config->state);
	_free_ char *blobs = alloc_format("%s/blobs", a->config->state);
	const struct sandbox box = {.folder = place->folder,
		.writes = {place->worktree, place->mirror},
		.reads = {config, blobs},
		.until_ns = until_ns};
	_free_ char *text = NULL;
	va_list args;
	va_start(args, output);
	const int r = git_vrun(a, &box, place->folder, until_ns, 1, &text, args);
	va_end(args);
	git_say(a, &text, output);
	return r;
}

int git_ask(struct attempt *a, const char *folder, int64_t until_ns, char **output, ...)
{
	va_list args;
	va_start(args, output);
	const int r = git_vrun(a, NULL, folder, until_ns, 0, output, args);
	va_end(args);
	for (size_t n = *output != NULL ? strlen(*output) : 0; n > 0 && (*output)[n - 1] == '\n';
		n--) {
		(*output)[n - 1] = '\0';
	}
	return r;
}
