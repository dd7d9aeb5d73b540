import { stationOn } from "./bench-bus-runs.js";
import type { Figure, Row } from "./bench-figure.js";
import { pause, Rig, type Subscriber, until } from "./bench-rig.js";
import { loadAt } from "./bench-runs.js";

/** Eight devices, the last of which dies and comes back. */
const UNITS = 8;
const REGISTERS = 10;
/** Failures after which a device is asked rarely only. */
const PATIENCE = 3;
/** Of the seconds of a row: how long it stays dead after that. */
const DEAD_SHARE = 3;
const FOUND_WITHIN_S = 60;
/** Of their rate without it, what a dead device must leave to its neighbours. */
const LEAST_SHARE = 0.95;
/** What a TCP device takes for an answer, as a gateway to a fast bus would. */
const DELAY_US = 5_000;
const WARM_UP_MS = 2_000;

/** What can be seen of the devices from their side. */
interface Devices {
  /** Answers of all devices but the last, and requests that were not answered. */
  counts(): { readonly neighbours: number; readonly unanswered: number };
  tell(command: string): Promise<void>;
}

interface Scene {
  readonly devices: Devices;
  readonly centre: Subscriber;
}

/** Sets up a gateway that asks so many of the eight devices. */
type Setting = (rig: Rig, asked: number) => Promise<Scene>;

function onBus(baud: number, everyMs: number): Setting {
  return async (rig, asked) => {
    const load = { baud, registers: REGISTERS, units: asked, everyMs };
    const { bus, centre } = await stationOn(rig, load, UNITS);
    const counts: Devices["counts"] = () => {
      const { units, unanswered } = bus.counts();
      const neighbours = units.slice(0, UNITS).reduce((all, { replies }) => all + replies, 0);
      return { neighbours, unanswered };
    };
    return { devices: { counts, tell: (command) => bus.tell(command) }, centre };
  };
}

const onTcp: Setting = async (rig, asked) => {
  const server = await rig.server(1, DELAY_US);
  const mqttPort = await rig.broker();
  const centre = await rig.subscriber(mqttPort);
  const load = { connections: 1, unitsPerPort: asked, registers: REGISTERS, everyMs: 0 };
  rig.gateway(loadAt(server.ports, load), mqttPort);
  await until("the first reading", async () => (await centre.counts()).readings > 0);
  // The last device is dead while neighbours are counted: all answers are theirs.
  const counts: Devices["counts"] = () => {
    const { replies, unanswered } = server.ledger();
    return { neighbours: replies, unanswered };
  };
  return { devices: { counts, tell: (command) => server.tell(command) }, centre };
};

interface Rate {
  /** Answers of the neighbours in a second. */
  readonly answers: number;
  /** Requests that nobody answered, in all. */
  readonly unanswered: number;
}

async function rateOver(devices: Devices, seconds: number): Promise<Rate> {
  const [from, startedAt] = [devices.counts(), performance.now()];
  await pause(seconds * 1000);
  const [to, endedAt] = [devices.counts(), performance.now()];
  return {
    answers: ((to.neighbours - from.neighbours) * 1000) / (endedAt - startedAt),
    unanswered: to.unanswered - from.unanswered,
  };
}

async function inRig<T>(run: (rig: Rig) => Promise<T>): Promise<T> {
  const rig = new Rig();
  try {
    return await run(rig);
  } finally {
    await rig.close();
  }
}

function alone(setting: Setting, seconds: number): Promise<Rate> {
  return inRig(async (rig) => {
    const { devices } = await setting(rig, UNITS - 1);
    await pause(WARM_UP_MS);
    return rateOver(devices, seconds);
  });
}

function withDead(setting: Setting, seconds: number): Promise<{ rate: Rate; foundS: number }> {
  return inRig(async (rig) => {
    const { devices, centre } = await setting(rig, UNITS);
    const last = `d0-${UNITS}`;
    const good = async (): Promise<number> => (await centre.counts()).good[last] ?? 0;
    await until("a reading of the last device", async () => (await good()) > 0);
    await pause(WARM_UP_MS);
    await devices.tell(`dead ${UNITS}`);
    const before = devices.counts().unanswered;
    await until("three requests", () => devices.counts().unanswered >= before + PATIENCE);
    // The third of them has failed when somebody else has been asked.
    const { neighbours } = devices.counts();
    await until("another answer", () => devices.counts().neighbours > neighbours);
    const rate = await rateOver(devices, seconds);
    const known = await good();
    await devices.tell(`alive ${UNITS}`);
    const backAt = performance.now();
    await until("its first reading", async () => (await good()) > known, 2 * FOUND_WITHIN_S * 1000);
    return { rate, foundS: (performance.now() - backAt) / 1000 };
  });
}

async function figuresOf(what: string, setting: Setting, seconds: number): Promise<Figure[]> {
  const seven = await alone(setting, seconds);
  const { rate, foundS } = await withDead(setting, seconds * DEAD_SHARE);
  return [
    {
      what: `${what}: answers/s`,
      digits: 1,
      gateway: rate.answers,
      bare: seven.answers,
      reach: { least: LEAST_SHARE, ofRatio: true },
    },
    { what: "  the dead one was asked, times", digits: 0, gateway: rate.unanswered },
    { what: "  found again after, s", digits: 1, gateway: foundS, reach: { most: FOUND_WITHIN_S } },
  ];
}

export const DEAD: Row = {
  name: "dead",
  about: "seven devices beside a dead one, for three times the seconds, and seven alone",
  async measure(seconds) {
    return [
      ...(await figuresOf("9600 baud, asap", onBus(9600, 0), seconds)),
      ...(await figuresOf("19200 baud, asap", onBus(19_200, 0), seconds)),
      ...(await figuresOf("9600 baud, each second", onBus(9600, 1000), seconds)),
      ...(await figuresOf("TCP, 5 ms an answer, asap", onTcp, seconds)),
    ];
  },
};
