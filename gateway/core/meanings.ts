import type { Language } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Value } from "../../drivers/core/reading.js";

type Meant = Pick<Point, "enum" | "flags" | "unit">;

/** What the numbers of points stand for, in people's words, and their units. */
export class Meanings {
  readonly #points: ReadonlyMap<string, Meant>;

  constructor(points: readonly Pick<Point, "device" | "id" | keyof Meant>[]) {
    const meant = points.filter((point) => point.enum ?? point.flags ?? point.unit);
    this.#points = new Map(meant.map((point) => [`${point.device} ${point.id}`, point]));
  }

  static of(devices: ReadonlyMap<string, { readonly points: readonly Point[] }>): Meanings {
    return new Meanings([...devices.values()].flatMap(({ points }) => points));
  }

  unitOf(device: string, point: string): string | undefined {
    return this.#points.get(`${device} ${point}`)?.unit;
  }

  /**
   * The word for a number, or the names of the bits that are set, one after the other; undefined where nothing is
   * known of it. Called for each reading that somebody looks at.
   */
  textOf(device: string, point: string, value: Value | undefined, language: Language): string | undefined {
    if (typeof value !== "number") return undefined;
    const meant = this.#points.get(`${device} ${point}`);
    if (!meant) return undefined;
    const word =
      meant.enum && Object.hasOwn(meant.enum, String(value)) ? meant.enum[String(value)] : undefined;
    if (word) return word[language];
    const set = Object.entries(meant.flags ?? {}).filter(([bit]) => isSet(value, Number(bit)));
    return set.length > 0 ? set.map(([, meaning]) => meaning[language]).join(", ") : undefined;
  }
}

/** Of a number of up to 32 bits, negative ones in two's complement. */
function isSet(value: number, bit: number): boolean {
  return ((value >>> bit) & 1) === 1;
}
