"""What a power cut leaves of files, from the diary of the calls that made them (faulty-calls.c).

Everything written to a file before its last fsync or fdatasync is there. Of what was written since, any part is
there: all, nothing, or each sector of 512 bytes by chance. Of what was created, renamed and unlinked since the last
sync of anything, a prefix is there, in order, as a journalling file system keeps it.
"""

import os
import struct

SECTOR = 512


class File:
    def __init__(self):
        self.synced, self.now, self.since = bytearray(), bytearray(), []

    def write(self, offset, data):
        apply_write(self.now, offset, data)
        self.since.append((offset, data))

    def truncate(self, size):
        apply_truncate(self.now, size)
        self.since.append((size, None))

    def sync(self):
        if self.since:
            self.synced, self.since = bytearray(self.now), []


def apply_write(content, offset, data):
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def apply_truncate(content, size):
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


def read_diary(path):
    """(kind, path, second path, offset, bytes) of each call, in order."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        kind, first, second, offset, length = struct.unpack_from("<BBHqI", data, at)
        at += 16
        name = data[at : at + first].decode()
        other = data[at + first : at + first + second].decode()
        at += first + second
        written = None
        if chr(kind) in "WL":
            written = data[at : at + length]
            at += length
        yield chr(kind), name, other, offset, written


class Disk:
    """The files as the calls so far left them, and what of that a power cut leaves."""

    def __init__(self):
        self.names, self.synced_names, self.since = {}, {}, []

    def call(self, kind, name, other, offset, data):
        if kind == "S":
            file = self.names.get(name)
            if file:
                file.sync()
            self.synced_names, self.since = dict(self.names), []
        elif kind == "W":
            self.names[name].write(offset, data)
        elif kind == "T":
            self.names[name].truncate(offset)
        else:
            change = (kind, name, other, File() if kind == "C" else None)
            apply_change(self.names, change)
            self.since.append(change)

    def after_cut(self, chance):
        """Content by path."""
        how = chance.choice(["all", "nothing", "some", "some"])
        names = dict(self.synced_names)
        kept = len(self.since) if how == "all" else 0 if how == "nothing" else chance.randint(0, len(self.since))
        for change in self.since[:kept]:
            apply_change(names, change)
        return {name: self.left_of(file, how, chance) for name, file in names.items()}

    def left_of(self, file, how, chance):
        if how == "all":
            return bytes(file.now)
        content = bytearray(file.synced)
        for offset, data in file.since if how == "some" else []:
            if data is None:
                if chance.random() < 0.5:
                    apply_truncate(content, offset)
                continue
            part = chance.choice(["whole", "none", "torn"])
            if part == "whole":
                apply_write(content, offset, data)
            elif part == "torn":
                at = 0
                while at < len(data):
                    size = SECTOR - (offset + at) % SECTOR
                    if chance.random() < 0.5:
                        apply_write(content, offset + at, data[at : at + size])
                    at += size
        return bytes(content)


def apply_change(names, change):
    kind, name, other, file = change
    if kind == "C":
        names[name] = file
    elif kind == "R" and name in names:
        names[other] = names.pop(name)
    elif kind == "U":
        names.pop(name, None)


def write_files(content, from_folder, to_folder):
    for name, data in content.items():
        path = os.path.join(to_folder, os.path.relpath(name, from_folder))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
