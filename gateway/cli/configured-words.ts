import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WordSource } from "./grammar/kinds.js";

/** A configuration that is larger is not read while somebody waits for the Tab key. */
const MOST_BYTES = 1_000_000;

/** What a completion may look into; absent files give no words. */
export interface WordPlaces {
  /** gateway.yaml */
  readonly config: string | undefined;
  readonly profilesDir: string;
}

/**
 * Words that begin with `typed`. The configuration is only looked into, not checked: it may be half written. Nothing
 * is thrown, and no driver is loaded.
 */
export async function configuredWords(
  source: Exclude<WordSource, "file">,
  typed: string,
  places: WordPlaces,
): Promise<readonly string[]> {
  const config = source === "profile" ? {} : await looselyRead(places.config);
  const words = (): readonly string[] => {
    switch (source) {
      case "profile":
        return profileIds(places.profilesDir);
      case "connection":
        return keysOf(config["connections"]);
      case "uplink":
        return keysOf(config["uplinks"]);
      case "device":
        return keysOf(config["devices"]);
      case "device-point":
        return keysOf(config["devices"]).flatMap((device) => pointsOf(config, device, places.profilesDir));
      case "point":
        return keysOf(config["devices"]).flatMap((device) =>
          typed.startsWith(`${device}.`)
            ? pointsOf(config, device, places.profilesDir).map((point) => `${device}.${point}`)
            : [device, `${device}.`],
        );
    }
  };
  return [...new Set(words())].filter((word) => word.startsWith(typed)).sort();
}

type Loose = Readonly<Record<string, unknown>>;

async function looselyRead(file: string | undefined): Promise<Loose> {
  try {
    if (file === undefined || statSync(file).size > MOST_BYTES) return {};
    const { parse } = await import("yaml");
    return asRecord(parse(readFileSync(file, "utf8"), { logLevel: "silent", strict: false }));
  } catch {
    return {};
  }
}

function asRecord(value: unknown): Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** Only ids, which a shell can do no harm with. */
function keysOf(section: unknown): readonly string[] {
  return Object.keys(asRecord(section)).filter(isPlain);
}

function isPlain(word: unknown): word is string {
  return typeof word === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(word);
}

function pointsOf(config: Loose, device: string, profilesDir: string): readonly string[] {
  const { points, profile } = asRecord(asRecord(config["devices"])[device]);
  if (Array.isArray(points)) {
    return points.map((point) => (typeof point === "string" ? point : asRecord(point)["id"])).filter(isPlain);
  }
  return typeof profile === "string" && /^[\w-]+\/[\w.-]+$/.test(profile)
    ? profilePoints(profilesDir, profile)
    : [];
}

/** The ids as they stand in the file; to parse a profile takes longer than a Tab may. */
function profilePoints(profilesDir: string, profile: string): readonly string[] {
  try {
    const text = readFileSync(join(profilesDir, `${profile}.yaml`), "utf8");
    const points = text.slice(text.search(/^points:/m)).split(/^(?!points:)[a-z]/m)[0] ?? "";
    return [...points.matchAll(/\bid:\s*"?([A-Za-z0-9][\w.-]*)(?=["\s,}])/g)].flatMap(([, id]) => id ?? []);
  } catch {
    return [];
  }
}

function profileIds(profilesDir: string): readonly string[] {
  try {
    return readdirSync(profilesDir, { recursive: true, encoding: "utf8" })
      .filter((name) => /^[\w-]+\/[\w.-]+\.yaml$/.test(name))
      .map((name) => name.replace(/\.yaml$/, ""))
      .sort();
  } catch {
    return [];
  }
}
