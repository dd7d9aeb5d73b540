import { type Said, say } from "../../drivers/core/message.js";
import { addFault, type Circumstances } from "./circumstances.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import type { OrderForm } from "./order-form.js";
import { ORDER_MESSAGES as H } from "./order-messages.js";
import type { StandInDevice } from "./stand-in.js";

/**
 * A wave runs along 500 m of cable and back in 5 µs; where no resistor ends it, 60 % of it comes back. It does harm
 * as far as it has not died away at the middle of a bit, when the receiver looks.
 */
const ROUND_TRIP_S = 5e-6;
const REFLECTED = 0.6;
const LEAST_SHARE = 0.0005;

/** The share of the characters that reflections change on a long line without its resistor. */
export function reflectedShare(baud: number): number {
  return REFLECTED ** (0.5 / baud / ROUND_TRIP_S);
}

/** Those that hang behind the device that `after` names; all of them where nothing was said. */
function behind({ bus, told }: Circumstances): readonly StandInDevice[] {
  const after = told.word("after");
  return bus.devices.slice(after === undefined ? 0 : bus.devices.findIndex(isNamed(after)) + 1);
}

function refuseBreak(here: Circumstances): Said | undefined {
  const { bus, connection, told } = here;
  const after = told.word("after");
  if (after !== undefined && !bus.devices.some(isNamed(after))) {
    const known = bus.devices.map(({ wanted }) => wanted.id).join(", ");
    return say(M.not_there, { device: after, connection, known });
  }
  return behind(here).length > 0 ? undefined : say(M.nothing_behind, { device: after ?? connection });
}

function isNamed(id: string): (device: StandInDevice) => boolean {
  return ({ wanted }) => wanted.id === id;
}

const CONNECTION = { place: "connection", sample: "rs485", takes: [] } as const;

/** Faults of a whole connection: its cable, its speed, its plug. */
export const LINE_ORDERS: readonly OrderForm[] = [
  {
    ...CONNECTION,
    verb: "unplug",
    help: H.unplug,
    begin: ({ bus, plugs }) => plugs.pull(bus.bus),
  },
  {
    ...CONNECTION,
    verb: "loose",
    help: H.loose,
    odds: "must",
    takes: [{ name: "out", kind: "time", example: "2s", least: 1, most: 3_600_000 }],
    begin: (here) => addFault(here, { kind: "unplug", for: here.told.number("out") ?? 1 }),
  },
  {
    ...CONNECTION,
    verb: "half-open",
    help: H.half_open,
    sample: "plc",
    needs: "TCP",
    odds: "may",
    takes: [{ name: "how", kind: "word", example: "deaf", words: ["deaf"], optional: true }],
    begin: (here) => addFault(here, { kind: "half_open", reads: here.told.word("how") !== "deaf" }),
  },
  {
    ...CONNECTION,
    verb: "wrong-baud",
    help: H.wrong_baud,
    needs: "serial line",
    takes: [
      { name: "baud", kind: "whole", example: "4800", least: 50, most: 4_000_000 },
      { name: "direction", kind: "word", example: "sent", words: ["heard", "sent"], optional: true },
    ],
    refuse: ({ bus, connection, told }) => {
      const baud = told.number("baud") ?? 0;
      return baud === bus.bus.baud ? say(M.same_baud, { connection, baud }) : undefined;
    },
    begin: (here) => {
      const direction = (here.told.word("direction") ?? "both") as "both" | "heard" | "sent";
      return addFault(here, { kind: "wrong_baud", baud: here.told.number("baud") ?? 0, direction });
    },
  },
  {
    ...CONNECTION,
    verb: "swap",
    help: H.swap,
    needs: "serial line",
    begin: (here) => addFault(here, { kind: "swapped" }),
  },
  {
    ...CONNECTION,
    verb: "break",
    help: H.break,
    needs: "serial line",
    takes: [{ name: "after", kind: "id", example: "drive", after: "after", optional: true, isShown: true }],
    refuse: refuseBreak,
    begin: (here) => {
      const ends = behind(here).map((device) => addFault({ ...here, device }, { kind: "off" }));
      return () => {
        for (const end of ends) end();
      };
    },
  },
  {
    ...CONNECTION,
    verb: "unterminated",
    help: H.unterminated,
    needs: "serial line",
    refuse: ({ bus, connection }) => {
      const { baud } = bus.bus;
      return reflectedShare(baud) < LEAST_SHARE ? say(M.no_reflections, { connection, baud }) : undefined;
    },
    begin: (here) => addFault(here, { kind: "bit_errors", share: reflectedShare(here.bus.bus.baud) }),
  },
  {
    ...CONNECTION,
    verb: "weak",
    help: H.weak,
    needs: "serial line",
    takes: [{ name: "share", kind: "share", example: "5%", least: 0, most: 1 }],
    begin: (here) => addFault(here, { kind: "bit_errors", share: here.told.number("share") ?? 0 }),
  },
];
