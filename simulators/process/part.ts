/**
 * What a part remembers: plain numbers, so that a world is saved as JSON and goes on after a restart. Everything
 * that a step needs of the past lies here, totals and the place in its random sequence included.
 */
export type PartState = Record<string, number | number[]>;

/** A value of the world that may be read. A bit is 0 or 1, a state is a number. */
export interface WorldSignal {
  /** As people write it: m, m³/s, %; empty for bits, states and counts. */
  readonly unit: string;
  read(): number;
}

/** An actuator, a set-point, or something that befalls the world. Writing clamps to the range. */
export interface WorldInput extends WorldSignal {
  readonly range: readonly [least: number, most: number];
  write(value: number): void;
}

/**
 * One model. It is constructed with the parts it is joined to; a world steps all parts in the order in which they
 * were added, each by the same few tenths of a second. Deterministic: time and chance come from the world.
 */
export interface Part {
  readonly state: PartState;
  readonly signals: Readonly<Record<string, WorldSignal>>;
  readonly inputs: Readonly<Record<string, WorldInput>>;
  /** `now` is the wall time at the step's beginning, ms since 1970 UTC. */
  step(seconds: number, now: number): void;
}

/** Draws power from whoever feeds it: a meter adds up its loads. */
export interface Load {
  readonly powerW: number;
}

/** Where power comes from. */
export interface Supply {
  /** V, 0 while there is none. */
  readonly voltage: number;
}

export function signal(unit: string, read: () => number): WorldSignal {
  return { unit, read };
}

export function bit(read: () => boolean): WorldSignal {
  return { unit: "", read: () => (read() ? 1 : 0) };
}

export function input(
  unit: string,
  range: readonly [number, number],
  read: () => number,
  write: (value: number) => void,
): WorldInput {
  return { unit, range, read, write: (value) => write(clamp(value, ...range)) };
}

/** An input that is one number of the part's state. */
export function kept<K extends string>(
  state: { [key in K]: number },
  key: K,
  unit: string,
  range: readonly [number, number],
): WorldInput {
  return input(
    unit,
    range,
    () => state[key],
    (value) => {
      state[key] = value;
    },
  );
}

/** What is no number counts as the least. */
export function clamp(value: number, least: number, most: number): number {
  return value > least ? Math.min(value, most) : least;
}

/** Moves a value toward another by at most `most`. */
export function toward(value: number, wanted: number, most: number): number {
  return value + clamp(wanted - value, -most, most);
}

/** What is left after `seconds` of an exponential decay: exact, so that the step's size does not matter. */
export function decay(seconds: number, timeConstantS: number): number {
  return Math.exp(-seconds / timeConstantS);
}
