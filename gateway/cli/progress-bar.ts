import { RejectedError } from "../../drivers/core/errors.js";
import { renderText, say } from "../../drivers/core/message.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer/buffer-messages.js";
import type { Io } from "./io.js";
import { cut } from "./table.js";

const REDRAW_MS = 100;
/** Before it nothing is said about how long it takes. */
const ESTIMATE_AFTER_MS = 1_000;
const BLOCKS = 20;
/** From here on minutes are told. */
const LONG_S = 120;

export interface Step {
  readonly done: number;
  readonly total: number;
  /** The estimate of who knows better than by what has passed. */
  readonly leftMs?: number;
}

/** How far a long work is, on one line of a terminal that is drawn again; elsewhere nothing. */
export class ProgressBar {
  readonly #io: Io;
  readonly #now: () => number;
  readonly #shown: boolean;
  #title = "";
  #since = 0;
  #drawn = Number.NEGATIVE_INFINITY;

  /** `now`: monotonic milliseconds. */
  constructor(io: Io, now: () => number = () => performance.now()) {
    this.#io = io;
    this.#now = now;
    this.#shown = (io.stderr as { readonly isTTY?: boolean }).isTTY === true;
  }

  show(title: string, { done, leftMs, total }: Step): void {
    if (!this.#shown) return;
    const now = this.#now();
    if (title !== this.#title) {
      this.#title = title;
      this.#since = now;
    } else if (now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const full = Math.round(share * BLOCKS);
    const bar = `${"#".repeat(full)}${".".repeat(BLOCKS - full)}`;
    const passed = now - this.#since;
    const guessed = share > 0 && share < 1 && passed > ESTIMATE_AFTER_MS ? (passed * (1 - share)) / share : 0;
    const left = this.#left(leftMs ?? guessed);
    const line = cut(`${title} [${bar}] ${Math.floor(share * 100)} %${left}`, this.#io.columns - 1);
    this.#io.stderr.write(`\r${line}\u001b[K`);
  }

  #left(ms: number): string {
    if (ms <= 0) return "";
    const seconds = Math.ceil(ms / 1000);
    const said =
      seconds < LONG_S
        ? say(M.time_left, { seconds })
        : say(M.minutes_left, { minutes: Math.ceil(seconds / 60) });
    return ` ${renderText(said, this.#io.language)}`;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown && this.#title !== "") this.#io.stderr.write("\r\u001b[K");
    this.#title = "";
  }
}

/**
 * Does a work step by step, so that Ctrl-C is heard between two of them. Throws RejectedError when it was; the
 * work has cleaned up then.
 */
export async function runSteps<S, R>(
  steps: Generator<S, R> | AsyncGenerator<S, R>,
  signal: AbortSignal,
  onStep: (step: S) => void | Promise<void>,
): Promise<R> {
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      await onStep(step.value);
      await new Promise(setImmediate);
      if (signal.aborted) throw new RejectedError(M.interrupted);
    }
  } finally {
    await steps.return(undefined as R);
  }
}
