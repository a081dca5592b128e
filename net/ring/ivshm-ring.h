/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * ivshm-net: Ethernet frames through memory that two cells share. This header is the protocol: the
 * layout, who writes what, and the verbs. It allocates nothing, calls nobody, sleeps never, and
 * knows no device: mapping the sections, the state register and the doorbell are the caller's.
 * Documentation/ivshm-net-protocol.md tells the same with pictures.
 *
 * Each side owns one transmit section of the same size L. It alone writes there:
 *
 *     0          16n             U                        H - 56       H               L
 *     | desc[n]  | avail         | used                   | extension  | frames        |
 *     |          |   .idx        |   .idx                 |            |               |
 *     |          |   .ring[n]    |   .ring[n]             |            |               |
 *     |          |   used_event  |   avail_event          |            |               |
 *       \_________  _________/       \______  ______/       \____  ___/  \_____  _____/
 *                 \/                        \/                   \/            \/
 *        what this side sends      what this side has       what it can   what it sends
 *                                  received and gives back     receive
 *
 * So a frame goes like this, A to B (and with the roles swapped, at the same time, from B to A):
 *
 *     A  reserve   picks the next slot; the caller writes the frame there, its only copy in
 *        commit    desc[i] says where it is, avail.ring names desc[i]
 *        publish   avail.idx moves on (release): B may look now
 *        notify?   full barrier; was B's avail_event passed? then ring B's doorbell
 *     B  peek      avail.idx (acquire), avail.ring, desc[i]: checked copies
 *        release   the caller has copied the frame out; used.ring gives desc[i] back, in order
 *        publish   used.idx moves on (release): A may reuse the slot
 *        notify?   full barrier; was A's used_event passed? then ring A's doorbell
 *     A  reclaim   used.idx (acquire), used.ring: slots and descriptors are free again
 *
 * and before either of them sleeps: enable events (write the event index, full barrier, look once
 * more) and sleep only if there was nothing.
 *
 * The peer is hostile. Its section changes at any time, and with a classic device so does ours.
 * Therefore nothing of our own section is ever read back, what is read of the peer's is read once
 * and checked, and all accounting lives in struct ivshm_ring and in the shadow memory that belongs
 * to it, both private. What makes no sense is a result below IVSHM_PEER_ERROR; the caller resets
 * the link then, and nothing worse happens.
 */
#ifndef IVSHM_RING_H
#define IVSHM_RING_H

#include "ring-port.h"

/* ------------------------------------------------------------------------- the shared memory */

/* All fields are little-endian; virtio 1.x, 2.7 "Split Virtqueues". */
struct ivshm_desc {
	ivshm_le64 addr;  /* of the frame, counted from the section's (or the region's) start */
	ivshm_le32 len;   /* bytes: the network header, if any, and the frame without FCS */
	ivshm_le16 flags; /* 0 or IVSHM_DESC_NET_HDR */
	ivshm_le16 next;  /* private to the sender; we leave it 0 */
};

struct ivshm_avail {
	ivshm_le16 flags;
	ivshm_le16 idx;    /* free-running: frames sent since READY */
	ivshm_le16 ring[]; /* n descriptor indices; behind them, used_event */
};

struct ivshm_used_elem {
	ivshm_le32 id;
	ivshm_le32 len; /* always IVSHM_USED_LEN */
};

struct ivshm_used {
	ivshm_le16 flags;
	ivshm_le16 idx;                /* free-running: frames received since READY */
	struct ivshm_used_elem ring[]; /* n elements; behind them, avail_event */
};

/*
 * Frame with a struct ivshm_net_hdr in front; never sent to a peer that did not ask for it. The
 * bit is one to which virtio gives no meaning (virtio 1.x uses 1, 2, 4, 80h and 8000h).
 */
#define IVSHM_DESC_NET_HDR 0x0100

#define IVSHM_USED_LEN    1
#define IVSHM_ALIGN       64   /* of the ring's parts and of frame slots */
#define IVSHM_SLOT_EXTRA  18   /* bytes: the slot of a frame is align64(len + 18) */
#define IVSHM_ENTRIES_MAX 4096 /* n, always a power of two */
#define IVSHM_ENTRIES_MIN 32
#define IVSHM_DATA_MIN    1024  /* smallest data area, L - H, in bytes */
#define IVSHM_FRAME_MIN   14    /* Ethernet header */
#define IVSHM_FRAME_MAX   65557 /* 65535 bytes behind an Ethernet header with two VLAN tags */
#define IVSHM_MTU_MIN     68
#define IVSHM_MTU_MAX     65535

