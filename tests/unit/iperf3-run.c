/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our iperf3 in a process of its own, and stock iperf3 beside it.
 */
#define _GNU_SOURCE /* unshare() */
#include "iperf3-run.h"

#include "unit.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "options.h"
#include "server.h"

#define MAX_WORDS 40
/* For what takes a second on a machine that is not busy */
#define LIMIT_MS 60000
/* Between two looks at a port */
#define STEP_MS 5

/*
 * A network of its own for this test program, in which no other takes a port between free_port()
 * and its use. Who may not make one shares the host's.
 */
static void __attribute__((constructor)) leave_network(void)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET))
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback)) {
		perror("loopback interface");
		exit(1);
	}
	close(fd);
}

unsigned int free_port(void)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	close(fd);
	return ntohs(address.sin6_port);
}

/* State of a listener in /proc/net/tcp */
#define TCP_LISTENING 0x0a

/* To try with a socket would be no good: it would take the port from who wants to listen. */
static bool listed(const char *table, unsigned int port)
{
	unsigned int its_port, state;
	bool found = false;
	char line[512];
	FILE *file = fopen(table, "r");

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, " %*u: %*[^:]:%x %*[^:]:%*x %x", &its_port, &state) == 2 &&
			its_port == port && state == TCP_LISTENING;
	if (file)
		fclose(file);
	return found;
}

void wait_for_listener(unsigned int port)
{
	unsigned int ms;

	for (ms = 0; !listed("/proc/net/tcp6", port) && !listed("/proc/net/tcp", port);
	     ms += STEP_MS) {
		if (ms > LIMIT_MS)
			fail_msg("nobody listens at port %u", port);
		usleep(STEP_MS * 1000);
	}
}

/* So that the sanitizers have a look at what is left */
static void leave(int signal)
{
	(void)signal;
	exit(0);
}

static int run_ours(int argc, char *argv[])
{
	char error[OPTIONS_ERROR_SIZE];
	static char buffer[BUFSIZ];
	struct options options;

	signal(SIGTERM, leave);
	/* With the buffer that it has, glibc goes on to keep lines of puts(). */
	setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
	if (!options_parse(&options, argc, argv, error, sizeof(error))) {
		printf("%s\n", error);
		return 2;
	}
	return options.server ? server_run(&options) : client_run(&options);
}

static void become(const char *line, bool ours)
{
	static char copy[512];
	char *argv[MAX_WORDS] = { "iperf3" }, *word;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok(copy, " "); word && argc < MAX_WORDS - 1; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	if (ours)
		exit(run_ours(argc, argv));
	execvp("iperf3", argv);
	_exit(127);
}

static void start(struct program *program, const char *line, bool ours)
{
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	fflush(NULL);
	program->length = 0;
	program->text[0] = '\0';
	program->output = pipes[0];
	program->pid = fork();
	assert_true(program->pid >= 0);
	if (program->pid == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		dup2(pipes[1], STDERR_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		become(line, ours);
	}
	close(pipes[1]);
}

void start_ours(struct program *program, const char *line)
{
	start(program, line, true);
}

void start_stock(struct program *program, const char *line)
{
	start(program, line, false);
}

bool read_text(struct program *program)
{
	struct pollfd pollfd = { .fd = program->output, .events = POLLIN };
	ssize_t got;

	if (poll(&pollfd, 1, LIMIT_MS) <= 0) {
		kill(program->pid, SIGKILL);
		fail_msg("nothing more after:\n%s", program->text);
	}
	got = read(program->output, program->text + program->length,
		   OUTPUT_SIZE - 1 - program->length);
	if (got <= 0)
		return false;
	program->length += (size_t)got;
	program->text[program->length] = '\0';
	return true;
}

static void wait_for_text_behind(struct program *program, size_t start, const char *text)
{
	while (!strstr(program->text + start, text))
		if (!read_text(program))
			fail_msg("no '%s' in:\n%s", text, program->text + start);
}

void wait_for_text(struct program *program, const char *text)
{
	wait_for_text_behind(program, 0, text);
}

void wait_for_new_text(struct program *program, const char *text)
{
	wait_for_text_behind(program, program->length, text);
}

int wait_for_end(struct program *program)
{
	int status;

	while (read_text(program))
		;
	close(program->output);
	assert_int_equal(waitpid(program->pid, &status, 0), program->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int end_ours(struct program *program)
{
	kill(program->pid, SIGTERM);
	return wait_for_end(program);
}
