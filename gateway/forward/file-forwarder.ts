import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError, LinkError, RejectedError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import { topicOf } from "../contract/topics.js";
import type { UplinkConfig } from "../core/config.js";
import type { Forwarder, ForwarderLimits, Outbound } from "../core/forwarder.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { PART, recoverLeftovers, syncFolder } from "./part-files.js";

/** Lines of so much time share one fsync: flash wears by the number of them. */
const SYNC_EVERY_MS = 1_000;
const WINDOW = 64;
const MAX_PAYLOAD = 256_000;

export interface FileForwarderParts {
  readonly uplink: UplinkConfig;
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly openedAt: number;
}

/**
 * JSON lines `{"topic", "retain", "payload"}` in a folder, one file an interval: written aside as `.part`, renamed
 * when it is complete, so that whoever collects the files never sees half of one. A receipt means: on the disk.
 */
export class FileForwarder implements Forwarder {
  readonly proves = "written";
  readonly #parts: FileForwarderParts;
  readonly #folder: string;
  readonly #prefix: string;
  #connected = false;
  #closing = false;
  #waiting: Waiting[] = [];
  #file: OpenFile | undefined;
  #cancelSync: Cancel | undefined;
  #cancelRotate: Cancel | undefined;
  /** One file operation after the other. */
  #work: Promise<void> = Promise.resolve();
  #onLost: (error: Error) => void = () => {};

  constructor(parts: FileForwarderParts) {
    this.#parts = parts;
    this.#folder = fileURLToPath(parts.uplink.url);
    // No id has a ~: one uplink never takes another's files for its own.
    this.#prefix = `${parts.gatewayId}~${parts.uplink.id}~`;
  }

  onLost(listener: (error: Error) => void): void {
    this.#onLost = listener;
  }

  async connect(): Promise<ForwarderLimits> {
    await this.#work;
    try {
      await mkdir(this.#folder, { recursive: true });
      for (const { file, cutBytes } of await recoverLeftovers(this.#folder, this.#prefix)) {
        this.#parts.log.warn(say(M.leftover_recovered, { file, bytes: cutBytes }));
      }
    } catch (error) {
      throw this.#failure(error);
    }
    this.#connected = true;
    this.#closing = false;
    return { window: WINDOW, maxPayload: MAX_PAYLOAD };
  }

  send(message: Outbound): Promise<void> {
    const { clock, gatewayId, uplink } = this.#parts;
    if (!this.#connected || this.#closing)
      return Promise.reject(new LinkError(M.not_connected, { url: uplink.url }));
    const bytes = Buffer.byteLength(message.payload);
    if (bytes > MAX_PAYLOAD) {
      const params = { url: uplink.url, topic: message.topic, bytes, limit: MAX_PAYLOAD };
      return Promise.reject(new RejectedError(M.message_too_large, params));
    }
    const line = lineOf(topicOf(gatewayId, message.topic), message);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#cancelSync ??= clock.after(SYNC_EVERY_MS, () => {
        this.#cancelSync = undefined;
        void this.#enqueue(() => this.#flush());
      });
    });
  }

  /** What waits is written and the file completed, as far as `deadlineMs` allows; a rest stays as `.part`. */
  async close(deadlineMs: number): Promise<void> {
    if (!this.#connected || this.#closing) return;
    this.#closing = true;
    this.#cancelSync?.();
    this.#cancelSync = undefined;
    const { clock, uplink } = this.#parts;
    const work = this.#enqueue(async () => {
      await this.#flush();
      await this.#complete();
    });
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(deadlineMs, resolve);
    });
    await Promise.race([work, late]);
    cancel();
    this.#connected = false;
    this.#rejectAll(new LinkError(M.closed, { url: uplink.url }));
  }

  /** Runs after what is under way; a failure ends the connection. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(task).catch((error: unknown) => this.#fail(error));
    return this.#work;
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0 || !this.#connected) return;
    this.#waiting = [];
    try {
      const { handle } = this.#file ?? (await this.#openFile());
      await handle.appendFile(batch.map(({ line }) => line).join(""));
      await handle.datasync();
    } catch (error) {
      for (const { reject } of batch) reject(this.#failure(error));
      throw error;
    }
    for (const { resolve } of batch) resolve();
  }

  async #openFile(): Promise<OpenFile> {
    const { clock, uplink } = this.#parts;
    const stamp = new Date(clock.now()).toISOString().replace(/[-:.]/g, "");
    for (let n = 1; ; n++) {
      const path = join(this.#folder, `${this.#prefix}${stamp}${n > 1 ? `-${n}` : ""}.jsonl`);
      try {
        // The final name must be free too: a clock that was set back must not overwrite an earlier file.
        await (await open(path, "r")).close();
      } catch {
        this.#file = { handle: await open(path + PART, "ax"), path, openedAt: clock.mono() };
        await syncFolder(this.#folder);
        this.#cancelRotate = clock.after(
          uplink.fileEveryMs,
          () => void this.#enqueue(() => this.#complete()),
        );
        return this.#file;
      }
    }
  }

  async #complete(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    this.#file = undefined;
    this.#cancelRotate?.();
    this.#cancelRotate = undefined;
    try {
      await file.handle.sync();
    } finally {
      await file.handle.close();
    }
    await rename(file.path + PART, file.path);
    await syncFolder(this.#folder);
  }

  async #fail(thrown: unknown): Promise<void> {
    const error = this.#failure(thrown);
    const file = this.#file;
    this.#file = undefined;
    this.#cancelRotate?.();
    this.#cancelRotate = undefined;
    // What was written stays as .part; the next connection completes it.
    await file?.handle.close().catch(() => {});
    const byItself = this.#connected && !this.#closing;
    this.#connected = false;
    this.#rejectAll(error);
    if (byItself) this.#onLost(error);
  }

  #rejectAll(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }

  #failure(thrown: unknown): LinkError {
    const error = asError(thrown);
    return new LinkError(M.folder_failed, { path: this.#folder, problem: error.message }, { cause: error });
  }
}

/** A payload is JSON already; a compressed one is base64, a cleared message null. */
function lineOf(topic: string, { payload, retain }: Outbound): string {
  const head = `{"topic":${JSON.stringify(topic)},"retain":${retain}`;
  if (typeof payload !== "string") return `${head},"gzip":"${Buffer.from(payload).toString("base64")}"}\n`;
  return `${head},"payload":${payload === "" ? "null" : payload}}\n`;
}
