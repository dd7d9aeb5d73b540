import { existsSync, readFileSync, statfsSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Language, renderText, say } from "../../../drivers/core/message.js";
import { INIT_MESSAGES as M } from "./init-messages.js";
import { NONE, type Parsed } from "./init-parse.js";

const LARGEST_BYTES = 2e9;
const LEAST_BYTES = 50e6;
const STEP_BYTES = 50e6;

export function defaultName(language: Language): string {
  return renderText(say(M.default_name, { host: hostname() }), language);
}

/** Boxes come set to UTC; the province is not there. */
export function defaultTimezone(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // ICU still gives the name that IANA gave up in 1993 (backward: Asia/Saigon).
  if (own === "Asia/Saigon") return "Asia/Ho_Chi_Minh";
  return /^(?:Etc\/)?(?:UTC|GMT|Universal|Zulu)$/.test(own) || own === "" ? "Asia/Ho_Chi_Minh" : own;
}

export function freeBytesAt(path: string): number {
  const { bavail, bsize } = statfsSync(nearest(dirname(path)));
  return bavail * bsize;
}

function nearest(folder: string): string {
  return existsSync(folder) || folder === "/" ? folder : nearest(dirname(folder));
}

/** Half of what is free, 2 GB at most: the other half is for logs, updates and what nobody thought of. */
export function defaultSize(freeBytes: number): string {
  const bytes = Math.max(
    LEAST_BYTES,
    Math.min(LARGEST_BYTES, Math.floor(freeBytes / 2 / STEP_BYTES) * STEP_BYTES),
  );
  return bytes >= 1e9 && bytes % 1e9 === 0 ? `${bytes / 1e9}GB` : `${bytes / 1e6}MB`;
}

/** A file of certificates, relative to the configuration as it will be. */
export function caParser(folder: string): (text: string) => Parsed<string | undefined> {
  return (text) => {
    if (text === "" || NONE.test(text)) return { value: undefined };
    try {
      if (readFileSync(resolve(folder, text), "utf8").includes("-----BEGIN CERTIFICATE-----"))
        return { value: text };
    } catch {
      // The same answer as for a file of something else.
    }
    return { wrong: say(M.wrong_ca, { text }) };
  };
}

/** Beside gateway.yaml; where `${file:secrets/mqtt}` looks. */
export function secretPath(file: string): string {
  return join(dirname(file), "secrets", "mqtt");
}
