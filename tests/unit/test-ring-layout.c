/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The layout of a section: its numbers for all sizes, and images of whole sections, byte by byte,
 * for both devices and several sizes, written down here without the help of net/ring.
 *
 * suite: net
 * sources: tests/unit/ring-pair.c net/ring/ring-setup.c net/ring/ring-extension.c
 * sources: net/ring/ring-tx.c net/ring/ring-rx.c
 * flags: -Inet/ring -O2
 */
#include "ring-pair.h"

/* ---------------------------------------------------------------------------- the numbers */

struct numbers {
	size_t size, header;
	unsigned int entries;
};

/* Worked out by hand from the protocol's text. */
static const struct numbers known[] = {
	{ 2816, 1792, 32 },        { 2817, 1792, 32 },       { 4096, 1792, 32 },
	{ 14336, 1792, 32 },       { 14343, 1792, 32 },      { 14344, 1792, 64 },
	{ 16384, 1792, 64 },       { 27648, 1792, 64 },      { 28160, 3456, 128 },
	{ 65536, 6784, 256 },      { 0x7f000, 53376, 2048 }, { 0x80000, 53376, 2048 },
	{ 852992, 53376, 2048 },   { 853000, 106624, 4096 }, { 1 << 20, 106624, 4096 },
	{ 1 << 24, 106624, 4096 },
};

static void numbers_are_as_specified(void **unused)
{
	struct ivshm_geometry geometry;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		assert_int_equal(ivshm_geometry_init(&geometry, known[i].size), IVSHM_OK);
		assert_int_equal(geometry.size, known[i].size);
		assert_int_equal(geometry.entries, known[i].entries);
		assert_int_equal(geometry.header, known[i].header);
	}
}

static size_t align64(size_t value)
{
	return (value + 63) / 64 * 64;
}

/* The text once more, as it stands. */
static struct numbers numbers_of(size_t size)
{
	struct numbers numbers = { .size = size, .entries = 4096 };
	size_t n = 4096;

	while (n > 32) {
		numbers.header = align64(align64(16 * n + 6 + 2 * n) + 6 + 8 * n);
		if (numbers.header < size / 8)
			break;
		n /= 2;
	}
	numbers.entries = n;
	return numbers;
}

static void numbers_are_right_for_all_sizes(void **unused)
{
	struct ivshm_geometry geometry;

	(void)unused;
	for (size_t size = 0; size < 2 << 20; size += size < 40000 ? 1 : 997) {
		struct numbers numbers = numbers_of(size);
		int result = ivshm_geometry_init(&geometry, size);

		if (size < numbers.header + 1024) {
			assert_int_equal(result, IVSHM_BAD_SECTION);
			continue;
		}
		assert_int_equal(result, IVSHM_OK);
		assert_int_equal(geometry.entries, numbers.entries);
		assert_int_equal(geometry.header, numbers.header);
		/* The extension block fits behind the used part, for every n. */
		assert_true(geometry.used + 6 + 8 * geometry.entries + 56 <= geometry.header);
		assert_in_range(geometry.max_mtu, 900, 65535);
	}
	assert_int_equal(ivshm_geometry_init(&geometry, 2815), IVSHM_BAD_SECTION);
	assert_int_equal(ivshm_geometry_init(&geometry, SIZE_MAX), IVSHM_OK);
}

static void bad_sections_are_refused(void **unused)
{
	static uint8_t memory[16384] __attribute__((aligned(64)));
	static uint8_t shadow[4096] __attribute__((aligned(8)));
	struct ivshm_config config = { .shadow = shadow };
	struct ivshm_ring ring;

	(void)unused;
	ivshm_config_revision2(&config, memory, memory + 4096, 2815);
	assert_int_equal(ivshm_ring_init(&ring, &config), IVSHM_BAD_SECTION);
	ivshm_config_revision2(&config, memory + 1, memory + 4096, 4000);
	assert_int_equal(ivshm_ring_init(&ring, &config), IVSHM_BAD_SECTION);
	ivshm_config_revision2(&config, memory, memory + 4100, 4000);
	assert_int_equal(ivshm_ring_init(&ring, &config), IVSHM_BAD_SECTION);
	ivshm_config_classic(&config, memory, 2 * 2817, 0); /* the second half begins odd */
	assert_int_equal(ivshm_ring_init(&ring, &config), IVSHM_BAD_SECTION);
	ivshm_config_classic(&config, memory, 2 * 2820 + 9, 1);
	assert_int_equal(config.size, 2824);
	assert_int_equal(ivshm_ring_init(&ring, &config), IVSHM_OK);
}

