import { compare, type Exact, written } from "../exact.js";
import { factorOf } from "./arithmetic.js";
import { boundsOf, type Field, fieldOf, isFloat, patternOf, putPattern } from "./field.js";
import { type IdentifyKeys, many, type OperandKeys, type ProfileKeys } from "./keys.js";
import { overlaps, type WordMemory } from "./memory.js";
import { textOfPattern } from "./pattern-text.js";
import { type ProfilePoint, rawOf } from "./point.js";
import { putText, type TextField } from "./text-field.js";

/** Registers that must hold something particular for the rest to make sense. */
export interface Setting {
  readonly field: Field;
  /** Numbers to choose from, the likeliest first. */
  readonly candidates: readonly bigint[];
  /** How well a number suits all that depend on it. */
  score(number: Exact): number;
}

interface Demand {
  readonly field: Field;
  readonly candidates: readonly bigint[];
  readonly score: (number: Exact) => number;
}

/** What weighs how much where not all can be had. */
const WEIGHT = { setup: 10_000, start: 1000, identify: 300, gate: 20, map: 10, taste: 1 } as const;

/** The settings of a device: what its profile's points, set-up and identification need, one for each field. */
export function settingsOf(profile: ProfileKeys, points: readonly ProfilePoint[]): readonly Setting[] {
  const demands = [
    ...setupDemands(profile),
    ...stateDemands(profile, points),
    ...points.flatMap(pointDemands),
    ...identifyDemands(profile, points),
  ];
  const fields = new Map<string, Demand[]>();
  for (const demand of demands) {
    const { table, address, shift, width, type } = demand.field;
    const key = [table, address, shift, width, isFloat({ type }) ? type : ""].join();
    fields.set(key, [...(fields.get(key) ?? []), demand]);
  }
  const settings = [...fields.values()].map((own): Setting => {
    const { field } = own[0] as Demand;
    const all = [...own, ...startDemands(field, points)];
    return {
      field,
      candidates: [...new Set(all.flatMap(({ candidates }) => candidates))],
      score: (number) => all.reduce((sum, { score }) => sum + score(number), 0),
    };
  });
  // Whole registers first, then the bits in them.
  return settings.sort((a, b) => b.field.width - a.field.width);
}

/** Puts into each field the number that suits best. */
export function putSettings(memory: WordMemory, settings: readonly Setting[]): void {
  for (const { field, candidates, score } of settings) {
    if (isFloat(field)) continue;
    const [least, most] = boundsOf(field);
    const fitting = candidates.filter((number) => number >= least && number <= most);
    let best = { number: 0n, score: Number.NEGATIVE_INFINITY };
    for (const number of fitting) {
      const own = score({ n: number, d: 1n });
      if (own > best.score) best = { number, score: own };
    }
    putPattern(memory, field, patternOf(best.number, field));
  }
}

function setupDemands(profile: ProfileKeys): readonly Demand[] {
  return (profile.device.setup ?? []).map((setup) => ({
    field: fieldOf(setup, profile.defaults.table ?? "holding"),
    candidates: [BigInt(setup.is)],
    score: equals(BigInt(setup.is), WEIGHT.setup),
  }));
}

/** Its instrument measures. Where a point shows what it does, that is left to the point. */
function stateDemands(profile: ProfileKeys, points: readonly ProfilePoint[]): readonly Demand[] {
  const states = profile.device.states ?? [];
  const fieldOfState = (state: OperandKeys): Field => fieldOf(state, "holding");
  return states.flatMap((state): readonly Demand[] => {
    const field = fieldOfState(state);
    if (points.some((point) => overlaps(point.stretch, field))) return [];
    const said = new Set(
      states
        .filter((other) => sameField(fieldOfState(other), field))
        .flatMap(({ is }) => many(is).map(BigInt)),
    );
    const candidates = Array.from({ length: said.size + 1 }, (_, n) => BigInt(n));
    return [{ field, candidates, score: ({ n }) => (said.has(n) ? 0 : WEIGHT.gate) }];
  });
}

function pointDemands(point: ProfilePoint): readonly Demand[] {
  const demands: Demand[] = point.gates.map(({ field, candidates, passes }) => ({
    field,
    candidates,
    score: (number) => (passes(number) ? WEIGHT.gate : 0),
  }));
  for (const { from } of point.sentinels) {
    // Far from all that is measured.
    if (from) demands.push({ field: from, candidates: [32_767n], score: equals(32_767n, WEIGHT.taste) });
  }
  if (point.place.kind !== "number") return demands;
  const { factors, orderFrom, unitFrom } = point.place.arithmetic;
  if (orderFrom) demands.push(oneOf(orderFrom.field, [...orderFrom.map.keys()]));
  if (unitFrom) {
    // The point's own unit first.
    const own = [...unitFrom.map].sort(([, a], [, b]) => Number(isPlain(b.scale)) - Number(isPlain(a.scale)));
    demands.push(
      oneOf(
        unitFrom.field,
        own.map(([code]) => code),
      ),
    );
  }
  for (const { field, keys } of factors) {
    if (keys.map) demands.push(oneOf(field, Object.keys(keys.map).map(BigInt)));
    else {
      const candidates = [1n, 2n, 3n, 0n, 4n, 5n, 6n, -1n, -2n, -3n];
      const places = point.keys.decimals ?? 2;
      const score = (number: Exact): number => {
        const factor = factorOf(number, keys);
        if (!factor || factor.n <= 0n) return -WEIGHT.map;
        const isSmall = compare(factor, { n: 1n, d: 10n ** BigInt(places) }) < 0;
        return isSmall || compare(factor, written(1)) > 0 ? 0 : WEIGHT.map;
      };
      demands.push({ field, candidates, score });
    }
  }
  return demands;
}

