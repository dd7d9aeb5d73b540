import { createHash } from "node:crypto";
import type { AuditKind } from "../core/audit.js";

/*
 * The audit file: JSON lines. Each ends with a hash of all that stands before it in the line, and carries the hash
 * of the line before: docs/buffer-format.md. The first line says where the chain begins.
 */

export const AUDIT_FORMAT = 1;
/** Before the first entry of all. */
export const NO_HASH = "0".repeat(64);
/** A line is shorter: parameters are cut. */
export const MOST_LINE_BYTES = 65_536;
const MOST_TEXT = 500;
const MOST_PARAMS = 24;

export interface AuditHead {
  readonly audit: number;
  readonly gateway: string;
  /** Number of the entry before the first one that is kept here, 0 for none, and its hash. */
  readonly after: number;
  readonly prev: string;
}

export type AuditParams = Readonly<Record<string, string | number | boolean>>;

export interface AuditEntry {
  /** Counts up by one. */
  readonly n: number;
  /** Wall time, ISO 8601 UTC; `clock` says whether it was trusted. */
  readonly t: string;
  readonly mono_ms: number;
  readonly boot: string;
  readonly clock: "trusted" | "untrusted";
  readonly kind: AuditKind;
  readonly who: string;
  /** Code of an entry of AUDIT_MESSAGES, with its parameters. */
  readonly code: string;
  readonly params: AuditParams;
  readonly prev: string;
  readonly hash: string;
}

const HASH_KEY = ',"hash":"';
const TAIL_BYTES = HASH_KEY.length + 64 + '"}'.length;

export interface EncodedLine {
  readonly line: string;
  readonly hash: string;
}

export function encodeLine(content: AuditHead | Omit<AuditEntry, "hash">): EncodedLine {
  const open = JSON.stringify(content).slice(0, -1);
  const hash = createHash("sha256").update(open).digest("hex");
  return { line: `${open}${HASH_KEY}${hash}"}\n`, hash };
}

/** The line without its line break as an object, when its own hash holds. */
export function decodeLine(line: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (line.length <= TAIL_BYTES) return undefined;
  const open = line.subarray(0, line.length - TAIL_BYTES);
  const hash = createHash("sha256").update(open).digest("hex");
  if (line.toString("latin1", open.length) !== `${HASH_KEY}${hash}"}`) return undefined;
  try {
    return JSON.parse(line.toString("utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Parameters as they are stored: numbers beyond 53 bits as text, long texts cut. */
export function storedParams(params: Readonly<Record<string, unknown>>): AuditParams {
  const stored = Object.entries(params)
    .slice(0, MOST_PARAMS)
    .map(([key, value]) => {
      if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
        return [key, value];
      return [key, shortText(String(value))];
    });
  return Object.fromEntries(stored) as AuditParams;
}

export function shortText(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
}

/** Holds line after line against the chain. */
export class ChainCheck {
  #head: AuditHead | undefined;
  #n = 0;
  #hash = NO_HASH;

  get head(): AuditHead | undefined {
    return this.#head;
  }

  /** Number and hash of the last entry that fits; at the beginning those of the anchor. */
  get last(): { readonly n: number; readonly hash: string } {
    return { n: this.#n, hash: this.#hash };
  }

  /** Undefined for the head line. */
  accept(line: Buffer): AuditEntry | undefined | "broken" {
    const content = decodeLine(line);
    if (!content) return "broken";
    if (!this.#head) {
      if (!isHead(content)) return "broken";
      this.#head = content;
      this.#n = content.after;
      this.#hash = content.prev;
      return undefined;
    }
    if (!isEntry(content) || content.n !== this.#n + 1 || content.prev !== this.#hash) return "broken";
    this.#n = content.n;
    this.#hash = content.hash;
    return content;
  }
}

function isHead(content: unknown): content is AuditHead {
  const { after, audit, prev } = content as Partial<AuditHead>;
  return audit === AUDIT_FORMAT && Number.isSafeInteger(after) && typeof prev === "string";
}

export function isEntry(content: unknown): content is AuditEntry {
  const { code, n, params, t } = (content ?? {}) as Partial<AuditEntry>;
  return Number.isSafeInteger(n) && typeof t === "string" && typeof code === "string" && isParams(params);
}

const isParams = (params: unknown): boolean => typeof params === "object" && params !== null;
