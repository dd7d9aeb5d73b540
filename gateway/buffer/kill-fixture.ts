import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { Layout } from "../../drivers/core/reading.js";
import { openBuffer } from "./open-buffer.js";

/** Appends until it is killed, and prints each number that it was promised to be durable. */
const [, , path = "", identity = ""] = process.argv;
const layout: Layout = { device: "d", points: [{ id: "p", type: "u16", decimals: 0 }] };
const buffer = await openBuffer({
  config: { path, identity, keepAtLeastMs: 1e9, maxBytes: 1e9, commitEveryMs: 5 },
  gatewayId: "g",
  uplinks: [{ id: "centre", carries: () => true }],
  readingsHash: "r",
  description: "{}",
  clock: new SystemClock("boot"),
  log: SILENT_LOG,
  lock: new SocketLock(),
  machineId: "m",
  clockTrusted: () => true,
});
for (let n = 0; n < 100_000; n++) {
  const { seq } = buffer.append(
    { layout, state: "measuring", t: Date.now(), mono: n, boot: "boot", values: [n % 65_536] },
    "normal",
  );
  if (n % 20 === 0) {
    await buffer.durable(seq);
    process.stdout.write(`${seq}\n`);
  }
}
