// SPDX-License-Identifier: GPL-2.0-only
/*
 * A channel between two processes, and lwIP at its ends.
 */
#include "lwip-end.h"

#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lwip-port.h"
#include "lwip/init.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#define LIMIT  60 /* seconds without a frame, for an end with a process of its own */
#define BUDGET 64

/* Where time stands still, an end that has something to do all the time would go on for ever. */
#define STILL_ROUNDS 1000000

/* Bus 0, device 0eh, function 0 */
#define DEVICE_ADDRESS 0x70

/* -------------------------------------------------------------------------------- channel */

static void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

void channel_open(struct channel *channel, size_t size, bool classic)
{
	channel->size = size;
	channel->classic = classic;
	channel->ends = map(2 * sizeof(*channel->ends));
	channel->memory = map(2 * size);
	memset(channel->memory, 0xa5, 2 * size);
}

void channel_close(struct channel *channel)
{
	munmap(channel->ends, 2 * sizeof(*channel->ends));
	munmap(channel->memory, 2 * channel->size);
}

static void interrupt(struct channel_end *end)
{
	__atomic_add_fetch(&end->bell, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &end->bell, FUTEX_WAKE, 1, NULL, NULL, 0);
}

u32_t channel_state(struct channel *channel, unsigned int id)
{
	return __atomic_load_n(&channel->ends[id].state, __ATOMIC_ACQUIRE);
}

void channel_set_state(struct channel *channel, unsigned int id, u32_t state)
{
	u32_t old = __atomic_exchange_n(&channel->ends[id].state, state, __ATOMIC_SEQ_CST);

	if (channel->classic || old != state)
		interrupt(&channel->ends[!id]);
}

void channel_ring(struct channel *channel, unsigned int from, unsigned int vector)
{
	struct channel_end *peer = &channel->ends[!from];

	__atomic_add_fetch(&peer->rings[vector], 1, __ATOMIC_RELAXED);
	interrupt(peer);
}

void channel_sections(struct channel *channel, unsigned int id, struct ivshm_config *config)
{
	u8_t *own = channel->memory + id * channel->size;
	u8_t *peer = channel->memory + !id * channel->size;

	if (channel->classic)
		ivshm_config_classic(config, channel->memory, 2 * channel->size, id);
	else
		ivshm_config_revision2(config, own, peer, channel->size);
}

/* ------------------------------------------------------------------------------ processes */

/* Whether this process ends if nothing arrives for too long */
static bool watched;

void require_failed(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	exit(1);
}

static bool wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		return false;
	if (WIFSIGNALED(status))
		fprintf(stderr, "an end was killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void channel_run(struct channel *channel, channel_main ends[2], void *arg)
{
	bool good[2];
	pid_t children[2];

	for (unsigned int id = 0; id < 2; id++) {
		children[id] = fork();
		assert_true(children[id] >= 0);
		if (children[id] == 0) {
			watched = true;
			alarm(LIMIT);
			exit(ends[id](channel, id, arg));
		}
	}
	for (unsigned int id = 0; id < 2; id++)
		good[id] = wait_for(children[id]);
	assert_true(good[0]);
	assert_true(good[1]);
}

/* ------------------------------------------------------------------------ system for lwIP */

static u32_t skipped, speed = 1;

void lwip_port_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
}

void lwip_port_panic(const char *message, const char *file, int line)
{
	fprintf(stderr, "lwIP: %s (%s:%d)\n", message, file, line);
	abort();
}

uint32_t lwip_port_random(void)
{
	static uint64_t state;

	if (!state)
		state = (uint64_t)getpid() << 32 | sys_now();
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 32);
}

u32_t sys_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u32_t)((now.tv_sec * 1000ull + now.tv_nsec / 1000000) * speed) + skipped;
}

void end_skip_time(u32_t ms)
{
	skipped += ms;
}

void end_set_speed(u32_t times)
{
	u32_t now = sys_now();

	speed = times;
	skipped += now - sys_now();
}

/* ------------------------------------------------------------------------------- the ends */

static struct end *end_of(struct ivshm_netif_device *device)
{
	return (struct end *)((char *)device - offsetof(struct end, device));
}

static u32_t peer_state(struct ivshm_netif_device *device)
{
	return channel_state(end_of(device)->channel, !device->id);
}

