import { readSync } from "node:fs";

/** What serialport's binding on Linux and macOS has beneath its stream. Its file does not block. */
interface UnixPort {
  readonly fd: number | null;
  readonly poller: { once(event: "readable", callback: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * Makes an open port close when its adapter is pulled out. From then on each read gives 0 bytes at once (Linux:
 * hung_up_tty_read), and the binding of serialport 13 reads again without end: one core is gone and no `close` ever
 * comes. A port that is there has at least one byte, or says EAGAIN. Does nothing where the binding is another one.
 */
export function closeAtHangUp(bindingPort: unknown): void {
  if (!isUnixPort(bindingPort)) return;
  const port = bindingPort;
  port.read = async (buffer, offset, length) => {
    for (;;) {
      await new Promise<void>((resolve, reject) => {
        port.poller.once("readable", (error) => (error ? reject(error) : resolve()));
      });
      // Its stream takes an error of this kind as the consequence of its own close.
      if (port.fd === null) throw Object.assign(new Error(), { canceled: true });
      const bytesRead = readNow(port.fd, buffer, offset, length);
      if (bytesRead === 0) throw new Error();
      if (bytesRead !== undefined) return { buffer, bytesRead };
    }
  };
}

function isUnixPort(port: unknown): port is UnixPort {
  return typeof port === "object" && port !== null && "poller" in port && "fd" in port && "read" in port;
}

/** Undefined when there is nothing just now. */
function readNow(fd: number, buffer: Buffer, offset: number, length: number): number | undefined {
  try {
    return readSync(fd, buffer, offset, length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EWOULDBLOCK" || code === "EINTR") return undefined;
    throw error;
  }
}
