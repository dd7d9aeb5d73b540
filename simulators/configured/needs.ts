import { type Said, say } from "../../drivers/core/message.js";
import type { Circumstances } from "./circumstances.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import type { Need } from "./order-form.js";
import type { StandInBus } from "./stand-in.js";

interface Rule {
  readonly holds: (bus: StandInBus) => boolean;
  readonly broken: typeof M.needs_serial;
}

const isModbusTcp = ({ bus }: StandInBus): boolean => !bus.framing.serial;

const RULES: Readonly<Record<Need, Rule>> = {
  // Also behind a serial server, or a modem.
  "serial line": { holds: (bus) => !isModbusTcp(bus), broken: M.needs_serial },
  checksum: { holds: (bus) => !isModbusTcp(bus), broken: M.needs_checksum },
  TCP: { holds: ({ place }) => place.kind !== "serial", broken: M.needs_tcp },
  "transaction ids": { holds: isModbusTcp, broken: M.needs_transactions },
};

/** Why the fault makes no sense on this connection. */
export function refuseNeed(
  { bus, connection, verb }: Circumstances,
  need: Need | undefined,
): Said | undefined {
  if (need === undefined || RULES[need].holds(bus)) return undefined;
  return say(RULES[need].broken, { verb, connection });
}