/* ----------------------------------------------------------------------------- the images */

static void put(uint8_t *image, size_t offset, unsigned int bytes, uint64_t value)
{
	for (unsigned int i = 0; i < bytes; i++)
		image[offset + i] = (uint8_t)(value >> 8 * i);
}

static void put_block(uint8_t *image, size_t header, uint32_t features, uint32_t mtu, uint8_t mac)
{
	size_t block = header - 56;

	memcpy(image + block, "IVNX", 4);
	put(image, block + 4, 2, 1);
	put(image, block + 6, 2, 56);
	put(image, block + 8, 4, features);
	put(image, block + 12, 4, mtu);
	image[block + 16] = 2;
	image[block + 21] = mac;
}

static void assert_image(const struct pair *pair, int end, const uint8_t *image)
{
	const uint8_t *section = pair->end[end].section;

	for (size_t i = 0; i < pair->size; i++) {
		if (section[i] != image[i])
			fail_msg("section of %zu bytes, end %d: offset %zu is %02x, not %02x",
				 pair->size, end, i, section[i], image[i]);
	}
}

struct frame_spec {
	uint32_t len;
	uint32_t offset; /* from H on */
};

/* Three frames from end 0 to end 1, the first two given back, events moved. */
static void check_images(enum device device, size_t size, bool base)
{
	static const struct frame_spec frames[] = { { 60, 0 }, { 110, 128 }, { 111, 256 } };
	struct pair_options options = { device, size, IVSHM_F_ALL, { base, base } };
	struct numbers numbers = numbers_of(size);
	size_t n = numbers.entries, h = numbers.header;
	size_t avail = 16 * n, used = align64(18 * n + 6);
	uint8_t *sent = calloc(1, size), *received = calloc(1, size);
	struct pair pair;

	pair_open(&pair, &options);
	if (!base) {
		put_block(sent, h, 0x1f, pair.end[0].ring.geometry.max_mtu, 0);
		put_block(received, h, 0x1f, pair.end[0].ring.geometry.max_mtu, 1);
	}
	assert_image(&pair, 0, sent);
	assert_image(&pair, 1, received);

	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		assert_int_equal(pair_send(&pair.end[0], frames[i].len, i), IVSHM_OK);
		put(sent, 16 * i, 8, h + frames[i].offset);
		put(sent, 16 * i + 8, 4, frames[i].len);
		put(sent, avail + 4 + 2 * i, 2, i);
		pattern_fill(sent + h + frames[i].offset, frames[i].len, i);
	}
	put(sent, avail + 2, 2, 3);
	assert_image(&pair, 0, sent);

	for (size_t i = 0; i < 2; i++) {
		pair_receive(&pair.end[1], frames[i].len, i);
		put(received, used + 4 + 8 * i, 4, i);
		put(received, used + 8 + 8 * i, 4, 1);
	}
	put(received, used + 2, 2, 2);
	assert_false(ivshm_rx_enable_events(&pair.end[1].ring, 1));
	put(received, used + 4 + 8 * n, 2, 3);
	assert_image(&pair, 1, received);

	pair_reclaim(&pair.end[0], 2, 170);
	assert_false(ivshm_tx_enable_events(&pair.end[0].ring, 7));
	put(sent, avail + 4 + 2 * n, 2, 2);
	assert_image(&pair, 0, sent);
	assert_image(&pair, 1, received);

	pair_close(&pair);
	free(sent);
	free(received);
}

