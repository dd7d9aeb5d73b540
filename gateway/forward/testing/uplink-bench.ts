import { setImmediate as turn } from "node:timers/promises";
import { LinkError, RejectedError, TransientError } from "../../../drivers/core/errors.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import type { Layout, ReadingBatch } from "../../../drivers/core/reading.js";
import type { UplinkConfig } from "../../core/config.js";
import type { GatewayRecord } from "../../core/record.js";
import { FORWARD_MESSAGES as M } from "../messages.js";
import { Uplink, type UplinkParts } from "../uplink.js";
import { FakeBuffer } from "./fake-buffer.js";
import { ScriptedForwarder } from "./scripted-forwarder.js";

export const LAYOUT: Layout = { device: "well", points: [{ id: "level", type: "s16", decimals: 3 }] };

export const LOST = (): LinkError => new LinkError(M.lost, { url: "mqtt://x", problem: "test" });
export const REFUSED = (): RejectedError =>
  new RejectedError(M.message_refused, { url: "mqtt://x", topic: "data", code: "0x99", problem: "test" });
export const BUSY = (): TransientError =>
  new TransientError("device_error", M.quota, { url: "mqtt://x", code: "0x97", problem: "test" });

const LEVEL = {
  id: "level",
  type: "s16",
  kind: "instant",
  decimals: 3,
  scale: 0.001,
  offset: 0,
  address: { table: "holding", address: 1 },
  period_ms: 1_000,
  deadband: 0,
  heartbeat_ms: 300_000,
  priority: "normal",
  writable: false,
};

export function describe(devices: readonly string[]): string {
  return JSON.stringify({
    site: { name: "Trạm", timezone: "Asia/Ho_Chi_Minh" },
    devices: devices.map((device) => ({ device, name: device, connection: "c", points: [LEVEL] })),
    uplinks: { centre: ["*"] },
  });
}

/** An uplink with a clock, a buffer and another side that a test holds in its hands. */
export class Bench {
  readonly clock = new ManualClock();
  readonly buffer = new FakeBuffer({ uplinks: ["centre"] });
  readonly forwarder = new ScriptedForwarder();
  readonly uplink: Uplink;
  readonly parts: UplinkParts;
  batches: ReadingBatch[] = [];

  constructor(config: Partial<UplinkConfig> = {}, parts: Partial<UplinkParts> = {}) {
    this.buffer.revisions.set(1, describe(["well"]));
    this.parts = {
      config: {
        id: "centre",
        url: "mqtt://x",
        format: "json",
        compress: "none",
        protocol: "auto",
        user: "gw",
        keepaliveMs: 30_000,
        gatherMs: 0,
        backlog: { share: 1 },
        reconnectSpreadMs: 1_000,
        window: 4,
        points: ["*"],
        required: true,
        keepForMs: 0,
        fileEveryMs: 0,
        hash: "",
        ...config,
      },
      identity: { id: "gw", name: "gw", timezone: "UTC", clock: "auto", statusEveryMs: 60_000 },
      configHash: () => "hash",
      version: "0.1.0",
      buffer: this.buffer,
      live: { update() {}, get: () => undefined, batches: () => this.batches, subscribe: () => () => {} },
      carries: () => true,
      forwarder: this.forwarder,
      clock: this.clock,
      log: SILENT_LOG,
      random: () => 0.5,
      ...parts,
    };
    this.uplink = new Uplink(this.parts);
  }

  batch(value = 1): ReadingBatch {
    return {
      layout: LAYOUT,
      state: "measuring",
      t: this.clock.now(),
      mono: this.clock.mono(),
      boot: "boot-0",
      values: [value],
    };
  }

  append(count = 1): readonly GatewayRecord[] {
    return Array.from({ length: count }, () => {
      const record = this.buffer.append(this.batch(), "normal");
      this.uplink.wake();
      return record;
    });
  }

  acknowledgeAll(): void {
    this.forwarder.onSend = (sent) => sent.acknowledge();
    for (const sent of this.forwarder.sent) sent.acknowledge();
  }

  /** Lets everything that waits on promises run. */
  async settle(): Promise<void> {
    for (let n = 0; n < 12; n++) await turn();
  }

  async stop(): Promise<void> {
    const stopped = this.uplink.stop(100);
    await this.clock.advance(100);
    await stopped;
  }

  async up(): Promise<void> {
    this.uplink.start();
    await this.settle();
  }
}
