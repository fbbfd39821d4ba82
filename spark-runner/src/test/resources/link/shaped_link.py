"""Joins two network namespaces by a link of a given rate and one-way delay, for kernels without netem.

Usage: shaped_link.py NAMESPACE_A NAMESPACE_B BITS_PER_SECOND DELAY_SECONDS

Each namespace gets a TUN device "link0" without an address. Packets are held back for as long as a full-duplex
Ethernet of that rate would be busy with them, its 38 bytes for each packet included, plus the delay. Nothing is dropped.
Prints "ready" and runs until it is killed.
"""
import collections
import ctypes
import errno
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
ETHERNET_BYTES = 38
LARGEST_PACKET = 65536

libc = ctypes.CDLL(None, use_errno=True)


def enter(descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def open_tun(namespace):
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open("/var/run/netns/" + namespace, os.O_RDONLY)
    enter(there)
    try:
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"link0", IFF_TUN | IFF_NO_PI))
    finally:
        enter(home)
        os.close(home)
        os.close(there)
    return tun


class Direction:
    def __init__(self, source, target, rate, delay):
        self.source, self.target, self.rate, self.delay = source, target, rate, delay
        self.free_at = 0.0
        self.waiting = collections.deque()

    def take(self):
        while True:
            try:
                packet = os.read(self.source, LARGEST_PACKET)
            except BlockingIOError:
                return
            self.free_at = max(self.free_at, time.monotonic()) + (len(packet) + ETHERNET_BYTES) * 8 / self.rate
            self.waiting.append((self.free_at + self.delay, packet))

    def deliver(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            try:
                os.write(self.target, self.waiting[0][1])
            except BlockingIOError:
                return
            except OSError as failure:
                if failure.errno != errno.EIO:  # the other device is not up yet: nobody is there to receive it
                    raise
            self.waiting.popleft()


def main():
    first, second = open_tun(sys.argv[1]), open_tun(sys.argv[2])
    rate, delay = float(sys.argv[3]), float(sys.argv[4])
    directions = [Direction(first, second, rate, delay), Direction(second, first, rate, delay)]
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass
    print("ready", flush=True)
    while True:
        due = [direction.waiting[0][0] for direction in directions if direction.waiting]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        select.select([first, second], [], [], timeout)
        for direction in directions:
            direction.take()
            direction.deliver()


main()
