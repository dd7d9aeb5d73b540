import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { ConfigurationError } from "./errors.js";
import { CORE_MESSAGES } from "./messages.js";

export type Release = () => Promise<void>;

/**
 * Excludes a second process (or a second gateway in this one) from a wire or a file. The kernel gives the
 * lock back when the process ends, however it ends.
 */
export interface Lock {
  /**
   * `what` names the thing for people, `path` is the thing. Throws ConfigurationError
   * `core.held_by_process` with the holder's process id when it is taken.
   */
  acquire(what: string, path: string): Promise<Release>;
}

/** How long the holder of a lock may take to say who it is. */
const ANSWER_MS = 500;

/**
 * A lock is the bound name of an abstract Unix socket (unix(7)): it exists as long as the process holds the
 * socket and leaves no file behind. Who connects is told the holder's process id.
 */
export class SocketLock implements Lock {
  async acquire(what: string, path: string): Promise<Release> {
    const name = lockName(path);
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(String(process.pid));
    });
    try {
      await listen(server, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      const pid = (await askHolder(name)) ?? "?";
      throw new ConfigurationError(CORE_MESSAGES.held_by_process, { what, pid }, { cause: error });
    }
    server.unref();
    return () => new Promise((resolve) => server.close(() => resolve()));
  }
}

/** Process id of who holds the lock of `path`, undefined for nobody. Takes nothing, so that it is in nobody's way. */
export function lockHolder(path: string): Promise<string | undefined> {
  return askHolder(lockName(path));
}

function lockName(path: string): string {
  return `\0tram-lock-${createHash("sha256").update(identityOf(path)).digest("hex").slice(0, 32)}`;
}

/** The same device or file has one identity, whatever link names it. */
function identityOf(path: string): string {
  try {
    const stat = statSync(path);
    if (stat.isCharacterDevice()) return `device:${stat.rdev}`;
    return `file:${realpathSync(path)}`;
  } catch {
    try {
      return `file:${join(realpathSync(dirname(path)), basename(path))}`;
    } catch {
      return `name:${path}`;
    }
  }
}

function listen(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(name, resolve);
  });
}

function askHolder(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(name);
    let text = "";
    const finish = (): void => {
      socket.destroy();
      resolve(/^\d+$/.test(text) ? text : undefined);
    };
    socket.setTimeout(ANSWER_MS, finish);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("end", finish);
    socket.on("error", finish);
  });
}
