import { type Said, say } from "../../drivers/core/message.js";
import { Drawing } from "../modbus/drawing.js";
import {
  countingFrom,
  driftOf,
  jitterOf,
  offsetBy,
  sayingSentinel,
  scaledBy,
  spikesOf,
  spikeTo,
} from "../modbus/profile/instrument-faults.js";
import { type PointFault, standingStill } from "../modbus/profile/point-faults.js";
import { type Circumstances, deviceOf, pointOf } from "./circumstances.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import { type Argument, unitMs } from "./order-arguments.js";
import type { OrderForm } from "./order-form.js";
import { ORDER_MESSAGES as H } from "./order-messages.js";

/** What is beyond that is no measurement. */
const MOST = 1e12;

type PointOrder = Pick<OrderForm, "verb" | "help"> &
  Partial<Pick<OrderForm, "odds" | "oneOf" | "refuse" | "sample" | "takes">>;

function pointOrder(order: PointOrder, make: (here: Circumstances) => PointFault): OrderForm {
  return {
    place: "point",
    sample: "well level",
    takes: [],
    ...order,
    refuse: (here) => refuseUnread(here) ?? order.refuse?.(here),
    begin: (here) => deviceOf(here).bank.faults.add(pointOf(here), make(here)),
  };
}

function refuseUnread(here: Circumstances): Said | undefined {
  return pointOf(here).isReadable ? undefined : say(M.not_read, named(here));
}

function refuseNoNumber(here: Circumstances): Said | undefined {
  return pointOf(here).place.kind === "number" ? undefined : say(M.no_number, named(here));
}

function refuseNoCounter(here: Circumstances): Said | undefined {
  const isCounter = pointOf(here).keys.kind === "counter";
  return refuseNoNumber(here) ?? (isCounter ? undefined : say(M.no_counter, named(here)));
}

function named({ device, point = "" }: Circumstances): { readonly device: string; readonly point: string } {
  return { device: device?.wanted.id ?? "", point };
}

/** Which sentinel is meant; -1 where there is none for that reason. */
function sentinelOf(here: Circumstances): number {
  const reason = here.told.word("reason");
  return pointOf(here).sentinels.findIndex((one) => reason === undefined || one.reason === reason);
}

function refuseNoSentinel(here: Circumstances): Said | undefined {
  const { sentinels } = pointOf(here);
  if (sentinels.length === 0) return say(M.no_sentinel, named(here));
  if (sentinelOf(here) >= 0) return undefined;
  const known = [...new Set(sentinels.map(({ reason }) => reason))].join(", ");
  return say(M.unknown_sentinel, { ...named(here), reason: here.told.word("reason") ?? "", known });
}

/** In the point's unit. */
function amount(name: string, example: string, more: Partial<Argument> = {}): Argument {
  return { name, kind: "number", example, least: -MOST, most: MOST, ...more };
}

/** Faults of what a device measures. */
export const INSTRUMENT_ORDERS: readonly OrderForm[] = [
  pointOrder({ verb: "stuck", help: H.stuck }, (here) => standingStill(pointOf(here))),
  pointOrder(
    {
      verb: "sentinel",
      help: H.sentinel,
      takes: [{ name: "reason", kind: "word", example: "open_circuit", optional: true }],
      refuse: refuseNoSentinel,
    },
    (here) => sayingSentinel(pointOf(here), sentinelOf(here)),
  ),
  pointOrder(
    {
      verb: "spike",
      help: H.spike,
      sample: "meter voltage.l1",
      odds: "else once",
      takes: [
        amount("by", "300", { after: "by", optional: true }),
        amount("to", "9999", { after: "to", optional: true }),
      ],
      oneOf: ["by", "to"],
      refuse: refuseNoNumber,
    },
    spikes,
  ),
  pointOrder(
    {
      verb: "drift",
      help: H.drift,
      takes: [
        amount("by", "0.05"),
        { name: "per", kind: "word", example: "h", words: ["s", "min", "h", "d"], after: "per" },
      ],
      refuse: refuseNoNumber,
    },
    ({ clock, told }) => {
      const began = clock.mono();
      const perMs = unitMs(told.word("per") ?? "h") ?? 1;
      return driftOf(told.number("by") ?? 0, perMs, () => clock.mono() - began);
    },
  ),
  pointOrder(
    { verb: "offset", help: H.offset, takes: [amount("by", "0.3")], refuse: refuseNoNumber },
    ({ told }) => offsetBy(told.number("by") ?? 0),
  ),
  pointOrder(
    {
      verb: "scale",
      help: H.scale,
      sample: "flow rate",
      takes: [amount("factor", "0.5", { least: -1e6, most: 1e6 })],
      refuse: refuseNoNumber,
    },
    ({ told }) => scaledBy(told.number("factor") ?? 1),
  ),
  pointOrder(
    {
      verb: "jitter",
      help: H.jitter,
      takes: [amount("size", "0.02", { least: 0 })],
      refuse: refuseNoNumber,
    },
    ({ random, told }) => jitterOf(told.number("size") ?? 0, random),
  ),
  pointOrder({ verb: "rollover", help: H.rollover, sample: "flow total", refuse: refuseNoCounter }, (here) =>
    countingFrom("near the end", pointOf(here), deviceOf(here).bank.memory),
  ),
  pointOrder({ verb: "reset", help: H.reset, sample: "flow total", refuse: refuseNoCounter }, (here) =>
    countingFrom("zero", pointOf(here), deviceOf(here).bank.memory),
  ),
];

/** Without a share: the next reading, and no other. */
function spikes({ odds, over, random, told }: Circumstances): PointFault {
  const drawing = new Drawing(odds, random);
  const spike = spikeTo(told.number("to"), told.number("by"));
  if (drawing.drawn) return spikesOf(spike, drawing, () => {});
  let left = 1;
  const once = { strikes: () => left-- > 0 };
  return spikesOf(spike, once, over);
}
