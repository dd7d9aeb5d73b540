import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { type Said, say } from "../../drivers/core/message.js";
import { parseDuration } from "../../drivers/core/written-values.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import type { World } from "../process/world.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";

const MOST_SPEED = 3600;

/** What a person says to a world: `set rain.storm 60 for 30min`, `speed 60`, `show well`. */
export class WorldDesk {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #tell: (said: Said) => void;
  /** What is set for a while, and what it was before: by input. */
  readonly #held = new Map<string, { readonly before: number; readonly cancel: Cancel }>();

  /** `tell` hears what happens later: a setting that goes back. */
  constructor(world: World, clock: Clock, tell: (said: Said) => void) {
    this.#world = world;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Undefined: the order is none of the world's. */
  do(line: string): readonly Said[] | undefined {
    const [verb, ...words] = line
      .replace(/(\d)\s+(ms|s|min|h|d)\b/g, "$1$2")
      .trim()
      .split(/\s+/);
    switch (verb) {
      case "set":
        return [this.#set(line, words)];
      case "speed":
        return [this.#speed(line, words)];
      case "show":
        return this.#show(words[0]);
      default:
        return undefined;
    }
  }

  #set(line: string, words: readonly string[]): Said {
    const [name = "", value, word, time] = words;
    const input = this.#world.input(name);
    const number = Number(value);
    const forMs = word === "for" ? parseDuration(time ?? "") : undefined;
    if (value === undefined || !Number.isFinite(number) || (word !== undefined && forMs === undefined)) {
      return say(M.bad_world_order, { line: line.trim().slice(0, 80) });
    }
    if (!input) return this.#unknown(name);
    const [least, most] = input.range;
    if (number < least || number > most) return say(M.out_of_range, { name, least, most });
    const held = this.#held.get(name);
    held?.cancel();
    this.#held.delete(name);
    // Of two that overlap the second goes back to what was there before the first.
    const before = held?.before ?? input.read();
    input.write(number);
    if (forMs !== undefined) {
      const cancel = this.#clock.after(forMs, () => {
        this.#held.delete(name);
        input.write(before);
        this.#tell(say(M.set_back, { name, value: rounded(before), unit: input.unit }));
      });
      this.#held.set(name, { before, cancel });
    }
    return say(M.was_set, { name, value: rounded(number), unit: input.unit });
  }

  #speed(line: string, [value]: readonly string[]): Said {
    const speed = Number(value);
    if (value === undefined || !(speed >= 0 && speed <= MOST_SPEED)) {
      return say(M.bad_world_order, { line: line.trim().slice(0, 80) });
    }
    this.#world.speed = speed;
    return say(M.speed_is, { speed });
  }

  /** Of a part all that can be seen; of nothing, which parts there are. */
  #show(name: string | undefined): readonly Said[] {
    const { parts, inputs, signals } = this.#world;
    if (name === undefined) return [say(M.parts, { names: [...parts.keys()].join(", ") })];
    const own = [...signals, ...inputs].filter(([key]) => key === name || key.startsWith(`${name}.`));
    if (own.length === 0) return [this.#unknown(name)];
    return own.map(([key, { unit, read }]) => say(M.shown, { name: key, value: rounded(read()), unit }));
  }

  #unknown(name: string): Said {
    const near = nearest(name, [...this.#world.inputs.keys(), ...this.#world.parts.keys()]);
    return near === undefined ? say(M.not_in_world, { name }) : say(M.near_in_world, { name, near });
  }
}

/** Four digits say enough to a person. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
