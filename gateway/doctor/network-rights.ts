import { randomBytes } from "node:crypto";
import { asError, LinkError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import { topicOf } from "../contract/topics.js";
import type { MqttConnection } from "../forward/mqtt-connection.js";
import type { DoctorContext, Finding } from "./check.js";
import { LOGIN_MESSAGES as M } from "./login-messages.js";
import type { Target, Version } from "./network-target.js";
import { inTime, LATE } from "./patience.js";

/** Longer, and a window of a few messages is the limit of what passes. */
const SLOW_MS = 2_000;
const MOST_STATUS_BYTES = 65_536;

/**
 * What the gateway's user may do. Only `reply` is written: on every other topic the centre would believe what it reads.
 * A broker of MQTT 5 says what it refuses; mosquitto takes every subscription and judges what it delivers, and MQTT
 * 3.1.1 acknowledges also what is forbidden (3.3.5): there only the echo proves anything.
 */
export async function* rightsStep(
  context: DoctorContext,
  { uplink: { id: uplink } }: Target,
  connection: MqttConnection,
  version: Version,
): AsyncGenerator<Finding, void> {
  const { clock, config, patience } = context;
  const gateway = config?.gateway.id ?? "";
  const [reply, status, command] = (["reply", "status", "command"] as const).map((name) =>
    topicOf(gateway, name),
  );
  const probe = probeText();
  let retained: string | undefined;
  let heardAt: number | undefined;
  let heard = (): void => {};
  const echo = new Promise<void>((resolve) => {
    heard = resolve;
  });
  connection.onMessage((topic, payload) => {
    if (topic === status && payload.length <= MOST_STATUS_BYTES)
      retained = Buffer.from(payload).toString("utf8");
    if (topic !== reply || Buffer.from(payload).toString("utf8") !== probe) return;
    heardAt ??= clock.mono();
    heard();
  });

  const waiting = <T>(work: Promise<T>): Promise<T | typeof LATE> => inTime(clock, patience.echoMs, work);
  const began = clock.mono();
  if ((await waiting(connection.ping())) === LATE) {
    yield {
      level: "problem",
      said: say(M.no_ping, { uplink, seconds: patience.echoMs / 1000 }),
      facts: { uplink },
    };
    return;
  }
  const pingMs = Math.round(clock.mono() - began);

  if (!(await granted(waiting(connection.subscribe(command ?? ""))))) {
    yield {
      level: "warning",
      said: say(M.no_requests, { uplink, topic: command ?? "" }),
      facts: { uplink, topic: command ?? "" },
    };
  }
  await granted(waiting(connection.subscribe(status ?? "")));
  const mayRead = await granted(waiting(connection.subscribe(reply ?? "")));
  const sentAt = clock.mono();
  try {
    const message = { topic: reply ?? "", payload: probe, retain: false };
    const receipt = await waiting(connection.send(message));
    if (receipt === LATE) {
      const params = { uplink, topic: reply ?? "", seconds: patience.echoMs / 1000 };
      yield { level: "problem", said: say(M.no_receipt, params), facts: { uplink, topic: reply ?? "" } };
      return;
    }
  } catch (thrown) {
    if (thrown instanceof LinkError) throw thrown;
    const params = { uplink, topic: reply ?? "", problem: asError(thrown).message };
    yield { level: "problem", said: say(M.no_write, params), facts: { uplink, topic: reply ?? "" } };
    return;
  }
  const receiptMs = Math.round(clock.mono() - sentAt);
  if (mayRead) await waiting(echo);
  if (heardAt === undefined) {
    // Under MQTT 5 the receipt has proved the right to write; reading back is asked for by 3.1.1 only.
    yield version === 5
      ? {
          level: "note",
          said: say(M.no_echo_5, { uplink, topic: reply ?? "" }),
          facts: { uplink, pingMs, receiptMs },
        }
      : {
          level: "problem",
          said: say(M.no_echo_4, { uplink, topic: reply ?? "" }),
          facts: { uplink, pingMs, receiptMs },
        };
    return;
  }
  const echoMs = Math.round(heardAt - sentAt);
  const facts = { uplink, pingMs, receiptMs, echoMs, topic: reply ?? "" };
  yield echoMs > SLOW_MS
    ? { level: "warning", said: say(M.echo_slow, { uplink, ms: echoMs }), facts }
    : { level: "ok", said: say(M.echo_good, { uplink, ms: echoMs, ping: pingMs }), facts };
  yield statusFinding(uplink, retained);
}

async function granted(work: Promise<unknown>): Promise<boolean> {
  try {
    return (await work) !== LATE;
  } catch (thrown) {
    // `closed` is what MqttConnection says of a refusal as well; a lost connection shows at the next step.
    return !(thrown instanceof Error);
  }
}

/** What the broker keeps of this gateway: came before the echo (MQTT, 3.3.1.3 and 4.6). */
function statusFinding(uplink: string, retained: string | undefined): Finding {
  if (retained === undefined) return { level: "note", said: say(M.no_status, { uplink }), facts: { uplink } };
  let state = "?";
  try {
    const read: unknown = JSON.parse(retained);
    if (typeof read === "object" && read !== null && "state" in read && typeof read.state === "string") {
      state = read.state.slice(0, 20);
    }
  } catch {
    // Whatever it is, it is there.
  }
  return { level: "ok", said: say(M.status_kept, { uplink, state }), facts: { uplink, state } };
}

/** Seen by whoever reads `reply`: an answer to a request that nobody made, which the contract lets them ignore. */
function probeText(): string {
  return JSON.stringify({ id: `tram-doctor-${randomBytes(8).toString("hex")}`, state: "done" });
}
