import { closeSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { ReadStream } from "node:tty";
import { SerialPort } from "serialport";

interface NativePty {
  open(
    columns: number,
    rows: number,
  ): { readonly master: number; readonly slave: number; readonly pty: string };
}

/**
 * A pseudo-terminal pair, made without root: one end is held here, the other is a serial port for whoever opens
 * `path`. Bytes pass unchanged both ways and at once; speed is the business of the device behind.
 *
 * A child process inherits the pair's file descriptors (the native `open` does not mark them close-on-exec): a
 * program that must notice the port vanish is started with everything above 2 closed.
 */
export class PseudoTerminal {
  /** `/dev/pts/N` */
  readonly path: string;
  readonly link: string | undefined;
  /** Bytes that nobody came to read. */
  dropped = 0;
  readonly #ownEnd: number;
  readonly #portEnd: number;
  readonly #stream: ReadStream;
  #closed: Promise<void> | undefined;

  private constructor(path: string, link: string | undefined, ownEnd: number, portEnd: number) {
    this.path = path;
    this.link = link;
    this.#ownEnd = ownEnd;
    this.#portEnd = portEnd;
    this.#stream = new ReadStream(ownEnd);
    this.#stream.on("error", () => {
      void this.close();
    });
    this.#stream.resume();
  }

  /**
   * `link` is a path that will lead to the port until it is closed; an old symbolic link there is replaced,
   * anything else is left alone and refused (EEXIST).
   */
  static async open(link?: string): Promise<PseudoTerminal> {
    const { master, slave, pty } = loadNative().open(80, 24);
    // Raw: no echo, no CR/LF translation, no signals. The package's own terminal wrapper and Node's setRawMode
    // both leave ONLCR set; opening it as a serial port sets what a serial port has, and the kernel keeps it.
    try {
      await openOnce(pty);
      if (link !== undefined) placeLink(pty, link);
    } catch (error) {
      closeSync(master);
      closeSync(slave);
      throw error;
    }
    // The port's end stays open here too: with the last opener gone the kernel would answer EIO to every read of
    // ours. So an opener may come and go as with a real port.
    return new PseudoTerminal(pty, link, master, slave);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#stream.on("data", listener);
  }

  /**
   * Hands over what the kernel takes (about 4 kB wait for a reader); the rest is lost, as on a wire. Written to
   * the descriptor itself: Node's stream writes to this end of a pair by spinning until there is room.
   */
  write(bytes: Uint8Array): void {
    if (this.#closed !== undefined) {
      this.dropped += bytes.length;
      return;
    }
    try {
      this.dropped += bytes.length - writeSync(this.#ownEnd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") void this.close();
      this.dropped += bytes.length;
    }
  }

  /** As when the adapter is unplugged: openers are hung up, the link is gone. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      if (this.link !== undefined) removeLink(this.link, this.path);
      this.#stream.once("close", () => resolve());
      this.#stream.destroy();
      closeSync(this.#portEnd);
    });
    return this.#closed;
  }
}

function loadNative(): NativePty {
  // The binary is an optional dependency of the package that is chosen by platform.
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(ours.resolve("@lydell/node-pty"));
  return theirs(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
}

function openOnce(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 9600, lock: false, autoOpen: false });
    port.open((error) => {
      if (error) reject(error);
      else port.close((failure) => (failure ? reject(failure) : resolve()));
    });
  });
}

function placeLink(target: string, link: string): void {
  mkdirSync(dirname(link), { recursive: true });
  removeLink(link);
  symlinkSync(target, link);
}

/** Removes a symbolic link; where `target` is given, only while it still leads there. */
function removeLink(link: string, target?: string): void {
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (target === undefined || readlinkSync(link) === target) unlinkSync(link);
}
