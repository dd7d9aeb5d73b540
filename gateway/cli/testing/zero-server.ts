import { createServer } from "node:net";
import type { Test } from "tap";

/** A server of Modbus TCP that answers every read with zeros, until the test ends; its port. */
export async function zeroServer(t: Test): Promise<number> {
  const server = createServer((socket) => {
    t.teardown(() => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (request) => {
      const count = request.readUInt16BE(10);
      const reply = Buffer.alloc(9 + 2 * count);
      request.copy(reply, 0, 0, 4);
      reply.writeUInt16BE(3 + 2 * count, 4);
      request.copy(reply, 6, 6, 8);
      reply[8] = 2 * count;
      socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
