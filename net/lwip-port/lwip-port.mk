# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# lwIP with its port, for the makefiles of those who build it in. They set ROOT (the top of the
# tree) and O (the build folder); LWIP_DIR may name another lwIP than the distribution's, which
# set-up has unpacked.
#
#   lwip_flags		for all that includes lwIP's headers; NO_SYS=1 or 0 comes on top of it
#   lwip_config		prerequisites of all these: dependencies that compilers write have nothing
#			that is included by way of a system header
#   lwip_sources	lwIP's own files, below LWIP_DIR: NO_SYS=0 has lwip_sources_threads as well
#   lwip_port_sources	driver and port, from the top of the tree; an inmate has beside them
#			lwip_inmate_flags, lwip_inmate_sources, and those of the kind:
#			lwip_inmate_sources_polled or lwip_inmate_sources_threads, and
#			lwip_inmate_float_sources_threads, which use floating-point registers
#   lwip_httpd_sources	lwIP's HTTP server, below LWIP_DIR

ifeq ($(LWIP_DIR),)
LWIP_DIR := $(abspath $(O))/lwip
endif

include $(ROOT)/net/ring/ring.mk

lwip_flags := -I$(ROOT)/net/lwip-port -I$(ROOT)/net/lwip-port/include -I$(ROOT)/net/ring \
	-isystem $(LWIP_DIR)/src/include

lwip_config := $(wildcard $(addprefix $(ROOT)/net/lwip-port/, include/*.h include/arch/*.h \
	inmate/socket-*.h inmate/arch/*.h inmate/libc/sys/*.h))

lwip_sources := $(addprefix src/core/, altcp.c altcp_alloc.c altcp_tcp.c def.c dns.c inet_chksum.c \
	init.c ip.c mem.c memp.c netif.c pbuf.c raw.c stats.c sys.c tcp.c tcp_in.c tcp_out.c \
	timeouts.c udp.c) \
	$(addprefix src/core/ipv4/, autoip.c dhcp.c etharp.c icmp.c igmp.c ip4.c ip4_addr.c \
	ip4_frag.c) \
	$(addprefix src/core/ipv6/, dhcp6.c ethip6.c icmp6.c inet6.c ip6.c ip6_addr.c ip6_frag.c \
	mld6.c nd6.c) \
	$(addprefix src/netif/, ethernet.c bridgeif.c bridgeif_fdb.c)

# lwIP 2.2 has conflicts of IPv4 addresses in a file of its own, which autoip.c needs.
lwip_sources += $(patsubst $(LWIP_DIR)/%,%,$(wildcard $(LWIP_DIR)/src/core/ipv4/acd.c))

lwip_sources_threads := $(addprefix src/api/, api_lib.c api_msg.c err.c if_api.c netbuf.c netdb.c \
	netifapi.c sockets.c tcpip.c)

lwip_port_sources := $(addprefix net/lwip-port/, ivshm-netif.c link-address.c link-settings.c \
	netif-link.c netif-offload.c netif-path.c netif-rx.c netif-tx.c port.c) \
	$(IVSHM_RING_NAMES:%=net/ring/%.c)

lwip_httpd_sources := src/apps/http/httpd.c src/apps/http/fs.c

libc := net/lwip-port/inmate/libc
lwip_inmate_flags := -I$(ROOT)/net/lwip-port/inmate -I$(ROOT)/$(libc)
lwip_inmate_sources := $(addprefix net/lwip-port/inmate/, counters.c link-device.c links-report.c \
	links.c port-inmate.c text.c web-pages.c) $(addprefix $(libc)/, integer.c stdlib.c string.c)
lwip_inmate_sources_polled := net/lwip-port/inmate/links-polled.c
lwip_inmate_sources_threads := $(addprefix net/lwip-port/inmate/, links-thread.c socket-closing.c \
	socket-options.c sys-arch.c) \
	$(addprefix $(libc)/, error.c exit.c netdb.c start.c time.c words.c)
lwip_inmate_float_sources_threads := $(addprefix $(libc)/, double-print.c double-read.c double.c \
	print.c scan.c)