/*
 * The extension block, the last bytes below H. A base peer has zeroes there, as its header is
 * zeroed before READY and this space is the padding of its used part.
 */
struct ivshm_extension {
	uint8_t magic[4];    /* IVSHM_EXTENSION_MAGIC */
	ivshm_le16 version;  /* 1; another one is read as a base peer */
	ivshm_le16 size;     /* of the block: IVSHM_EXTENSION_SIZE */
	ivshm_le32 features; /* IVSHM_F_*: what this side can receive */
	ivshm_le32 mtu;      /* largest payload behind the Ethernet header that it accepts */
	uint8_t mac[6];      /* this side's address */
	uint8_t reserved[34];
};

#define IVSHM_EXTENSION_MAGIC    "IVNX"
#define IVSHM_EXTENSION_VERSION  1
#define IVSHM_EXTENSION_SIZE     56
#define IVSHM_EXTENSION_SIZE_MIN 22 /* up to and with mac */

/* Features. Each but the first is worth nothing without IVSHM_F_CSUM and is ignored then. */
#define IVSHM_F_CSUM (1u << 0) /* checksums to be completed, or vouched for */
#define IVSHM_F_TSO4 (1u << 1) /* TCP segments over IPv4, to be cut to gso_size */
#define IVSHM_F_TSO6 (1u << 2) /* TCP over IPv6 */
#define IVSHM_F_ECN  (1u << 3) /* TCP segments with CWR set on the first only */
#define IVSHM_F_USO  (1u << 4) /* UDP datagrams, to be cut to gso_size */
#define IVSHM_F_ALL  (IVSHM_F_CSUM | IVSHM_F_TSO4 | IVSHM_F_TSO6 | IVSHM_F_ECN | IVSHM_F_USO)

/* struct virtio_net_hdr, little-endian and 10 bytes long (virtio 1.x, 5.1.6). */
struct ivshm_net_hdr {
	uint8_t flags; /* IVSHM_HDR_* */
	uint8_t gso_type;
	ivshm_le16 hdr_len;     /* bytes of all headers; a hint */
	ivshm_le16 gso_size;    /* bytes of payload per segment */
	ivshm_le16 csum_start;  /* from the Ethernet header on */
	ivshm_le16 csum_offset; /* of the checksum, from csum_start on */
};

#define IVSHM_HDR_NEEDS_CSUM 1
#define IVSHM_HDR_DATA_VALID 2

#define IVSHM_GSO_NONE  0
#define IVSHM_GSO_TCPV4 1
#define IVSHM_GSO_TCPV6 4
#define IVSHM_GSO_UDP   5    /* VIRTIO_NET_HDR_GSO_UDP_L4 */
#define IVSHM_GSO_ECN   0x80 /* with one of the TCP types */

/* A frame may ask for no more segments than this: a byte per segment would be an attack. */
#define IVSHM_GSO_SEGMENTS_MAX 2048

/* ------------------------------------------------------------------------------------ results */

enum ivshm_result {
	IVSHM_OK = 0,

	/* The caller's affair. */
	IVSHM_FULL = -1,      /* no room for the frame now: reclaim, else wait for the peer */
	IVSHM_BAD_FRAME = -2, /* never fits, has no Ethernet header, or asks too much of the peer */
	IVSHM_BAD_SECTION = -3, /* too small, or not aligned */

	/* The peer broke the protocol: stop using the ring and reset the link. */
	IVSHM_PEER_ERROR = -15,
	IVSHM_PEER_AVAIL_INDEX = -16, /* more frames available than there are descriptors */
	IVSHM_PEER_DESC_INDEX = -17,  /* no such descriptor */
	IVSHM_PEER_DESC_RANGE = -18,  /* frame not within the data area */
	IVSHM_PEER_DESC_LEN = -19,    /* frame shorter or longer than any */
	IVSHM_PEER_DESC_FLAGS = -20,  /* unknown, or not asked for */
	IVSHM_PEER_NET_HDR = -21,     /* network header contradicts itself or the frame */
	IVSHM_PEER_USED_INDEX = -22,  /* more frames returned than were sent */
	IVSHM_PEER_USED_ORDER = -23,  /* returned another frame than the oldest */
};

