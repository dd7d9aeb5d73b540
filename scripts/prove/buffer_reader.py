#!/usr/bin/python3
"""Reads a buffer file as docs/buffer-format.md describes it, with nothing but Python's standard library.

    buffer_reader.py FILE [--identity FILE]

Prints one JSON line for each record, the ones of all tables in the order of their numbers, and one with the state
at the end. Works on a copy of the file and its log, so that it never changes what it looks at. A row that cannot be
read is left out and counted.
"""

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import struct
import sys
import tempfile
import zlib

TABLES = ("data_low", "data_normal", "data_high", "data_alarm", "event")
PRIORITIES = ("low", "normal", "high", "alarm")
STATES = ("measuring", "calibrating", "maintenance", "fault")
REASONS = (
    "no_answer",
    "bad_answer",
    "device_error",
    "unsupported",
    "link_down",
    "out_of_range",
    "not_a_number",
    "unavailable",
    "stale",
    "overrange",
    "underrange",
    "open_circuit",
    "sensor_fault",
    "wrong_setting",
)
APPLICATION_ID = 0x7472616D
ABSENT = {"absent": True}


class Damaged(Exception):
    pass


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, size):
        if self.at + size > len(self.data):
            raise Damaged("beyond the end")
        piece = self.data[self.at : self.at + size]
        self.at += size
        return piece

    def byte(self):
        return self.raw(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def signed(self):
        value = self.varint()
        return value >> 1 if value % 2 == 0 else -((value + 1) >> 1)

    def text(self):
        return self.raw(self.varint()).decode("utf-8")


def shortest_f32(bits):
    """The double nearest to the shortest decimal that gives this f32."""
    single = struct.unpack("<f", struct.pack("<I", bits))[0]
    for digits in range(1, 10):
        text = f"{single:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", single):
            return float(text)
    return single


