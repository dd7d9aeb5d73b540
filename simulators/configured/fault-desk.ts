import type { Cancel } from "../../drivers/core/clock.js";
import { type Said, say } from "../../drivers/core/message.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import type { Fault, FaultSpec } from "../modbus/fault.js";
import type { FaultSet } from "../modbus/fault-set.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import { type Order, readOrder } from "./order.js";
import type { StandIn, StandInDevice } from "./stand-in.js";

/** At the same time; more are refused. */
const MOST_FAULTS = 100;

interface Made {
  readonly id: number;
  /** As it was ordered. */
  readonly line: string;
  /** The device or connection. */
  readonly of: string;
  /** Ends it. */
  readonly heal: () => void;
}

/** Makes faults of a running stand-in as they are ordered, a line each, and ends them. */
export class FaultDesk {
  readonly #standIn: StandIn;
  readonly #made = new Map<number, Made>();
  #next = 1;

  constructor(standIn: StandIn) {
    this.#standIn = standIn;
  }

  /** Does what the line says; answers with what was done, or why it was not. */
  do(line: string): readonly Said[] {
    const order = readOrder(line);
    switch (order.kind) {
      case "nothing":
        return [];
      case "help":
        return [say(M.help)];
      case "unknown":
        return [say(M.not_understood, { line: line.trim().slice(0, 80) })];
      case "faults":
        return this.#list();
      case "heal":
        return [this.#heal(order.of)];
      case "unplug":
        return [this.#unplug(order)];
      case "stuck":
      case "sentinel":
        return [this.#instrument(order, line)];
      case "fault":
        return [this.#fault(order, line)];
    }
  }

  #list(): readonly Said[] {
    if (this.#made.size === 0) return [say(M.no_faults)];
    return [...this.#made.values()].map(({ id, line }) => say(M.fault, { id, line }));
  }

  #heal(of: string | undefined): Said {
    if (of !== undefined && !this.#device(of)) return this.#unknownDevice(of);
    const own = [...this.#made.values()].filter((made) => of === undefined || made.of === of);
    for (const { id } of own) this.#end(id);
    return say(M.healed, { count: own.length });
  }

  #fault({ of, spec, probability, forMs }: Extract<Order, { kind: "fault" }>, line: string): Said {
    const found = this.#device(of);
    const bus = found && this.#standIn.buses.find(({ devices }) => devices.includes(found));
    if (!bus) return this.#unknownDevice(of);
    return this.#make(of, line, forMs, (id) => addFault(bus.bus.faults, { id, of, spec, probability }));
  }

  #instrument(order: Extract<Order, { kind: "stuck" | "sentinel" }>, line: string): Said {
    const { kind, of, point, forMs } = order;
    const bank = this.#device(of)?.device.bank;
    if (!bank) return this.#unknownDevice(of);
    if (!bank.points.has(point)) {
      const near = nearest(point, bank.points.keys()) ?? [...bank.points.keys()].slice(0, 8).join(", ");
      return say(M.unknown_point, { device: of, point, near });
    }
    if (kind === "sentinel" && bank.point(point).sentinels.length === 0) {
      return say(M.no_sentinel, { device: of, point });
    }
    // One that was written, or is held already, stays as it is when the fault ends.
    const wasHeld = bank.isHeld(point);
    if (kind === "sentinel" && wasHeld) return say(M.held, { device: of, point });
    return this.#make(of, line, forMs, () => {
      if (kind === "sentinel") bank.say(point, 0);
      else bank.keep(point);
      return () => {
        if (!wasHeld) bank.release(point);
      };
    });
  }

  #unplug({ connection, forMs }: Extract<Order, { kind: "unplug" }>): Said {
    const bus = this.#standIn.buses.find(({ connections }) => connections.includes(connection));
    if (!bus) {
      const known = this.#standIn.buses.flatMap(({ connections }) => connections).join(", ");
      return say(M.unknown_connection, { connection, known });
    }
    bus.bus.unplug(forMs);
    return say(M.unplugged, { connection, seconds: forMs / 1000 });
  }

  /** `begin` makes the fault and gives what ends it. */
  #make(of: string, line: string, forMs: number | undefined, begin: (id: number) => () => void): Said {
    if (this.#made.size >= MOST_FAULTS) return say(M.too_many, { limit: MOST_FAULTS });
    const id = this.#next++;
    const end = begin(id);
    let cancel: Cancel = () => {};
    if (forMs !== undefined) cancel = this.#standIn.clock.after(forMs, () => this.#end(id));
    const heal = (): void => {
      cancel();
      end();
    };
    const written = line.trim();
    this.#made.set(id, { id, line: written, of, heal });
    return say(M.fault, { id, line: written });
  }

  #end(id: number): void {
    this.#made.get(id)?.heal();
    this.#made.delete(id);
  }

  #device(id: string): StandInDevice | undefined {
    return this.#standIn.devices.find(({ wanted }) => wanted.id === id);
  }

  #unknownDevice(device: string): Said {
    const known = this.#standIn.devices.map(({ wanted }) => wanted.id).join(", ");
    return say(M.unknown_device, { device, known });
  }
}

function addFault(
  faults: FaultSet,
  { id, of, spec, probability }: { id: number; of: string; spec: FaultSpec; probability: number | undefined },
): () => void {
  const timing = probability === undefined ? {} : { probability };
  const fault: Fault = faults.add({ id: `by hand ${id}`, spec, device: of, ...timing });
  return () => faults.remove(fault);
}
