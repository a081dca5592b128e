// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * All links of the inmate: finding, setting up, and what is done with each of them.
 */
#include <inmate/inmate.h>

#include "links-private.h"
#include "link-settings.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcpip.h"

#define BUDGET      64
#define SETTING_MAX 512

/* When links end, so long for peers to take what is on its way */
#define DELIVERY_MAX_NS NS_PER_SEC

void (*links_interrupted)(void);

static struct link *links[LINKS_MAX];
static unsigned int num_links;

/* A wrong word leaves the link as if there were none. */
static void read_settings(const struct link *link, struct link_settings *settings)
{
	char text[SETTING_MAX];
	const char *wrong;

	cmdline_parse_str(link->name, text, sizeof(text), "");
	if (strlen(text) == sizeof(text) - 1) {
		printf("%s: longer than %zu characters, left out\n", link->name, sizeof(text) - 2);
		text[0] = '\0';
	}
	wrong = link_settings_parse(settings, text);
	if (wrong)
		printf("%s: wrong from here on, left out: %s\n", link->name, wrong);
}

static err_t add_interface(struct link *link, struct link_settings *settings)
{
	err_t err = ivshm_netif_add(&link->net, &link->device, &settings->options);

	if (err == ERR_VAL && settings->options.mtu) {
		printf("%s: no MTU of %u, taking what fits\n", link->name, settings->options.mtu);
		settings->options.mtu = 0;
		err = ivshm_netif_add(&link->net, &link->device, &settings->options);
	}
	if (err != ERR_OK)
		printf("%s: no link over this channel (%d)\n", link->name, err);
	return err;
}

static bool open_link(struct link *link, u16 bdf)
{
	struct link_settings settings;

	snprintf(link->name, sizeof(link->name), "net%u", num_links);
	if (!link_device_open(link, bdf))
		return false;
	read_settings(link, &settings);
	if (add_interface(link, &settings) != ERR_OK) {
		ivshmem_close(&link->channel);
		return false;
	}
	ivshm_netif_set_lazy(&link->net, true);
	links[num_links++] = link;
	link_device_enable_irqs(link);
	link_settings_apply(&settings, &link->net);
	return true;
}

unsigned int links_open_all(void)
{
	int bdf = ivshmem_find(IVSHMEM_ANY_PROTOCOL, 0);
	struct link *link;

	links_report_changes();
	for (; bdf >= 0 && num_links < LINKS_MAX;
	     bdf = ivshmem_find(IVSHMEM_ANY_PROTOCOL, (u32)bdf + 1)) {
		link = zalloc(sizeof(*link));
		if (!link)
			break;
		if (!open_link(link, (u16)bdf))
			free(link);
	}
	return num_links;
}

static bool sent_all(void)
{
	bool all = true;
	unsigned int n;

	for (n = 0; n < num_links; n++)
		all &= ivshm_netif_sent_all(&links[n]->net);
	return all;
}

/* Who still talks to this program learns at once that there is nobody any more. */
static void reset_connections(void)
{
	struct tcp_pcb *pcb = tcp_active_pcbs;

	while (pcb) {
		if (pcb->state != ESTABLISHED && pcb->state != CLOSE_WAIT) {
			pcb = pcb->next;
			continue;
		}
		tcp_abort(pcb);
		pcb = tcp_active_pcbs;
	}
}

void links_close_all(void)
{
	u64 end = get_time_ns() + DELIVERY_MAX_NS;
	unsigned int n;

	reset_connections();
	for (n = 0; n < num_links; n++)
		link_settings_revoke(&links[n]->net);
	/* DHCP's server gets its addresses back. */
	while (!sent_all() && get_time_ns() < end)
		cpu_relax();
	while (num_links) {
		struct link *link = links[--num_links];

		ivshm_netif_remove(&link->net);
		ivshmem_close(&link->channel);
		free(link);
	}
}

struct ivshm_netif *links_get(unsigned int number)
{
	return number < num_links ? &links[number]->net : NULL;
}

unsigned int links_count(void)
{
	return num_links;
}

const struct ivshmem *links_device(unsigned int number)
{
	return number < num_links ? &links[number]->channel : NULL;
}

const struct link *links_find(const struct netif *netif)
{
	unsigned int n;

	for (n = 0; n < num_links; n++)
		if (&links[n]->net.netif == netif)
			return links[n];
	return NULL;
}

bool links_poll_all(void)
{
	bool more = false;
	unsigned int n;

	for (n = 0; n < num_links; n++)
		if (ivshm_netif_poll(&links[n]->net, BUDGET) == BUDGET)
			more = true;
	return more;
}

u32 links_idle_all(void)
{
	u32 ms = IVSHM_NETIF_FOREVER;
	unsigned int n;

	for (n = 0; n < num_links && ms; n++) {
		u32 link_ms = ivshm_netif_idle(&links[n]->net);

		ms = LWIP_MIN(ms, link_ms);
	}
	return ms;
}

void links_flush_all(void)
{
	unsigned int n;

	for (n = 0; n < num_links; n++)
		ivshm_netif_flush(&links[n]->net);
}

bool links_sent_all(void)
{
	bool all;

	LOCK_TCPIP_CORE();
	all = sent_all();
	UNLOCK_TCPIP_CORE();
	return all;
}

bool links_need_poll(void)
{
	unsigned int n;

	for (n = 0; n < num_links; n++)
		if (ivshm_netif_needs_poll(&links[n]->net))
			return true;
	return false;
}
