/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AF_XDP in copy mode, without libraries.
 *
 *	xdp-echo serve INTERFACE		sends frames of our type back, from socket to socket
 *	xdp-echo check INTERFACE COUNT SIZE	sends such frames by a packet socket and compares what
 *						comes back
 *
 * The server's program for XDP passes all other frames to the stack. Both stop with a message and
 * code 1 if something is wrong.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OUR_TYPE  0x88b5 /* IEEE 802: for local experiments */
#define CHUNK     4096
#define CHUNKS    64
#define RING      CHUNKS
#define WAIT_MS   20000
#define FRAME_MAX 3500 /* of a chunk, the kernel keeps a part for itself */

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf(": %s\n", strerror(errno));
	exit(1);
}

static unsigned int interface_index(const char *name)
{
	unsigned int index = if_nametoindex(name);

	if (index == 0)
		fail("%s", name);
	return index;
}

static int bpf(unsigned int command, union bpf_attr *attr)
{
	int result = (int)syscall(SYS_bpf, command, attr, sizeof(*attr));

	if (result < 0)
		fail("bpf command %u", command);
	return result;
}

/* ----------------------------------------------------------------------- the program for XDP */

#define INSN(op, dst, src, offset, value)                                                          \
	{                                                                                          \
		.code = (op), .dst_reg = (dst), .src_reg = (src), .off = (offset), .imm = (value), \
	}
#define LOAD(size, dst, src, offset) INSN(BPF_LDX | BPF_MEM | (size), dst, src, offset, 0)
#define MOVE(dst, value)             INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value)

/* Frames of our type that come by queue 0 go to the socket in the map, all others to the stack. */
static int load_program(int map)
{
	const struct bpf_insn program[] = {
		LOAD(BPF_W, 2, 1, offsetof(struct xdp_md, data)),
		LOAD(BPF_W, 3, 1, offsetof(struct xdp_md, data_end)),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, ETH_HLEN),
		INSN(BPF_JMP | BPF_JGT | BPF_X, 4, 3, 8, 0),
		LOAD(BPF_H, 4, 2, offsetof(struct ethhdr, h_proto)),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 4, 0, 6, htons(OUR_TYPE)),
		INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		MOVE(2, 0),
		MOVE(3, XDP_PASS),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		MOVE(0, XDP_PASS),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.license = (uintptr_t) "GPL",
		.expected_attach_type = BPF_XDP,
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/* It stays as long as the file descriptor of the link does: until we end. */
static void attach_program(unsigned int interface, int map, int socket)
{
	uint32_t key = 0;
	union bpf_attr element = { .map_fd = map,
				   .key = (uintptr_t)&key,
				   .value = (uintptr_t)&socket };
	union bpf_attr link = { .link_create = { .prog_fd = load_program(map),
						 .target_ifindex = interface,
						 .attach_type = BPF_XDP,
						 .flags = XDP_FLAGS_SKB_MODE } };

	bpf(BPF_MAP_UPDATE_ELEM, &element);
	bpf(BPF_LINK_CREATE, &link);
}

static int create_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_XSKMAP,
				.key_size = sizeof(uint32_t),
				.value_size = sizeof(int),
				.max_entries = 1 };

	return bpf(BPF_MAP_CREATE, &attr);
}

/* -------------------------------------------------------------------------------- the server */

struct ring {
	uint32_t *producer, *consumer;
	void *entries;
	uint32_t index; /* ours: of the producer or of the consumer */
};

static uint32_t load(const uint32_t *index)
{
	return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static void store(uint32_t *index, uint32_t value)
{
	__atomic_store_n(index, value, __ATOMIC_RELEASE);
}

static struct ring map_ring(int fd, int option, const struct xdp_ring_offset *offsets,
			    size_t entry_size, off_t page)
{
	int entries = RING;
	struct ring ring = { 0 };
	uint8_t *start;

	if (setsockopt(fd, SOL_XDP, option, &entries, sizeof(entries)))
		fail("size of ring %d", option);
	start = mmap(NULL, offsets->desc + RING * entry_size, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_POPULATE, fd, page);
	if (start == MAP_FAILED)
		fail("mapping of ring %d", option);
	ring.producer = (uint32_t *)(start + offsets->producer);
	ring.consumer = (uint32_t *)(start + offsets->consumer);
	ring.entries = start + offsets->desc;
	return ring;
}

static void give(struct ring *fill, uint64_t address)
{
	((uint64_t *)fill->entries)[fill->index++ % RING] = address;
	store(fill->producer, fill->index);
}

static void answer(const struct xdp_desc *frame, uint8_t *memory, struct ring *tx)
{
	struct ethhdr *header = (struct ethhdr *)(memory + frame->addr);
	uint8_t address[ETH_ALEN];

	memcpy(address, header->h_dest, ETH_ALEN);
	memcpy(header->h_dest, header->h_source, ETH_ALEN);
	memcpy(header->h_source, address, ETH_ALEN);
	((struct xdp_desc *)tx->entries)[tx->index++ % RING] = *frame;
	store(tx->producer, tx->index);
}

static void echo(int fd, uint8_t *memory, struct ring *fill, struct ring *done, struct ring *rx,
		 struct ring *tx)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint64_t i;

	for (i = 0; i < RING; i++)
		give(fill, i * CHUNK);
	printf("ready\n");
	for (;;) {
		poll(&poll_fd, 1, tx->index == done->index ? -1 : 1);
		for (; rx->index != load(rx->producer); store(rx->consumer, ++rx->index))
			answer((struct xdp_desc *)rx->entries + rx->index % RING, memory, tx);
		if (tx->index != load(tx->consumer))
			sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
		for (; done->index != load(done->producer); store(done->consumer, ++done->index))
			give(fill, ((uint64_t *)done->entries)[done->index % RING] &
					   ~(uint64_t)(CHUNK - 1));
	}
}

