/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TCP connection whose content is checked, both ways at once: each side sends a pattern of known
 * length, closes its direction, and compares what it receives.
 */
#ifndef TESTS_UNIT_LWIP_STREAM_H
#define TESTS_UNIT_LWIP_STREAM_H

#include "lwip-end.h"

#include "lwip/tcp.h"

struct stream {
	struct tcp_pcb *pcb;
	u64_t to_send, sent, acknowledged;
	u64_t to_receive, received;
	u32_t seed_out, seed_in;
	u32_t write_max; /* bytes per tcp_write, 0: what fits */
	bool end_of_file, done;
};

/* Connects to @address, or takes the next connection to @port. The rest of @stream is filled in. */
void stream_connect(struct stream *stream, const ip_addr_t *address, u16_t port);
void stream_accept(struct stream *stream, u16_t port);

/* Whether it is, or was, connected; whether both directions are through */
bool stream_is_connected(const struct stream *stream);
bool stream_is_done(const struct stream *stream);

/* What comes out of a pattern at some place, and a whole piece of it. */
u8_t stream_byte(u32_t seed, u64_t place);
void stream_fill(u8_t *to, u32_t seed, u64_t place, size_t size);
bool stream_matches(const u8_t *from, u32_t seed, u64_t place, size_t size);

#endif /* TESTS_UNIT_LWIP_STREAM_H */