function isPlain({ n, d }: Exact): boolean {
  return n === d;
}

function oneOf(field: Field, numbers: readonly bigint[]): Demand {
  const known = new Set(numbers);
  const [first] = numbers;
  return {
    field,
    candidates: numbers,
    score: ({ n, d }) => (d === 1n && known.has(n) ? WEIGHT.map : 0) + (n === first ? WEIGHT.taste : 0),
  };
}

/** What a point that lies in the same field is said to begin with, or may hold. */
function startDemands(field: Field, points: readonly ProfilePoint[]): readonly Demand[] {
  return points.flatMap((point): readonly Demand[] => {
    if (!point.field || !sameField(point.field, field)) return [];
    const { simulate, enum: words, write } = point.keys;
    const start = typeof simulate?.start === "number" ? rawOf(point, simulate.start) : undefined;
    if (start !== undefined) return [{ field, candidates: [start], score: equals(start, WEIGHT.start) }];
    const known = Object.keys(words ?? {}).map(BigInt);
    const values = (write?.values ?? []).flatMap((value) =>
      typeof value === "number" ? [rawOf(point, value) ?? 0n] : [],
    );
    const listed = known.length > 0 ? known : values;
    const inList = new Set(listed);
    return [{ field, candidates: listed, score: ({ n }) => (inList.has(n) ? WEIGHT.taste : 0) }];
  });
}

/** Numbers by which a device is known. One that is measured (`between`) is left to its point. */
function identifyDemands(profile: ProfileKeys, points: readonly ProfilePoint[]): readonly Demand[] {
  return (profile.identify ?? []).flatMap((probe): readonly Demand[] => {
    if (probe.read.type === "string" || isTextProbe(probe)) return [];
    const field = fieldOf(probe.read, profile.defaults.table ?? "holding");
    if (isFloat(field)) return [];
    const listed = [probe.is, ...(probe.in ?? [])].flatMap((one) =>
      typeof one === "number" ? [BigInt(one)] : [],
    );
    const isMeasured = points.some((point) => overlaps(point.stretch, field));
    const [low, high] = probe.between ?? [];
    const between = low === undefined || high === undefined || isMeasured ? [] : [(low + high) / 2];
    const candidates = [...listed, ...between.map((one) => BigInt(Math.round(one)))];
    if (candidates.length === 0) return [];
    const fits = new Set(candidates);
    return [{ field, candidates, score: ({ n }) => (fits.has(n) ? WEIGHT.identify : 0) }];
  });
}

/** Texts by which a device is known. */
export function putIdentity(memory: WordMemory, profile: ProfileKeys): readonly TextField[] {
  return (profile.identify ?? []).filter(isTextProbe).map((probe) => {
    const { table = profile.defaults.table ?? "holding", address, length } = probe.read;
    const [listed] = [probe.is, ...(probe.in ?? [])].filter((one) => one !== undefined);
    const text = listed === undefined ? textOfPattern(probe.matches ?? "") : String(listed);
    const count = length ?? Math.max(1, Math.ceil(text.length / 2));
    const { order = "ABCD", chars = "both" } = probe.read;
    const field: TextField = { table, address, count, order, chars };
    putText(memory, field, text);
    return field;
  });
}

function isTextProbe(probe: IdentifyKeys): boolean {
  const listed = [probe.is, ...(probe.in ?? [])];
  return (
    probe.matches !== undefined ||
    probe.read.length !== undefined ||
    listed.some((one) => typeof one === "string")
  );
}

export function sameField(a: Field, b: Field): boolean {
  return a.table === b.table && a.address === b.address && a.shift === b.shift && a.width === b.width;
}

function equals(wanted: bigint, weight: number): (number: Exact) => number {
  return ({ n, d }) => (n === wanted && d === 1n ? weight : 0);
}

/** The raw numbers between which a device is known by a point that it measures. */
export function knownBetween(
  profile: ProfileKeys,
  point: ProfilePoint,
): readonly [number, number] | undefined {
  const { field } = point;
  const probe = (profile.identify ?? []).find(
    ({ read, between }) =>
      between && field && sameField(fieldOf(read, profile.defaults.table ?? "holding"), field),
  );
  return probe?.between;
}

/** The fields on which a point depends without being made of them. */
export function operandsOf(point: ProfilePoint): readonly Field[] {
  const { place } = point;
  const own = [
    ...point.gates.map(({ field }) => field),
    ...point.sentinels.flatMap(({ from }) => many(from)),
  ];
  if (place.kind !== "number") return own;
  const { factors, orderFrom, unitFrom } = place.arithmetic;
  return [
    ...own,
    ...factors.map(({ field }) => field),
    ...[orderFrom, unitFrom].flatMap((map) => (map ? [map.field] : [])),
  ];
}
