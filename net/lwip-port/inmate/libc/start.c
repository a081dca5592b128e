// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * From the start of the inmate to main() of a socket program.
 *
 * The first thread answers the hypervisor and does nothing else; main() runs in a thread with a
 * larger stack, which has the name of the program.
 */
#include <stdlib.h>

#include <inmate/inmate.h>

#include "libc.h"
#include "links.h"
#include "program.h"

/* Bytes; less where memory is scarce */
#define STACK_MAX       262144
#define STACK_MIN       32768
#define STACKS_PER_HEAP 16

#define WORDS_MAX 64

int main(int argc, char *argv[]);

static void run_main(void *arg)
{
	static char text[4096];
	static char *words[WORDS_MAX + 2];
	int count;

	(void)arg;
	words[0] = (char *)program_name;
	cmdline_parse_str("args", text, sizeof(text), "");
	count = libc_split_words(text, words + 1, WORDS_MAX);
	exit(main(1 + count, words));
}

static bool may_shut_down(void *arg)
{
	(void)arg;
	links_stop();
	printf("%s: shutting down\n", program_name);
	return true;
}

static void start_main(void)
{
	size_t stack = heap_info().size / STACKS_PER_HEAP;
	struct thread *thread;

	if (stack > STACK_MAX)
		stack = STACK_MAX;
	if (stack < STACK_MIN)
		stack = STACK_MIN;
	thread = thread_create(program_name, run_main, NULL, THREAD_PRIORITY_DEFAULT, stack);
	if (!thread)
		panic("%s: no memory for a stack of %zu bytes", program_name, stack);
	thread_detach(thread);
}

void inmate_main(void)
{
	links_start();
	comm_set_shutdown_handler(may_shut_down, NULL);
	start_main();
	thread_set_priority(thread_self(), THREAD_PRIORITY_MAX);
	for (;;) {
		comm_poll();
		links_serve();
	}
}
