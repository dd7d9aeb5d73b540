#!/usr/bin/python3
"""A Modbus server, made of bytes, that answers a seeded part of the requests after the client gave them up.

    late-server.py rtu|tcp SEED TIMEOUT_MS LATEST_MS SHARE

Prints where it listens: the path of a pseudo-terminal, or a TCP port. Function 3 only. Register 0 of a reply is
unit * 256 + start, registers 1 and 2 the number of this request to (unit, start), low word first, register 3 is
0xA5A5 ^ the others. A late reply leaves between 1 ms and LATEST_MS after the timeout, spread evenly over the
logarithm. Replies to later requests do not wait for it.
"""

import heapq
import math
import os
import pty
import random
import select
import socket
import struct
import sys
import time
import tty


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


class Server:
    def __init__(self, seed, timeout_ms, latest_ms, share):
        self.random = random.Random(seed)
        self.timeout_ms, self.latest_ms, self.share = timeout_ms, latest_ms, share
        self.counters = {}
        self.due = []
        self.order = 0

    def answer(self, unit, start, count):
        """The reply's PDU, and how long to wait with it, in seconds."""
        number = self.counters[(unit, start)] = self.counters.get((unit, start), 0) + 1
        registers = [unit * 256 + start, number & 0xFFFF, number >> 16]
        registers.append(0xA5A5 ^ registers[0] ^ registers[1] ^ registers[2])
        registers += [number & 0xFFFF] * (count - 4)
        pdu = struct.pack(f">BB{count}H", 3, 2 * count, *registers)
        wait_ms = 0.0
        if self.random.random() < self.share:
            wait_ms = self.timeout_ms + math.exp(self.random.uniform(0, math.log(self.latest_ms)))
        return pdu, wait_ms / 1000

    def later(self, wait, frame, send):
        self.order += 1
        heapq.heappush(self.due, (time.monotonic() + wait, self.order, frame, send))

    def send_due(self):
        while self.due and self.due[0][0] <= time.monotonic():
            _, _, frame, send = heapq.heappop(self.due)
            try:
                send(frame)
            except OSError:
                pass

    def pause(self):
        return max(0.0, min(1.0, self.due[0][0] - time.monotonic())) if self.due else 1.0


def serve_rtu(server):
    controller, device = pty.openpty()
    tty.setraw(controller)
    tty.setraw(device)
    print(os.ttyname(device), flush=True)
    waiting = b""
    while True:
        ready, _, _ = select.select([controller], [], [], server.pause())
        server.send_due()
        if not ready:
            continue
        waiting += os.read(controller, 4096)
        while len(waiting) >= 8:
            if crc(waiting[:6]) != waiting[6:8]:
                waiting = waiting[1:]
                continue
            unit, _, start, count = struct.unpack(">BBHH", waiting[:6])
            waiting = waiting[8:]
            pdu, wait = server.answer(unit, start, count)
            body = bytes([unit]) + pdu
            server.later(wait + 0.003, body + crc(body), lambda frame: os.write(controller, frame))
        server.send_due()


def serve_tcp(server):
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    clients = {}
    while True:
        ready, _, _ = select.select([listener, *clients], [], [], server.pause())
        server.send_due()
        for sock in ready:
            if sock is listener:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                clients[client] = b""
                continue
            try:
                data = sock.recv(4096)
            except OSError:
                data = b""
            if not data:
                sock.close()
                del clients[sock]
                continue
            waiting = clients[sock] + data
            while len(waiting) >= 12:
                transaction, _, _, unit, _, start, count = struct.unpack(">HHHBBHH", waiting[:12])
                waiting = waiting[12:]
                pdu, wait = server.answer(unit, start, count)
                frame = struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu
                server.later(wait, frame, sock.sendall)
            clients[sock] = waiting
        server.send_due()


def main():
    mode, seed = sys.argv[1], int(sys.argv[2])
    server = Server(seed, *map(float, sys.argv[3:6]))
    serve_rtu(server) if mode == "rtu" else serve_tcp(server)


if __name__ == "__main__":
    main()
