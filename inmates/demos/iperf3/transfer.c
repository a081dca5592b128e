/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The data of a test. The same two buffers serve all streams: what arrives is not looked at.
 */
#include "transfer.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Calls for one stream before the others, the clock and the control connection get their turn */
#define MAX_TURNS 8

/* Silence after the end that tells that nothing more comes, and if more should come */
#define QUIET_MS    50
#define PATIENCE_MS 2000

/* A network that takes no more datagrams gets that long to send some. */
#define RETRY_NS (200 * NS_PER_MICRO)

static bool no_room(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS ||
	       errno == ENOMEM;
}

static void fail(struct test *test, enum wire_error error)
{
	test->failed = error;
	test->failed_errno = errno;
}

/* Blocks that the test consists of, UINT64_MAX if it ends by time */
static uint64_t blocks_wanted(const struct test *test)
{
	const struct params *params = &test->params;

	if (params->bytes)
		return (params->bytes + params->block - 1) / params->block;
	return params->blocks ? params->blocks : UINT64_MAX;
}

/* The server goes on until the client has enough. */
static bool enough_begun(const struct test *test)
{
	return !test->options->server && !test->omitting &&
	       test->blocks_begun >= blocks_wanted(test);
}

bool transfer_all_sent(const struct test *test)
{
	bool senders = false;
	unsigned int i;

	for (i = 0; i < test->num_streams; i++) {
		senders |= test->streams[i].sender;
		if (test->streams[i].block_left)
			return false;
	}
	return senders && enough_begun(test);
}

static uint64_t send_time(const struct test *test, const struct stream *stream)
{
	return stream_send_time(stream, &test->params, test->start);
}

static bool nothing_to_send(const struct test *test, const struct stream *stream)
{
	return !stream->sender || stream->closed || test->ending ||
	       (!stream->block_left && enough_begun(test));
}

void transfer_watch(const struct test *test, struct watch *watch)
{
	const struct stream *stream;
	uint64_t now = platform_now(), due;
	unsigned int i;

	transfer_watch_receivers(test, watch);
	for (i = 0; i < test->num_streams; i++) {
		stream = &test->streams[i];
		if (nothing_to_send(test, stream))
			continue;
		due = send_time(test, stream);
		if (due <= now || stream->block_left)
			watch_write(watch, stream->fd);
		else
			watch_until(watch, due);
	}
}

void transfer_watch_receivers(const struct test *test, struct watch *watch)
{
	unsigned int i;

	for (i = 0; i < test->num_streams; i++)
		if (!test->streams[i].sender && !test->streams[i].closed)
			watch_read(watch, test->streams[i].fd);
}

/* Returns whether a block may be begun, and begins it. */
static bool begin_block(struct test *test, struct stream *stream, uint64_t now)
{
	if (enough_begun(test) || send_time(test, stream) > now)
		return false;
	if (!stream->burst_left)
		stream->burst_left = test->params.burst;
	if (stream->burst_left)
		stream->burst_left--;
	stream->block_left = test->params.block;
	test->blocks_begun++;
	if (test->params.udp)
		stream_mark_datagram(stream, test->send_buffer, test->params.counters_64bit, now);
	return true;
}

static void count_sent(struct test *test, struct stream *stream, size_t size, uint64_t now)
{
	test->last_departure = now;
	stream->all.bytes += size;
	stream->block_left -= size;
	test->bytes_sent += size;
	if (test->params.udp)
		stream->all.packets++;
}

/* Returns whether there may be more to send. */
static bool send_some(struct test *test, struct stream *stream)
{
	uint64_t now = platform_now();
	ssize_t sent;

	if (!stream->block_left && !begin_block(test, stream, now))
		return false;
	sent = send(stream->fd, test->send_buffer + test->params.block - stream->block_left,
		    stream->block_left, MSG_NOSIGNAL);
	if (sent > 0) {
		count_sent(test, stream, (size_t)sent, now);
		return stream->block_left == 0;
	}
	if (!no_room())
		fail(test, ERROR_STREAM_WRITE);
	if (test->params.udp) {
		/* This datagram has not been: its time will be another. */
		stream->block_left = 0;
		test->blocks_begun--;
		stream->retry = now + RETRY_NS;
	}
	return false;
}

static void count_received(struct test *test, struct stream *stream, size_t size, uint64_t now)
{
	test->bytes_received += size;
	test->last_arrival = now;
	if (test->params.udp)
		stream_count_datagram(stream, test->receive_buffer, size,
				      test->params.counters_64bit, now);
	else
		stream->all.bytes += size;
}

/* Returns the bytes, or 0 if there are none now. */
static size_t receive(struct test *test, struct stream *stream)
{
	ssize_t got = recv(stream->fd, test->receive_buffer, test->receive_size, 0);

	if (got > 0)
		return (size_t)got;
	/* When the test is over, a reset is as good as an end. */
	if (got == 0 || (test->ending && !no_room()))
		stream->closed = !test->params.udp;
	else if (!no_room() && !(test->params.udp && errno == ECONNREFUSED))
		fail(test, ERROR_STREAM_READ);
	return 0;
}

static void receive_some(struct test *test, struct stream *stream)
{
	unsigned int turn;
	size_t size;

	for (turn = 0; turn < MAX_TURNS; turn++) {
		size = receive(test, stream);
		if (size == 0)
			return;
		count_received(test, stream, size, platform_now());
	}
}

void transfer_step(struct test *test, const struct watch *watch)
{
	struct stream *stream;
	unsigned int i, turn;

	for (i = 0; i < test->num_streams && !test->failed; i++) {
		stream = &test->streams[i];
		if (!stream->sender && watch_readable(watch, stream->fd))
			receive_some(test, stream);
		if (!stream->sender || !watch_writable(watch, stream->fd))
			continue;
		for (turn = 0; turn < MAX_TURNS && send_some(test, stream);)
			turn++;
	}
}

void transfer_drain(struct test *test, const struct watch *watch)
{
	struct stream *stream;
	unsigned int i;

	for (i = 0; i < test->num_streams; i++) {
		stream = &test->streams[i];
		if (stream->sender || stream->closed || !watch_readable(watch, stream->fd))
			continue;
		receive(test, stream);
	}
}

static bool has_arrived(const struct test *test, const struct stream *stream)
{
	struct counts counts = counts_between(&stream->omitted, &stream->all);

	if (stream->sender || stream->closed)
		return true;
	if (test->params.udp)
		return counts.packets >= stream->peer.packets;
	return counts.bytes >= stream->peer.bytes;
}

bool transfer_all_arrived(const struct test *test, uint64_t until)
{
	/* Datagrams may be lost; what was omitted may be something else on the other side. */
	bool certain = !test->params.udp && !test->params.omit;
	uint64_t silence = (certain ? PATIENCE_MS : QUIET_MS) * NS_PER_MILLI;
	uint64_t since = test->last_arrival > test->ending ? test->last_arrival : test->ending;
	unsigned int i;

	for (i = 0; i < test->num_streams; i++)
		if (!has_arrived(test, &test->streams[i]))
			return until >= since + silence;
	return true;
}

void transfer_end(struct test *test)
{
	unsigned int i;

	test->ending = platform_now();
	for (i = 0; i < test->num_streams; i++)
		if (test->streams[i].sender && !test->params.udp)
			(void)shutdown(test->streams[i].fd, SHUT_WR);
}

void close_stream(struct stream *stream)
{
	if (stream->fd < 0)
		return;
	/* What it has not sent is of no use to anybody. */
	if (stream->sender)
		socket_abort_at_close(stream->fd);
	close(stream->fd);
	stream->fd = -1;
}
