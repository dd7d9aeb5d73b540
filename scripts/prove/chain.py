#!/usr/bin/python3
"""Follows the chain of a gateway over data and event, and holds its values against the server's ledger.

    chain.py MESSAGES LEDGER [--kills MS,MS,...] [--stopped MS] [--window-ms 2500] [--json]

MESSAGES is what subscriber.py wrote, LEDGER what counting-server wrote. Written from the description of the
messages alone. Exit code 0 when everything is explained:

- no number was delivered twice with different content (only "t", "clock", "historical" and "resend" may differ);
- the last number that the latest status names was received;
- walking back from the last number by "prev", each record was received, or a "lost" or "void" event explains it;
- every answer in the ledger was delivered under exactly one number, or it lies within the window before a kill
  and a void range was announced for that kill, or it came too late for the gateway, which told that block bad then;
- nothing was delivered that the ledger does not hold.
"""

import argparse
import datetime
import json
import sys


def mark(unit: int, start: int, counter: int, i: int) -> int:
    """As in counting-server.c."""
    x = (counter * 2654435761 + unit * 40503 + start * 977 + i * 131) & 0xFFFFFFFF
    x ^= x >> 15
    return (x * 2246822519 & 0xFFFFFFFF) >> 16


class Report:
    def __init__(self):
        self.faults = []

    def fault(self, text):
        self.faults.append(text)


def read_records(path, report):
    """{(gateway, epoch): {seq: record}}, duplicates compared and dropped; and counts."""
    streams, status, counts = {}, {}, {"messages": 0, "records": 0, "duplicates": 0, "snapshots": 0}
    last_seq = {}
    for line in open(path, encoding="utf-8"):
        message = json.loads(line)
        gateway, kind = message["topic"].split("/")[2:4]
        if message["payload"] == "":
            continue
        body = json.loads(message["payload"])
        counts["messages"] += 1
        if kind == "status":
            status.setdefault(gateway, []).append(body)
        if kind not in ("data", "event"):
            continue
        if body.get("snapshot"):
            counts["snapshots"] += 1
            if any("seq" in record for record in body["records"]):
                report.fault("a snapshot carries numbers")
            continue
        stream = streams.setdefault((gateway, body["epoch"]), {})
        for record in body["records"]:
            counts["records"] += 1
            record["rev"] = body["rev"]
            seq = record["seq"]
            bare = {k: v for k, v in record.items() if k not in ("t", "clock", "historical", "resend")}
            known = stream.get(seq)
            if known is None:
                stream[seq] = record | {"bare": bare}
                lane = (gateway, body["epoch"], bool(record.get("historical")), kind)
                record["order"] = last_seq.get(lane, 0)
                last_seq[lane] = seq
            else:
                counts["duplicates"] += 1
                if known["bare"] != bare:
                    report.fault(f"number {seq} came with different content: {known['bare']} / {bare}")
    return streams, status, counts


def walk(stream, report):
    """Walks back from the highest number; returns the void ranges and how many links were followed."""
    voids = [(r["from"], r["to"], r.get("prev")) for r in stream.values() if r.get("event") == "void"]
    lost = [run for r in stream.values() if r.get("event") == "lost" for run in r["runs"]]
    in_void = {seq for seq in stream if any(a <= seq <= b for a, b, _ in voids)}
    on_chain = [seq for seq in stream if seq not in in_void]
    links, seq = 0, max(on_chain)
    visited = set()
    while True:
        visited.add(seq)
        links += 1
        prev = stream[seq]["prev"]
        if prev is None:
            break
        if prev >= seq:
            report.fault(f"{seq} has the later {prev} before it")
            break
        while prev is not None and prev not in stream:
            run = next((r for r in lost if r["from"] <= prev <= r["to"]), None)
            if run is None:
                report.fault(f"{prev}, which {seq} names as the record before it, never came")
                below = [s for s in on_chain if s < prev]
                prev = max(below) if below else None
                break
            prev = run["prev"]
        if prev is None:
            break
        seq = prev
    for seq in on_chain:
        if seq not in visited:
            report.fault(f"{seq} came and is not on the chain")
    return voids, links, sorted(in_void)


def identify(record):
    """(unit, start, counter) of a record of the proof's gateway, or None when it holds no counter."""
    # What the gateway tells of its own bus (device health.plc) no server has answered.
    if "event" in record or not record.get("v") or not record["device"].startswith("unit"):
        return None
    unit = int(record["device"].lstrip("unit"))
    values = record["v"]
    counters = [(key, value) for key, value in values.items() if key.endswith(".counter")]
    if len(counters) != 1:
        return None
    key, counter = counters[0]
    start = int(key[len("block") : -len(".counter")])
    for name, value in values.items():
        if name == key:
            continue
        i = int(name.rsplit(".m", 1)[1])
        if value != mark(unit, start, counter, i):
            raise ValueError(f"number {record['seq']}: {name} of unit {unit} is {value}, not that of counter {counter}")
    return unit, start, counter


