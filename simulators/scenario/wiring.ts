import { say } from "../../drivers/core/message.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import { add, type Exact, toNumber, written } from "../modbus/exact.js";
import type { ProfilePoint } from "../modbus/profile/point.js";
import type { PointBank } from "../modbus/profile/point-bank.js";
import { conversion } from "../modbus/profile/unit-factors.js";
import type { TruthValue } from "../modbus/truth.js";
import type { World } from "../process/world.js";
import { type Formula, parseFormula } from "./formula.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";
import { ReferenceProblem, unknownInput, unknownSignal } from "./parts.js";
import type { Powered } from "./power-watch.js";
import type { ScenarioFile } from "./scenario-file.js";
import type { WrittenWire } from "./schema.js";

/** What a double holds surely; the digits behind are its own. */
const DIGITS = 15;

/**
 * Joins the points of devices to the world: what they show, and what writing them moves. What is wrong is reported to
 * the scenario's file. Points that are not named go their own way.
 */
export function wire(scenario: ScenarioFile, world: World, banks: ReadonlyMap<string, PointBank>): void {
  for (const [device, points] of Object.entries(scenario.written.wiring)) {
    const bank = banks.get(device);
    if (!bank) {
      scenario.report(["wiring", device], unknownDevice(device, banks));
      continue;
    }
    for (const [point, wanted] of Object.entries(points)) {
      scenario.tell(["wiring", device, point], () => new Wire(world, bank, device, point).join(wanted));
    }
  }
}

/** What must be true for each device that `powered` names. What is wrong is reported to the scenario's file. */
export function poweredOf(
  scenario: ScenarioFile,
  world: World,
  banks: ReadonlyMap<string, PointBank>,
): Powered {
  const powered = new Map<string, Formula>();
  for (const [device, text] of Object.entries(scenario.written.powered ?? {})) {
    const path = ["powered", device];
    if (!banks.has(device)) scenario.report(path, unknownDevice(device, banks));
    const formula = scenario.tell(path, () => formulaOf(world, String(text)));
    if (formula) powered.set(device, formula);
  }
  return powered;
}

function unknownDevice(name: string, banks: ReadonlyMap<string, PointBank>): ReferenceProblem {
  const near = nearest(name, banks.keys());
  const hint =
    near === undefined ? say(M.known, { names: [...banks.keys()].join(", ") }) : say(M.similar, { near });
  return new ReferenceProblem(say(M.unknown_device, { name }), hint);
}

/** Throws ReferenceProblem. */
function formulaOf(world: World, text: string): Formula {
  const formula = parseFormula(text);
  if (typeof formula === "string") throw new ReferenceProblem(say(M.bad_formula, { text, at: formula }));
  const missing = formula.names.find((name) => !world.signal(name));
  if (missing !== undefined) throw unknownSignal(world, missing);
  return formula;
}

interface Shown {
  readonly map: Readonly<Record<string, number>> | undefined;
  readonly plus: string | undefined;
  readonly to: unknown;
}

class Wire {
  readonly #world: World;
  readonly #bank: PointBank;
  readonly #device: string;
  readonly #point: ProfilePoint;

  constructor(world: World, bank: PointBank, device: string, name: string) {
    const point = bank.points.get(name);
    if (!point) {
      const near = nearest(name, bank.points.keys()) ?? [...bank.points.keys()].slice(0, 12).join(", ");
      throw new ReferenceProblem(say(M.unknown_point, { device, name }), say(M.similar, { near }));
    }
    this.#world = world;
    this.#bank = bank;
    this.#device = device;
    this.#point = point;
  }

  join(wanted: WrittenWire): void {
    const { from, map, plus, text, to } = typeof wanted === "object" ? wanted : { from: wanted };
    if (text !== undefined) this.#bank.hold(this.#point.id, text);
    else if (from === undefined && to === undefined) throw new ReferenceProblem(say(M.nothing_to_wire));
    if (from !== undefined) this.#show(formulaOf(this.#world, String(from)), { map, plus, to });
    if (typeof to === "string") this.#move(to, map);
    else if (to !== undefined) this.#command(to);
  }

  #show(formula: Formula, { map, plus, to }: Shown): void {
    const { id, type } = this.#point;
    if (type === "string")
      throw new ReferenceProblem(say(M.not_a_number, { device: this.#device, name: id }));
    const turn = map ? undefined : this.#turn(formula, "out");
    const number = (): number => {
      const value = formula.compute((name) => this.#world.signal(name)?.read() ?? 0);
      return map ? (map[String(Math.round(value))] ?? value) : (turn?.(value) ?? value);
    };
    const shown = type === "bool" ? (): TruthValue => number() >= 0.5 : exactly(number, plus);
    if (!this.#bank.follow(id, shown)) {
      throw new ReferenceProblem(say(M.shared_point, { device: this.#device, name: id }));
    }
    // What is shown is what is written, where the signal is an input.
    const isInput = formula.name !== undefined && this.#world.input(formula.name) !== undefined;
    if (to === undefined && isInput && this.#point.isWritable) this.#move(formula.name ?? "", map);
  }

  #move(name: string, map: Readonly<Record<string, number>> | undefined): void {
    const input = this.#world.input(name);
    if (!input) throw unknownInput(this.#world, name);
    const back = new Map(Object.entries(map ?? {}).map(([world, device]) => [device, Number(world)]));
    const turn = this.#turn({ name } as Formula, "in");
    this.#bank.lead(this.#point.id, (value) => {
      const number = numberOf(value);
      input.write(map ? (back.get(number) ?? number) : (turn?.(number) ?? number));
    });
  }

  /** What each written number does: `drive.run = 1`. */
  #command(commands: Readonly<Record<string, string>>): void {
    const actions = new Map<number, () => void>();
    for (const [number, text] of Object.entries(commands)) {
      const [, name = "", value = ""] = /^\s*(\S+)\s*=\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
      if (name === "") throw new ReferenceProblem(say(M.bad_formula, { text, at: text }));
      const input = this.#world.input(name);
      if (!input) throw unknownInput(this.#world, name);
      actions.set(Number(number), () => input.write(Number(value)));
    }
    this.#bank.lead(this.#point.id, (value) => actions.get(numberOf(value))?.());
  }

  /** From the world's unit into the point's, or back; undefined where they are the same. */
  #turn({ name }: Pick<Formula, "name">, way: "in" | "out"): ((value: number) => number) | undefined {
    const signal = name === undefined ? undefined : this.#world.signal(name);
    const [of, own] = [signal?.unit || undefined, this.#point.keys.unit];
    if (name === undefined || of === undefined || own === undefined || own === "1" || of === own)
      return undefined;
    const linear = way === "out" ? conversion(of, own) : conversion(own, of);
    if (!linear) {
      throw new ReferenceProblem(
        say(M.other_unit, { signal: name, from: of, name: this.#point.id, to: own }),
      );
    }
    const [scale, offset] = [toNumber(linear.scale), toNumber(linear.offset)];
    return (value) => value * scale + offset;
  }
}

/** The exact form of a number that is asked often and changes rarely. */
function exactly(number: () => number, plus = "0"): () => Exact {
  const more = written(plus);
  let last = 0;
  let exact = more;
  return () => {
    const value = number();
    if (value !== last) {
      last = value;
      exact = add(written(value.toPrecision(DIGITS)), more);
    }
    return exact;
  };
}

function numberOf(value: TruthValue): number {
  return typeof value === "object" ? toNumber(value) : Number(value);
}
