import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { syncFolder, writeDurably } from "../config/durable-file.js";

/*
 * What outlasts a power cut while a change is not confirmed: one file beside gateway.yaml that holds the text to go back to.
 * It is written before anything else is touched and removed last; whoever finds it at a start goes back.
 */

const Content = TypeCompiler.Compile(
  Type.Object({
    format: Type.Literal("tram-pending/1"),
    by: Type.String(),
    since: Type.String(),
    before: Type.String(),
    buffer: Type.String(),
  }),
);

export interface Pending {
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** The whole text of gateway.yaml before the change. */
  readonly before: string;
  /** Path of the buffer: whoever holds its lock is the gateway that the change belongs to. */
  readonly buffer: string;
}

const markOf = (file: string): string => join(dirname(file), `.${basename(file)}.pending`);

/** Throws the system's error where the folder cannot be written. */
export function writePending(file: string, pending: Pending): void {
  replaceText(markOf(file), JSON.stringify({ format: "tram-pending/1", ...pending }), 0o600);
}

export function removePending(file: string): void {
  rmSync(markOf(file), { force: true });
  syncFolder(dirname(file));
}

/** Undefined where no change is pending; a mark that cannot be read is none, since it is written whole or not at all. */
export function readPending(file: string): Pending | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(markOf(file), "utf8"));
    return Content.Check(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A change that was pending when the process ended is taken back: the old text is put in its place. Who edited the file
 * meanwhile finds that text in a copy beside it. Returns what was taken back.
 */
export function takeBackPending(file: string): Pending | undefined {
  const pending = readPending(file);
  if (!pending) return undefined;
  putBack(file, pending.before);
  removePending(file);
  return pending;
}

/** The text of the file is the old one again; another one is kept as a copy. */
export function putBack(file: string, before: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === before) return;
  if (existsSync(file)) copyFileSync(file, `${file}.taken-back`);
  replaceText(file, before, modeOf(file));
}

/** Written aside, flushed, renamed: there is one text or the other, and never half of one. */
export function replaceText(file: string, text: string, mode: number): void {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    writeDurably(part, text, mode);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  syncFolder(dirname(file));
}

export function modeOf(file: string): number {
  try {
    return statSync(file).mode & 0o777;
  } catch {
    return 0o640;
  }
}