def told_bad(streams):
    """[(unit, start of the block, ms)] of the reads that the gateway gave up, as it told them."""
    told = []
    for stream in streams.values():
        for record in stream.values():
            for key in record.get("bad", {}):
                if key.endswith(".counter") and record.get("device", "").startswith("unit"):
                    at = datetime.datetime.fromisoformat(record["t"].replace("Z", "+00:00")).timestamp() * 1000
                    told.append((int(record["device"][len("unit") :]), int(key[len("block") : -len(".counter")]), at))
    return told


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("messages")
    parser.add_argument("ledger")
    parser.add_argument("--kills", default="")
    parser.add_argument("--stopped", type=float, default=0, help="when the orderly stop began: an exchange under way then is given up")
    parser.add_argument("--window-ms", type=int, default=2500)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    kills = [float(part) for part in args.kills.split(",") if part]
    report = Report()

    streams, status, counts = read_records(args.messages, report)
    delivered, voids, links, beside, bad = {}, [], 0, 0, 0
    for (gateway, epoch), stream in streams.items():
        own_voids, own_links, in_void = walk(stream, report)
        voids += own_voids
        links += own_links
        beside += len(in_void)
        for seq, record in sorted(stream.items()):
            bad += len(record.get("bad", {}))
            try:
                identity = identify(record)
            except ValueError as error:
                report.fault(str(error))
                continue
            if identity is None:
                continue
            if identity in delivered:
                report.fault(f"answer {identity} came under two numbers, {delivered[identity]} and {seq}")
            delivered[identity] = seq
    for gateway, told in status.items():
        full = [one for one in told if "last" in one]
        if full and full[-1]["last"] > 0 and full[-1]["last"] not in streams.get((gateway, full[-1]["epoch"]), {}):
            report.fault(f"{gateway}: {full[-1]['last']}, the last number that its status names, never came")
    ledger = {}
    for line in open(args.ledger):
        wall, unit, start, _count, counter = map(int, line.split())
        ledger[(unit, start, counter)] = wall
    for identity, seq in delivered.items():
        if identity not in ledger:
            report.fault(f"number {seq} holds {identity}, which the server never answered")
    missing = {key: wall for key, wall in ledger.items() if key not in delivered}
    unexplained = too_late = 0
    given_up = told_bad(streams)
    worst = 0.0
    for key, wall in sorted(missing.items(), key=lambda item: item[1]):
        if args.stopped and wall >= args.stopped - 300:
            continue
        # Answered after the gateway's patience (a stalled machine): each such read was told once.
        bad_read = next((one for one in given_up if one[:2] == key[:2] and abs(one[2] - wall) <= 1500), None)
        if bad_read:
            given_up.remove(bad_read)
            too_late += 1
            continue
        before = [kill - wall for kill in kills if -200 <= kill - wall <= args.window_ms]
        if before:
            worst = max(worst, min(before))
        else:
            unexplained += 1
            if unexplained <= 10:
                report.fault(f"answer {key} at {wall} never came and no kill explains it")
    if unexplained > 10:
        report.fault(f"... and {unexplained - 10} more that never came")
    if len(missing) > too_late and len([1 for a, b, _ in voids if b >= a]) < 1:
        report.fault("something is missing and no void was announced")
    room = sum(b - a + 1 for a, b, _ in voids)
    if len(missing) - too_late > room:
        report.fault(f"{len(missing)} are missing, the void ranges hold only {room} numbers")
    summary = counts | {
        "streams": len(streams),
        "links": links,
        "voids": len(voids),
        "beside_the_chain": beside,
        "answered": len(ledger),
        "delivered": len(delivered),
        "answered_too_late": too_late,
        "missing_before_kills": len(missing) - unexplained - too_late,
        "oldest_missing_before_its_kill_ms": round(worst),
        "unexplained": unexplained,
        "bad_readings": bad,
        "kills": len(kills),
        "faults": len(report.faults),
    }
    if args.json:
        print(json.dumps(summary | {"texts": report.faults[:20]}))
    else:
        for key, value in summary.items():
            print(f"{key:36} {value}")
        for text in report.faults[:40]:
            print("FAULT", text)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