static const size_t image_sizes[] = {
	2816, 2819, 4096, 14336, 16384, 65536 + 17, 0x7f000, 1 << 20
};

static void images_are_exact_revision2(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(image_sizes); i++) {
		check_images(REVISION2, image_sizes[i], false);
		check_images(REVISION2, image_sizes[i], true);
	}
}

/* With the classic device addresses count from the region: end 0's section has offset 0. */
static void images_are_exact_classic(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(image_sizes); i++) {
		size_t size = image_sizes[i] / 8 * 8;

		check_images(CLASSIC_DEVICE, size, false);
		check_images(CLASSIC_DEVICE, size, true);
	}
}

static void classic_addresses_count_from_region(void **unused)
{
	struct pair_options options = { CLASSIC_DEVICE, 4096, 0, { false } };
	struct pair pair;
	uint8_t expected[16] = { 0 };

	(void)unused;
	pair_open(&pair, &options);
	assert_int_equal(pair_send(&pair.end[1], 100, 7), IVSHM_OK);
	put(expected, 0, 8, 4096 + 1792);
	put(expected, 8, 4, 100);
	assert_memory_equal(pair.end[1].section, expected, 16);
	pair_receive(&pair.end[0], 100, 7);
	pair_close(&pair);
}

/* The marked frame: header in front, counted in desc.len, the flag set. */
static void extended_image_is_exact(void **unused)
{
	static const uint8_t wire[10] = { 1, 1, 54, 0, 0xb4, 5, 34, 0, 16, 0 };
	struct pair_options options = { REVISION2, 16384, IVSHM_F_ALL, { false } };
	uint8_t expected[16] = { 0 };
	struct ivshm_net_hdr hdr;
	struct ivshm_frame frame;
	struct pair pair;
	void *slot;

	(void)unused;
	pair_open(&pair, &options);
	memcpy(&hdr, wire, sizeof(hdr));
	assert_int_equal(ivshm_tx_reserve(&pair.end[0].ring, 4000, &hdr, &slot), IVSHM_OK);
	pattern_fill(slot, 4000, 3);
	ivshm_tx_commit(&pair.end[0].ring);
	ivshm_tx_publish(&pair.end[0].ring);
	put(expected, 0, 8, 1792);
	put(expected, 8, 4, 4010);
	put(expected, 12, 2, 0x100);
	assert_memory_equal(pair.end[0].section, expected, 16);
	assert_memory_equal(pair.end[0].section + 1792, wire, 10);
	assert_true(pattern_matches(pair.end[0].section + 1802, 4000, 3));

	assert_int_equal(ivshm_rx_peek(&pair.end[1].ring, &frame), 1);
	assert_true(frame.extended);
	assert_memory_equal(&frame.hdr, wire, 10);
	assert_int_equal(frame.len, 4000);
	assert_ptr_equal(frame.data, pair.end[0].section + 1802);
	ivshm_rx_release(&pair.end[1].ring);
	ivshm_rx_publish(&pair.end[1].ring);
	pair_reclaim(&pair.end[0], 1, 4000);
	pair_close(&pair);
}

static void sizes_are_as_specified(void **unused)
{
	(void)unused;
	assert_int_equal(sizeof(struct ivshm_desc), 16);
	assert_int_equal(sizeof(struct ivshm_avail), 4);
	assert_int_equal(sizeof(struct ivshm_used), 4);
	assert_int_equal(sizeof(struct ivshm_used_elem), 8);
	assert_int_equal(sizeof(struct ivshm_extension), 56);
	assert_int_equal(sizeof(struct ivshm_net_hdr), 10);
	assert_int_equal(offsetof(struct ivshm_extension, mac), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_as_specified),
		cmocka_unit_test(numbers_are_as_specified),
		cmocka_unit_test(numbers_are_right_for_all_sizes),
		cmocka_unit_test(bad_sections_are_refused),
		cmocka_unit_test(images_are_exact_revision2),
		cmocka_unit_test(images_are_exact_classic),
		cmocka_unit_test(classic_addresses_count_from_region),
		cmocka_unit_test(extended_image_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
