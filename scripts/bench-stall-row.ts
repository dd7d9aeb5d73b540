import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./bench-figure.js";
import { type PolledServer, pause, Rig, until } from "./bench-rig.js";
import { type LoadWithoutPorts, lastStored, loadAt, settled, WARM_UP_MS } from "./bench-runs.js";

/** One device, so that a poll that comes late is seen as such at the server. */
const LOAD: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 100, everyMs: 100 };
const STALL_MS = 2_000;
const BETWEEN_MS = 1_500;

/** Looks at the server every few milliseconds: the longest time between two answers. */
class Watch {
  readonly #timer: NodeJS.Timeout;
  #last: number;
  #at = performance.now();
  worstMs = 0;

  constructor(server: PolledServer) {
    this.#last = server.ledger().replies;
    this.#timer = setInterval(() => {
      const { replies } = server.ledger();
      const now = performance.now();
      this.worstMs = Math.max(this.worstMs, now - this.#at);
      if (replies === this.#last) return;
      this.#last = replies;
      this.#at = now;
    }, 4);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

export const STALL: Row = {
  name: "stall",
  about: "the disk does not answer for 2 s, again and again: polls each 100 ms, delivered live",
  async measure(seconds) {
    const rig = new Rig();
    try {
      const server = await rig.server(LOAD.connections);
      const mqttPort = await rig.broker();
      const centre = await rig.subscriber(mqttPort);
      // Every write and sync of what lies in the rig's folder waits as long as this file is there.
      const stalled = `${rig.folder}-stalled`;
      const library = rig.compile("prove/faulty-calls", "-shared", "-fPIC", "-ldl");
      const gateway = rig.gateway(loadAt(server.ports, LOAD), mqttPort, {
        LD_PRELOAD: library,
        FAULTY_UNDER: join(rig.folder, "bench.db"),
        FAULTY_STALLED: stalled,
      });
      await until("the first reading", async () => (await centre.counts()).readings > 0);
      await pause(WARM_UP_MS);
      await centre.mark();
      const watch = new Watch(server);
      let [stalls, longestMs] = [0, 0];
      for (
        const end = performance.now() + seconds * 1000;
        stalls === 0 || performance.now() < end;
        stalls++
      ) {
        const [from, before] = [performance.now(), lastStored("gateway", rig.database)];
        writeFileSync(stalled, "");
        await pause(STALL_MS);
        rmSync(stalled);
        // What was on its way when the stall began may still have been stored.
        const afterStart = before + (1000 / LOAD.everyMs) * 2;
        await until("a commit after the stall", () => lastStored("gateway", rig.database) > afterStart);
        longestMs = Math.max(longestMs, performance.now() - from);
        await pause(BETWEEN_MS);
      }
      watch.stop();
      const during = await centre.counts();
      await gateway.stop();
      const all = await settled(centre);
      const notCome = Math.max(0, server.ledger().replies - all.records - LOAD.connections);
      return [
        { what: "stalls", gateway: stalls, digits: 0 },
        { what: "longest until stored, ms", gateway: longestMs, digits: 0, reach: { least: STALL_MS } },
        {
          what: "worst poll late, ms",
          gateway: Math.max(0, watch.worstMs - LOAD.everyMs),
          digits: 0,
          reach: { most: 100 },
        },
        {
          what: "reply to subscriber, median ms",
          gateway: during.latency.median,
          digits: 1,
          reach: { most: 5 },
        },
        {
          what: "reply to subscriber, worst ms",
          gateway: during.latency.worst,
          digits: 1,
          reach: { most: 100 },
        },
        { what: "sent late", gateway: all.historical, digits: 0, reach: { most: 0 } },
        {
          what: "readings missing",
          gateway: Math.max(notCome, all.missing) * LOAD.registers,
          digits: 0,
          reach: { most: 0 },
        },
      ];
    } finally {
      await rig.close();
    }
  },
};
