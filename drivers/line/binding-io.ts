import { readSync, writeSync } from "node:fs";

/** What serialport's binding on Linux and macOS has beneath its stream. Its file does not block. */
interface UnixPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: { once(event: "readable", callback: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
}

/**
 * Puts reads and writes of our own in the place of the binding's. Does nothing where the binding is another one.
 *
 * - A port that is unplugged while it is being read answers each read with 0 bytes at once and for ever (Linux:
 *   hung_up_tty_read). The binding of serialport 13 then reads again without end: one core is gone, and no `close`
 *   ever comes. Here 0 bytes are the end: with VMIN 1 and without waiting, a port that is there says EAGAIN instead.
 * - The binding reads and writes by way of the thread pool, twice for each byte that comes alone, and some tenths of
 *   a millisecond later than it could: at 115200 baud a twentieth of an exchange. Nothing here ever waits for the
 *   kernel, so it is done at once.
 */
export function readAndWriteAtOnce(bindingPort: unknown): void {
  if (!isUnixPort(bindingPort)) return;
  const port = bindingPort;
  const writeLater = port.write.bind(port);
  port.read = async (buffer, offset, length) => {
    for (;;) {
      if (port.fd === null) throw canceled();
      await new Promise<void>((resolve, reject) => {
        port.poller.once("readable", (error) => (error ? reject(error) : resolve()));
      });
      if (port.fd === null) throw canceled();
      const { fd } = port;
      const bytesRead = unlessBlocked(() => readSync(fd, buffer, offset, length, null));
      if (bytesRead === 0) throw new Error("hung up");
      if (bytesRead !== undefined) return { buffer, bytesRead };
    }
  };
  port.write = async (buffer) => {
    if (port.fd === null) throw canceled();
    const { fd } = port;
    const written = unlessBlocked(() => writeSync(fd, buffer)) ?? 0;
    if (written < buffer.length) await writeLater(buffer.subarray(written));
  };
}

function isUnixPort(port: unknown): port is UnixPort {
  return typeof port === "object" && port !== null && "poller" in port && "fd" in port && "read" in port;
}

/** Undefined when the kernel has nothing, or no room, just now. */
function unlessBlocked(call: () => number): number | undefined {
  try {
    return call();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EWOULDBLOCK" || code === "EINTR") return undefined;
    throw error;
  }
}

/** The stream above takes an error of this kind as the consequence of its own close. */
function canceled(): Error {
  return Object.assign(new Error("Port is not open"), { canceled: true });
}
