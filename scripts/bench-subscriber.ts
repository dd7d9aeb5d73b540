import { gunzipSync } from "node:zlib";
import { connectAsync } from "mqtt";
import { BenchAccount, type BenchMessage } from "./bench-account.js";

/**
 * The data centre of the bench, a process of its own: `bench-subscriber <mqtt port>`. Over IPC it says "ready",
 * answers "counts" with what it has seen, and "mark" after it has begun to measure latency anew.
 */
const port = Number(process.argv[2]);
const account = new BenchAccount();

/** Microseconds since 1970, finer than Date.now(). */
const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000;

const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
  clientId: "bench-centre",
  reconnectPeriod: 0,
});
client.on("message", (_topic, payload) => {
  const now = nowUs();
  const text = payload[0] === 0x1f ? gunzipSync(payload).toString() : payload.toString();
  const message = JSON.parse(text) as BenchMessage & { snapshot?: boolean };
  if (!message.snapshot) account.receive(message, now);
});
client.on("close", () => process.exit(1));
await client.subscribeAsync(["tram/v1/+/data", "tram/v1/+/event"], { qos: 1 });

process.on("message", (asked) => {
  if (asked === "mark") account.mark();
  process.send?.(account.counts());
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
