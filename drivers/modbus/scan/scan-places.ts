import type { Clock } from "../../core/clock.js";
import { LinkError, TransientError } from "../../core/errors.js";
import { type Said, say } from "../../core/message.js";
import type { FoundDevice, ScanEvent, ScanLine, ScanWish } from "../../core/prober.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import { Patience } from "./patience.js";
import type { OpenWire, ScanPlace } from "./place.js";
import type { Answer, Overheard } from "./question.js";
import type { Recogniser } from "./recogniser.js";
import { Rounds, type Task } from "./rounds.js";
import { provingQuestion } from "./ways.js";

/** Damaged answers are asked for again so often. */
const AGAIN = 2;
/** A unit that answered late is asked once more with so much time. */
const LATE_MS = 2000;
/** Unit ids that hardly anybody has: who answers to both answers to all. */
const STRANGE_UNITS: readonly number[] = [173, 229];
/** Exceptions of a gateway about a unit behind it (V1.1b3, 7): nobody is there. */
const NOBODY: readonly number[] = [10, 11];
const MOST_HEARD = 20;

export interface PlacesScan {
  readonly places: readonly ScanPlace[];
  /** Unit ids that are asked first. */
  readonly likely: readonly number[];
  readonly wish: ScanWish;
  readonly clock: Clock;
  readonly recogniser: Recogniser;
  /** What is said at the end where nobody was found. */
  readonly nobody: (heard: HeardInAll) => readonly Said[];
}

/** What came back in the whole scan. */
export interface HeardInAll {
  readonly questions: number;
  readonly echoes: number;
  readonly damaged: number;
}

/** Asks place after place, unit after unit. See `Prober.scan`. */
export async function* scanPlaces(scan: PlacesScan, signal: AbortSignal): AsyncGenerator<ScanEvent, void> {
  const run = new Run(scan, signal);
  try {
    yield* run.events();
  } finally {
    await run.close();
  }
}

type Heard = Answer & { heard?: Overheard };

class Run {
  readonly #scan: PlacesScan;
  readonly #signal: AbortSignal;
  readonly #rounds: Rounds;
  readonly #patience: Patience;
  readonly #found: FoundDevice[] = [];
  readonly #findings: Said[] = [];
  readonly #overheard = new Set<string>();
  readonly #hiccups = new Set<ScanPlace>();
  #wire: OpenWire | undefined;
  #place: ScanPlace | undefined;
  #opened = 0;
  #questions = 0;
  #echoes = 0;
  #damaged = 0;
  #firstFailure: LinkError | undefined;

