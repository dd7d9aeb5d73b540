import { closeSync, openSync, readdirSync, readSync } from "node:fs";

/** Files of proc and sys are short; what is longer is not what it should be. */
const MOST_BYTES = 262_144;

/** A file of the system without its last white space, undefined where it cannot be read. */
export function readText(system: string, path: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(system + path, "r");
    const bytes = Buffer.alloc(MOST_BYTES);
    let length = 0;
    // proc gives at most a page a call.
    for (let got = -1; got !== 0 && length < MOST_BYTES; length += got) {
      got = readSync(file, bytes, length, MOST_BYTES - length, null);
    }
    return bytes.toString("utf8", 0, length).replace(/\0/g, " ").trimEnd();
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A whole number of a file, decimal or 0x..., undefined where there is none. */
export function readNumber(system: string, path: string): number | undefined {
  const text = readText(system, path)?.trim();
  return text === undefined || !/^(?:-?\d+|0x[0-9a-f]+)$/i.test(text) ? undefined : Number(text);
}

/** Names in a folder in their order, none where it cannot be read. */
export function namesIn(system: string, path: string): readonly string[] {
  try {
    return readdirSync(system + path).sort();
  } catch {
    return [];
  }
}
