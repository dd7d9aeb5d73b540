import { join } from "node:path";
import Database from "better-sqlite3";
import { SystemClock } from "../drivers/core/clock.js";
import { SocketLock } from "../drivers/core/lock.js";
import { SILENT_LOG } from "../drivers/core/log.js";
import type { Layout, ReadingBatch } from "../drivers/core/reading.js";
import { openBuffer } from "../gateway/buffer/open-buffer.js";
import type { Row } from "./bench-figure.js";
import { pause, Rig } from "./bench-rig.js";
import { randomFrom } from "./seeded-random.js";

const DEVICES = 10;
const POINTS = 100;
const EVERY_MS = 50;
/** What one commit of so many slowly moving readings writes. */
const PACKED_BYTES = 750;

function share(sorted: readonly number[], of: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;
}

/** Milliseconds from handing over 1,000 readings until they are on the disk, in order of size. */
async function ofBuffer(folder: string, seconds: number): Promise<number[]> {
  const clock = new SystemClock("bench");
  const random = randomFrom(1);
  const layouts: Layout[] = Array.from({ length: DEVICES }, (_, n) => ({
    device: `device-${n}`,
    points: Array.from({ length: POINTS }, (_, at) => ({ id: `p${at}`, type: "u16" as const, decimals: 0 })),
  }));
  const state = layouts.map(() => Array.from({ length: POINTS }, () => Math.floor(random() * 60_000)));
  const batch = (n: number): ReadingBatch => {
    const own = state[n] as number[];
    for (let at = 0; at < POINTS; at++) {
      own[at] = Math.max(0, (own[at] ?? 0) + Math.round((random() - 0.5) * 6));
    }
    const layout = layouts[n] as Layout;
    return {
      layout,
      state: "measuring",
      t: Date.now(),
      mono: clock.mono(),
      boot: clock.boot,
      values: [...own],
    };
  };
  const buffer = await openBuffer({
    config: {
      path: join(folder, "commit.db"),
      identity: join(folder, "commit.identity"),
      keepAtLeastMs: 86_400_000,
      maxBytes: 1e9,
      commitEveryMs: 1000,
    },
    gatewayId: "bench",
    uplinks: [{ id: "centre", carries: () => true }],
    readingsHash: "r",
    description: "{}",
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    machineId: "m",
    clockTrusted: () => true,
  });
  const took: number[] = [];
  try {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
      const from = performance.now();
      for (let n = 1; n < DEVICES; n++) buffer.append(batch(n), "normal");
      // An alarm is committed at once, with everything that waits.
      await buffer.durable(buffer.append(batch(0), "alarm").seq);
      took.push(performance.now() - from);
      await pause(EVERY_MS);
    }
  } finally {
    await buffer.close();
  }
  return took.sort((a, b) => a - b);
}

/** The same from a bare insert of as many bytes, in the thread that asks. */
async function ofBareInsert(folder: string, seconds: number): Promise<number[]> {
  const db = new Database(join(folder, "bare.db"));
  const took: number[] = [];
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.exec("CREATE TABLE record (seq INTEGER PRIMARY KEY, body BLOB)");
    const insert = db.prepare("INSERT INTO record (body) VALUES (?)");
    const body = Buffer.alloc(PACKED_BYTES, 7);
    for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
      const from = performance.now();
      insert.run(body);
      took.push(performance.now() - from);
      await pause(EVERY_MS);
    }
  } finally {
    db.close();
  }
  return took.sort((a, b) => a - b);
}

export const COMMIT: Row = {
  name: "commit",
  about: "1,000 readings on the disk: a group commit, beside a bare insert of 750 bytes",
  async measure(seconds) {
    const rig = new Rig();
    try {
      const [gateway, bare] = [await ofBuffer(rig.folder, seconds), await ofBareInsert(rig.folder, seconds)];
      return [
        { what: "commits", gateway: gateway.length, bare: bare.length, digits: 0 },
        { what: "a commit, median ms", gateway: share(gateway, 0.5), bare: share(bare, 0.5), digits: 1 },
        { what: "a commit, 99th ms", gateway: share(gateway, 0.99), bare: share(bare, 0.99), digits: 1 },
        { what: "a commit, worst ms", gateway: gateway.at(-1) ?? 0, bare: bare.at(-1) ?? 0, digits: 1 },
      ];
    } finally {
      await rig.close();
    }
  },
};