  constructor(scan: PlacesScan, signal: AbortSignal) {
    this.#scan = scan;
    this.#signal = signal;
    this.#rounds = new Rounds(scan.places, scan.likely, scan.recogniser.ways, scan.wish);
    this.#patience = new Patience(
      scan.wish.effort,
      scan.places.some(({ isSerial }) => isSerial),
    );
  }

  async *events(): AsyncGenerator<ScanEvent, void> {
    for (;;) {
      if (this.#signal.aborted) break;
      const task = this.#rounds.next(this.#found.length > 0);
      if (!task) break;
      const failure = await this.#openAt(task.place);
      if (failure) {
        yield { kind: "heard", said: failure.said };
        continue;
      }
      const { done } = this.#rounds;
      // This one is no longer among those that are left.
      const total = this.#rounds.total + 1;
      const leftMs =
        this.#rounds.leftMs(this.#patience) + task.place.exchangeMs + this.#patience.turnaroundMs;
      yield { kind: "step", line: task.place.line.name, unit: task.unit, done, total, leftMs };
      try {
        yield* this.#look(task);
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        await this.close();
        // An adapter that hiccups is opened once more; one that is pulled out cannot be.
        if (!this.#hiccups.has(task.place)) {
          this.#hiccups.add(task.place);
          this.#rounds.again(task);
          continue;
        }
        yield { kind: "heard", said: error.said };
        const lost = task.place;
        this.#rounds.dropWhere((place) => place.isSerial || place === lost);
        this.#findings.push(error.said);
      }
    }
    await this.close();
    if (this.#opened === 0 && this.#firstFailure && !this.#signal.aborted) throw this.#firstFailure;
    if (this.#found.length === 0) {
      const heard = { questions: this.#questions, echoes: this.#echoes, damaged: this.#damaged };
      if (this.#questions > 0 && !this.#signal.aborted) this.#findings.push(...this.#scan.nobody(heard));
    }
    const summary = {
      found: this.#found.length,
      questions: this.#questions,
      tried: this.#rounds.tried(),
      untried: this.#rounds.untried(),
      findings: this.#findings,
    };
    yield { kind: "end", summary };
  }

  async close(): Promise<void> {
    const wire = this.#wire;
    this.#wire = undefined;
    this.#place = undefined;
    await wire?.close();
  }

  /** Why it cannot be opened; then it is dropped. */
  async #openAt(place: ScanPlace): Promise<LinkError | undefined> {
    if (this.#place === place) return undefined;
    await this.close();
    try {
      this.#wire = await place.open(this.#signal);
      this.#place = place;
      this.#opened++;
      return undefined;
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.#firstFailure ??= error;
      const { group } = place;
      this.#rounds.dropWhere(
        (other) => other === place || other.isSerial || (group !== undefined && other.group === group),
      );
      return error;
    }
  }

  async *#look(task: Task): AsyncGenerator<ScanEvent, void> {
    const { place } = task;
    let answer = await this.#ask(task);
    // Interrupted before the answer could come: that is no proof that nobody is there.
    if (this.#signal.aborted && answer.kind === "silent") return;
    this.#rounds.asked(task);
    if (this.#wire?.garbage) {
      this.#rounds.dropWhere((other) => other === place);
      return;
    }
    yield* this.#strangers(task, answer);
    const first = answer;
    for (let again = 0; answer.kind === "damaged" && again < AGAIN; again++) answer = await this.#ask(task);
    if (answer.kind === "damaged") {
      yield* this.#garbled(task, first, answer);
      return;
    }
    if (answer.kind === "silent") return;
    if (answer.kind === "exception" && NOBODY.includes(answer.code)) {
      if (place.group !== undefined) {
        this.#rounds.dropWhere((other) => other !== place && other.group === place.group);
      }
      return;
    }
    this.#patience.note(answer.elapsedMs);
    yield* this.#greet(task, answer);
  }

  /** Somebody answers here. */
  async *#greet(
    { place, unit, way }: Task,
    answer: Heard & { readonly elapsedMs: number },
  ): AsyncGenerator<ScanEvent, void> {
    this.#rounds.answered(place, unit);
    // A device that does not mind the parity answers under several: it is one.
    if (this.#knows(place, unit)) return;
    const confirmed = await this.#ask({ place, unit, way }, true);
    const isTwin =
      place.isSerial && (confirmed.kind === "damaged" || ("twice" in confirmed && confirmed.twice));
    let device: FoundDevice = { line: place.line, unit, roundTripMs: answer.elapsedMs, candidates: [] };
    if (!place.isSerial && (await this.#answersAny(place, way))) device = { ...device, anyUnit: true };
    this.#found.push(device);
    this.#rounds.foundAt(place);
    if (device.anyUnit) this.#rounds.answersAny(place);
    yield { kind: "found", device };
    if (isTwin) {
      const said = say(M.twins, { line: place.line.name, unit });
      this.#findings.push(said);
      yield { kind: "heard", said };
    }
    const wire = this.#wire;
    if (!wire || this.#signal.aborted) return;
    const known = { question: provingQuestion(unit, way), answer };
    const recognised = await this.#scan.recogniser.recognise(wire, device, known, this.#signal);
    const { ownUnit } = recognised;
    if (ownUnit === undefined) {
      yield { kind: "recognised", device: recognised };
      return;
    }
    // An address of all its kind is none to read it by: a second one on the bus would answer as well.
    this.#found.splice(this.#found.indexOf(device), 1);
    yield { kind: "heard", said: say(M.any_address, { line: place.line.name, unit, own: ownUnit }) };
    if (this.#knows(place, ownUnit)) return;
    const moved = { ...recognised, unit: ownUnit };
    this.#found.push(moved);
    yield { kind: "recognised", device: moved };
  }

  /** On a cable that is one at each parity; behind a host each port is another. */
  #knows({ isSerial, line }: ScanPlace, unit: number): boolean {
    const isSame = (other: ScanLine): boolean =>
      isSerial ? other.settings["baud"] === line.settings["baud"] : other.name === line.name;
    return this.#found.some((other) => other.unit === unit && isSame(other.line));
  }

  async #answersAny(place: ScanPlace, way: Task["way"]): Promise<boolean> {
    for (const unit of STRANGE_UNITS) {
      const answer = await this.#ask({ place, unit, way });
      const isThere =
        answer.kind === "data" || (answer.kind === "exception" && !NOBODY.includes(answer.code));
      if (!isThere) return false;
    }
    return true;
  }

  /** Whole frames of units that were not asked now: a slow device that was given up, or another client's. */
  async *#strangers({ place, way }: Task, { heard }: Heard): AsyncGenerator<ScanEvent, void> {
    for (const unit of heard?.units ?? []) {
      const key = `${place.line.name} ${unit}`;
      if (this.#overheard.has(key) || this.#overheard.size > MOST_HEARD) continue;
      this.#overheard.add(key);
      const isOurs = this.#rounds.wasAsked(place, unit);
      const answer = isOurs ? await this.#ask({ place, unit, way }, false, LATE_MS) : undefined;
      if (answer && "elapsedMs" in answer) {
        this.#patience.note(answer.elapsedMs);
        yield* this.#greet({ place, unit, way }, answer);
      } else {
        const said = say(M.stranger, { line: place.line.name, unit });
        this.#findings.push(said);
        yield { kind: "heard", said };
      }
    }
  }

  /** Bytes come to this question and never a whole answer. */
  async *#garbled({ place, unit }: Task, first: Heard, last: Heard): AsyncGenerator<ScanEvent, void> {
    this.#damaged++;
    this.#rounds.elsewhere(place, unit);
    const same =
      first.kind === "damaged" && last.kind === "damaged" && Buffer.compare(first.bytes, last.bytes) === 0;
    // A speaker at another speed garbles alike each time; two speakers, or noise, each time otherwise.
    const said = say(same ? M.garbled_alike : M.garbled, { line: place.line.name, unit });
    if (this.#damaged <= MOST_HEARD) yield { kind: "heard", said };
    if (!same && !this.#findings.some(({ message }) => message === M.garbled)) this.#findings.push(said);
  }

  async #ask(
    { place, unit, way }: Task,
    wantTwin = false,
    turnaroundMs = this.#patience.turnaroundMs,
  ): Promise<Heard> {
    const wire = this.#wire;
    if (!wire) return { kind: "silent" };
    this.#questions++;
    const question = provingQuestion(unit, way);
    try {
      const answer = await wire.ask(question, turnaroundMs + place.exchangeMs / 2, this.#signal, wantTwin);
      if (answer.heard?.echoed) this.#echoes++;
      return answer;
    } catch (error) {
      if (error instanceof TransientError) return { kind: "silent" };
      throw error;
    }
  }
}
