import type { Text } from "../core/message.js";
import type { Point, Safety } from "../core/point.js";
import { defaultsOf } from "./check.js";
import type { Confidence } from "./common-schema.js";
import { expandPoint } from "./expand-point.js";
import type { DriverFamily } from "./family.js";
import type { Numbering } from "./numbering.js";
import { overlaid } from "./overlay.js";
import type { WrittenPoint } from "./point-schema.js";
import { resolvePoint } from "./resolve-point.js";
import type {
  Addressing,
  Expected,
  Identification,
  ORIGINS,
  ProfileCommand,
  ProfileLink,
  ProfileOption,
  Watchdog,
  WrittenProfile,
  WrittenVector,
} from "./written-profile.js";

/** A frame pair, with CRC, as on the RTU wire. */
export interface ProfileExchange {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

/** A frame pair by which a profile is tested. */
export interface ProfileVector extends ProfileExchange {
  readonly expect: Readonly<Record<string, Expected>>;
  readonly writes: Readonly<Record<string, number | string | boolean>>;
  readonly command?: string;
  readonly before: readonly ProfileExchange[];
  readonly variant?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly origin: (typeof ORIGINS)[number];
  readonly source: string;
}

/** Which of the devices that a profile describes it is. */
export interface Fitting {
  readonly variant?: string | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/**
 * A checked profile of one device: what it extends, its variant and its options are applied, repeated points are
 * written out. Its points are completed for a device by `resolvePoint`.
 */
export interface Profile {
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  readonly family: DriverFamily;
  readonly category?: string;
  readonly also: readonly string[];
  readonly confidence: Confidence;
  readonly safety: Safety;
  readonly sources: readonly string[];
  readonly links: readonly ProfileLink[];
  readonly addressing?: Addressing;
  readonly broadcast?: WrittenProfile["broadcast"];
  readonly numbering?: Numbering;
  readonly wiring?: Text;
  readonly notes?: Text;
  /** Keys of the family's device schema, checked form; what is absent takes the schema's default. */
  readonly device: Readonly<Record<string, unknown>>;
  /** By type; `none`: no value of it means anything but itself. */
  readonly sentinels?: WrittenProfile["sentinels"];
  readonly defaults: WrittenPoint;
  readonly options: Readonly<Record<string, ProfileOption>>;
  readonly points: ReadonlyMap<string, WrittenPoint>;
  readonly commands: Readonly<Record<string, ProfileCommand>>;
  readonly watchdog?: Watchdog;
  readonly identify: readonly Identification[];
  readonly variants: Readonly<Record<string, Text>>;
  readonly vectors: readonly ProfileVector[];
  readonly noVectors?: Text;
  /** As written, with what it extends: what `fitted` starts from. */
  readonly written: WrittenProfile;
}

/** The profile of a written one whose faults have been reported: what is faulty is left out. */
export function profileOf(written: WrittenProfile, family: DriverFamily, fitting: Fitting = {}): Profile {
  const over = fitting.variant === undefined ? undefined : written.variants?.[fitting.variant];
  const { title: _variantTitle, ...changes } = over ?? { title: written.title };
  const own = over ? overlaid(written, changes) : written;
  const options = own.options ?? {};
  const chosen = (name: string): string | undefined => fitting.options?.[name] ?? options[name]?.default;
  const points = new Map<string, WrittenPoint>();
  for (const entry of own.points ?? []) {
    if (!entry || !isFitted(entry, chosen)) continue;
    for (const point of expandPoint(entry, () => {})) if (point.id !== undefined) points.set(point.id, point);
  }
  const { category, addressing, broadcast, numbering, wiring, notes, sentinels, watchdog, no_vectors } = own;
  return {
    id: own.profile,
    version: own.version,
    title: own.title,
    family,
    ...(category !== undefined && { category }),
    also: own.also ?? [],
    confidence: own.confidence,
    safety: own.safety ?? "benign",
    sources: own.sources,
    links: own.links ?? [],
    ...(addressing && { addressing }),
    ...(broadcast && { broadcast }),
    ...(numbering && { numbering }),
    ...(wiring && { wiring }),
    ...(notes && { notes }),
    device: { ...own.device, ...(own.setup && { setup: own.setup }) },
    ...(sentinels !== undefined && { sentinels }),
    defaults: own.defaults ?? {},
    options,
    points,
    commands: own.commands ?? {},
    ...(watchdog && { watchdog }),
    identify: own.identify ?? [],
    variants: Object.fromEntries(Object.entries(own.variants ?? {}).map(([id, { title }]) => [id, title])),
    vectors: vectorsOf(written),
    ...(no_vectors && { noVectors: no_vectors }),
    written,
  };
}

/** The same profile for another variant or with other options. */
export function fitted(profile: Profile, fitting: Fitting): Profile {
  if (fitting.variant === undefined && fitting.options === undefined) return profile;
  return profileOf(profile.written, profile.family, fitting);
}

/** Settings of a device before gateway.yaml is read: the profile's, then the defaults of the family. */
export function deviceDefaults(profile: Profile | undefined, family: DriverFamily): Record<string, unknown> {
  return { ...defaultsOf(family.device), ...profile?.device };
}

/** What a point takes from the file it is written in, besides itself. */
export function sharedOf(profile: Profile | undefined) {
  return {
    defaults: profile?.defaults ?? {},
    sentinels: profile?.sentinels,
    numbering: profile?.numbering,
    safety: profile?.safety,
  };
}

/** All points of a profile as a device of that name has them that says nothing more. */
export function pointsOf(profile: Profile, device: string): readonly Point[] {
  const { family } = profile;
  const minPeriodMs = Number(profile.device["min_every"] ?? 0);
  return [...profile.points.values()].flatMap((written) => {
    const sources = { device, family, layers: [written], devicePeriodMs: undefined, minPeriodMs };
    return resolvePoint({ ...sources, ...sharedOf(profile) }, () => {}) ?? [];
  });
}

function isFitted(point: WrittenPoint, chosen: (name: string) => string | undefined): boolean {
  const conditions = Object.entries((point.if ?? {}) as Readonly<Record<string, string | readonly string[]>>);
  return conditions.every(([name, values]) => [values].flat().includes(chosen(name) ?? ""));
}

/** Those of the file and those of its variants, which say so themselves. */
function vectorsOf(written: WrittenProfile): readonly ProfileVector[] {
  const ofVariants = Object.entries(written.variants ?? {}).flatMap(([variant, { vectors = [] }]) =>
    vectors.map((vector) => ({ variant, ...vector })),
  );
  return [...(written.vectors ?? []), ...ofVariants].map(vectorOf);
}

function vectorOf(written: WrittenVector): ProfileVector {
  const { request, reply, before = [], expect = {}, writes = {}, ...rest } = written;
  return {
    ...rest,
    request: bytesOf(request),
    reply: bytesOf(reply),
    expect,
    writes,
    before: before.map((exchange) => ({
      request: bytesOf(exchange.request),
      reply: bytesOf(exchange.reply),
    })),
  };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex"));
}