static inline bool ivshm_is_peer_error(int result)
{
	return result < IVSHM_PEER_ERROR;
}

/* A few words for a message; never NULL. */
const char *ivshm_result_text(int result);

/* ------------------------------------------------------------------------------------- set up */

struct ivshm_geometry {
	size_t size;      /* L, bytes */
	size_t header;    /* H, bytes */
	uint16_t entries; /* n */
	uint32_t max_mtu; /* payload of the longest frame with one VLAN tag: at most 65535 */
	size_t used;      /* offset of the used part, bytes */
	size_t tx_shadow; /* bytes of private memory for the transmit side */
	size_t rx_shadow; /* and for the receive side */
};

/*
 * The numbers that follow from a section's size @size in bytes. IVSHM_BAD_SECTION if it leaves no
 * data area of IVSHM_DATA_MIN bytes.
 */
int ivshm_geometry_init(struct ivshm_geometry *geometry, size_t size);

/* Bytes of private memory that a ring of this geometry needs: 40 KiB for 4096 entries. */
static inline size_t ivshm_shadow_size(const struct ivshm_geometry *geometry)
{
	return geometry->tx_shadow + geometry->rx_shadow;
}

struct ivshm_config {
	void *own;          /* start of our section, as mapped: write-back cached memory */
	const void *peer;   /* start of the peer's */
	size_t size;        /* L, bytes, of each */
	uint64_t own_base;  /* what desc.addr says for offset 0 of our section, and */
	uint64_t peer_base; /* of the peer's: 0 with device revision 2 */
	void *shadow; /* ivshm_shadow_size() bytes, private, 4-byte aligned; outlive the ring */

	/* Our extension block. */
	bool base;         /* speak the base protocol only: no block, and the peer's is ignored */
	uint32_t features; /* IVSHM_F_* that we can receive */
	uint32_t mtu;
	uint8_t mac[6];
};

/* Device revision 2: one output section of @size bytes per side. Sets the first five fields. */
void ivshm_config_revision2(struct ivshm_config *config, void *own, const void *peer, size_t size);

/*
 * Classic device: the region of @size bytes is cut in halves, ours is number @position (0 or 1, the
 * register IVPosition).
 */
void ivshm_config_classic(struct ivshm_config *config, void *region, size_t size,
			  unsigned int position);

/* What the peer's extension block says, checked; all zero for a base peer. */
struct ivshm_peer {
	bool extended;
	uint32_t features; /* IVSHM_F_* that it can receive */
	uint32_t mtu;      /* its largest payload, IVSHM_MTU_MAX at most; 0 if it did not say */
	uint8_t mac[6];
};

/* One section, cut into its parts. */
struct ivshm_section {
	struct ivshm_desc *desc;
	struct ivshm_avail *avail;
	struct ivshm_used *used;
	ivshm_le16 *used_event;
	ivshm_le16 *avail_event;
	uint8_t *start;
	uint64_t base; /* desc.addr of offset 0 */
};

struct ivshm_slot; /* private memory of one frame sent */

/*
 * Everything private of one link. Initialise with ivshm_ring_init(); the fields are for net/ring
 * alone. The padding keeps apart what different CPUs write.
 */
struct ivshm_ring {
	struct ivshm_section own, peer_section;
	struct ivshm_geometry geometry;
	struct ivshm_peer peer;
	uint32_t features; /* that we offered */
	uint32_t mtu;
	uint8_t mac[6];
	bool base;
	uint16_t mask; /* n - 1 */

	struct {
		struct ivshm_slot *slots; /* n, by descriptor */
		uint32_t end;             /* of the data area, offset in the section */
		uint32_t position;        /* where the next slot starts */
		uint32_t reserved;        /* start of the slot that is being filled, and */
		uint32_t reserved_len;    /* its bytes, network header included */
		uint32_t reserved_frame;  /* of which the frame */
		uint16_t reserved_flags;
		uint16_t head;      /* number of the next frame */
		uint16_t published; /* avail.idx */
		uint16_t notified;  /* avail.idx when the doorbell was last considered */
		uint16_t named;     /* elements of avail.ring written: they stay the same */
		uint8_t padding[64];
		uint16_t done; /* frames reclaimed; written by reclaim only */
		uint8_t padding_done[64];
	} tx;

