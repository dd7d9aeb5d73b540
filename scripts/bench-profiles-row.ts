import type { Figure, Row } from "./bench-figure.js";
import { delivered, type LoadWithoutPorts, type Run } from "./bench-runs.js";

const PLAIN: LoadWithoutPorts = { connections: 5, unitsPerPort: 10, registers: 100, everyMs: 200 };

const TURNS = 3;

/** The one that took less; what is missing in either is missing. */
function better(a: Run, b: Run): Run {
  const missing = a.missing + b.missing;
  return a.cpuPerMillion <= b.cpuPerMillion ? { ...a, missing } : { ...b, missing };
}

export const PROFILES: Row = {
  name: "profiles",
  about:
    "5,000 points at 5 Hz with all that profiles say of values; other column: the same as plain u16; best of 3",
  async measure(seconds): Promise<Figure[]> {
    let rich = await delivered("gateway", { ...PLAIN, form: "profile" }, seconds);
    let plain = await delivered("gateway", PLAIN, seconds);
    // A difference of a tenth is less than what a shared machine makes of the same run twice.
    for (let again = 1; again < TURNS; again++) {
      rich = better(rich, await delivered("gateway", { ...PLAIN, form: "profile" }, seconds));
      plain = better(plain, await delivered("gateway", PLAIN, seconds));
    }
    return [
      { what: "readings delivered a second", gateway: rich.perSecond, bare: plain.perSecond, digits: 0 },
      {
        what: "CPU-s a million readings",
        gateway: rich.cpuPerMillion,
        bare: plain.cpuPerMillion,
        digits: 2,
        reach: { most: 1.2, ofRatio: true },
      },
      {
        what: "readings missing",
        gateway: rich.missing,
        bare: plain.missing,
        digits: 0,
        reach: { most: 0 },
      },
    ];
  },
};
