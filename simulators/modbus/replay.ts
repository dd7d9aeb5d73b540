import { type BusTextFrame, hexPairs, parseBusText } from "../../drivers/core/bus-text.js";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Said, say } from "../../drivers/core/message.js";
import { PseudoTerminal } from "../pty.js";
import { readBusFile } from "./bus-file.js";
import { REPLAY_MESSAGES as M } from "./messages.js";
import type { ByteWire } from "./wire.js";

/** A request that was not the one that stands in the file. */
export interface Unmatched {
  /** The request of the file that was waited for; absent after the last. */
  readonly expected?: BusTextFrame;
  readonly got: Uint8Array;
}

export interface ReplayOptions {
  readonly wire: ByteWire;
  readonly frames: readonly BusTextFrame[];
  readonly clock: Clock;
  /** After the last request the first is expected again. */
  readonly loop?: boolean;
  /** Nothing for so long after bytes that match no request, and they are taken for a whole one. */
  readonly quietMs?: number;
  readonly onUnmatched?: (unmatched: Unmatched) => void;
}

/** Since start. */
export interface ReplayStats {
  /** Requests that were the expected one, or one that stands further on. */
  matched: number;
  unmatched: number;
  /** Requests of the file that were passed over because a later one came. */
  passed: number;
  /** Frames played. */
  sent: number;
  /** How often the file was played to its end. */
  rounds: number;
}

/** A request of the file and what was received before the next one. */
interface Turn {
  readonly request: BusTextFrame;
  readonly answers: readonly BusTextFrame[];
}

const QUIET_MS = 50;
/** What is kept of bytes that match nothing. */
const MOST_HEARD = 4096;

/**
 * The other side of a recorded wire: waits for the bytes of each `>>` and plays the `<<` that follow it, late,
 * foreign and damaged ones too, as long after the request as they came when it was recorded. What differs is
 * counted and gets no answer, unless it is a request that stands further on: then the replay goes on from there.
 */
export class Replay {
  readonly stats: ReplayStats = { matched: 0, unmatched: 0, passed: 0, sent: 0, rounds: 0 };
  /** Settles when the last frame was played; never with `loop`. */
  readonly finished: Promise<void>;
  readonly #options: ReplayOptions;
  readonly #turns: readonly Turn[];
  readonly #timers = new Set<Cancel>();
  #finish: () => void = () => {};
  #at = 0;
  #heard = Buffer.alloc(0);
  #quiet: Cancel = () => {};
  #stopped = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const { before, turns } = turnsOf(options.frames);
    this.#turns = turns;
    options.wire.onData((bytes) => this.#hear(bytes));
    // What was on the wire before the first request has no request to wait for.
    const [first] = options.frames;
    for (const frame of before) this.#playLater(frame, frame.ms - (first?.ms ?? 0));
    this.#endIfPlayed();
  }

  /** Plays nothing more. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#quiet();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #hear(bytes: Uint8Array): void {
    if (this.#stopped) return;
    this.#quiet();
    this.#heard = Buffer.concat([this.#heard, bytes]);
    for (;;) {
      const request = this.#turns[this.#at]?.request.bytes;
      if (!request || this.#heard.length < request.length) break;
      if (!this.#heard.subarray(0, request.length).equals(request)) break;
      this.#heard = this.#heard.subarray(request.length);
      this.#play(this.#at);
    }
    if (this.#heard.length === 0) return;
    if (this.#heard.length > MOST_HEARD) this.#onQuiet();
    else this.#quiet = this.#options.clock.after(this.#options.quietMs ?? QUIET_MS, () => this.#onQuiet());
  }

  /** What was heard is no request that was expected now. */
  #onQuiet(): void {
    const got = this.#heard;
    this.#heard = Buffer.alloc(0);
    const further = this.#find(got);
    const expected = this.#turns[this.#at]?.request;
    if (further !== undefined) {
      this.stats.passed += (further - this.#at + this.#turns.length) % this.#turns.length;
      this.#play(further);
      return;
    }
    this.stats.unmatched++;
    this.#options.onUnmatched?.(expected ? { expected, got } : { got });
  }

