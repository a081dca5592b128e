# SPDX-License-Identifier: GPL-2.0-only
"""Frames in a capture file of tcpdump, and whether they are well formed: lengths and checksums."""

import struct

ETHERNET, IP4, ARP, IP6 = 1, 0x0800, 0x0806, 0x86DD
ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
CHECKSUM_AT = {ICMP: 2, TCP: 16, UDP: 6, ICMP6: 2}
MINIMUM = 60  # shorter packets may be padded


class Malformed(Exception):
    """A frame that is not as it should be."""


def frames(data):
    """The frames of a capture file, as bytes."""
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    assert magic in (0xA1B2C3D4, 0xA1B23C4D) and link == ETHERNET
    offset, found = 24, []
    while offset < len(data):
        _, _, captured, length = struct.unpack_from("<IIII", data, offset)
        assert captured == length, "cut by tcpdump"
        found.append(data[offset + 16:offset + 16 + length])
        offset += 16 + length
    return found


def checksum(data):
    """The sum that checksums are the complement of."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def require(condition, what, frame):
    if not condition:
        raise Malformed(f"{what}: {frame[:80].hex()}")


def check_transport(frame, protocol, addresses, payload, partial):
    """True if the checksum is complete; with "partial" it may be that of the pseudo header only."""
    if protocol not in CHECKSUM_AT:
        return True
    at = CHECKSUM_AT[protocol]
    require(len(payload) >= at + 2, "no checksum", frame)
    pseudo = b"" if protocol == ICMP else addresses + struct.pack(">II", len(payload), protocol)
    if checksum(pseudo + payload) == 0xFFFF:
        return True
    if protocol == UDP and len(addresses) == 8 and payload[at:at + 2] == b"\0\0":
        return True
    left = struct.unpack_from(">H", payload, at)[0] == checksum(pseudo)
    require(partial and protocol in (TCP, UDP) and left, "wrong checksum", frame)
    return False


def check_ip4(frame, partial):
    header = (frame[14] & 15) * 4
    require(frame[14] >> 4 == 4 and header >= 20, "no IPv4 header", frame)
    require(checksum(frame[14:14 + header]) == 0xFFFF, "wrong IPv4 checksum", frame)
    length, _, fragment = struct.unpack_from(">HHH", frame, 16)
    require(header <= length <= len(frame) - 14, "wrong length", frame)
    require(len(frame) <= max(length + 14, MINIMUM), "bytes behind the packet", frame)
    if fragment & 0x3FFF:
        return True
    return check_transport(frame, frame[23], frame[26:34], frame[14 + header:14 + length], partial)


def check_ip6(frame, partial):
    length = struct.unpack_from(">H", frame, 18)[0]
    require(frame[14] >> 4 == 6 and length <= len(frame) - 54, "wrong length", frame)
    require(len(frame) <= max(length + 54, MINIMUM), "bytes behind the packet", frame)
    return check_transport(frame, frame[20], frame[22:54], frame[54:54 + length], partial)


def check(frame, partial=False):
    """Raises Malformed, or says whether all checksums are complete."""
    require(len(frame) >= 14, "shorter than an Ethernet header", frame)
    kind = struct.unpack_from(">H", frame, 12)[0]
    if kind == IP4:
        return check_ip4(frame, partial)
    if kind == IP6:
        return check_ip6(frame, partial)
    require(kind == ARP and len(frame) >= 42, "of an unknown type", frame)
    return True
