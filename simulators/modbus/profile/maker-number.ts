import type { Table } from "../../../drivers/modbus/point-schema.js";
import type { PointKeys, ProfileKeys } from "./keys.js";

/** The 0-based address of a point: as written, else from the number that its maker prints. */
export function addressOf(keys: PointKeys, table: Table, { numbering, id }: ProfileKeys): number {
  if (keys.address !== undefined) return Number(keys.address);
  const number = keys.number;
  if (typeof number !== "number" || !numbering) throw new RangeError(`${id}: ${keys.id} has no address`);
  const first = numbering.tables?.[table]?.first ?? numbering.first ?? 0;
  return numbering.wire === undefined ? number - first : computed(numbering.wire, { number, first });
}

/** Whole numbers with + - * / and brackets; / leaves the rest away. */
export function computed(formula: string, variables: Readonly<Record<string, number>>): number {
  const tokens = formula.match(/\d+|[a-z_]\w*|[-+*/()]/g) ?? [];
  let at = 0;
  const operand = (): number => {
    const token = tokens[at++];
    if (token === "-") return -operand();
    if (token === "(") {
      const inner = sum();
      at++;
      return inner;
    }
    const value = token === undefined ? undefined : /^\d/.test(token) ? Number(token) : variables[token];
    if (value === undefined) throw new RangeError(`${formula}: ${token}`);
    return value;
  };
  const product = (): number => {
    let value = operand();
    while (tokens[at] === "*" || tokens[at] === "/") {
      const isTimes = tokens[at++] === "*";
      value = isTimes ? value * operand() : Math.trunc(value / operand());
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      const isPlus = tokens[at++] === "+";
      value = isPlus ? value + product() : value - product();
    }
    return value;
  };
  return sum();
}
