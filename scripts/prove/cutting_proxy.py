"""A TCP proxy between gateway and broker that cuts the link when it is told to, at bytes and packets of MQTT."""

import asyncio
import socket
import struct
import threading
import zlib

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
MQTT_5 = 5
GZIP = 31


def packet_size(data):
    """Of the first packet, header included (MQTT 5, 2.1.4); None while that is not there."""
    size, shift = 0, 0
    for at in range(1, min(len(data), 5)):
        size |= (data[at] & 0x7F) << shift
        if not data[at] & 0x80:
            return at + 1 + size
        shift += 7
    return None


def varint(data, at):
    """A variable byte integer (MQTT 5, 1.5.5), and where what follows begins."""
    value, shift = 0, 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


class Sent:
    """What the gateway sends on one link: which packets hold numbered records."""

    def __init__(self):
        self.rest = b""
        self.version = None
        self.records = set()

    def note(self, data):
        self.rest += data
        while (size := packet_size(self.rest)) is not None and size <= len(self.rest):
            packet, self.rest = self.rest[:size], self.rest[size:]
            kind = packet[0] >> 4
            _, at = varint(packet, 1)
            if kind == CONNECT:
                # The name of the protocol, then its version (MQTT 5, 3.1.2).
                self.version = packet[at + 2 + int.from_bytes(packet[at : at + 2], "big")]
            elif kind == PUBLISH and packet[0] & 0x06:
                self._publish(packet, at)

    def _publish(self, packet, at):
        topic = 2 + int.from_bytes(packet[at : at + 2], "big")
        number = packet[at + topic : at + topic + 2]
        at += topic + 2
        if self.version == MQTT_5:
            properties, at = varint(packet, at)
            at += properties
        payload = packet[at:]
        text = zlib.decompress(payload, GZIP) if payload[:2] == b"\x1f\x8b" else payload
        if b'"seq"' in text:
            self.records.add(number)


class CuttingProxy:
    """One cut at a time: arm(kind, amount) says what triggers the next, wait_cut() waits for it.

    time          so many seconds from now
    up, down      so many bytes later in that direction, also inside a packet: what is beyond never arrives
    before_puback the first acknowledgement of records after the n-th of whatever from now does not arrive: the
                  broker has the message, the gateway does not know it
    after_puback  the n-th acknowledgement arrives, and nothing after it
    """

    def __init__(self, broker_port):
        self.broker_port = broker_port
        self.connected = threading.Event()
        self.was_cut = threading.Event()
        self.armed = None
        self.links = set()
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        if not started.wait(10):
            raise RuntimeError("the proxy does not listen")

    def arm(self, kind, amount, how):
        """how: "fin" ends the stream in order, "rst" without."""
        self.was_cut.clear()
        self.loop.call_soon_threadsafe(self._arm, [kind, amount, how])

    def disarm(self):
        self.loop.call_soon_threadsafe(self._arm, None)

    def wait_cut(self, seconds):
        return self.was_cut.wait(seconds)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._join, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()

    def _arm(self, armed):
        self.armed = armed
        if armed and armed[0] == "time":
            self.loop.call_later(armed[1], self._cut_by_time, armed)

    def _cut_by_time(self, armed):
        if self.armed is armed:
            self._cut()

    def _cut(self):
        how = self.armed[2]
        self.armed = None
        self.connected.clear()
        for writer in list(self.links):
            if how == "rst":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            else:
                writer.close()
        self.links.clear()
        self.was_cut.set()

    async def _join(self, near_reader, near_writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.broker_port)
        except OSError:
            near_writer.close()
            return
        pair = {near_writer, far_writer}
        self.links |= pair
        sent = Sent()
        up = self._pump(near_reader, far_writer, lambda data, writer: self._up(data, writer, sent))
        down = self._pump(far_reader, near_writer, self._packets(sent))
        try:
            await asyncio.gather(up, down)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for writer in pair:
                writer.close()
            self.links -= pair

    async def _pump(self, reader, writer, pass_on):
        while data := await reader.read(65536):
            # A link that was cut passes nothing on any more.
            if writer not in self.links:
                return
            pass_on(data, writer)
            await writer.drain()
        writer.close()

    def _up(self, data, writer, sent):
        passed = self._limited("up", data)
        sent.note(passed)
        writer.write(passed)
        self._cut_if_spent("up")

    def _limited(self, direction, data):
        if not self.armed or self.armed[0] != direction:
            return data
        passed = data[: self.armed[1]]
        self.armed[1] -= len(passed)
        return passed

    def _cut_if_spent(self, direction):
        if self.armed and self.armed[0] == direction and self.armed[1] <= 0:
            self._cut()

    def _packets(self, sent):
        rest = b""

        def pass_on(data, writer):
            nonlocal rest
            rest += data
            while (size := packet_size(rest)) is not None and size <= len(rest):
                packet, rest = rest[:size], rest[size:]
                self._down(packet, writer, sent)
                if writer not in self.links:
                    return

        return pass_on

    def _down(self, packet, writer, sent):
        kind = packet[0] >> 4
        trigger = self.armed and self.armed[0]
        counts = kind == PUBACK and trigger in ("before_puback", "after_puback")
        if counts:
            self.armed[1] -= 1
        is_record = kind == PUBACK and packet[2:4] in sent.records
        if kind == PUBACK:
            sent.records.discard(packet[2:4])
        spent = counts and self.armed[1] <= 0 and (is_record or trigger == "after_puback")
        if not (spent and trigger == "before_puback"):
            writer.write(self._limited("down", packet))
        if kind == CONNACK:
            self.connected.set()
        if spent:
            self._cut()
        else:
            self._cut_if_spent("down")
