import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { type Said, say } from "../../drivers/core/message.js";
import { seedOf } from "../modbus/fault.js";
import { seededRandom } from "../random.js";
import type { Circumstances } from "./circumstances.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import type { OrderDesk } from "./control-port.js";
import { refuseNeed } from "./needs.js";
import { type FaultOrder, type OrderTarget, readOrder } from "./order.js";
import { timeText } from "./order-arguments.js";
import { helpOf, ORDER_HELP } from "./order-help.js";
import { Plugs } from "./plugs.js";
import type { StandIn } from "./stand-in.js";
import { findTarget, isSaid, knownPlaces, nearFirst } from "./target.js";

/** At the same time; more are refused. */
const MOST_FAULTS = 100;

/** A fault that there is. */
export interface FaultRow {
  readonly id: number;
  /** As it was ordered. */
  readonly line: string;
  /** The device or connection. */
  readonly of: string;
  readonly point?: string;
  /** Wall ms. */
  readonly since: number;
  /** Wall ms at which it ends by itself; absent: when somebody heals it. */
  readonly endsAt?: number;
}

interface Made extends FaultRow {
  readonly place: "device" | "connection";
  /** Monotonic ms. */
  readonly endsAtMono?: number;
  readonly heal: () => void;
}

/** Makes faults of a running stand-in as they are ordered, a line each, and ends them. */
export class FaultDesk implements OrderDesk {
  readonly #standIn: StandIn;
  readonly #clock: Clock;
  readonly #plugs = new Plugs();
  readonly #made = new Map<number, Made>();
  #next = 1;

  /** `clock`: by which faults last and drift; the world's, where the devices stand in one. */
  constructor(standIn: StandIn, clock: Clock = standIn.clock) {
    this.#standIn = standIn;
    this.#clock = clock;
  }

  /** Does what the line says; answers with what was done, or why it was not. Never throws. */
  do(given: string): readonly Said[] {
    const line = printable(given);
    const order = readOrder(line);
    switch (order.kind) {
      case "nothing":
        return [];
      case "help":
        return order.verb === undefined ? [say(ORDER_HELP)] : helpOf(order.verb);
      case "problem":
        return [order.said];
      case "faults":
        return this.#faults();
      case "heal":
        return [this.#heal(order.target)];
      case "fault":
        return [this.#fault(order, line)];
    }
  }

  /** Why the line could not be done now; undefined: it could. Does nothing. */
  check(line: string): Said | undefined {
    const order = readOrder(printable(line));
    if (order.kind === "problem") return order.said;
    if (order.kind !== "fault") return undefined;
    const here = this.#here(order);
    return isSaid(here) ? here : undefined;
  }

  /** The faults that there are, the oldest first. */
  list(): readonly FaultRow[] {
    return [...this.#made.values()].map(({ id, line, of, point, since, endsAt }) => ({
      id,
      line,
      of,
      ...(point !== undefined && { point }),
      since,
      ...(endsAt !== undefined && { endsAt }),
    }));
  }

  /** Ends all faults, and waits for none. Idempotent. */
  close(): void {
    for (const id of [...this.#made.keys()]) this.#end(id);
  }

  #faults(): readonly Said[] {
    if (this.#made.size === 0) return [say(M.no_faults)];
    const now = this.#clock.mono();
    return [...this.#made.values()].map(({ id, line, endsAtMono }) => {
      if (endsAtMono === undefined) return say(M.fault, { id, line });
      const seconds = Math.max(0, Math.ceil((endsAtMono - now) / 1000));
      return say(M.fault_left, { id, line, left: timeText(seconds * 1000) });
    });
  }

  #heal(target: OrderTarget | undefined): Said {
    if (target === undefined) return this.#endAll([...this.#made.keys()]);
    const { id, marker, point } = target;
    const isNumber = /^\d{1,15}$/.test(id);
    if (isNumber && marker === undefined && point === undefined && this.#made.has(Number(id))) {
      return this.#endAll([Number(id)]);
    }
    const { devices, connections } = knownPlaces(this.#standIn);
    const isKnown =
      (marker !== "on" && devices.includes(id)) || (marker !== "of" && connections.includes(id));
    if (!isKnown) {
      if (isNumber) return say(M.unknown_fault, { id });
      return say(M.unknown_place, {
        of: id.slice(0, 80),
        known: nearFirst(id, [...devices, ...connections]),
      });
    }
    const own = [...this.#made.values()].filter(
      (made) =>
        made.of === id &&
        (point === undefined || made.point === point) &&
        (marker === undefined || made.place === (marker === "of" ? "device" : "connection")),
    );
    if (own.length === 0 && point !== undefined) {
      return say(M.nothing_to_heal, { of: `${id} ${point}`.slice(0, 80) });
    }
    return this.#endAll(own.map((made) => made.id));
  }

  #endAll(ids: readonly number[]): Said {
    for (const id of ids) this.#end(id);
    return say(M.healed, { count: ids.length });
  }

  #fault(order: FaultOrder, line: string): Said {
    const here = this.#here(order);
    if (isSaid(here)) return here;
    if (this.#made.size >= MOST_FAULTS) return say(M.too_many, { limit: MOST_FAULTS });
    const clock = this.#clock;
    const { id, device, connection, point } = here;
    this.#next++;
    const end = order.form.begin(here);
    let cancel: Cancel = () => {};
    const { forMs } = order;
    if (forMs !== undefined) cancel = clock.after(forMs, () => this.#end(id));
    const since = clock.now();
    const made: Made = {
      id,
      line,
      of: device?.wanted.id ?? connection,
      place: device ? "device" : "connection",
      ...(point !== undefined && { point }),
      since,
      ...(forMs !== undefined && { endsAt: since + forMs, endsAtMono: clock.mono() + forMs }),
      heal: () => {
        cancel();
        end();
      },
    };
    this.#made.set(id, made);
    if (order.form.verb === "unplug" && forMs !== undefined) {
      return say(M.unplugged, { connection, seconds: forMs / 1000 });
    }
    return say(M.fault, { id, line: made.line });
  }

  /** Where the order would make its fault, or why it cannot. */
  #here({ form, odds, target, told }: FaultOrder): Circumstances | Said {
    const found = findTarget(this.#standIn, form, target);
    if (isSaid(found)) return found;
    const id = this.#next;
    const { seed } = this.#standIn;
    const clock = this.#clock;
    const here: Circumstances = {
      ...found,
      id,
      verb: form.verb,
      told,
      odds,
      clock,
      plugs: this.#plugs,
      random: seededRandom(seedOf(seed, `by hand ${id}`)),
      // What has just struck is still being read.
      over: () => void clock.after(0, () => this.#end(id)),
    };
    return refuseNeed(here, form.needs) ?? form.refuse?.(here) ?? here;
  }

  #end(id: number): void {
    const made = this.#made.get(id);
    this.#made.delete(id);
    made?.heal();
  }
}

/** What was ordered is shown again, on terminals too. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, " ").trim();
}
