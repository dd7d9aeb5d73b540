import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Buffer } from "../core/buffer.js";
import type { BufferOptions } from "./buffer-options.js";
import { SqliteBuffer } from "./sqlite-buffer.js";
import { Store } from "./store.js";

/**
 * Opens the buffer: takes the lock, starts the thread that owns the file, tells what the last run left behind.
 * A file that cannot be opened does not stop the gateway: it numbers in memory and tries again. Throws
 * ConfigurationError for a file that another process holds or a newer version wrote.
 */
export async function openBuffer(options: BufferOptions): Promise<Buffer> {
  const { config, lock } = options;
  // The lock's name is that of the file in its folder: the folder must be there.
  await mkdir(dirname(config.path), { recursive: true }).catch(() => {});
  const release = await lock.acquire(`buffer ${config.path}`, config.path);
  const store: Store = new Store(
    (error) => options.onFatal?.(error),
    (reopened) => buffer.reopened(reopened),
  );
  const buffer: SqliteBuffer = new SqliteBuffer(options, store, release);
  try {
    await buffer.open();
    return buffer;
  } catch (error) {
    await buffer.abandon();
    throw error;
  }
}
