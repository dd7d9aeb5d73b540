import { asError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { GatewayStatus } from "../core/status.js";
import type { Check, Finding } from "./check.js";
import { CONFIG_MESSAGES as M } from "./config-messages.js";

/** What the running gateway says of itself. */
export const gatewayCheck: Check = {
  name: "gateway",
  title: M.gateway_title,
  deadlineMs: 10_000,
  async *run(context) {
    if (!context.config) return;
    const answer = await context.gateway();
    if (answer.state === "absent") yield { level: "note", said: say(M.gateway_absent) };
    else if (answer.state === "silent") {
      yield { level: "problem", said: say(M.gateway_silent, { problem: asError(answer.thrown).message }) };
    } else {
      yield* versus(answer.status, context.config.file, context.config.hash);
      yield* troubles(answer.status);
    }
  },
};

function* versus(status: GatewayStatus, file: string, hash: string): Generator<Finding, void> {
  const { config, name, pid, started, version } = status;
  const points = status.devices.reduce((sum, device) => sum + device.points, 0);
  const params = { name, pid, started, version, points };
  yield {
    level: "ok",
    said: say(M.gateway_running, params),
    facts: { ...params, id: status.id, epoch: status.epoch },
  };
  if (config !== file) yield { level: "warning", said: say(M.gateway_other_file, { running: config, file }) };
  else if (status.hash !== hash) yield { level: "warning", said: say(M.gateway_older_config, { file }) };
}

/** Sentences come rendered from the gateway, in the language that was asked for. */
function* troubles(status: GatewayStatus): Generator<Finding, void> {
  const { alarms, buffer, connections, devices, uplinks } = status;
  for (const { findings, id, problem } of connections) {
    for (const text of problem === undefined ? findings : [problem, ...findings]) {
      yield {
        level: "problem",
        said: say(M.gateway_trouble, { id, problem: text }),
        facts: { connection: id },
      };
    }
  }
  for (const { connection, failures, id, state } of devices) {
    if (state !== "lost") continue;
    yield {
      level: "problem",
      said: say(M.gateway_device_lost, { id, failures, connection }),
      facts: { device: id, failures },
    };
  }
  for (const { id, problem, state } of uplinks) {
    if (problem === undefined) continue;
    const level = state === "up" ? "warning" : "problem";
    yield { level, said: say(M.gateway_trouble, { id, problem }), facts: { uplink: id, state } };
  }
  if (!buffer.durable) yield { level: "problem", said: say(M.gateway_not_durable) };
  if (buffer.dropped > 0) {
    yield {
      level: "warning",
      said: say(M.gateway_dropped, { count: buffer.dropped }),
      facts: { dropped: buffer.dropped },
    };
  }
  if (alarms.length > 0) {
    yield {
      level: "note",
      said: say(M.gateway_alarms, { count: alarms.length }),
      facts: { alarms: alarms.length },
    };
  }
}
