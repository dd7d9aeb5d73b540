import { type BusLoad, type BusRun, type Delivered, gatewayOnBus, libmodbusOnBus } from "./bench-bus-runs.js";
import type { Figure, Row } from "./bench-figure.js";

interface Line {
  readonly baud: number;
  readonly registers: number;
  /** Share of the possible rate to reach. */
  readonly least: number;
  /** What libmodbus is made to wait for before each request: whole milliseconds, as people configure it. */
  readonly gapUs: number;
}

const LINES: readonly Line[] = [
  { baud: 9600, registers: 10, least: 0.95, gapUs: 4000 },
  { baud: 19_200, registers: 10, least: 0.95, gapUs: 4000 },
  { baud: 115_200, registers: 10, least: 0.88, gapUs: 2000 },
  { baud: 115_200, registers: 50, least: 0.95, gapUs: 2000 },
];
const UNITS = [1, 4, 8];
/** Of the seconds of a row, for each of its runs. */
const RUN_SHARE = 0.2;

const brokenShare = ({ broken, requests }: BusRun): number => (100 * broken) / Math.max(1, requests);

async function figuresOf(line: Line, ms: number, runs: Delivered[]): Promise<Figure[]> {
  const { baud, registers, least, gapUs } = line;
  const figures: Figure[] = [];
  const most: BusLoad = { baud, registers, units: UNITS.at(-1) ?? 1 };
  const backToBack = await libmodbusOnBus(most, 0, ms);
  const withGap = await libmodbusOnBus(most, gapUs, ms);
  const ours: Delivered[] = [];
  for (const units of UNITS) {
    const run = await gatewayOnBus({ baud, registers, units }, ms);
    ours.push(run);
    figures.push({
      what: `${baud} x ${registers}, ${units} units: share`,
      digits: 3,
      gateway: run.share,
      ...(units === most.units && { bare: withGap.share }),
      reach: { least },
    });
  }
  runs.push(...ours);
  const worst = Math.max(...ours.map(brokenShare));
  figures.push(
    { what: "  silence broken, % of requests", digits: 1, gateway: worst, bare: brokenShare(withGap) },
    { what: "  the same, no pause", digits: 1, bare: brokenShare(backToBack) },
    { what: "  no pause: share", digits: 3, bare: backToBack.share },
    {
      what: "  smallest silence / 3.5 characters",
      digits: 3,
      gateway: Math.min(...ours.map(({ smallest }) => smallest)),
      bare: withGap.smallest,
    },
  );
  return figures;
}

/** Shares are of the time that a bus without any idle time needs, with characters of 11 bits (8E1). */
export const RS485: Row = {
  name: "rs485",
  about: "share of the possible rate, asap, delivered; other column: libmodbus, fixed pause",
  async measure(seconds) {
    const runs: Delivered[] = [];
    const figures: Figure[] = [];
    for (const line of LINES) figures.push(...(await figuresOf(line, seconds * 1000 * RUN_SHARE, runs)));
    const sum = (of: (run: Delivered) => number): number => runs.reduce((all, run) => all + of(run), 0);
    return [
      ...figures,
      {
        what: "silences broken",
        digits: 0,
        gateway: sum(({ broken }) => broken),
        reach: { most: 0, must: true },
      },
      {
        what: "readings missing",
        digits: 0,
        gateway: sum(({ missing }) => missing),
        reach: { most: 0, must: true },
      },
      {
        what: "records wrong",
        digits: 0,
        gateway: sum(({ wrong }) => wrong),
        reach: { most: 0, must: true },
      },
      {
        what: "the bench itself late, % of time",
        digits: 2,
        gateway: 100 * Math.max(...runs.map(({ late }) => late)),
      },
    ];
  },
};
