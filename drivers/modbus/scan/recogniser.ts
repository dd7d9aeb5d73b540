import type { Clock } from "../../core/clock.js";
import { TransientError } from "../../core/errors.js";
import { type Said, say } from "../../core/message.js";
import type { Candidate, FoundDevice, ScanEffort } from "../../core/prober.js";
import type { Profile } from "../../profiles/profile.js";
import type { Table } from "../point-schema.js";
import { type LibraryDevice, libraryDevices } from "./candidates.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import type { OpenWire } from "./place.js";
import { type Answer, identificationQuestion, readableText, readQuestion, serverIdQuestion } from "./question.js";
import { type Evidence, keyOf, type Trial } from "./trial.js";

/** Questions to one device, at most. */
const BUDGET: Readonly<Record<ScanEffort, number>> = { quick: 12, normal: 40, thorough: 80 };
/** So many questions in a row without an answer, and it is left alone. */
const MOST_SILENCES = 5;
/** What no profile describes is there as well: it must be beaten by so much. */
const UNKNOWN_WEIGHT = 3;
/** From this certainty on, and after so many of its own trials, nothing more is asked. */
const SURE = 0.98;
const ENOUGH_TRIALS = 8;
const NAMED = 5;
const LEAST_SHARE = 1;
const REASONS = 4;
const FACTORY_LINE = 1.5;
const OTHER_LINE = 0.8;
const STRANGE_LINE = -0.5;
const STRANGE_WIRE = -3;
const FACTORY_UNIT = 0.5;
const NAMED_ITSELF = 6;
/** Something answers where the profile has nothing, or does not where it has nothing: the sum is bounded. */
const STRANGE_DATA = -0.8;
const RIGHT_REFUSAL = 0.4;
const MOST_STRANGE = 6;

interface Rival {
  readonly device: LibraryDevice;
  weight: number;
  strange: number;
  /** Trials that are decided. */
  readonly done: Set<Trial>;
  readonly reasons: Evidence[];
}

type Outcome = { readonly kind: "data"; readonly bytes: Uint8Array } | { readonly kind: "refused"; readonly code: number };

/** Holds a device against all profiles, by reading what tells them apart. */
export class Recogniser {
  readonly #profiles: readonly Profile[];
  readonly #clock: Clock;
  readonly #effort: ScanEffort;
  #library: readonly LibraryDevice[] | undefined;

  constructor(profiles: readonly Profile[], clock: Clock, effort: ScanEffort) {
    this.#profiles = profiles;
    this.#clock = clock;
    this.#effort = effort;
  }

