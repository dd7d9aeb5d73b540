import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError, ConfigurationError, TransientError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import { type BufferOptions, openRequest } from "./buffer-options.js";
import { FORMAT } from "./file-format.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { Opened } from "./protocol.js";
import { type Store, StoreError } from "./store.js";

/** Longer than this nobody waits for the disk at start: live delivery begins without it. */
const OPEN_MS = 10_000;
const OPEN_AGAIN_MS = 10_000;

export interface OpeningParts {
  readonly options: BufferOptions;
  readonly store: Store;
  readonly isClosing: () => boolean;
  readonly onOpened: (opened: Opened) => void;
  /** It is not open, and may be later. May be called again. */
  readonly onLate: () => void;
}

/** Opens the file, again and again where the disk does not let it. */
export class Opening {
  readonly #parts: OpeningParts;
  readonly #clock: Clock;
  #cancel: Cancel = () => {};

  constructor(parts: OpeningParts) {
    this.#parts = parts;
    this.#clock = parts.options.clock;
  }

  /** Waits for the file, but not for ever. Throws when the file must not be used at all. */
  async open(): Promise<void> {
    const timedOut = Symbol("timed out");
    const deadline = new AbortController();
    const late = this.#clock.sleep(OPEN_MS, deadline.signal).then(
      () => timedOut,
      () => timedOut,
    );
    if ((await Promise.race([this.#try(), late])) === timedOut) {
      this.#complain(new TransientError("stale", BUFFER_MESSAGES.no_answer, { seconds: OPEN_MS / 1000 }));
      this.#parts.onLate();
    }
    deadline.abort();
  }

  cancel(): void {
    this.#cancel();
  }

  async #try(): Promise<void> {
    const { isClosing, onLate, onOpened, options, store } = this.#parts;
    const { path } = options.config;
    let opened: Opened;
    try {
      opened = await store.call(openRequest(options));
    } catch (error) {
      if (isClosing()) return;
      if (error instanceof StoreError && error.code === BUFFER_MESSAGES.newer_format.code) {
        const found = /format (\d+)/.exec(error.message)?.[1] ?? "?";
        throw new ConfigurationError(BUFFER_MESSAGES.newer_format, { path, found, known: FORMAT });
      }
      this.#complain(asError(error));
      onLate();
      this.#cancel = this.#clock.after(OPEN_AGAIN_MS, () => {
        this.#try().catch((again: unknown) => this.#complain(asError(again)));
      });
      return;
    }
    if (isClosing()) return;
    saySetAside(options, opened);
    onOpened(opened);
  }

  #complain(error: Error): void {
    const { config, log } = this.#parts.options;
    log.error(say(BUFFER_MESSAGES.cannot_open, { path: config.path, problem: error.message }), {
      err: error,
    });
  }
}

export function saySetAside({ config, log }: BufferOptions, { setAside }: Opened): void {
  if (!setAside) return;
  const { path: aside, problem, saved } = setAside;
  if (aside === "") {
    log.error(say(BUFFER_MESSAGES.file_gone, { path: config.path, count: saved }));
    return;
  }
  log.error(say(BUFFER_MESSAGES.set_aside, { path: config.path, aside, problem }));
}
