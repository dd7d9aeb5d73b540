import type { Clock } from "../../core/clock.js";
import { TransientError } from "../../core/errors.js";
import { type Said, say } from "../../core/message.js";
import type { Candidate, FoundDevice, ScanEffort } from "../../core/prober.js";
import type { Profile } from "../../profiles/profile.js";
import type { Table } from "../point-schema.js";
import { type LibraryDevice, libraryDevices } from "./candidates.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import type { OpenWire } from "./place.js";
import {
  type Answer,
  identificationQuestion,
  type Question,
  readableText,
  readQuestion,
  serverIdQuestion,
} from "./question.js";
import { type Evidence, keyOf, type Trial } from "./trial.js";
import { type Way, waysOf } from "./ways.js";

/** Questions to one device, at most. */
const BUDGET: Readonly<Record<ScanEffort, number>> = { quick: 24, normal: 40, thorough: 80 };
/** So many questions in a row without an answer, and it is left alone. */
const MOST_SILENCES = 6;
/** What no profile describes is there as well: it must be beaten by so much. */
const UNKNOWN_WEIGHT = 3;
/** From this certainty on, and after so many of its own trials, nothing more is asked. */
const SURE = 0.98;
const ENOUGH_TRIALS = 8;
/** Less likely than so, what its profile says of addresses is not believed. */
const LIKELY = 0.5;
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
const STRANGE_DATA = -1.2;
const STRANGE_ZEROS = -0.2;
const RIGHT_REFUSAL = 0.4;
const MOST_STRANGE = 6;

/** A read that was answered before. */
export interface KnownAnswer {
  readonly question: Question;
  readonly answer: Answer;
}

interface Rival {
  readonly device: LibraryDevice;
  weight: number;
  strange: number;
  /** Trials that are decided. */
  readonly done: Set<Trial>;
  readonly reasons: Evidence[];
}

type ReadOf = Pick<Trial, "table" | "address" | "count">;
type Outcome =
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly code: number };

/** Holds a device against all profiles, by reading what tells them apart. */
export class Recogniser {
  /** By which reads a unit is looked for; see `waysOf`. */
  readonly ways: readonly Way[];
  readonly #clock: Clock;
  readonly #effort: ScanEffort;
  readonly #library: readonly LibraryDevice[];

