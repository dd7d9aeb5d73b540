import { setImmediate as turn } from "node:timers/promises";
import { SILENT_LOG } from "../drivers/core/log.js";
import { ManualClock } from "../drivers/core/manual-clock.js";
import type { Layout } from "../drivers/core/reading.js";
import { MqttForwarder } from "../gateway/forward/mqtt-forwarder.js";
import { FakeBuffer } from "../gateway/forward/testing/fake-buffer.js";
import { connack5, puback5, RawBroker } from "../gateway/forward/testing/raw-broker.js";
import { Bench, describe } from "../gateway/forward/testing/uplink-bench.js";
import { Uplink } from "../gateway/forward/uplink.js";
import type { Figure, Row } from "./bench-figure.js";

const DEVICES = 10;
const POINTS = ["voltage.l1", "voltage.l2", "voltage.l3", "current.l1", "current.l2", "current.l3"].concat([
  "power.active.total",
  "power.factor",
  "frequency",
  "energy.import",
]);
/** Of injected time. */
const SECONDS = 120;
const PATIENCE_MS = 30_000;

interface Walk {
  readonly layout: Layout;
  readonly values: number[];
}

/** Values that move by a few counts, the same in each run (Lehmer, Park and Miller 1988). */
function walks(): { readonly all: readonly Walk[]; readonly step: () => void } {
  let state = 2026;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const all = Array.from({ length: DEVICES }, (_, at) => ({
    layout: {
      device: `meter-${at + 1}`,
      points: POINTS.map((id) => ({ id, type: "s32", decimals: 2 }) as const),
    },
    values: POINTS.map(() => Math.round(random() * 40_000)),
  }));
  const step = (): void => {
    for (const { values } of all)
      for (const at of values.keys()) values[at] = (values[at] ?? 0) + Math.round(random() * 6 - 3);
  };
  return { all, step };
}

/** Bytes that the broker received for each reading: MQTT with all its messages, without TLS, TCP and IP. */
export async function bytesAReading(gatherMs: number, compress: "none" | "gzip"): Promise<number> {
  let bytes = 0;
  const broker = await RawBroker.start({
    onSocket: (socket) => void socket.on("data", (chunk) => (bytes += chunk.length)),
    onConnect: () => connack5(0),
    onPublish: ({ id }) => puback5(id, 0),
  });
  try {
    const clock = new ManualClock();
    const buffer = new FakeBuffer({ uplinks: ["centre"] });
    buffer.revisions.set(1, describe(["meter-1"]));
    const { parts } = new Bench({ url: broker.url, gatherMs, compress, window: 16 });
    const forwarder = new MqttForwarder({ uplink: parts.config, gatewayId: "gw", clock, log: SILENT_LOG });
    const uplink = new Uplink({ ...parts, buffer, clock, forwarder });
    const until = async (done: () => boolean): Promise<void> => {
      const from = performance.now();
      while (!done()) {
        if (performance.now() - from > PATIENCE_MS) throw new Error("the messages do not get through");
        await turn();
      }
    };
    uplink.start();
    await until(() => uplink.status("en").state === "up");
    const { all, step } = walks();
    for (let second = 0; second < SECONDS; second++) {
      step();
      for (const { layout, values } of all) {
        // Scaled as a driver does it: two decimals.
        const scaled = values.map((value) => value / 100);
        const head = { state: "measuring", t: clock.now(), mono: clock.mono(), boot: clock.boot } as const;
        buffer.append({ ...head, layout, values: scaled }, "normal");
        uplink.wake();
      }
      if (gatherMs === 0) await until(() => buffer.progress("centre").pending === 0);
      await clock.advance(1_000);
      await until(() => uplink.status("en").inFlight === 0);
    }
    await clock.advance(gatherMs);
    await until(() => buffer.progress("centre").pending === 0);
    const stopped = uplink.stop(1_000);
    await clock.advance(1_000);
    await stopped;
    return bytes / (SECONDS * DEVICES * POINTS.length);
  } finally {
    await broker.stop();
  }
}

export const VOLUME: Row = {
  name: "volume",
  about: "bytes on the wire a reading, 10 devices x 10 points x 1 Hz; other column: gzip",
  async measure() {
    const figures: Figure[] = [];
    for (const [what, gatherMs] of [
      ["each reply a message", 0],
      ["gathered for 5 s", 5_000],
      ["gathered for 60 s", 60_000],
    ] as const) {
      const gateway = await bytesAReading(gatherMs, "none");
      figures.push({ what, gateway, bare: await bytesAReading(gatherMs, "gzip"), digits: 1 });
    }
    return figures;
  },
};