	struct {
		uint16_t *ids;      /* n, what each element of our used.ring says */
		uint16_t next;      /* number of the frame to be peeked at */
		uint16_t available; /* the peer's avail.idx when we last looked */
		uint16_t published; /* used.idx */
		uint16_t notified;  /* used.idx when the doorbell was last considered */
		uint16_t event;     /* avail_event as written */
		uint16_t id;        /* descriptor of the frame peeked at */
		uint8_t padding[64];
	} rx;
};

/*
 * Prepares @ring; touches no shared memory. IVSHM_BAD_SECTION if ivshm_geometry_init() says so or
 * if a section is not aligned to 8 bytes.
 */
int ivshm_ring_init(struct ivshm_ring *ring, const struct ivshm_config *config);

/*
 * The link's step INIT -> READY: zeroes our section, writes our extension block, forgets all
 * private state. Both directions must be at rest. Both events are armed at the first frame.
 */
void ivshm_ring_setup(struct ivshm_ring *ring);

/*
 * The link's step READY -> RUN: reads the peer's extension block; ring->peer may be looked at until
 * the next reset.
 */
void ivshm_ring_start(struct ivshm_ring *ring);

/* What we accept ourselves may change with the link down; goes into the block at the next setup. */
void ivshm_ring_set_mtu(struct ivshm_ring *ring, uint32_t mtu);
void ivshm_ring_set_mac(struct ivshm_ring *ring, const uint8_t mac[6]);

/* ----------------------------------------------------------------------------------- transmit */

/*
 * Context: reserve, commit, publish and notify are one producer at a time; reclaim is one caller
 * at a time. The two may run at the same time, and both beside the receiver.
 */

/* Longest frame in bytes, from the Ethernet header on, that ever fits. */
uint32_t ivshm_tx_max_frame(const struct ivshm_ring *ring);

/*
 * Takes the next slot for a frame of @len bytes and points *@frame to it; the caller writes all
 * @len bytes there, in any order, and never reads them. @hdr is NULL or the network header for an
 * extended peer. A slot that is not committed is given up by the next reserve.
 * IVSHM_FULL, or IVSHM_BAD_FRAME if @len or @hdr is none that the peer takes.
 */
int ivshm_tx_reserve(struct ivshm_ring *ring, uint32_t len, const struct ivshm_net_hdr *hdr,
		     void **frame);

/* The frame in the slot reserved last is complete; the peer sees it after the next publish. */
void ivshm_tx_commit(struct ivshm_ring *ring);

/* Makes all committed frames available. One publish for a batch is what keeps both CPUs fast. */
void ivshm_tx_publish(struct ivshm_ring *ring);

/*
 * Whether the peer wants its doorbell rung for what was published since the last call. Ask after
 * every publish (or after the last of several), and ring if true. Contains a full barrier.
 */
bool ivshm_tx_notify_needed(struct ivshm_ring *ring);

/* Whether a frame of @len bytes (network header not counted) would find room now. */
bool ivshm_tx_has_room(struct ivshm_ring *ring, uint32_t len);

/* Frames committed and not yet reclaimed. */
uint16_t ivshm_tx_in_flight(const struct ivshm_ring *ring);

/* Frames and their bytes (from the Ethernet header on, without network header), for BQL. */
struct ivshm_tally {
	uint32_t frames;
	uint32_t bytes;
};

/*
 * Takes back what the peer has returned; *@tally says what it was. At most n frames; 0 of them is
 * IVSHM_OK as well. IVSHM_PEER_USED_INDEX, IVSHM_PEER_USED_ORDER.
 */
int ivshm_tx_reclaim(struct ivshm_ring *ring, struct ivshm_tally *tally);

/*
 * Asks for a doorbell when @after more frames than one have come back since the last reclaim
 * (0: at the next). Only published frames count; if fewer are on their way, the last of them
 * decides. True: it is so already, or nothing published is on its way: do not wait for it.
 * Call from the producer or from the reclaimer; if both do, they must not overlap.
 *
 * So a queue stops: publish; stop; enable_events(half of what is in flight); if that is true,
 * reclaim and start again. The doorbell's handler reclaims and, if there is room, starts.
 * Frames are copied, so nothing else needs a completion at once: ask for no event otherwise.
 */
bool ivshm_tx_enable_events(struct ivshm_ring *ring, uint16_t after);

/* Asks for no doorbell. One may still come: unless this is repeated, every 65536 frames. */
void ivshm_tx_disable_events(struct ivshm_ring *ring);

/* ------------------------------------------------------------------------------------ receive */

