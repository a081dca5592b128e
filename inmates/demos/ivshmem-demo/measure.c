/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Rings in great numbers: one after the other, or in bursts.
 */
#include "measure.h"

/* After so long, a ring is taken for lost: virtual CPUs of a busy host stand still for seconds. */
#define TIMEOUT_NS (60 * NS_PER_SEC)

/*
 * A storm rings so often and then pauses for so long, or its peer would get nothing done but take
 * interrupts.
 */
#define STORM_RINGS    64
#define STORM_PAUSE_NS NS_PER_MS

static const volatile struct board *peer_board(const struct measurement *m)
{
	return m->channel->boards[m->peer];
}

/*
 * Waits for interrupts until @done. Something else has to interrupt now and then: the program's
 * timer. Returns false after TIMEOUT_NS.
 */
static bool wait(const struct measurement *m, bool (*done)(const struct measurement *m, u64 value),
		 u64 value)
{
	u64 end = get_time_ns() + TIMEOUT_NS;
	bool timeout = false;

	comm_poll();
	cpu_disable_interrupts();
	while (!done(m, value) && !timeout) {
		cpu_wait_for_interrupt();
		timeout = get_time_ns() > end;
		comm_poll();
		cpu_disable_interrupts();
	}
	timeout = !done(m, value);
	cpu_enable_interrupts();
	return !timeout;
}

/* By whatever vector */
static u64 interrupts(const struct measurement *m)
{
	u64 sum = 0;
	unsigned int n;

	for (n = 0; n < m->channel->device.num_vectors; n++)
		sum += m->channel->own->received[n];
	return sum;
}

/*
 * There is one interrupt for each answer, by the vector of the interrupt in which the peer has seen
 * the request: another one if a third peer has rung it just then.
 */
static bool is_answered(const struct measurement *m, u64 received)
{
	unsigned int id = m->channel->device.id;

	return peer_board(m)->answer[id] == m->channel->own->request[m->peer] &&
	       interrupts(m) >= received;
}

static u64 one_round(const struct measurement *m)
{
	u64 start = get_time_ns(), received = interrupts(m);

	m->channel->own->request[m->peer]++;
	channel_ring(m->channel, m->peer, m->vector);
	return wait(m, is_answered, received + 1) ? get_time_ns() - start : 0;
}

void measure_pingpong(const struct measurement *m)
{
	u64 before = m->channel->own->received[m->vector], min = ~0ULL, max = 0, sum = 0, ns;
	u32 n, lost = 0;

	for (n = 0; n < m->count; n++) {
		ns = one_round(m);
		if (!ns) {
			lost++;
			continue;
		}
		sum += ns;
		min = ns < min ? ns : min;
		max = ns > max ? ns : max;
	}
	printf("ivshmem-demo: %s pingpong %u rings, %u lost, %llu interrupts, min %llu mean %llu "
	       "max %llu ns\n",
	       m->channel->name, m->count, lost, m->channel->own->received[m->vector] - before, min,
	       m->count > lost ? sum / (m->count - lost) : 0, max);
}

/* The peer does not ring back, so there is no interrupt to wait for. */
static bool wait_until_seen(const struct measurement *m)
{
	u64 end = get_time_ns() + TIMEOUT_NS;
	unsigned int id = m->channel->device.id;

	while (peer_board(m)->seen[id] != m->channel->own->sequence[m->peer]) {
		cpu_relax();
		comm_poll();
		if (get_time_ns() > end)
			return false;
	}
	return true;
}

void measure_flood(const struct measurement *m)
{
	u64 before = peer_board(m)->received[m->vector];
	u32 rung = 0, bursts = 0, unseen = 0, n;

	while (rung < m->count) {
		for (n = 0; n <= bursts % m->burst && rung < m->count; n++, rung++) {
			m->channel->own->sequence[m->peer]++;
			channel_ring(m->channel, m->peer, m->vector);
		}
		bursts++;
		if (!wait_until_seen(m))
			unseen++;
	}
	printf("ivshmem-demo: %s flood %u rings in %u bursts, %u unseen, %llu interrupts\n",
	       m->channel->name, rung, bursts, unseen, peer_board(m)->received[m->vector] - before);
}

static void pause(u64 ns)
{
	u64 end = get_time_ns() + ns;

	while (get_time_ns() < end)
		cpu_relax();
}

void measure_storm(const struct measurement *m)
{
	u32 rung;

	for (rung = 0; rung < m->count; rung++) {
		channel_ring(m->channel, m->peer, m->vector);
		if (rung % STORM_RINGS == 0) {
			pause(STORM_PAUSE_NS);
			comm_poll();
		}
	}
	printf("ivshmem-demo: %s storm %u rings\n", m->channel->name, rung);
}
