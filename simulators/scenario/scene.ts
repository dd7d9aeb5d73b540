import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { OrderDesk } from "../configured/control-port.js";
import type { PointBank } from "../modbus/profile/point-bank.js";
import type { World } from "../process/world.js";
import { buildWorld } from "./build-world.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";
import { type Powered, PowerWatch } from "./power-watch.js";
import type { ScenarioFile } from "./scenario-file.js";
import type { ScriptLine } from "./script-line.js";
import { ScriptPlayer } from "./script-player.js";
import { poweredOf, wire } from "./wiring.js";
import { WorldClock } from "./world-clock.js";
import { WorldDesk } from "./world-desk.js";
import { WorldFile } from "./world-file.js";

/** What of a scenario is chosen anew for each run; else what its file says. */
export interface SceneOptions {
  readonly clock: Clock;
  readonly seed?: number;
  readonly speed?: number;
  /** Wall time at which the world begins, ms. */
  readonly startMs?: number;
  /** Where the world is kept over a restart. */
  readonly stateFile?: string;
  /** For so long the world runs before anybody looks, ms; else as its file says. */
  readonly settleMs?: number;
  /** Played instead of its own. */
  readonly script?: readonly ScriptLine[];
}

const SAVE_EVERY_MS = 60_000;

/** A scenario that is played: its world, joined to devices, and its script. */
export class Scene implements OrderDesk {
  readonly scenario: ScenarioFile;
  readonly world: World;
  /** The world's time. */
  readonly clock: WorldClock;
  readonly #beneath: Clock;
  readonly #desk: WorldDesk;
  readonly #file: WorldFile | undefined;
  readonly #script: readonly ScriptLine[];
  #devices: OrderDesk | undefined;
  #player: ScriptPlayer | undefined;
  #powered: Powered = new Map();
  #power: PowerWatch | undefined;
  #tell: (said: Said) => void = () => {};
  #saving = (): void => {};

  private constructor(scenario: ScenarioFile, world: World, { clock, script, stateFile }: SceneOptions) {
    this.scenario = scenario;
    this.world = world;
    this.clock = new WorldClock(world, clock);
    this.#beneath = clock;
    this.#desk = new WorldDesk(world, this.clock, (said) => this.#tell(said));
    this.#script = script ?? scenario.script;
    this.#file = stateFile === undefined ? undefined : new WorldFile(stateFile);
  }

  /** Undefined where the file is wrong: its problems say how. */
  static of(scenario: ScenarioFile, options: SceneOptions): Scene | undefined {
    const { seed = 1, settle = 0, speed = 1 } = scenario.written;
    const startMs = options.startMs ?? scenario.startMs;
    const world = buildWorld(
      scenario,
      {
        clock: options.clock,
        seed: options.seed ?? seed,
        speed: options.speed ?? speed,
        ...(startMs !== undefined && { startMs }),
      },
      options.settleMs ?? settle,
    );
    return world && new Scene(scenario, world, options);
  }

  /** ms of the world, brought up to now: the age of the devices in it. */
  readonly age = (): number => {
    this.world.advance();
    return this.clock.mono();
  };

  /** Joins the devices to the world. Throws ConfigurationError where the file is wrong: its problems say how. */
  join(banks: ReadonlyMap<string, PointBank>): void {
    wire(this.scenario, this.world, banks);
    this.#powered = poweredOf(this.scenario, this.world, banks);
    const { errors, file } = this.scenario;
    if (errors > 0) throw new ConfigurationError(M.wrong_scenario, { file, errors });
  }

  /** Begins: takes over what was saved, plays the script. `devices` carries out what is said to them. */
  start(devices: OrderDesk, tell: (said: Said) => void): void {
    this.#devices = devices;
    this.#tell = tell;
    for (const said of this.#file?.restore(this.world) ?? []) tell(said);
    this.#file?.save(this.world);
    this.#saveLater();
    this.clock.start();
    this.#player = new ScriptPlayer(this.#script, this.clock, this, tell);
    this.#player.start();
    this.#power = new PowerWatch(this.#powered, this.world, this.clock, devices, tell);
    this.#power.start();
  }

  /** An order for the world or for the devices. */
  do(line: string): readonly Said[] {
    this.world.advance();
    return this.#desk.do(line) ?? this.#devices?.do(line) ?? [];
  }

  /** Idempotent. */
  stop(): void {
    this.#player?.stop();
    this.#power?.stop();
    this.clock.stop();
    this.#saving();
    if (!this.#player) return;
    this.#player = undefined;
    this.world.advance();
    this.#save();
    const { skippedS } = this.world;
    if (skippedS > 0) this.#tell(say(M.skipped, { seconds: Math.round(skippedS) }));
  }

  #saveLater(): void {
    this.#saving = this.#beneath.after(SAVE_EVERY_MS, () => {
      this.#save();
      this.#saveLater();
    });
  }

  /** A disk that is full now may have room in a minute. */
  #save(): void {
    try {
      this.#file?.save(this.world);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      this.#tell(error.said);
    }
  }
}
