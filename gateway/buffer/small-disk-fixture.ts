import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { Said } from "../../drivers/core/message.js";
import type { Layout, ReadingBatch } from "../../drivers/core/reading.js";
import type { Buffer } from "../core/buffer.js";
import { openBuffer } from "./open-buffer.js";
import { batchOf, optionsIn } from "./testbed.js";

const POINTS = Array.from({ length: 4000 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
const NOISE: Layout = { device: "noise", points: POINTS };

/** 32 kB that nothing makes smaller. */
export function noise(n: number): ReadingBatch {
  return batchOf(n, {
    t: Date.now(),
    layout: NOISE,
    values: POINTS.map((_, at) => Math.sin(n * 1000 + at) * 1e9),
  });
}

/** A small disk of its own; undefined where only root may have one. */
function smallDisk(size: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "tram-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

export async function onSmallDisk(
  t: { comment(text: string): void },
  size: string,
  run: (folder: string, said: string[], open: () => Promise<Buffer>) => Promise<void>,
): Promise<void> {
  const folder = smallDisk(size);
  if (folder === undefined) {
    t.comment("only root can mount a small disk; full-file.test.ts runs without");
    return;
  }
  const said: string[] = [];
  const keep = ({ message }: Said): void => void said.push(message.code);
  const buffers: Buffer[] = [];
  const open = async (): Promise<Buffer> => {
    const buffer = await openBuffer(optionsIn(folder, { log: { ...SILENT_LOG, error: keep, info: keep } }));
    buffers.push(buffer);
    return buffer;
  };
  try {
    await run(folder, said, open);
  } finally {
    for (const buffer of buffers) await buffer.close();
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  }
}

/** Takes all that is left; again and again when something gives some of it back. */
export function fillDisk(path: string): void {
  const file = openSync(path, "a");
  try {
    for (;;) writeSync(file, Buffer.alloc(4096, 1));
  } catch {
    closeSync(file);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Appends one and gives the disk `ms` for it. */
export async function append(buffer: Buffer, n: number, ms: number): Promise<number> {
  const { seq } = buffer.append(noise(n), "normal");
  await Promise.race([buffer.durable(seq), pause(ms)]);
  return seq;
}
