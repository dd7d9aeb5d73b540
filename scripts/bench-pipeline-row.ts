import type { Figure, Row } from "./bench-figure.js";
import { type LoadWithoutPorts, stored } from "./bench-runs.js";

/** Sixteen requests of 125 registers. */
const BIG: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 2000, everyMs: 0 };
const DEEP = 16;

async function compared(what: string, delayUs: number, seconds: number): Promise<Figure[]> {
  const one = await stored("gateway", { ...BIG, pipeline: 1 }, seconds, delayUs);
  const deep = await stored("gateway", { ...BIG, pipeline: DEEP }, seconds, delayUs);
  return [
    { what: `${what}: readings a second`, digits: 0, gateway: deep.perSecond, bare: one.perSecond },
    { what: "  CPU-s a million readings", digits: 2, gateway: deep.cpuPerMillion, bare: one.cpuPerMillion },
    {
      what: "  readings missing",
      digits: 0,
      gateway: deep.missing,
      bare: one.missing,
      reach: { most: 0, must: true },
    },
  ];
}

export const PIPELINE: Row = {
  name: "pipeline",
  about: "one TCP device of 2,000 registers, asap, on the disk: pipeline 16, and 1 in the other column",
  async measure(seconds) {
    return [...(await compared("loopback", 0, seconds)), ...(await compared("1 ms away", 1000, seconds))];
  },
};
