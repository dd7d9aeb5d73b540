import { access, constants, mkdir, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { UplinkConfig } from "../core/config.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { addressStep, routeStep } from "./network-address.js";
import { NETWORK_MESSAGES as M } from "./network-messages.js";
import { loginStep } from "./network-mqtt.js";
import { tcpStep } from "./network-tcp.js";
import { tlsStep } from "./network-tls.js";

const PORTS: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883 };

/** The way to each uplink, step by step, as far as it leads. */
export const networkCheck: Check = {
  name: "network",
  title: M.network_title,
  deadlineMs: 180_000,
  async *run(context, signal) {
    const uplinks = [...(context.config?.uplinks.values() ?? [])];
    if (uplinks.length === 0) {
      yield context.config
        ? { level: "warning", said: say(M.no_uplinks) }
        : { level: "note", said: say(M.no_config_no_network) };
    }
    for (const uplink of uplinks) {
      if (uplink.url.startsWith("file:")) yield await folderFinding(uplink);
      else yield* wayTo(context, uplink, signal);
    }
  },
};

async function* wayTo(
  context: DoctorContext,
  uplink: UplinkConfig,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const url = new URL(uplink.url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const target = { uplink, host, port: Number(url.port) || (PORTS[url.protocol] ?? 0) };
  const addresses = isIP(host) ? [host] : yield* addressStep(context, target);
  const [first] = addresses;
  if (first === undefined) return;
  yield* routeStep(context, target, first);
  const address = yield* tcpStep(context, target, addresses, signal);
  if (address === undefined) return;
  if (url.protocol === "mqtts:" && !(yield* tlsStep(context, target, address, signal))) return;
  yield* loginStep(context, target, signal);
}

/** Whether files can be made there: one is, and taken away. */
async function folderFinding({ id, url }: UplinkConfig): Promise<Finding> {
  const folder = fileURLToPath(url);
  const facts = { uplink: id, folder };
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const probe = join(folder, `.tram-doctor-${process.pid}`);
    await writeFile(probe, "", { flag: "wx" });
    await rm(probe);
    return { level: "ok", said: say(M.folder_good, { uplink: id, folder }), facts };
  } catch (thrown) {
    const params = { uplink: id, folder, problem: asError(thrown).message };
    return { level: "problem", said: say(M.folder_bad, params), facts };
  }
}
