import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { type Said, say } from "../../drivers/core/message.js";
import type { OrderDesk } from "../configured/control-port.js";
import type { World } from "../process/world.js";
import type { Formula } from "./formula.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";

/** Which devices stop answering when nothing feeds them: by device, what must be true. */
export type Powered = ReadonlyMap<string, Formula>;

/** s of the world between two looks. */
const LOOK_S = 1;

/** Silences devices while their world gives them no power. They are silenced as by hand, and so are seen among the faults. */
export class PowerWatch {
  readonly #powered: Powered;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #devices: OrderDesk;
  readonly #tell: (said: Said) => void;
  /** What ends the silence of those that are dark. */
  readonly #dark = new Map<string, string>();
  #cancel: Cancel = () => {};

  /** `tell` hears when a device goes out and comes back. */
  constructor(powered: Powered, world: World, clock: Clock, devices: OrderDesk, tell: (said: Said) => void) {
    this.#powered = powered;
    this.#world = world;
    this.#clock = clock;
    this.#devices = devices;
    this.#tell = tell;
  }

  start(): void {
    if (this.#powered.size === 0) return;
    this.#look();
    this.#cancel = this.#clock.after(LOOK_S * 1000, () => this.start());
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel();
  }

  #look(): void {
    for (const [device, formula] of this.#powered) {
      const has = formula.compute((name) => this.#world.signal(name)?.read() ?? 0) >= 0.5;
      if (has !== this.#dark.has(device)) continue;
      const heal = this.#dark.get(device);
      if (heal === undefined) {
        const id = this.#devices.do(`silent of ${device}`)[0]?.params["id"];
        // Its other faults do not end with its power's.
        this.#dark.set(device, `heal ${id ?? device}`);
      } else {
        this.#dark.delete(device);
        this.#devices.do(heal);
      }
      this.#tell(say(has ? M.has_power : M.without_power, { device }));
    }
  }
}