/* Context: one caller at a time for all of them. */

struct ivshm_frame {
	const void *data;         /* from the Ethernet header on, in the peer's section */
	uint32_t len;             /* bytes */
	bool extended;            /* @hdr is there */
	struct ivshm_net_hdr hdr; /* private copy, checked against @len and our features */
};

/*
 * Looks at the next frame: 1 and *@frame, or 0 if there is none, or a peer error. The bytes may
 * change while they are read: copy them once, and believe only the copy. No alignment is promised.
 */
int ivshm_rx_peek(struct ivshm_ring *ring, struct ivshm_frame *frame);

/* Done with the frame peeked at last. The peer gets its slot back at the next publish. */
void ivshm_rx_release(struct ivshm_ring *ring);

/*
 * Gives back all released frames. Once per batch, but do not hoard: a small section holds only a
 * few large frames, and the sender waits.
 */
void ivshm_rx_publish(struct ivshm_ring *ring);

/* As ivshm_tx_notify_needed(), for what was given back. */
bool ivshm_rx_notify_needed(struct ivshm_ring *ring);

/*
 * Asks for a doorbell when @after more frames than one are available that were not released yet
 * (0: at the next). True: it is so already; go on receiving, do not wait for an interrupt.
 */
bool ivshm_rx_enable_events(struct ivshm_ring *ring, uint16_t after);

/* Asks for no doorbell, as above; in steady state it costs nothing. */
void ivshm_rx_disable_events(struct ivshm_ring *ring);

/* --------------------------------------------------------------------------------- link state */

/* Values of the state register, and of the peer's. */
enum ivshm_state {
	IVSHM_RESET = 0,
	IVSHM_INIT = 1,
	IVSHM_READY = 2,
	IVSHM_RUN = 3,
};

/* What is known when a step is made. */
#define IVSHM_LINK_UP      (1u << 0) /* the interface is up */
#define IVSHM_LINK_CLASSIC (1u << 1) /* classic device: each write of the state register rings */
#define IVSHM_LINK_RUNG    (1u << 2) /* the first step after a doorbell or state interrupt */

/* What is to be done, in this order. */
#define IVSHM_LINK_STOP  (1u << 0) /* stop both directions, drop what is queued */
#define IVSHM_LINK_SETUP (1u << 1) /* ivshm_ring_setup() */
#define IVSHM_LINK_START (1u << 2) /* ivshm_ring_start() */
#define IVSHM_LINK_WRITE (1u << 3) /* write .state to the state register */
#define IVSHM_LINK_RING  (1u << 4) /* ring the peer's vector 0; revision 2 only */

struct ivshm_link_step {
	uint8_t state; /* enum ivshm_state: what we are in then */
	uint8_t actions;
};

/*
 * One step of the link: a pure function. @own is our state, @peer what was just read from the
 * peer's state register (a value that is no state counts as RESET), @inputs the three above.
 *
 *     if (interface taken down, peer error) {
 *             step = ivshm_link_drop(own);
 *             do step.actions; own = step.state;
 *     }
 *     rung = woken by an interrupt ? IVSHM_LINK_RUNG : 0;
 *     do {
 *             peer = peer's state;
 *             step = ivshm_link_step(own, peer, up | classic | rung);
 *             do step.actions; changed = own != step.state; own = step.state;
 *             rung = 0;
 *     } while (changed);
 *     carrier = ivshm_link_carrier(own, peer);
 *
 * Run this at start (after writing RESET), at each interrupt, and when the interface goes up or
 * down, in one context. SETUP takes its time: read the peer's state again after it, and start the
 * round anew, without WRITE, if it is another by now. Start the queues when the carrier goes on,
 * with one poll of both directions: their interrupts may have come before. A peer that keeps
 * changing its state can keep the loop busy: leave it after some rounds and come back later. A
 * driver that is removed drops only.
 */
struct ivshm_link_step ivshm_link_step(uint8_t own, uint32_t peer, unsigned int inputs);

/* From any state to RESET: interface taken down, driver removed, peer error. */
struct ivshm_link_step ivshm_link_drop(uint8_t own);

/* Frames flow exactly while both are in RUN. */
static inline bool ivshm_link_carrier(uint8_t own, uint32_t peer)
{
	return own == IVSHM_RUN && peer == IVSHM_RUN;
}

const char *ivshm_state_text(uint32_t state);

#endif /* IVSHM_RING_H */
