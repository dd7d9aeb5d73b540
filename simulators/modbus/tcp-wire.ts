import type { Socket } from "node:net";
import type { ByteWire } from "./wire.js";

/** A TCP connection as a wire. A client that does not take its answers is not listened to any more. */
export function tcpWire(socket: Socket): ByteWire {
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
  return {
    onData: (listener) => {
      socket.on("data", listener);
      // A listener for data starts the stream, also one that was told to wait.
      settle();
    },
    write: (bytes) => {
      if (socket.destroyed || socket.writableEnded) return;
      if (socket.write(Uint8Array.from(bytes))) return;
      full = true;
      settle();
    },
    // What was written before is delivered, then the connection ends.
    cut: () => socket.destroySoon(),
    deafen: (on) => {
      deaf = on;
      settle();
    },
  };
}
