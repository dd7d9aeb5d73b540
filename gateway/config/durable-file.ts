import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";

/** Throws the system's error. What is written is on the disk. */
export function writeDurably(file: string, text: string, mode: number): void {
  const fd = openSync(file, "w", mode);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Names that were changed in it are on the disk. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
