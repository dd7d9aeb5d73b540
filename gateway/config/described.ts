import type { DriverFamily } from "../../drivers/profiles/family.js";
import type { WrittenPoint } from "../../drivers/profiles/point-schema.js";
import { type Profile, profileOf } from "../../drivers/profiles/profile.js";

export interface Description {
  readonly id: string;
  readonly family: DriverFamily;
  /** For its variant and its options. */
  readonly profile: Profile | undefined;
  /** Of the family's device keys those that gateway.yaml writes. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What gateway.yaml says of points, written out. */
  readonly overrides: readonly WrittenPoint[];
}

/**
 * What a device is, by its profile and gateway.yaml together: all points of the profile with what is said of them
 * anew, and those that only the file knows. A device without a profile gets one of its own, under its id.
 */
export function describedBy({ id, family, profile, settings, overrides }: Description): Profile {
  const base = profile ?? profileOf(bare(id), family);
  const points = new Map(base.points);
  for (const override of overrides) {
    const point = String(override.id);
    points.set(point, { ...points.get(point), ...override });
  }
  return { ...base, device: { ...base.device, ...settings }, points };
}

function bare(id: string): Profile["written"] {
  return { profile: id, version: 1, title: { vi: id, en: id }, confidence: "C", sources: [] };
}
