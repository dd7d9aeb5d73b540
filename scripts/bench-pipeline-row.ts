import type { Figure, Row } from "./bench-figure.js";
import { type LoadWithoutPorts, stored } from "./bench-runs.js";

const REGISTERS_A_REQUEST = 125;
/** Sixteen requests. */
const BIG: LoadWithoutPorts = { connections: 1, unitsPerPort: 1, registers: 2000, everyMs: 0 };
const DEPTHS = [4, 16];

/** `bare` is the gateway with one request in flight, as it is unless configured otherwise. */
async function compared(what: string, delayUs: number, seconds: number): Promise<Figure[]> {
  const run = (pipeline: number) => stored("gateway", { ...BIG, pipeline }, seconds, delayUs);
  const one = await run(1);
  const figures: Figure[] = [];
  for (const depth of DEPTHS) {
    const deep = await run(depth);
    figures.push(
      {
        what: `${what}, ${depth} in flight: requests/s`,
        digits: 0,
        gateway: deep.perSecond / REGISTERS_A_REQUEST,
        bare: one.perSecond / REGISTERS_A_REQUEST,
      },
      { what: "  CPU-s a million readings", digits: 2, gateway: deep.cpuPerMillion, bare: one.cpuPerMillion },
      {
        what: "  readings missing",
        digits: 0,
        gateway: deep.missing,
        bare: one.missing,
        reach: { most: 0, must: true },
      },
    );
  }
  return figures;
}

export const PIPELINE: Row = {
  name: "pipeline",
  about: "one TCP device of 2,000 registers, asap, on the disk; other column: 1 in flight",
  async measure(seconds) {
    return [...(await compared("loopback", 0, seconds)), ...(await compared("1 ms", 1000, seconds))];
  },
};
