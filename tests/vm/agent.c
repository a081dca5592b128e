/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What answers on the root cell's console during tests: runs one command at a time, returns its
 * output and exit code, and forwards the kernel's log. Everything travels in lines of base64, so
 * output may be binary; what a dying kernel writes between the lines stays readable.
 *
 * From the host:  r ID SECONDS COMMAND      run COMMAND (base64) in a shell
 *                 w ID PATH DATA            append DATA to the file PATH (both base64)
 * To the host:    ~~r                       ready
 *                 ~~o ID DATA               a piece of the command's output
 *                 ~~x ID CODE               the end: exit code, 128 + signal, 124 on timeout
 *                 ~~k DATA                  one record of /dev/kmsg
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define CHUNK        3072 /* bytes of payload in one line */
#define LINE_MAX_LEN (1024 * 1024)
#define EXIT_TIMEOUT 124

struct job {
	char id[32];
	pid_t pid;
	int pidfd;
	int out;
	time_t deadline;
	bool timed_out;
};

static int tty;
static int kmsg = -1;
static struct job job = { .pidfd = -1, .out = -1 };

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void tty_write(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(tty, data, len);

		if (n < 0 && errno != EINTR)
			die("write");
		if (n > 0) {
			data += n;
			len -= n;
		}
	}
}

/* Encodes len bytes (at most CHUNK) into out, which gets no terminator; returns the length. */
static size_t base64_encode(const unsigned char *in, size_t len, char *out)
{
	char *start = out;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		unsigned int v = in[i] << 16;

		if (left > 1)
			v |= in[i + 1] << 8;
		if (left > 2)
			v |= in[i + 2];
		*out++ = base64_digits[v >> 18];
		*out++ = base64_digits[v >> 12 & 63];
		*out++ = left > 1 ? base64_digits[v >> 6 & 63] : '=';
		*out++ = left > 2 ? base64_digits[v & 63] : '=';
	}
	return out - start;
}

/* Decodes in place; returns the number of bytes, terminates them with a NUL. */
static size_t base64_decode(char *text)
{
	unsigned int v = 0, bits = 0;
	char *out = text;

	for (const char *in = text; *in && *in != '='; in++) {
		const char *digit = strchr(base64_digits, *in);

		if (!digit)
			continue;
		v = v << 6 | (digit - base64_digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			*out++ = v >> bits & 0xff;
		}
	}
	*out = 0;
	return out - text;
}

/* Sends one line: the kind, the identifier if there is one, the data in base64. */
static void send_data(char kind, const char *id, const unsigned char *data, size_t len)
{
	char line[CHUNK / 3 * 4 + 64];
	size_t n = snprintf(line, sizeof(line), "~~%c %s%s", kind, id, *id ? " " : "");

	n += base64_encode(data, len, line + n);
	line[n++] = '\n';
	tty_write(line, n);
}

static void send_exit(const char *id, int code)
{
	char line[64];

	tty_write(line, snprintf(line, sizeof(line), "~~x %s %d\n", id, code));
}

static void forward_kmsg(void)
{
	unsigned char record[CHUNK];
	ssize_t n;

	while (kmsg >= 0) {
		n = read(kmsg, record, sizeof(record));
		if (n > 0)
			send_data('k', "", record, n);
		else if (n < 0 && errno == EPIPE)
			continue; /* records were overwritten before we read them */
		else
			break;
	}
}

static void forward_output(void)
{
	unsigned char data[CHUNK];
	ssize_t n;

	while ((n = read(job.out, data, sizeof(data))) > 0)
		send_data('o', job.id, data, n);
	if (n == 0) {
		close(job.out);
		job.out = -1;
	}
}

static void child(const char *command, int out)
{
	int null = open("/dev/null", O_RDONLY);

	setsid();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	closefrom(STDERR_FILENO + 1);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static void job_start(const char *id, int seconds, const char *command)
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) < 0)
		die("pipe2");
	snprintf(job.id, sizeof(job.id), "%s", id);
	job.pid = fork();
	if (job.pid < 0)
		die("fork");
	if (job.pid == 0)
		child(command, pipes[1]);
	close(pipes[1]);
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	job.out = pipes[0];
	job.pidfd = syscall(SYS_pidfd_open, job.pid, 0);
	job.deadline = now() + seconds;
	job.timed_out = false;
}

/* The command has ended (those it left in the background may go on, their output is lost). */
static void job_end(void)
{
	int status, code;

	waitpid(job.pid, &status, 0);
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (job.out >= 0)
		forward_output();
	if (job.out >= 0)
		close(job.out);
	close(job.pidfd);
	job.out = -1;
	job.pidfd = -1;
	forward_kmsg();
	send_exit(job.id, job.timed_out ? EXIT_TIMEOUT : code);
}

static void write_file(const char *id, char *path, char *data)
{
	size_t len = base64_decode(data), done = 0;
	int fd, code = 0;

	base64_decode(path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	while (fd >= 0 && done < len) {
		ssize_t n = write(fd, data + done, len - done);

		if (n <= 0)
			break;
		done += n;
	}
	if (fd < 0 || close(fd) < 0 || done < len)
		code = 1;
	send_exit(id, code);
}

static void request(char *line)
{
	char *kind = strtok(line, " "), *id = strtok(NULL, " ");
	char *first = strtok(NULL, " "), *second = strtok(NULL, " ");

	if (!kind || !id || !first)
		return;
	if (*kind == 'w') {
		write_file(id, first, second ? second : "");
	} else if (*kind == 'r' && second && job.pidfd < 0) {
		base64_decode(second);
		job_start(id, atoi(first), second);
	}
}

static void read_requests(void)
{
	static char line[LINE_MAX_LEN];
	static size_t len;
	ssize_t n = read(tty, line + len, sizeof(line) - 1 - len);
	char *end;

	if (n <= 0)
		die("read");
	len += n;
	line[len] = 0;
	while ((end = memchr(line, '\n', len))) {
		*end++ = 0;
		request(line);
		len -= end - line;
		memmove(line, end, len + 1);
	}
	if (len == sizeof(line) - 1)
		len = 0;
}

static void setup(void)
{
	struct termios settings;

	tty = STDIN_FILENO;
	if (tcgetattr(tty, &settings) == 0) {
		cfmakeraw(&settings);
		tcsetattr(tty, TCSANOW, &settings);
	}
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	tty_write("\n~~r\n", 5);
}

int main(void)
{
	setup();
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = tty, .events = POLLIN },
			{ .fd = kmsg, .events = POLLIN },
			{ .fd = job.out, .events = POLLIN },
			{ .fd = job.pidfd, .events = POLLIN },
		};

		poll(fds, 4, job.pidfd >= 0 ? 1000 : -1);
		if (fds[1].revents)
			forward_kmsg();
		if (fds[2].revents)
			forward_output();
		if (fds[3].revents)
			job_end();
		if (job.pidfd >= 0 && !job.timed_out && now() >= job.deadline) {
			job.timed_out = true;
			/* It may not yet have made its own group. */
			if (kill(-job.pid, SIGKILL))
				kill(job.pid, SIGKILL);
		}
		if (fds[0].revents)
			read_requests();
	}
}
