/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Options of lwIP for links between cells: large frames, no losses, short delays. A program can set
 * each of them with -D; first of all NO_SYS, which is 1 without threads (polled) and 0 with.
 */
#ifndef LWIP_PORT_LWIPOPTS_H
#define LWIP_PORT_LWIPOPTS_H

#ifndef NO_SYS
#define NO_SYS 1
#endif

/* ------------------------------------------------------------------------------- memory */

/* All of it comes from the heap: nothing is set aside for what a program does not use. */
#define MEM_LIBC_MALLOC   1
#define MEMP_MEM_MALLOC   1
#define MEM_ALIGNMENT     16
#define PBUF_POOL_BUFSIZE 2048

/* ---------------------------------------------------------------------------- interfaces */

#define LWIP_NETIF_API                 (!NO_SYS)
#define LWIP_NETIF_HOSTNAME            1
#define LWIP_NETIF_STATUS_CALLBACK     1
#define LWIP_NETIF_LINK_CALLBACK       1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define LWIP_NETIF_LOOPBACK            1
#define LWIP_CHECKSUM_CTRL_PER_NETIF   1
#define ETHARP_SUPPORT_VLAN            1
#define ARP_QUEUEING                   1
#define ARP_QUEUE_LEN                  16
#define ARP_TABLE_SIZE                 16

/* -------------------------------------------------------------------------- IPv4 and IPv6 */

/* Datagrams of 64 KiB over links with an MTU of 1500. */
#define IP_REASS_MAX_PBUFS 256

#define LWIP_DHCP             1
#define LWIP_AUTOIP           1
#define LWIP_DHCP_AUTOIP_COOP 1
/* Tries of DHCP, in some 14 seconds, before there is a link-local address */
#define LWIP_DHCP_AUTOIP_COOP_TRIES 3
/* On a point-to-point link nobody else is there to have the address. */
#define DHCP_DOES_ARP_CHECK      0
#define LWIP_DHCP_DOES_ACD_CHECK 0 /* the same since lwIP 2.2 */

#define LWIP_IGMP           1
#define LWIP_DNS            1
#define LWIP_RAW            1
#define SO_REUSE            1
#define IP_SOF_BROADCAST    1
#define LWIP_MULTICAST_PING 1

#define LWIP_IPV6               1
#define LWIP_IPV6_NUM_ADDRESSES 4
/* Pointers are longer than what would be overwritten. */
#define IPV6_FRAG_COPYHEADER 1

/* ----------------------------------------------------------------------------------- TCP */

/* As large as a frame can be: what counts is the MTU. */
#define TCP_MSS 65495

#ifndef LWIP_PORT_TCP_WND
#define LWIP_PORT_TCP_WND 524288
#endif
#ifndef LWIP_PORT_TCP_SND_BUF
#define LWIP_PORT_TCP_SND_BUF 524288
#endif

#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE  4 /* up to 1 MiB */
#define TCP_WND        (LWIP_PORT_TCP_WND - lwip_port_wnd_cut)
#define TCP_SND_BUF    (LWIP_PORT_TCP_SND_BUF - lwip_port_snd_buf_cut)
/* What is compared with it is cut to 16 bits. */
#define TCP_SNDLOWAT LWIP_MIN(TCP_SND_BUF / 8, 32768)

/* pbufs: enough for a full buffer even in small segments */
#define TCP_SND_QUEUELEN 4096

/* Room that a small write gets to grow into, in bytes */
#define TCP_OVERSIZE 4096

/* Their reason is a window of 16 bits, or buffers smaller than what stands above. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1

#define TCP_QUEUE_OOSEQ          1
#define TCP_OOSEQ_MAX_BYTES(pcb) TCP_WND
#define LWIP_TCP_SACK_OUT        1
#define LWIP_TCP_KEEPALIVE       1
#define TCP_LISTEN_BACKLOG       1

#define LWIP_TCP_RTO_TIME 1000 /* milliseconds */

/*
 * Milliseconds. Nothing stays on the way for long, so TIME-WAIT need not either. In LAST-ACK, lwIP
 * gives up after twice as much without a segment, even if there is data to be sent again: the longest
 * distance of two attempts has to fit. lwIP asks for it only in tcp_slowtmr(), of the connection `pcb`.
 */
#define TCP_MSL (pcb->state == TIME_WAIT ? 2000 : 120000)

/* ---------------------------------------------------------------------------- statistics */

#define LWIP_STATS       1
#define LWIP_STATS_LARGE 1
#define MIB2_STATS       1