  /** The same device with what it may be. Reads only, a bounded number of times. Throws LinkError. */
  async recognise(wire: OpenWire, found: FoundDevice, signal: AbortSignal): Promise<FoundDevice> {
    this.#library ??= libraryDevices(this.#profiles);
    const rivals = this.#library.map((device): Rival => {
      const { said, weight } = linkEvidence(device, found);
      return { device, weight, strange: 0, done: new Set(), reasons: said ? [{ weight, said }] : [] };
    });
    const session = new Session(wire, found, rivals, this.#clock, signal);
    const identity = await session.askIdentity(this.#effort);
    await session.tell(BUDGET[this.#effort]);
    return { ...found, ...(identity !== undefined && { identity }), candidates: candidatesOf(rivals) };
  }
}

class Session {
  readonly #wire: OpenWire;
  readonly #found: FoundDevice;
  readonly #rivals: readonly Rival[];
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #outcomes = new Map<string, Outcome>();
  #silences = 0;

  constructor(wire: OpenWire, found: FoundDevice, rivals: readonly Rival[], clock: Clock, signal: AbortSignal) {
    this.#wire = wire;
    this.#found = found;
    this.#rivals = rivals;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** What the device says of itself (V1.1b3, 6.21 and 6.13), in readable characters. */
  async askIdentity(effort: ScanEffort): Promise<string | undefined> {
    if (effort === "quick") return undefined;
    for (const question of [identificationQuestion, serverIdQuestion]) {
      const answer = await this.#ask(question(this.#found.unit));
      if (answer.kind !== "data") continue;
      const text = readableText(answer.bytes);
      if (text.length < 3) continue;
      for (const rival of this.#rivals) this.#nameEvidence(rival, text);
      return text;
    }
    return undefined;
  }

  async tell(budget: number): Promise<void> {
    for (let asked = 0; asked < budget && !this.#signal.aborted; asked++) {
      const trial = this.#next();
      if (!trial || this.#silences >= MOST_SILENCES) return;
      await this.#pause();
      const { address, count, table } = trial;
      const answer = await this.#ask(readQuestion(this.#found.unit, table, address, count));
      if (this.#signal.aborted) return;
      if (answer.kind === "data") this.#learn(trial, { kind: "data", bytes: answer.bytes });
      else if (answer.kind === "exception") this.#learn(trial, { kind: "refused", code: answer.code });
      // Many cheap devices say nothing where they should refuse.
      else this.#learn(trial, { kind: "refused", code: 0 });
    }
  }

  /** The read whose outcome can change most; undefined: enough is known, or nothing is left. */
  #next(): Trial | undefined {
    const shares = sharesOf(this.#rivals);
    const [first] = [...this.#rivals].sort((a, b) => b.weight - a.weight);
    if (first && (shares.get(first) ?? 0) > SURE && first.done.size >= Math.min(ENOUGH_TRIALS, first.device.trials.length)) {
      return undefined;
    }
    const best = Math.max(...this.#rivals.map(({ weight }) => weight));
    const gains = new Map<string, { trial: Trial; gain: number }>();
    for (const rival of this.#rivals) {
      const interest = Math.exp((rival.weight - best) / INTEREST);
      if (interest < LEAST_INTEREST) continue;
      for (const trial of rival.device.trials) {
        if (rival.done.has(trial)) continue;
        const key = keyOf(trial);
        const known = gains.get(key);
        const gain = (known?.gain ?? 0) + (interest * trial.stake) / (1 + trial.count / 40);
        gains.set(key, { trial, gain });
      }
    }
    let next: { trial: Trial; gain: number } | undefined;
    for (const one of gains.values()) if (!next || one.gain > next.gain) next = one;
    return next?.trial;
  }

  async #ask(question: Parameters<OpenWire["ask"]>[0]): Promise<Answer> {
    const timeoutMs = Math.max(LEAST_TIMEOUT_MS, 3 * this.#found.roundTripMs + 4 * question.count + 50);
    try {
      const answer = await this.#wire.ask(question, timeoutMs, this.#signal);
      this.#silences = answer.kind === "data" || answer.kind === "exception" ? 0 : this.#silences + 1;
      return answer;
    } catch (error) {
      if (error instanceof TransientError) return { kind: "silent" };
      throw error;
    }
  }

  /** As long as any of the likeliest devices wants it. */
  async #pause(): Promise<void> {
    const likely = [...this.#rivals].sort((a, b) => b.weight - a.weight).slice(0, 3);
    const ms = Math.max(0, ...likely.map(({ device }) => device.settings.min_gap ?? 0));
    if (ms > 0) await this.#clock.sleep(Math.min(ms, LONGEST_PAUSE_MS), this.#signal).catch(() => {});
  }

  #learn(asked: Trial, outcome: Outcome): void {
    this.#outcomes.set(keyOf(asked), outcome);
    for (const rival of this.#rivals) {
      this.#strangeness(rival, asked, outcome);
      for (const trial of rival.device.trials) {
        if (rival.done.has(trial)) continue;
        const known = outcomeFor(trial, asked, outcome);
        if (!known) continue;
        rival.done.add(trial);
        const evidence =
          known.kind === "data" ? trial.judge(known.bytes, this.#found.unit) : refusal(trial, known.code);
        rival.weight += evidence.weight;
        rival.reasons.push(evidence);
      }
    }
  }

  /** Evidence by what a profile does not have. */
  #strangeness(rival: Rival, { table, address, count }: Trial, outcome: Outcome): void {
    const has = [address, address + count - 1].map((at) => rival.device.has(table, at));
    if (has.some((one) => one !== false) || Math.abs(rival.strange) >= MOST_STRANGE) return;
    const weight = outcome.kind === "data" ? STRANGE_DATA : outcome.code > 0 ? RIGHT_REFUSAL : RIGHT_REFUSAL / 2;
    rival.strange += weight;
    rival.weight += weight;
  }

  #nameEvidence(rival: Rival, text: string): void {
    const words = text.toLowerCase();
    const { maker, profile } = rival.device;
    const model = profile.split("/")[1] ?? "";
    const plain = words.replace(/[^a-z0-9]/g, "");
    const isModel = model.length > 3 && plain.includes(model.replace(/-/g, ""));
    if (!isModel && !words.includes(maker.replace(/-/g, " "))) return;
    const weight = isModel ? 2 * NAMED_ITSELF : NAMED_ITSELF;
    rival.weight += weight;
    rival.reasons.push({ weight, said: say(M.names_itself, { text: text.slice(0, 40) }) });
  }
}

/** How far behind the best one a rival still counts for what is asked next. */
const INTEREST = 2;
const LEAST_INTEREST = 0.001;
const LEAST_TIMEOUT_MS = 200;
const LONGEST_PAUSE_MS = 2000;

/** Silence is a weaker refusal. */
function refusal(trial: Trial, code: number): Evidence {
  const evidence = trial.refused(code);
  if (code === 0) return { ...evidence, weight: evidence.weight / 2 };
  // Busy, or broken inside: it says nothing of the address.
  return code > 3 ? { weight: 0 } : evidence;
}

/** What the outcome of one read says of another: registers within it, or a refused one within what is wanted. */
function outcomeFor(wanted: Trial, asked: Trial, outcome: Outcome): Outcome | undefined {
  if (wanted.table !== asked.table) return undefined;
  const isSame = wanted.address === asked.address && wanted.count === asked.count;
  if (isSame) return outcome;
  const isInside = wanted.address >= asked.address && wanted.address + wanted.count <= asked.address + asked.count;
  if (outcome.kind === "data") {
    if (!isInside || isBits(asked.table)) return undefined;
    const from = 2 * (wanted.address - asked.address);
    return { kind: "data", bytes: outcome.bytes.subarray(from, from + 2 * wanted.count) };
  }
  const covers = asked.address >= wanted.address && asked.address + asked.count <= wanted.address + wanted.count;
  return covers && asked.count <= 2 && outcome.code > 0 && outcome.code <= 3 ? outcome : undefined;
}

function isBits(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

/** How it was reached, beside how its maker sets it. */
function linkEvidence({ links }: LibraryDevice, { line, unit, anyUnit }: FoundDevice): Evidence {
  const { baud, parity = "none", port } = line.settings;
  const isSerial = baud !== undefined;
  const own = links.filter((link) => (link.port === undefined) === isSerial);
  if (links.length > 0 && own.length === 0) return { weight: isSerial || !links.some((link) => link.baud) ? STRANGE_WIRE : 0 };
  const at = own.findIndex((link) =>
    isSerial ? link.baud === baud && (link.parity ?? "none") === parity : link.port === port,
  );
  const ofLine = at === 0 ? FACTORY_LINE : at > 0 ? OTHER_LINE : STRANGE_LINE;
  const ofUnit = !anyUnit && own.some(({ unit_id }) => unit_id === unit) ? FACTORY_UNIT : 0;
  return { weight: ofLine + ofUnit, ...(at === 0 && { said: say(M.factory_line, { line: line.name }) }) };
}

function sharesOf(rivals: readonly Rival[]): ReadonlyMap<Rival, number> {
  const best = Math.max(UNKNOWN_WEIGHT, ...rivals.map(({ weight }) => weight));
  const odds = rivals.map(({ weight }) => Math.exp(weight - best));
  const total = odds.reduce((sum, one) => sum + one, Math.exp(UNKNOWN_WEIGHT - best));
  return new Map(rivals.map((rival, at) => [rival, (odds[at] ?? 0) / total]));
}

/** The best variant of each profile speaks for it. */
function candidatesOf(rivals: readonly Rival[]): readonly Candidate[] {
  const ofProfile = new Map<string, Rival>();
  for (const rival of rivals) {
    const other = ofProfile.get(rival.device.profile);
    if (!other || rival.weight > other.weight) ofProfile.set(rival.device.profile, rival);
  }
  const kept = [...ofProfile.values()];
  const shares = sharesOf(kept);
  return kept
    .sort((a, b) => b.weight - a.weight)
    .slice(0, NAMED)
    .flatMap((rival): readonly Candidate[] => {
      const share = Math.floor(100 * (shares.get(rival) ?? 0));
      if (share < LEAST_SHARE) return [];
      const { profile, title, variant } = rival.device;
      return [{ profile, ...(variant !== undefined && { variant }), title, share, reasons: reasonsOf(rival) }];
    });
}

function reasonsOf({ reasons }: Rival): readonly Said[] {
  return [...reasons]
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .flatMap(({ said }) => (said ? [said] : []))
    .slice(0, REASONS);
}