  /** The next turn with this request, with `loop` across the end. */
  #find(got: Buffer): number | undefined {
    const { length } = this.#turns;
    const left = this.#options.loop ? length : length - this.#at;
    for (let step = 0; step < left; step++) {
      const at = (this.#at + step) % length;
      const turn = this.#turns[at];
      if (turn && got.equals(turn.request.bytes)) return at;
    }
    return undefined;
  }

  #play(at: number): void {
    const turn = this.#turns[at];
    if (!turn) return;
    this.stats.matched++;
    this.#at = at + 1;
    for (const frame of turn.answers) this.#playLater(frame, frame.ms - turn.request.ms);
    if (this.#at < this.#turns.length) return;
    if (this.#options.loop) {
      this.stats.rounds++;
      this.#at = 0;
    } else this.#endIfPlayed();
  }

  #playLater(frame: BusTextFrame, delayMs: number): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      this.stats.sent++;
      this.#options.wire.write(frame.bytes);
      this.#endIfPlayed();
    });
    this.#timers.add(cancel);
  }

  #endIfPlayed(): void {
    if (this.#options.loop || this.#at < this.#turns.length || this.#timers.size > 0) return;
    this.stats.rounds = 1;
    this.#finish();
  }
}

function turnsOf(frames: readonly BusTextFrame[]): {
  before: readonly BusTextFrame[];
  turns: readonly Turn[];
} {
  const before: BusTextFrame[] = [];
  const turns: { request: BusTextFrame; answers: BusTextFrame[] }[] = [];
  for (const frame of frames) {
    if (frame.direction === "sent") turns.push({ request: frame, answers: [] });
    else (turns.at(-1)?.answers ?? before).push(frame);
  }
  return { before, turns };
}

export interface ReplayRun {
  readonly file: string;
  /** Where the port is to be found; else only under its own name, which is told. */
  readonly link?: string;
  readonly loop?: boolean;
  readonly clock: Clock;
  readonly tell: (said: Said) => void;
}

/** Beyond it, differing requests are counted and no longer told one by one. */
const MOST_TOLD = 20;

export interface RunningReplay {
  /** The serial port of the other side. */
  readonly port: string;
  readonly stats: ReplayStats;
  readonly finished: Promise<void>;
  /** Closes the port and says how it went. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Replays a file at a pseudo-terminal of its own. Throws ConfigurationError for a file that cannot be read or
 * has nothing to answer, and for a link that is taken.
 */
export async function startReplay({
  clock,
  file,
  link,
  loop = false,
  tell,
}: ReplayRun): Promise<RunningReplay> {
  const { frames } = parseBusText(await readBusFile(file), file);
  const requests = frames.filter(({ direction }) => direction === "sent").length;
  if (requests === 0) throw new ConfigurationError(M.no_request, { file });
  const wire = await PseudoTerminal.open(link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST" || link === undefined) throw error;
    throw new ConfigurationError(M.link_taken, { link }, { cause: error });
  });
  let told = 0;
  const onUnmatched = (unmatched: Unmatched): void => {
    if (told++ < MOST_TOLD) tell(unmatchedSaid(unmatched));
  };
  const replay = new Replay({ wire, frames, clock, loop, onUnmatched });
  const port = link ?? wire.path;
  tell(say(M.running, { file, port, requests, answers: frames.length - requests }));
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    replay.stop();
    await wire.close();
    tell(say(M.ended, { ...replay.stats }));
  };
  return {
    port,
    stats: replay.stats,
    finished: replay.finished,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function unmatchedSaid({ expected, got }: Unmatched): Said {
  if (!expected) return say(M.after_end, { got: hexPairs(got) });
  const { bytes, line } = expected;
  return say(M.unmatched, { line, expected: hexPairs(bytes), got: hexPairs(got) });
}
