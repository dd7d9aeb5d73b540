import { bit, input, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";

/** What the control switches: a drive. */
export interface Switched {
  readonly running: boolean;
  start(): void;
  stop(): void;
}

/** m on the same scale as the level: above the first it starts, below the second it stops. */
export interface Duty {
  readonly motor: Switched;
  readonly startM: number;
  readonly stopM: number;
}

export interface LevelControlOptions {
  readonly levelM: () => number;
  readonly pumps: readonly Duty[];
}

/**
 * The station's automatic: pump k starts at h >= start_k and stops at h <= stop_k, so that pumps help each other as
 * the water rises. By hand (`automatic` 0) it leaves them as they are told; a drive that tripped waits for its reset.
 */
export class LevelControl implements Part {
  readonly state: { automatic: number; starts: number[]; stops: number[] };
  readonly signals: Readonly<Record<string, WorldSignal>>;
  readonly inputs: Readonly<Record<string, WorldInput>>;
  readonly #levelM: () => number;
  readonly #pumps: readonly Duty[];

  constructor(options: LevelControlOptions) {
    this.#levelM = options.levelM;
    this.#pumps = options.pumps;
    this.state = {
      automatic: 1,
      starts: options.pumps.map(({ startM }) => startM),
      stops: options.pumps.map(({ stopM }) => stopM),
    };
    const { state } = this;
    const at = (list: number[], which: number): WorldInput =>
      input(
        "m",
        [-20, 50],
        () => list[which] ?? 0,
        (value) => {
          list[which] = value;
        },
      );
    this.signals = {
      running: signal("", () => this.#pumps.filter(({ motor }) => motor.running).length),
      auto: bit(() => state.automatic >= 0.5),
    };
    this.inputs = {
      automatic: kept(state, "automatic", "", [0, 1]),
      ...Object.fromEntries(this.#pumps.map((_, which) => [`start.${which + 1}`, at(state.starts, which)])),
      ...Object.fromEntries(this.#pumps.map((_, which) => [`stop.${which + 1}`, at(state.stops, which)])),
    };
  }

  step(): void {
    const { state } = this;
    if (state.automatic < 0.5) return;
    const level = this.#levelM();
    for (const [at, { motor }] of this.#pumps.entries()) {
      if (level >= (state.starts[at] ?? Number.POSITIVE_INFINITY)) motor.start();
      else if (level <= (state.stops[at] ?? Number.NEGATIVE_INFINITY)) motor.stop();
    }
  }
}
