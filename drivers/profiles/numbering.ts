import { evaluate } from "./formula.js";

/** How the maker's numbers and the addresses on the wire follow from each other. */
export interface Numbering {
  readonly style: string;
  /** The maker's number of address 0. */
  readonly first?: number;
  /** The address as a formula of `number`. */
  readonly wire?: string;
  /** Where a table has a first number of its own. */
  readonly tables?: Readonly<Record<string, { readonly first: number }>>;
}

/** The address of the maker's number in a table; undefined where there is no such. */
export function addressOfNumber(numbering: Numbering, number: number, table: string): number | undefined {
  const first = numbering.tables?.[table]?.first ?? numbering.first;
  const address =
    numbering.wire === undefined
      ? number - (first ?? 0)
      : evaluate(numbering.wire, { number, first: first ?? 0 });
  return typeof address === "number" && address >= 0 && address <= 65535 ? address : undefined;
}

/** The maker's number of an address, where it follows from it. */
export function numberOfAddress(numbering: Numbering, address: number, table: string): number | undefined {
  if (numbering.style === "wire" || numbering.wire !== undefined) return undefined;
  const first = numbering.tables?.[table]?.first ?? numbering.first;
  return first === undefined ? undefined : address + first;
}