static void set_state(struct ivshm_netif_device *device, u32_t state)
{
	channel_set_state(end_of(device)->channel, device->id, state);
}

static void ring(struct ivshm_netif_device *device, unsigned int vector)
{
	channel_ring(end_of(device)->channel, device->id, vector);
}

static const struct ivshm_netif_device_ops ops = {
	.peer_state = peer_state,
	.set_state = set_state,
	.ring = ring,
};

static void init_lwip(void)
{
	static bool done;

	if (!done)
		lwip_init();
	done = true;
}

void end_open(struct end *end, struct channel *channel, unsigned int id,
	      const struct ivshm_netif_options *options)
{
	ip4_addr_t address, mask;

	init_lwip();
	memset(end, 0, sizeof(*end));
	end->channel = channel;
	end->device.ops = &ops;
	end->device.address = DEVICE_ADDRESS;
	end->device.id = (u8_t)id;
	end->device.classic = channel->classic;
	end->device.state_in_memory = !channel->classic;
	channel_sections(channel, id, &end->device.sections);
	require(ivshm_netif_add(&end->net, &end->device, options) == ERR_OK);

	IP4_ADDR(&address, 10, 0, 1, id + 1);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	netif_set_addr(&end->net.netif, &address, &mask, IP4_ADDR_ANY4);
	netif_create_ip6_linklocal_address(&end->net.netif, 1);
	netif_set_default(&end->net.netif);
	netif_set_up(&end->net.netif);
}

void end_close(struct end *end)
{
	ivshm_netif_remove(&end->net);
}

void end_step(struct end *end)
{
	u32_t bell = __atomic_load_n(&end->channel->ends[end->device.id].bell, __ATOMIC_ACQUIRE);

	if (bell != end->heard)
		ivshm_netif_interrupt(&end->net);
	end->heard = bell;
	if (ivshm_netif_poll(&end->net, BUDGET) && watched)
		alarm(LIMIT);
	netif_poll_all();
	sys_check_timeouts();
}

static void sleep_on_bell(struct end *end, u32_t ms)
{
	const struct timespec timeout = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	syscall(SYS_futex, &end->channel->ends[end->device.id].bell, FUTEX_WAIT, end->heard,
		&timeout, NULL, 0);
}

bool end_run(struct end *end, u32_t ms, bool (*done)(void *arg), void *arg)
{
	u32_t start = sys_now();

	for (u32_t rounds = 0; speed || rounds < STILL_ROUNDS; rounds++) {
		u32_t passed, wait;

		end_step(end);
		if (done && done(arg))
			return true;
		passed = sys_now() - start;
		if (passed >= ms)
			return false;
		wait = ivshm_netif_idle(&end->net);
		wait = LWIP_MIN(wait, sys_timeouts_sleeptime());
		wait = LWIP_MIN(wait, ms - passed);
		if (wait && speed)
			sleep_on_bell(end, wait / speed + 1);
		else
			end_skip_time(wait);
	}
	return false;
}

static bool has_carrier(void *arg)
{
	return netif_is_link_up((struct netif *)arg);
}

bool end_connect(struct end *end, u32_t ms)
{
	return end_run(end, ms, has_carrier, &end->net.netif);
}

static bool peer_is_here(void *arg)
{
	struct end *end = arg;
	struct channel_end *ends = end->channel->ends;
	u32_t own = ends[end->device.id].meetings;

	return __atomic_load_n(&ends[!end->device.id].meetings, __ATOMIC_ACQUIRE) >= own;
}

void end_meet(struct end *end, u32_t ms)
{
	unsigned int id = end->device.id;

	__atomic_add_fetch(&end->channel->ends[id].meetings, 1, __ATOMIC_RELEASE);
	interrupt(&end->channel->ends[!id]);
	require(end_run(end, ms, peer_is_here, end));
}

void end_peer_ip6(struct end *end, ip_addr_t *address)
{
	/* RFC 4291, appendix A: the interface identifier from a MAC address */
	const u32_t high = PP_HTONL((u32_t)'I' << 16 | (u32_t)'V' << 8 | 0xff);
	const u32_t low = PP_HTONL(0xfe000000 | DEVICE_ADDRESS << 8 | (u32_t)!end->device.id);

	IP_ADDR6(address, PP_HTONL(0xfe800000), 0, high, low);
	ip6_addr_assign_zone(ip_2_ip6(address), IP6_UNICAST, &end->net.netif);
}
