import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { OrderDesk } from "../configured/control-port.js";
import { DAY_MS, localHour } from "../process/sun.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";
import type { ScriptLine, When } from "./script-line.js";

/** Gives the orders of a script in the time of its world. */
export class ScriptPlayer {
  readonly #lines: readonly ScriptLine[];
  readonly #clock: Clock;
  readonly #desk: OrderDesk;
  readonly #tell: (said: Said) => void;
  readonly #waiting = new Map<ScriptLine, Cancel>();
  /** What comes before, while a world settles, is no time of the script. */
  #begunMs = 0;

  /** `tell` hears each order and what became of it. */
  constructor(lines: readonly ScriptLine[], clock: Clock, desk: OrderDesk, tell: (said: Said) => void) {
    this.#lines = lines;
    this.#clock = clock;
    this.#desk = desk;
    this.#tell = tell;
  }

  start(): void {
    this.#begunMs = this.#clock.mono();
    for (const line of this.#lines) {
      if (line.when.kind === "at" && line.when.ms === 0) this.#give(line);
      else this.#wait(line);
    }
  }

  /** Idempotent. */
  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #wait(line: ScriptLine): void {
    this.#waiting.set(
      line,
      this.#clock.after(this.#delayOf(line.when), () => {
        this.#waiting.delete(line);
        this.#give(line);
        if (line.when.kind !== "at") this.#wait(line);
      }),
    );
  }

  #delayOf(when: When): number {
    if (when.kind === "every") return when.ms;
    if (when.kind === "at") return this.#begunMs + when.ms - this.#clock.mono();
    const left = when.minute * 60_000 - localHour(this.#clock.now()) * 3_600_000;
    // At that minute itself, the next is tomorrow's.
    return left > 0 ? left : left + DAY_MS;
  }

  #give({ moment, order }: ScriptLine): void {
    this.#tell(say(M.scripted, { at: moment, line: order }));
    for (const said of this.#desk.do(order)) this.#tell(said);
  }
}
