import { read } from "node:fs";

/** What serialport's binding on Linux and macOS has beneath its stream. */
interface UnixPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: { once(event: "readable", callback: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * A port that is unplugged while it is being read answers each read with 0 bytes at once and for ever (Linux:
 * hung_up_tty_read). The binding of serialport 13 then reads again without end: one core is gone, and no `close`
 * ever comes. This puts a read of our own in its place, for which 0 bytes are the end: with VMIN 1 and without
 * waiting, a port that is there says EAGAIN instead. Does nothing where the binding is another one.
 */
export function endReadsOnHangUp(bindingPort: unknown): void {
  if (!isUnixPort(bindingPort)) return;
  const port = bindingPort;
  const readOnce = (buffer: Buffer, offset: number, length: number): Promise<number> =>
    new Promise((resolve, reject) => {
      if (port.fd === null) reject(canceled());
      else
        read(port.fd, buffer, offset, length, null, (error, count) =>
          error ? reject(error) : resolve(count),
        );
    });
  port.read = async (buffer, offset, length) => {
    for (;;) {
      if (!port.isOpen) throw canceled();
      try {
        const bytesRead = await readOnce(buffer, offset, length);
        if (bytesRead === 0) throw new Error("hung up");
        return { buffer, bytesRead };
      } catch (error) {
        if (!port.isOpen) throw canceled();
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "EAGAIN" && code !== "EWOULDBLOCK" && code !== "EINTR") throw error;
      }
      await new Promise<void>((resolve, reject) => {
        port.poller.once("readable", (error) => (error ? reject(error) : resolve()));
      });
    }
  };
}

function isUnixPort(port: unknown): port is UnixPort {
  return typeof port === "object" && port !== null && "poller" in port && "fd" in port && "read" in port;
}

/** The stream above takes an error of this kind as the consequence of its own close. */
function canceled(): Error {
  return Object.assign(new Error("Port is not open"), { canceled: true });
}
