"""What the proofs of the buffer share: the process that is cut off, its ledger, and the judge of what it left.

The ledger is what dist/scripts/prove-buffer-load.js wrote over a pipe; the file is read by buffer_reader.py. Neither
passes through the code that is judged.
"""

import bisect
import json
import os
import signal
import subprocess
import sys
import threading
import time

from buffer_reader import BufferFile, read_identity

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# A format that does not exist yet: what later ones will do, to prove how steps are made.
STEPS = [
    "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);",
    """CREATE TABLE data_next (
      first INTEGER PRIMARY KEY, span INTEGER NOT NULL, back INTEGER NOT NULL, count INTEGER NOT NULL,
      rev INTEGER NOT NULL, t INTEGER, marks BLOB, body BLOB NOT NULL);
    INSERT INTO data_next SELECT * FROM data_normal;
    DROP TABLE data_normal;
    ALTER TABLE data_next RENAME TO data_normal;""",
    "INSERT INTO note SELECT first, hex(body) FROM data_normal; DROP TABLE note;",
]
# What the buffer says of itself.
TOLD = ("lost", "void", "epoch", "buffer_damaged", "below_keep_at_least", "keep_at_least_again")


def plain(value):
    """JSON and the file spell the same number in several ways."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def content_of(record):
    """A record of the file in the words of the ledger."""
    kept = ("epoch", "rev", "priority", "clock", "t", "mono", "event", "state", "device", "values", "source_t", "flags")
    content = {key: record[key] for key in kept if key in record}
    if 0 in record["prevs"]:
        content["prev"] = record["prevs"][0]
    return content


class Ledger:
    """What was given, promised and told, over all runs on one file."""

    def __init__(self):
        self.given, self.own, self.acknowledged = {}, {}, set()
        self.durable = 0
        self.highest_of = {}
        self.epochs, self.errors, self.reused = [], [], []
        self.opened = self.closed = False
        self.is_durable = None

    def gave(self, epoch, seq):
        self.highest_of[epoch] = max(self.highest_of.get(epoch, 0), seq)

    def begin_run(self):
        """Another process, or another copy: nothing of it was promised yet."""
        self.opened = self.closed = False
        self.errors = []

    def branch(self):
        """What holds for a copy of the file that goes its own way."""
        other = Ledger()
        other.given, other.own = dict(self.given), dict(self.own)
        other.acknowledged = set(self.acknowledged)
        other.durable, other.highest_of, other.epochs = self.durable, dict(self.highest_of), list(self.epochs)
        return other

    def line(self, line):
        kind, _, rest = line.partition(" ")
        if kind == "a":
            number, _, text = rest.partition(" ")
            seq = int(number)
            content = json.loads(text)
            if (content["epoch"], seq) in self.given:
                self.reused.append(seq)
            self.given[(content["epoch"], seq)] = content
            self.gave(content["epoch"], seq)
        elif kind == "g":
            number, epoch, text = rest.split(" ", 2)
            self.own[int(number)] = json.loads(text)
            self.gave(epoch, int(number))
        elif kind == "k":
            self.acknowledged.update(map(int, rest.split(",")))
        elif kind == "d":
            self.durable = max(self.durable, int(rest))
        elif kind == "o":
            opened = json.loads(rest)
            self.epochs.append(opened["epoch"])
            self.is_durable = opened["durable"]
            self.opened = True
        elif kind == "s":
            self.is_durable = rest == "1"
        elif kind == "v":
            self.epochs.append(rest)
        elif kind == "e":
            self.errors.append(rest)
        elif kind == "c":
            self.closed = True


class Load:
    """A running prove-buffer-load. `ledger` is filled as it writes."""

    def __init__(self, ledger, options, env=None, wrap=()):
        self.ledger = ledger
        ledger.begin_run()
        program = os.path.join(ROOT, "dist/scripts/prove-buffer-load.js")
        self.process = subprocess.Popen(
            [*wrap, "node", program, json.dumps(options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | (env or {}),
        )
        self.noise = b""
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.read, self.read_noise)]
        for thread in self.threads:
            thread.start()

    def read(self):
        for line in self.process.stdout:
            # A last line without its end was not written whole: the process died in the middle of it.
            if line.endswith(b"\n"):
                with self.lock:
                    self.ledger.line(line[:-1].decode())

    def read_noise(self):
        self.noise = self.process.stderr.read()

    def wait_for(self, what, seconds=20.0):
        """Waits until `what(ledger)`; False when the process ended or the time is over before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self.lock:
                if what(self.ledger):
                    return True
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        for thread in self.threads:
            if self.process.poll() is not None:
                thread.join()
        return what(self.ledger)

    def promised(self):
        """What is durable now, and the highest number given under each epoch."""
        with self.lock:
            return self.ledger.durable, dict(self.ledger.highest_of)

    def durable_now(self):
        with self.lock:
            return self.ledger.durable

    def end(self, how=signal.SIGKILL, seconds=20.0):
        """Ends it; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        for thread in self.threads:
            thread.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def runs_told(events):
    return [(run["from"], run["to"]) for event in events if event["event"] == "lost" for run in event["runs"]]


def runs_untold(file):
    """Noted in the file, for whoever opens it to tell."""
    noted = json.loads(file.state.get("untold") or "[]")
    return [(run["from"], run["to"]) for entry in noted for run in entry["runs"]]


def voids_told(events):
    return [(event["from"], event["to"]) for event in events if event["event"] == "void"]


class Ranges:
    """Numbers in runs, which may be long."""

    def __init__(self, runs):
        self.starts, self.ends = [], []
        for start, end in sorted(runs):
            if self.ends and start <= self.ends[-1] + 1:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def __contains__(self, number):
        at = bisect.bisect_right(self.starts, number) - 1
        return at >= 0 and number <= self.ends[at]


class Verdict:
    """Counts over all rounds. `faults` holds the first sentences about what is wrong."""

    def __init__(self):
        self.counts = {"durable": 0, "lost": 0, "wrong": 0, "duplicated": 0, "reused": 0, "voids": 0}
        self.faults = []

    def fault(self, what, text, count=1):
        self.counts[what] = self.counts.get(what, 0) + count
        if len(self.faults) < 20:
            self.faults.append(f"{what}: {text}")

    @property
    def clean(self):
        return not self.faults

    def line(self, **more):
        return json.dumps(more | self.counts | {"faults": self.faults})


def judge(verdict, where, file, ledger, durable, lost_is_told=True):
    """Holds a file against the ledger: what was durable is there or told, and nothing else is in it."""
    events = [record["event"] for record in file.records.values() if "event" in record] + list(ledger.own.values())
    told = runs_told(events) + voids_told(events) + runs_untold(file)
    stored = file.state.get("epoch")
    told_numbers = Ranges(told)
    for seq in file.duplicated:
        verdict.fault("duplicated", f"{where}: {seq} is in the file twice")
    if file.damaged:
        verdict.fault("wrong", f"{where}: {file.damaged} rows cannot be read")
    if file.check != "ok":
        verdict.fault("wrong", f"{where}: quick_check says {file.check}")
    checked = 0
    missing = []
    for (epoch, seq), content in ledger.given.items():
        record = file.records.get(seq)
        if record is not None and record["epoch"] == epoch:
            if plain(content_of(record)) != plain(content):
                verdict.fault("wrong", f"{where}: {seq} has other content: {content_of(record)} instead of {content}")
            checked += 1
        elif seq <= durable and epoch == stored:
            if seq in ledger.acknowledged or (lost_is_told and seq in told_numbers):
                checked += 1
            else:
                missing.append(seq)
    if missing:
        verdict.fault(
            "lost", f"{where}: {missing[0]}..{missing[-1]} ({len(missing)}) were durable up to {durable}", len(missing)
        )
    for seq, record in file.records.items():
        if (record["epoch"], seq) in ledger.given:
            continue
        if record.get("event", {}).get("event") not in TOLD:
            verdict.fault("wrong", f"{where}: nobody gave {seq}")
    verdict.counts["durable"] += checked
    check_chain(verdict, where, file, ledger, told_numbers)


def check_chain(verdict, where, file, ledger, told_numbers):
    for seq, record in file.records.items():
        prev = record["prevs"].get(0)
        if prev is None or prev in file.records or prev in ledger.acknowledged or prev in told_numbers:
            continue
        if ledger.own.get(prev, {}).get("event") in TOLD:
            continue
        verdict.fault("wrong", f"{where}: {seq} hangs on {prev}, which is neither there nor told")


def open_again(verdict, where, options, ledger, env=None):
    """
    Opens a file that was left behind, appends to it and closes in order. Numbers must go on above all that were ever
    given, and exactly what is between must be told as void.
    """
    before = BufferFile(options["path"]) if os.path.exists(options["path"]) else None
    second = read_identity(options["identity"])
    epoch = before.state.get("epoch") if before else None
    # Numbers that were given under an epoch in memory are not of this stream.
    highest = ledger.highest_of.get(epoch, 0)
    known = set(ledger.given)
    load = Load(ledger, options | {"records": 20}, env)
    ended = load.wait_for(lambda state: state.closed, 30)
    code = load.end(signal.SIGTERM)
    if not ended or code != 0:
        verdict.fault("wrong", f"{where}: opened again it ended with {code}: {load.noise[-500:]} {ledger.errors[:3]}")
        return
    if ledger.reused:
        verdict.fault("reused", f"{where}: {ledger.reused[:5]} given again", len(ledger.reused))
        ledger.reused = []
    after = BufferFile(options["path"])
    same_epoch = before is not None and after.state["epoch"] == before.state.get("epoch")
    # A start that takes long gives its first numbers under an epoch in memory: they are not of this stream either.
    fresh = sorted(seq for of, seq in set(ledger.given) - known if of == after.state["epoch"])
    if not fresh:
        verdict.fault("wrong", f"{where}: no number was given under the stored epoch")
        return
    if same_epoch and fresh[0] <= highest:
        verdict.fault("reused", f"{where}: {fresh[0]} is not above {highest}")
    judge(verdict, f"{where}, opened again", after, ledger, ledger.durable)
    if same_epoch:
        told = voids_told(record["event"] for seq, record in after.records.items() if seq > max(highest, before.last) and "event" in record)
        reserved = max(before.state["reserved"], before.last)
        if second and second["epoch"] == before.state["epoch"]:
            reserved = max(reserved, second["reserved"])
        want = (before.last + 1, reserved)
        if reserved == before.last:
            if told:
                verdict.fault("wrong", f"{where}: void {told} after an orderly end")
        elif len(told) != 1 or told[0][0] != want[0] or told[0][1] < max(want[1], highest) or told[0][1] >= fresh[0]:
            verdict.fault("wrong", f"{where}: void {told}, wanted {want}, next is {fresh[0]}")
        else:
            verdict.counts["voids"] += 1


def compile_library(folder):
    """faulty-calls.so, to be preloaded."""
    library = os.path.join(folder, "faulty-calls.so")
    source = os.path.join(HERE, "faulty-calls.c")
    subprocess.run(["gcc", "-Wall", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return library


def setup():
    """Compiles; whoever ends the proof with SIGTERM lets it unmount and remove what it made."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    subprocess.run([os.path.join(ROOT, "scripts", "setup")], check=True)


class Progress:
    def __init__(self, quiet):
        self.quiet, self.started = quiet, time.monotonic()

    def say(self, text):
        if not self.quiet:
            print(f"{time.monotonic() - self.started:7.1f} s  {text}", file=sys.stderr, flush=True)
