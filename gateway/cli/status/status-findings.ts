import { type Language, render, type Said, say } from "../../../drivers/core/message.js";
import type { GatewayStatus } from "../../core/status.js";
import { wrapText } from "../../core/wrap-text.js";
import { markText } from "../mark-text.js";
import { number, timeOfDay } from "../table.js";
import { STATUS_MESSAGES as M } from "./status-messages.js";
import { uplinkFacts } from "./uplink-facts.js";

/** What is not well, each with what to do: `where` is an id of gateway.yaml where there is one. */
export interface StatusFinding {
  readonly where?: string;
  readonly text: string;
}

/** Everything of a status that somebody should see to; none where all is well. Devices that somebody works on are not. */
export function statusFindings(gateway: GatewayStatus, language: Language): readonly StatusFinding[] {
  const found: StatusFinding[] = [];
  const add = (where: string | undefined, text: string | undefined): void => {
    if (text !== undefined) found.push(where === undefined ? { text } : { where, text });
  };
  const tell = (where: string | undefined, said: Said): void => add(where, render(said, language));
  const { audit, buffer, clock, connections, devices, uplinks } = gateway;
  const { pendingChange: pending } = gateway;
  if (pending) {
    const { by, missing, until } = pending;
    const facts = { by, until: timeOfDay(until) };
    tell(
      undefined,
      missing.length > 0
        ? say(M.pending_missing, { ...facts, missing: missing.join(", ") })
        : say(M.pending, facts),
    );
  }
  if (clock !== "trusted") tell(undefined, say(M.clock_untrusted));
  for (const { findings, id, problem } of connections) {
    add(id, problem);
    for (const finding of findings) add(id, finding);
  }
  for (const { badPoints, id, mark, problem, state } of devices) {
    if (mark) continue;
    add(id, problem);
    if (problem === undefined && state === "lost") tell(id, say(M.device_lost));
    if (problem === undefined && state !== "lost" && badPoints > 0) {
      tell(id, say(M.bad_points, { count: number(badPoints, language), device: id }));
    }
  }
  for (const uplink of uplinks) {
    add(uplink.id, uplink.problem);
    for (const fact of uplinkFacts(uplink, language)) add(uplink.id, fact);
  }
  if (!buffer.durable) tell(undefined, say(M.not_durable));
  if (buffer.disk === "full") tell(undefined, say(M.disk_full));
  if (buffer.belowKeepAtLeastUntil !== 0) tell(undefined, say(M.below_keep_at_least));
  if (audit.problem !== undefined) {
    tell(undefined, say(M.audit_unwritable, { waiting: audit.waiting, problem: audit.problem }));
  }
  if (audit.missing > 0) tell(undefined, say(M.audit_missing, { count: audit.missing }));
  return found;
}

/** The end of a status, where the eye is: that all is well, or what is not and what to do. */
export function verdictLines(
  gateway: GatewayStatus,
  { colours, columns, language }: Paper,
): readonly string[] {
  const paint = (text: string, colour: string): string =>
    colours ? `\u001b[${colour}m${text}\u001b[0m` : text;
  const found = statusFindings(gateway, language);
  const marks = gateway.devices.flatMap(({ id, mark }) =>
    mark ? wrapText("", `· ${id}: ${markText(mark, language)}`, columns, "  ") : [],
  );
  if (found.length === 0) return [...marks, paint(render(say(M.all_well), language), "32")];
  return [
    ...marks,
    paint(render(say(M.not_well, { count: number(found.length, language) }), language), "33;1"),
    ...found.flatMap(({ text, where }) =>
      wrapText("", `! ${where === undefined ? text : `${where}: ${text}`}`, columns, "  "),
    ),
  ];
}

interface Paper {
  readonly language: Language;
  readonly columns: number;
  readonly colours: boolean;
}
