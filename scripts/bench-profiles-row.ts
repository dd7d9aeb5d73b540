import type { Figure, Row } from "./bench-figure.js";
import { delivered, type LoadWithoutPorts } from "./bench-runs.js";

const PLAIN: LoadWithoutPorts = { connections: 5, unitsPerPort: 10, registers: 100, everyMs: 200 };

export const PROFILES: Row = {
  name: "profiles",
  about: "5,000 points at 5 Hz with all that profiles say of values; other column: the same as plain u16",
  async measure(seconds): Promise<Figure[]> {
    const [rich, plain] = [
      await delivered("gateway", { ...PLAIN, form: "profile" }, seconds),
      await delivered("gateway", PLAIN, seconds),
    ];
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