  constructor(profiles: readonly Profile[], clock: Clock, effort: ScanEffort) {
    this.#library = libraryDevices(profiles);
    this.ways = waysOf(this.#library);
    this.#clock = clock;
    this.#effort = effort;
  }

  /**
   * The same device with what it may be; `known` is how it was found. Reads only, a bounded number of times. Throws
   * LinkError.
   */
  async recognise(
    wire: OpenWire,
    found: FoundDevice,
    known: KnownAnswer | undefined,
    signal: AbortSignal,
  ): Promise<FoundDevice> {
    const rivals = this.#library.map((device): Rival => {
      const { said, weight } = linkEvidence(device, found);
      return { device, weight, strange: 0, done: new Set(), reasons: said ? [{ weight, said }] : [] };
    });
    const session = new Session(wire, found, rivals, this.#clock, signal);
    if (known) session.know(known);
    const identity = await session.askIdentity(this.#effort);
    await session.tell(BUDGET[this.#effort]);
    const ownUnit = await session.askOwnUnit();
    return {
      ...found,
      ...(identity !== undefined && { identity }),
      ...(ownUnit !== undefined && { ownUnit }),
      candidates: candidatesOf(rivals),
    };
  }
}

class Session {
  readonly #wire: OpenWire;
  readonly #found: FoundDevice;
  readonly #rivals: readonly Rival[];
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #silences = 0;
  #answered: Question | undefined;

  constructor(
    wire: OpenWire,
    found: FoundDevice,
    rivals: readonly Rival[],
    clock: Clock,
    signal: AbortSignal,
  ) {
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

  know({ answer, question }: KnownAnswer): void {
    const table = TABLE_OF[question.function];
    if (!table) return;
    const { address, count } = question;
    const asked = { table, address, count };
    this.#answered = question;
    if (answer.kind === "data") this.#learn(asked, { kind: "data", bytes: answer.bytes });
    else if (answer.kind === "exception") this.#learn(asked, { kind: "refused", code: answer.code });
  }

  async tell(budget: number): Promise<void> {
    for (let asked = 0; asked < budget && !this.#signal.aborted; asked++) {
      const trial = this.#next();
      if (!trial || (await this.#isGone())) return;
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

  /** Where the likeliest devices answer to an address of all their kind: its own. */
  async askOwnUnit(): Promise<number | undefined> {
    const { unit } = this.#found;
    const [first] = [...this.#rivals].sort((a, b) => b.weight - a.weight);
    const own = first?.device.ownUnit;
    if (!own || own.any !== unit || this.#signal.aborted) return undefined;
    const key = keyOf(own.read);
    let likely = 0;
    for (const [{ device }, share] of sharesOf(this.#rivals)) {
      const other = device.ownUnit;
      if (other?.any === unit && keyOf(other.read) === key) likely += share;
    }
    if (likely < LIKELY) return undefined;
    await this.#pause();
    const { address, count, table } = own.read;
    const answer = await this.#ask(readQuestion(unit, table, address, count));
    return answer.kind === "data" ? own.unitIn(answer.bytes) : undefined;
  }

  /** The read whose outcome can change most; undefined: enough is known, or nothing is left. */
  #next(): Trial | undefined {
    const shares = sharesOf(this.#rivals);
    const [first] = [...this.#rivals].sort((a, b) => b.weight - a.weight);
    if (
      first &&
      (shares.get(first) ?? 0) > SURE &&
      first.done.size >= Math.min(ENOUGH_TRIALS, first.device.trials.length)
    ) {
      return undefined;
    }
    const best = Math.max(...this.#rivals.map(({ weight }) => weight));
    const gains = new Map<string, { trial: Trial; gain: number }>();
    for (const rival of this.#rivals) {
      const interest = Math.exp((rival.weight - best) / INTEREST);
      if (interest < LEAST_INTEREST) continue;
      const patience = 1 / (1 + rival.done.size / TIRED);
      for (const trial of rival.device.trials) {
        if (rival.done.has(trial)) continue;
        const key = keyOf(trial);
        const known = gains.get(key);
        const gain = (known?.gain ?? 0) + (interest * patience * trial.stake) / (1 + trial.count / 40);
        gains.set(key, { trial, gain });
      }
    }
    let next: { trial: Trial; gain: number } | undefined;
    for (const one of gains.values()) if (!next || one.gain > next.gain) next = one;
    return next?.trial;
  }

  async #ask(question: Question): Promise<Answer> {
    const timeoutMs = Math.max(LEAST_TIMEOUT_MS, 3 * this.#found.roundTripMs + 4 * question.count + 50);
    try {
      const answer = await this.#wire.ask(question, timeoutMs, this.#signal);
      this.#silences = answer.kind === "data" || answer.kind === "exception" ? 0 : this.#silences + 1;
      if (this.#silences === 0) this.#answered = question;
      return answer;
    } catch (error) {
      if (error instanceof TransientError) return { kind: "silent" };
      throw error;
    }
  }

  /** Silence may be its way of refusing: then what it answered before it answers again. */
  async #isGone(): Promise<boolean> {
    const last = this.#answered;
    if (this.#silences < (last ? MOST_SILENCES : 2 * MOST_SILENCES)) return false;
    if (!last) return true;
    const answer = await this.#ask(last);
    return answer.kind === "silent";
  }

  /** As long as any of the likeliest devices wants it. */
  async #pause(): Promise<void> {
    const likely = [...this.#rivals].sort((a, b) => b.weight - a.weight).slice(0, 3);
    const ms = Math.max(0, ...likely.map(({ device }) => device.settings.min_gap ?? 0));
    if (ms > 0) await this.#clock.sleep(Math.min(ms, LONGEST_PAUSE_MS), this.#signal).catch(() => {});
  }

  #learn(asked: ReadOf, outcome: Outcome): void {
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
  #strangeness(rival: Rival, { table, address, count }: ReadOf, outcome: Outcome): void {
    if (rival.device.settings.even_start && !isBits(table) && (address % 2 === 1 || count % 2 === 1)) {
      rival.weight +=
        outcome.kind === "data" ? -EVEN_START : outcome.code === 3 && count === 1 ? EVEN_START : 0;
      return;
    }
    const has = [address, address + count - 1].map((at) => rival.device.has(table, at));
    if (has.some((one) => one !== false) || Math.abs(rival.strange) >= MOST_STRANGE) return;
    const isEmpty = outcome.kind === "data" && outcome.bytes.every((byte) => byte === 0);
    const weight = isEmpty
      ? STRANGE_ZEROS
      : outcome.kind === "data"
        ? STRANGE_DATA
        : outcome.code > 0
          ? RIGHT_REFUSAL
          : RIGHT_REFUSAL / 2;
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

const TABLE_OF: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };
/** How far behind the best one a rival still counts for what is asked next. */
const INTEREST = 2;
/** After so many reads that decided nothing a rival's next one counts half. */
const TIRED = 2;
const LEAST_INTEREST = 0.001;
const QUANTITY_REFUSED = 0.4;
/** Of a device that wants reads to begin and end at even addresses. */
const EVEN_START = 2;
const LEAST_TIMEOUT_MS = 200;
const LONGEST_PAUSE_MS = 2000;

/** Silence is a weaker refusal. */
function refusal(trial: Trial, code: number): Evidence {
  const evidence = trial.refused(code);
  if (code === 0) return { ...evidence, weight: evidence.weight / 2 };
  // Busy, or broken inside: it says nothing of the address.
  if (code > 3) return { weight: 0 };
  // Not as one alone: something may lie there all the same.
  return code === 3 && trial.count === 1
    ? { ...evidence, weight: evidence.weight * QUANTITY_REFUSED }
    : evidence;
}

/** What the outcome of one read says of another: registers within it, or a refused one within what is wanted. */
function outcomeFor(wanted: ReadOf, asked: ReadOf, outcome: Outcome): Outcome | undefined {
  if (wanted.table !== asked.table) return undefined;
  const isSame = wanted.address === asked.address && wanted.count === asked.count;
  if (isSame) return outcome;
  const isInside =
    wanted.address >= asked.address && wanted.address + wanted.count <= asked.address + asked.count;
  if (outcome.kind === "data") {
    if (!isInside || isBits(asked.table)) return undefined;
    const from = 2 * (wanted.address - asked.address);
    return { kind: "data", bytes: outcome.bytes.subarray(from, from + 2 * wanted.count) };
  }
  const covers =
    asked.address >= wanted.address && asked.address + asked.count <= wanted.address + wanted.count;
  return covers && asked.count <= 2 && (outcome.code === 1 || outcome.code === 2) ? outcome : undefined;
}

function isBits(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

/** How it was reached, beside how its maker sets it. */
function linkEvidence({ links }: LibraryDevice, { line, unit, anyUnit }: FoundDevice): Evidence {
  const { baud, parity = "none", port } = line.settings;
  const isSerial = baud !== undefined;
  const own = links.filter((link) => (link.port === undefined) === isSerial);
  if (links.length > 0 && own.length === 0)
    return { weight: isSerial || !links.some((link) => link.baud) ? STRANGE_WIRE : 0 };
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
      return [
        { profile, ...(variant !== undefined && { variant }), title, share, reasons: reasonsOf(rival) },
      ];
    });
}

function reasonsOf({ reasons }: Rival): readonly Said[] {
  return [...reasons]
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .flatMap(({ said }) => (said ? [said] : []))
    .slice(0, REASONS);
}
