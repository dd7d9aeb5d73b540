import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WordSource } from "../grammar/kinds.js";

/** A configuration that is larger is not read while somebody waits for the Tab key. */
const MOST_BYTES = 1_000_000;

/** What a completion may look into; absent files give no words. */
export interface WordPlaces {
  /** gateway.yaml */
  readonly config: string | undefined;
  /** The folder of the installation. */
  readonly root: string;
  /** Where the system puts names of serial adapters; tests name another. */
  readonly serialById?: string;
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
  const profilesDir = join(places.root, "config/profiles");
  const config = OUTSIDE.has(source) ? {} : await looselyRead(places.config);
  const words = (): readonly string[] => {
    switch (source) {
      case "profile":
        return profileIds(profilesDir);
      case "serial-port":
        return serialPorts(places.serialById);
      case "site":
        return namesIn(join(places.root, "config/examples"), /^(.+)\.scenario\.yaml$/);
      case "lesson":
        return namesIn(join(places.root, "config/lessons"), /^0*(\d+)-.*\.yaml$/);
      case "connection":
        return keysOf(config["connections"]);
      case "uplink":
        return keysOf(config["uplinks"]);
      case "device":
        return keysOf(config["devices"]);
      case "device-point":
        return keysOf(config["devices"]).flatMap((device) => pointsOf(config, device, profilesDir));
      case "point":
        return keysOf(config["devices"]).flatMap((device) =>
          typed.startsWith(`${device}.`)
            ? pointsOf(config, device, profilesDir).map((point) => `${device}.${point}`)
            : [device, `${device}.`],
        );
    }
  };
  return [...new Set(words())].filter((word) => word.startsWith(typed)).sort();
}

/** What no configuration says. */
const OUTSIDE: ReadonlySet<WordSource> = new Set(["profile", "serial-port", "site", "lesson"]);

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
  return namesIn(profilesDir, /^([\w-]+\/[\w.-]+)\.yaml$/);
}

/** What the pattern catches of the names in a folder and below it. */
function namesIn(folder: string, pattern: RegExp): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** Adapters by the names that stay; where none has one, by those that the kernel gave. */
function serialPorts(byId = "/dev/serial/by-id"): readonly string[] {
  const named = namesIn(byId, /^([\w:.@+-]+)$/).map((name) => join(byId, name));
  return named.length > 0 ? named : kernelPorts();
}

function kernelPorts(): readonly string[] {
  try {
    const names = readdirSync("/dev").filter((name) => /^tty(?:USB|ACM|AMA)\d+$/.test(name));
    return names.map((name) => join("/dev", name));
  } catch {
    return [];
  }
}