class Columns:
    """The last values of one layout: what the next differences are added to."""

    def __init__(self, points, base=None):
        self.points = points
        self.last = dict(base) if base else {}
        if not base:
            for at, point in enumerate(points):
                self.last[at] = "" if point["type"] == "string" else 0

    def copy(self):
        return Columns(self.points, self.last)

    def places(self, kind, odd):
        return [at for at, point in enumerate(self.points) if at not in odd and class_of(point) == kind]

    def read(self, data):
        values = [None] * len(self.points)
        odd = set()
        at = -1
        for _ in range(data.varint()):
            at += 1 + data.varint()
            odd.add(at)
            values[at] = read_odd(data)
        for at in self.places("whole", odd):
            self.last[at] += data.signed()
            decimals = self.points[at]["decimals"]
            values[at] = self.last[at] / 10**decimals if decimals else self.last[at]
        for kind, size in (("f32", 4), ("f64", 8)):
            places = self.places(kind, odd)
            planes = data.raw(size * len(places))
            for n, at in enumerate(places):
                bits = int.from_bytes(planes[n :: len(places)], "little") ^ self.last[at]
                self.last[at] = bits
                values[at] = shortest_f32(bits) if size == 4 else struct.unpack("<d", struct.pack("<Q", bits))[0]
        for at in self.places("big", odd):
            self.last[at] += data.signed()
            values[at] = {"big": str(self.last[at])}
        places = self.places("bool", odd)
        bits = data.raw((len(places) + 7) // 8)
        for n, at in enumerate(places):
            values[at] = bool(bits[n // 8] >> (n % 8) & 1)
        for at in self.places("text", odd):
            if data.byte() == 1:
                self.last[at] = data.text()
            values[at] = self.last[at]
        return values


def class_of(point):
    kind = point["type"]
    if kind == "bool":
        return "bool"
    if kind == "string":
        return "text"
    if kind in ("u64", "s64"):
        return "big"
    if point.get("decimals") is not None:
        return "whole"
    return "f32" if kind == "f32" else "f64"


def read_odd(data):
    tag = data.byte()
    if tag == 0:
        return ABSENT
    if tag == 1:
        return None
    if tag in (2, 3):
        return tag == 3
    if tag == 4:
        return struct.unpack("<d", data.raw(8))[0]
    if tag == 5:
        return {"big": data.text()}
    if tag == 6:
        return data.text()
    raise Damaged(f"tag {tag}")


def unpack(body):
    if len(body) < 5 or body[0] > 1:
        raise Damaged("head")
    try:
        plain = zlib.decompress(body[5:], -15) if body[0] == 1 else body[5:]
    except zlib.error as error:
        raise Damaged("deflate") from error
    if zlib.crc32(plain) != struct.unpack("<I", body[1:5])[0]:
        raise Damaged("checksum")
    return plain


def read_marks(blob):
    data = Bytes(blob)
    marks = {"stamp": data.varint(), "uplinks": {}}
    for _ in range(data.varint()):
        slot, last, runs, at = data.varint(), data.varint(), [], 0
        for _ in range(data.varint()):
            start = at + data.varint()
            at = start + data.varint()
            runs.append((start, at))
        marks["uplinks"][slot] = {"last": last, "acknowledged": runs}
    return marks


class BufferFile:
    """Everything that one file holds: `records` by number, `state`, `uplinks`, `marks`, what is wrong with it."""

    def __init__(self, path):
        self.records, self.duplicated, self.damaged = {}, [], 0
        self.rows = []
        with tempfile.TemporaryDirectory(prefix="tram-read-") as folder:
            copy = os.path.join(folder, "b.db")
            shutil.copyfile(path, copy)
            if os.path.exists(path + "-wal"):
                shutil.copyfile(path + "-wal", copy + "-wal")
            db = sqlite3.connect(copy)
            db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            try:
                self.read(db)
            finally:
                db.close()

    def read(self, db):
        self.format = db.execute("PRAGMA user_version").fetchone()[0]
        self.owner = db.execute("PRAGMA application_id").fetchone()[0]
        self.check = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        self.state = dict(db.execute("SELECT key, value FROM state"))
        self.layouts = {key: json.loads(text) for key, text in db.execute("SELECT id, layout FROM layout")}
        self.runs = {key: (epoch, boot) for key, epoch, boot in db.execute("SELECT id, epoch, boot FROM run")}
        self.uplinks = {slot: name for slot, name in db.execute("SELECT slot, name FROM uplink")}
        self.last = 0
        newest = [self.state.get("marks")]
        for table in TABLES:
            self.read_table(db, table)
            newest += [row[0] for row in db.execute(f"SELECT marks FROM {table} ORDER BY first DESC LIMIT 1")]
        self.marks = max((read_marks(blob) for blob in newest if blob), key=lambda marks: marks["stamp"], default=None)

    def read_table(self, db, table):
        keys = {}
        columns = "first, span, back, count, rev, t, body"
        for first, span, back, count, rev, t, body in db.execute(f"SELECT {columns} FROM {table} ORDER BY first"):
            self.last = max(self.last, first + span)
            self.rows.append((table, first, first + span, count))
            base = keys.get(first - back) if back else {}
            try:
                if base is None:
                    raise Damaged("its key is not there")
                records, firsts = self.read_chunk(Bytes(unpack(body)), rev, base)
                if len(records) != count or records[0]["seq"] != first or records[-1]["seq"] != first + span:
                    raise Damaged("the row and its body differ")
            except (Damaged, IndexError, KeyError, UnicodeDecodeError, json.JSONDecodeError):
                self.damaged += 1
                continue
            if not back:
                keys = {first: firsts}
            for record in records:
                if record["seq"] in self.records:
                    self.duplicated.append(record["seq"])
                self.records[record["seq"]] = record

    def read_chunk(self, data, rev, keys):
        priority = PRIORITIES[data.byte()]
        epoch, boot = self.runs[data.varint()]
        slots = [data.varint() for _ in range(data.varint())]
        records, states, firsts = [], {}, {}
        seq = t = mono = 0
        for _ in range(data.varint()):
            seq += data.varint()
            passed = data.signed()
            t += passed
            mono += passed + data.signed()
            prevs = {}
            for slot in slots:
                distance = data.varint()
                if distance:
                    prevs[slot] = None if distance == 1 else seq - distance + 1
            flags = data.byte()
            record = {"epoch": epoch, "boot": boot, "rev": rev, "seq": seq, "priority": priority, "t": t}
            record |= {"mono": mono, "prevs": prevs, "clock": "untrusted" if flags & 2 else "trusted"}
            records.append(record)
            if flags & 1:
                record["event"] = json.loads(data.text())
                continue
            record["state"] = STATES[data.byte()] if flags & 4 else "measuring"
            if flags & 8:
                record["source_t"] = t + data.signed()
            if flags & 16:
                record["flags"], at = [], -1
                for _ in range(data.varint()):
                    at += 1 + data.varint()
                    code = data.byte()
                    record["flags"].append([at, "uncertain" if code & 128 else "bad", REASONS[code & 127]])
            layout = data.varint()
            record["device"] = self.layouts[layout]["device"]
            if layout not in states:
                base = keys.get(layout)
                states[layout] = base.copy() if base else Columns(self.layouts[layout]["points"])
            record["values"] = states[layout].read(data)
            firsts.setdefault(layout, states[layout].copy())
        if data.at != len(data.data):
            raise Damaged("more than its records")
        return records, firsts


def read_identity(path):
    """The slot with the higher count of those that are whole, or None."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    slots = []
    for at in (0, 4096):
        slot = data[at : at + 4096]
        if len(slot) == 4096 and hashlib.sha256(slot[:-32]).digest() == slot[-32:]:
            slots.append(json.loads(slot[4 : 4 + struct.unpack("<I", slot[:4])[0]]))
    return max(slots, key=lambda slot: slot["count"])["identity"] if slots else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--identity")
    args = parser.parse_args()
    file = BufferFile(args.file)
    for seq in sorted(file.records):
        print(json.dumps(file.records[seq], ensure_ascii=False))
    state = {key: value for key, value in file.state.items() if key != "marks"}
    summary = {"format": file.format, "state": state, "uplinks": file.uplinks, "last": file.last, "marks": file.marks}
    summary |= {"check": file.check, "records": len(file.records), "damaged": file.damaged}
    if args.identity:
        summary["identity"] = read_identity(args.identity)
    print(json.dumps(summary))


if __name__ == "__main__":
    sys.exit(main())
