import t from "tap";
import { fileURLToPath } from "node:url";
import { ProfiledDevice } from "../../../simulators/modbus/profile/profiled-device.js";
import { ManualClock } from "../../core/manual-clock.js";
import type { FoundDevice } from "../../core/prober.js";
import { ProfileLibrary } from "../../profiles/library.js";
import { fitted, type Profile } from "../../profiles/profile.js";
import { DRIVER_FAMILIES } from "../../registry.js";
import type { OpenWire } from "./place.js";
import { type Answer, answerOf, pduOf, type Question } from "./question.js";
import { Recogniser } from "./recogniser.js";

const FOLDER = fileURLToPath(new URL("../../../../config/profiles", import.meta.url));
const LIBRARY = new ProfileLibrary(FOLDER, DRIVER_FAMILIES);
const PROFILES = LIBRARY.ids().map((id) => LIBRARY.get(id)?.profile as Profile);
const NEVER = new AbortController().signal;

const CLOCK = new ManualClock();
const RECOGNISER = new Recogniser(PROFILES, CLOCK, "normal");

/** A simulated device without any wire. */
class DeviceWire implements OpenWire {
  readonly asked: Question[] = [];
  readonly #device: ProfiledDevice;
  readonly #clock: ManualClock;

  constructor(device: ProfiledDevice, clock: ManualClock) {
    this.#device = device;
    this.#clock = clock;
  }

  async ask(question: Question): Promise<Answer> {
    this.asked.push(question);
    const heard = { unit: question.unit, broadcast: false, mono: this.#clock.mono() };
    const answer = this.#device.answer(pduOf(question), heard);
    this.#device.said(this.#clock.mono());
    return answer ? answerOf(question, answer.reply, 20, false) : { kind: "silent" };
  }

  async close(): Promise<void> {}
}

async function recognised(profile: Profile, unit: number, seed: number, atFactory: boolean) {
  const device = new ProfiledDevice({ profile, clock: CLOCK, unit, seed, pace: "each-read" });
  const wire = new DeviceWire(device, CLOCK);
  const link = profile.links.find(({ baud }) => baud !== undefined);
  const { baud = 9600, parity = "none" } = (atFactory ? link : undefined) ?? {};
  const settings = link || !profile.links[0]?.port ? { port: "/dev/x", baud, parity } : { host: "h", port: profile.links[0].port };
  const line = { name: "line", driver: "modbus-rtu", settings };
  const found: FoundDevice = { line, unit, roundTripMs: 20, candidates: [] };
  // Pauses that profiles ask for pass at once.
  let isOver = false;
  const working = RECOGNISER.recognise(wire, found, NEVER).finally(() => {
    isOver = true;
  });
  while (!isOver) await CLOCK.advance(1000);
  return { device: await working, questions: wire.asked.length };
}

t.test("figure", async (t) => {
  const failures: string[] = [];
  let first = 0, three = 0, questions = 0, all = 0;
  const t0 = performance.now();
  for (const profile of PROFILES) {
    for (const variant of [undefined, ...Object.keys(profile.variants)]) {
    const own = variant ? fitted(profile, { variant }) : profile;
    const { device, questions: asked } = await recognised(own, 17, 3, process.env["FACTORY"] === "1");
    all++;
    questions += asked;
    const at = device.candidates.findIndex(({ profile: id }) => id === profile.id);
    if (at === 0) first++;
    if (at >= 0 && at < 3) three++;
    if (at !== 0) failures.push(`${profile.id} ${variant ?? ""} at ${at} q${asked}: ${device.candidates.map((c) => `${c.profile}${c.variant ? ":" + c.variant : ""} ${c.share}`).join(", ")}`);
    }
  }
  console.log(failures.join("\n"));
  console.log({ all, first, three, questions: questions / all, ms: performance.now() - t0 });
  t.pass();
});
