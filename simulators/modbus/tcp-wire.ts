import type { Socket } from "node:net";
import type { ByteWire } from "./wire.js";

/**
 * A TCP connection as a wire. A client that does not take its answers is not listened to any more. What is said to
 * requests that came together leaves together.
 */
export function tcpWire(socket: Socket): ByteWire {
  /** What is said while a piece of what came is being heard. */
  let gathered: Uint8Array[] | undefined;
  let full = false;
  let deaf = false;
  const settle = (): void => {
    if (full || deaf) socket.pause();
    else socket.resume();
  };
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("drain", () => {
    full = false;
    settle();
  });
  const send = (bytes: Uint8Array): void => {
    if (socket.destroyed || socket.writableEnded || socket.write(bytes)) return;
    full = true;
    settle();
  };
  const sendGathered = (): void => {
    const said = gathered ?? [];
    gathered = undefined;
    const [first] = said;
    if (first) send(said.length === 1 ? first : Buffer.concat(said));
  };
  return {
    onData: (listener) => {
      socket.on("data", (bytes) => {
        gathered = [];
        try {
          listener(bytes);
        } finally {
          sendGathered();
        }
      });
      // A listener for data starts the stream, also one that was told to wait.
      settle();
    },
    write: (bytes) => {
      if (gathered) gathered.push(bytes);
      else send(bytes);
    },
    // What was written before is delivered, then the connection ends.
    cut: () => {
      sendGathered();
      socket.destroySoon();
    },
    deafen: (on) => {
      deaf = on;
      settle();
    },
  };
}