static void serve(const char *interface)
{
	struct sockaddr_xdp address = { .sxdp_family = AF_XDP,
					.sxdp_flags = XDP_COPY,
					.sxdp_ifindex = interface_index(interface) };
	struct xdp_umem_reg area = { .len = CHUNKS * CHUNK, .chunk_size = CHUNK };
	struct xdp_mmap_offsets offsets;
	socklen_t size = sizeof(offsets);
	struct ring fill, done, rx, tx;
	int map, fd = socket(AF_XDP, SOCK_RAW, 0);
	uint8_t *memory = mmap(NULL, area.len, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	area.addr = (uintptr_t)memory;
	if (fd < 0 || memory == MAP_FAILED ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &area, sizeof(area)) ||
	    getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size))
		fail("socket");
	fill = map_ring(fd, XDP_UMEM_FILL_RING, &offsets.fr, sizeof(uint64_t),
			XDP_UMEM_PGOFF_FILL_RING);
	done = map_ring(fd, XDP_UMEM_COMPLETION_RING, &offsets.cr, sizeof(uint64_t),
			XDP_UMEM_PGOFF_COMPLETION_RING);
	rx = map_ring(fd, XDP_RX_RING, &offsets.rx, sizeof(struct xdp_desc), XDP_PGOFF_RX_RING);
	tx = map_ring(fd, XDP_TX_RING, &offsets.tx, sizeof(struct xdp_desc), XDP_PGOFF_TX_RING);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("bind");
	map = create_map();
	attach_program(address.sxdp_ifindex, map, fd);
	echo(fd, memory, &fill, &done, &rx, &tx);
}

/* ------------------------------------------------------------------------------------- check */

static int packet_socket(const char *interface)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(OUR_TYPE),
				       .sll_ifindex = (int)interface_index(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(OUR_TYPE));

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("packet socket");
	return fd;
}

static void check_once(int fd, uint8_t *frame, size_t size, uint8_t seed)
{
	static uint8_t received[CHUNK];
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	size_t i;

	for (i = ETH_HLEN; i < size; i++)
		frame[i] = (uint8_t)(seed + i * 7 + i / 256);
	if (send(fd, frame, size, 0) != (ssize_t)size)
		fail("send");
	if (poll(&poll_fd, 1, WAIT_MS) != 1)
		fail("nothing came back");
	if (recv(fd, received, sizeof(received), 0) != (ssize_t)size ||
	    memcmp(received, frame + ETH_ALEN, ETH_ALEN) ||
	    memcmp(received + ETH_HLEN, frame + ETH_HLEN, size - ETH_HLEN))
		fail("frame %u of %zu bytes came back changed", seed, size);
}

static void check(const char *interface, unsigned long count, size_t size)
{
	static uint8_t frame[CHUNK] = {
		0x02, 1, 2, 3, 4, 5, 0x02, 6, 7, 8, 9, 10, OUR_TYPE >> 8, OUR_TYPE & 0xff
	};
	int fd = packet_socket(interface);
	unsigned long n;

	if (size < ETH_HLEN || size > FRAME_MAX)
		fail("%u to %u bytes", ETH_HLEN, FRAME_MAX);
	for (n = 0; n < count; n++)
		check_once(fd, frame, size, (uint8_t)n);
	printf("%lu frames of %zu bytes\n", count, size);
}

int main(int argc, char *argv[])
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "serve"))
		serve(argv[2]);
	else if (argc == 5 && !strcmp(argv[1], "check"))
		check(argv[2], strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0));
	else
		fail("xdp-echo serve INTERFACE | check INTERFACE COUNT SIZE");
	return 0;
}
