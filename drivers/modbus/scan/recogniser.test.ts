import { fileURLToPath } from "node:url";
import t from "tap";
import { ProfiledDevice } from "../../../simulators/modbus/profile/profiled-device.js";
import { ManualClock } from "../../core/manual-clock.js";
import type { FoundDevice } from "../../core/prober.js";
import { ProfileLibrary } from "../../profiles/library.js";
import { fitted, type Profile } from "../../profiles/profile.js";
import { DRIVER_FAMILIES } from "../../registry.js";
import type { OpenWire } from "./place.js";
import { type Answer, ASKING_FUNCTIONS, answerOf, dataLength, pduOf, type Question } from "./question.js";
import { type KnownAnswer, Recogniser } from "./recogniser.js";
import { provingQuestion } from "./ways.js";

const FOLDER = fileURLToPath(new URL("../../../../config/profiles", import.meta.url));
const LIBRARY = new ProfileLibrary(FOLDER, DRIVER_FAMILIES);
const PROFILES = LIBRARY.ids().map((id) => LIBRARY.get(id)?.profile as Profile);
const CLOCK = new ManualClock();
const RECOGNISER = new Recogniser(PROFILES, CLOCK, "normal");
const NEVER = new AbortController().signal;
const UNIT = 17;

/**
 * What a device does about registers that it does not have: many of the cheap ones say nothing, others read 0
 * everywhere.
 */
type Manner = "refuses" | "silent" | "zeros";

/** A simulated device without any wire. */
class DeviceWire implements OpenWire {
  readonly asked: Question[] = [];
  readonly #device: ProfiledDevice;
  readonly #manner: Manner;

  constructor(device: ProfiledDevice, manner: Manner) {
    this.#device = device;
    this.#manner = manner;
  }

  async ask(question: Question): Promise<Answer> {
    this.asked.push(question);
    const heard = { unit: question.unit, broadcast: false, mono: CLOCK.mono() };
    const answer = this.#device.answer(pduOf(question), heard);
    this.#device.said(CLOCK.mono());
    if (!answer) return { kind: "silent" };
    const isRead = question.function <= 4;
    if (answer.exception !== undefined && this.#manner === "silent") return { kind: "silent" };
    if (answer.exception !== undefined && this.#manner === "zeros" && isRead) {
      return { kind: "data", bytes: new Uint8Array(dataLength(question)), elapsedMs: 20, twice: false };
    }
    return answerOf(question, answer.reply, 20, false);
  }

  async close(): Promise<void> {}
}

/** How a scan would have found it; a silent one perhaps not at all. */
async function firstAnswer(wire: DeviceWire): Promise<KnownAnswer | undefined> {
  for (const way of RECOGNISER.ways) {
    const question = provingQuestion(UNIT, way);
    const answer = await wire.ask(question);
    if (answer.kind !== "silent") return { question, answer };
  }
  return undefined;
}

async function recognised(profile: Profile, manner: Manner, seed: number) {
  const device = new ProfiledDevice({ profile, clock: CLOCK, unit: UNIT, seed, pace: "each-read" });
  const wire = new DeviceWire(device, manner);
  const onSerial = profile.links.length === 0 || profile.links.some(({ baud }) => baud !== undefined);
  const settings = onSerial
    ? { port: "/dev/ttyUSB0", baud: 9600 }
    : { host: "192.168.10.20", port: profile.links[0]?.port ?? 502 };
  const line = { name: "line", driver: "modbus-rtu", settings };
  const found: FoundDevice = { line, unit: UNIT, roundTripMs: 20, candidates: [] };
  const known = await firstAnswer(wire);
  let isOver = false;
  const working = RECOGNISER.recognise(wire, found, known, NEVER).finally(() => {
    isOver = true;
  });
  // Pauses that profiles ask for pass at once.
  while (!isOver) await CLOCK.advance(1000);
  return { found: await working, wire, device };
}

async function figures(manner: Manner, seed: number) {
  const sums = { all: 0, first: 0, amongThree: 0, questions: 0 };
  const others: string[] = [];
  for (const profile of PROFILES) {
    for (const variant of [undefined, ...Object.keys(profile.variants)]) {
      const { found, wire } = await recognised(fitted(profile, { variant }), manner, seed);
      const at = found.candidates.findIndex((candidate) => candidate.profile === profile.id);
      sums.all++;
      sums.questions += wire.asked.length;
      if (at === 0) sums.first++;
      if (at >= 0 && at < 3) sums.amongThree++;
      else others.push(`${profile.id} ${variant ?? ""}`.trim());
    }
  }
  return { ...sums, questions: Math.round(sums.questions / sums.all), others };
}

/** Of each hundred devices at least so many are first, and among the first three. */
const WANTED: readonly (readonly [Manner, first: number, amongThree: number])[] = [
  ["refuses", 95, 98],
  ["silent", 75, 80],
  ["zeros", 60, 68],
];

for (const [manner, first, amongThree] of WANTED) {
  t.test(
    `devices of all profiles are told apart where a stranger's register is answered: ${manner}`,
    async (t) => {
      const { others, ...sums } = await figures(manner, 3);
      t.comment(`${JSON.stringify(sums)}; not among three: ${others.join(", ") || "none"}`);
      t.ok(sums.first >= (first * sums.all) / 100, `${sums.first} of ${sums.all} are first`);
      t.ok(sums.amongThree >= (amongThree * sums.all) / 100, `${sums.amongThree} are among the first three`);
    },
  );
}

t.test("a device is asked a bounded number of questions, none of which changes anything", async (t) => {
  for (const id of ["peacefair/pzem-016", "invt/gd20", "waveshare/relay-8ch"]) {
    const { device, found, wire } = await recognised(LIBRARY.get(id)?.profile as Profile, "refuses", 5);
    t.ok(wire.asked.length <= 42, `${id}: ${wire.asked.length} questions`);
    t.same(
      wire.asked.filter((question) => !ASKING_FUNCTIONS.includes(question.function)),
      [],
    );
    t.same(device.writes, []);
    t.equal(found.candidates[0]?.profile, id);
    t.ok((found.candidates[0]?.reasons.length ?? 0) > 0);
    const sum = found.candidates.reduce((all, { share }) => all + share, 0);
    t.ok(sum <= 100, `${sum} per cent`);
  }
});