/* -------------------------------------------------------------------------------- threads */

#if NO_SYS

#define LWIP_NETCONN            0
#define LWIP_SOCKET             0
#define SYS_LIGHTWEIGHT_PROT    0
#define LWIP_TCPIP_CORE_LOCKING 0

/* So that a program can be built both ways. */
#define LOCK_TCPIP_CORE()   ((void)0)
#define UNLOCK_TCPIP_CORE() ((void)0)

#else /* !NO_SYS */

#define SYS_LIGHTWEIGHT_PROT               1
#define LWIP_TCPIP_CORE_LOCKING            1
#define LOCK_TCPIP_CORE()                  lwip_port_lock_core()
#define UNLOCK_TCPIP_CORE()                lwip_port_unlock_core()
#define LWIP_ASSERT_CORE_LOCKED()          lwip_port_check_core()
#define LWIP_NETIF_LOOPBACK_MULTITHREADING 1

#define TCPIP_THREAD_NAME             "tcpip"
#define TCPIP_THREAD_PRIO             24
#define TCPIP_THREAD_STACKSIZE        16384

/* Sockets, all kinds together; two threads may use the same one */
#define MEMP_NUM_NETCONN              128
#define LWIP_NETCONN_SEM_PER_THREAD   1
#define LWIP_NETCONN_FULLDUPLEX       1
#define LWIP_SOCKET                   1
#define LWIP_SOCKET_POLL              1
#define LWIP_SOCKET_SELECT            1
#define LWIP_SO_SNDTIMEO              1
#define LWIP_SO_RCVTIMEO              1
#define LWIP_SO_RCVBUF                1
#define LWIP_SO_LINGER                1
#define LWIP_ERRNO_STDINCLUDE         1
#define LWIP_HOOK_FILENAME            "socket-hooks.h"
#define LWIP_TCP_PCB_NUM_EXT_ARGS     1 /* socket-closing.c has it */

/* 0 to 2 are not for sockets. */
#define LWIP_SOCKET_OFFSET            3

/* Debian's lwIP leaves to the system whether a socket address has its length in it. */
#define IP4ADDR_SOCKADDR_SET_LEN(in)  ((in)->sin_len = sizeof(*(in)))
#define IP6ADDR_SOCKADDR_SET_LEN(in6) ((in6)->sin6_len = sizeof(*(in6)))
#define IPADDR_SOCKADDR_GET_LEN(any)  ((any)->sa.sa_len)

/* In an inmate nobody else has functions with these names. */
#if !__STDC_HOSTED__
#define LWIP_COMPAT_SOCKETS         2
#define LWIP_POSIX_SOCKETS_IO_NAMES 1
#define LWIP_TIMEVAL_PRIVATE        0
#include <sys/time.h>
#endif

/* Messages; those of a connection are segments, and there can be a window of small ones. */
#define TCPIP_MBOX_SIZE           256
#define DEFAULT_TCP_RECVMBOX_SIZE (TCP_WND / 512 + 16)
#define DEFAULT_UDP_RECVMBOX_SIZE (TCP_WND / 512 + 16)
#define DEFAULT_RAW_RECVMBOX_SIZE 64
#define DEFAULT_ACCEPTMBOX_SIZE   64

/* Bytes of datagrams that wait to be received, unless SO_RCVBUF says something else */
#define RECV_BUFSIZE_DEFAULT      ((int)(2 * TCP_WND))

#endif /* !NO_SYS */

/* ---------------------------------------------------------------------------------- HTTP */

/* Pages come from the program, fs_open_custom(), and may be gone before they are acknowledged. */
#define LWIP_HTTPD_CUSTOM_FILES         1
#define LWIP_HTTPD_DYNAMIC_FILE_READ    1
#define LWIP_HTTPD_DYNAMIC_HEADERS      1
#define LWIP_HTTPD_SUPPORT_11_KEEPALIVE 1
#define HTTPD_FSDATA_FILE               "httpd-no-files.h"
#define HTTP_IS_DATA_VOLATILE(server)   TCP_WRITE_FLAG_COPY
#define HTTPD_LIMIT_SENDING_TO_2MSS     0
#define HTTPD_SERVER_AGENT              "lwIP/" LWIP_VERSION_STRING

/* Beside the types that it knows by itself */
#define HTTPD_ADDITIONAL_CONTENT_TYPES \
	{                              \
		"svg", HTTP_HDR_SVG    \
	}

#endif /* LWIP_PORT_LWIPOPTS_H */
