import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { Io } from "../io.js";
import { askAll, type SeenPort } from "./init-ask.js";
import { Dialogue } from "./init-dialogue.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
type Tap = Pick<typeof t, "teardown" | "testdir">;

/** What comes of answers that are typed ahead, and what was on the screen meanwhile. */
async function typed(t: Tap, lines: readonly string[], ports: readonly SeenPort[]) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let shown = "";
  stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
  });
  const io: Io = {
    stdin,
    stdout,
    stderr: stdout,
    env: {},
    language: "en",
    isTerminal: true,
    colours: false,
    columns: 80,
    signal: new AbortController().signal,
    root: ROOT,
    version: "0",
  };
  const dialogue = new Dialogue(io);
  t.teardown(() => dialogue.close());
  stdin.write(`${lines.join("\r")}\r${"\r".repeat(6)}`);
  const secret = { path: "/x/secrets/mqtt", exists: false };
  const { answers } = await askAll(dialogue, io, { folder: t.testdir(), ports, secret });
  return { answers, shown };
}

const PORTS: readonly SeenPort[] = [
  { path: "/dev/serial/by-id/usb-a", device: "/dev/ttyUSB0", maker: "FTDI" },
  { path: "/dev/ttyAMA0", device: "/dev/ttyAMA0" },
  { path: "/dev/ttyS0", device: "/dev/ttyS0" },
];

t.test("ports that are plugged in are offered; those of the board not by themselves", async (t) => {
  const lines = ["Rain", "", "", "", "", "", "", "", "y", "2400 8N2"];
  const { answers, shown } = await typed(t, lines, PORTS);
  t.match(answers, { name: "Rain", id: "rain", kind: "rain-gauge" });
  t.same(answers.serial, [
    { port: "/dev/serial/by-id/usb-a", baud: 9600, dataBits: 8, parity: "none", stopBits: 1 },
    { port: "/dev/ttyS0", baud: 2400, dataBits: 8, parity: "none", stopBits: 2 },
  ]);
  t.match(shown, /usb-a = \/dev\/ttyUSB0 \(FTDI\) \(y\/n\) \[y\]: /);
  t.match(shown, /ttyAMA0 \(y\/n\) \[n\]: /);
});

t.test("who takes none of them may name another", async (t) => {
  const { answers } = await typed(t, ["Rain", "", "", "", "", "n", "", "", "/dev/rs485", "4800 8N1"], PORTS);
  t.match(answers.serial, [{ port: "/dev/rs485", baud: 4800 }]);
  t.same((await typed(t, ["Rain", "", "", "", "", "n", "", "", ""], PORTS)).answers.serial, []);
});
