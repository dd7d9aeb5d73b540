import type { FaultSpec } from "../modbus/fault.js";
import { addFault } from "./circumstances.js";
import type { Argument, OrderArguments } from "./order-arguments.js";
import type { OrderForm } from "./order-form.js";
import { ORDER_MESSAGES as H } from "./order-messages.js";

type BusOrder = Pick<OrderForm, "verb" | "help"> &
  Partial<Pick<OrderForm, "needs" | "odds" | "sample" | "takes">>;

/** Of an answer or a device: `of meter`, or `on rs485` for all that hang there. */
function busOrder(order: BusOrder, spec: (told: OrderArguments) => FaultSpec): OrderForm {
  return {
    place: "bus",
    sample: "meter",
    takes: [],
    odds: "may",
    ...order,
    begin: (here) => addFault(here, spec(here.told)),
  };
}

const PAUSE: Argument = { name: "pause", kind: "time", example: "50ms", least: 0, most: 60_000 };
const BYTES: Argument = { name: "bytes", kind: "whole", example: "8", least: 1, most: 1000, optional: true };

/** Faults of the answers of a device. */
export const BUS_ORDERS: readonly OrderForm[] = [
  {
    verb: "silent",
    place: "bus",
    sample: "meter",
    takes: [],
    help: H.silent,
    begin: (here) => addFault(here, { kind: "silence" }),
  },
  busOrder({ verb: "drop", help: H.drop }, () => ({ kind: "silence" })),
  busOrder(
    {
      verb: "late",
      help: H.late,
      takes: [{ name: "after", kind: "time", example: "800ms", least: 1, most: 60_000 }],
    },
    (told) => ({ kind: "late", after: told.number("after") ?? 0 }),
  ),
  busOrder({ verb: "garble", help: H.garble, needs: "checksum" }, () => ({ kind: "bad_checksum" })),
  busOrder(
    {
      verb: "noise",
      help: H.noise,
      takes: [
        {
          name: "where",
          kind: "word",
          example: "before",
          words: ["before", "after", "instead"],
          optional: true,
        },
        BYTES,
      ],
    },
    (told) => {
      const where = (told.word("where") ?? "before") as "before" | "after" | "instead";
      return { kind: "noise", where, bytes: told.number("bytes") ?? 8 };
    },
  ),
  busOrder(
    {
      verb: "truncate",
      help: H.truncate,
      takes: [{ name: "keep", kind: "whole", example: "5", least: 1, most: 512, optional: true }],
    },
    (told) => {
      const keep = told.number("keep");
      return { kind: "truncated", ...(keep !== undefined && { keep }) };
    },
  ),
  busOrder(
    {
      verb: "trickle",
      help: H.trickle,
      takes: [
        { ...PAUSE, least: 1 },
        { ...BYTES, example: "1" },
      ],
    },
    (told) => ({ kind: "trickle", pause: told.number("pause") ?? 1, bytes: told.number("bytes") ?? 1 }),
  ),
  busOrder({ verb: "double", help: H.double, takes: [{ ...PAUSE, optional: true }] }, (told) => ({
    kind: "doubled",
    pause: told.number("pause") ?? 0,
  })),
  busOrder({ verb: "echo", help: H.echo, needs: "serial line" }, () => ({ kind: "echo" })),
  busOrder(
    {
      verb: "exception",
      help: H.exception,
      takes: [{ name: "code", kind: "whole", example: "4", least: 1, most: 255 }],
    },
    (told) => ({ kind: "exception", code: told.number("code") ?? 4 }),
  ),
  busOrder(
    {
      verb: "busy",
      help: H.busy,
      takes: [
        {
          name: "requests",
          kind: "whole",
          example: "3",
          least: 1,
          most: 1000,
          optional: true,
          isShown: true,
        },
      ],
    },
    (told) => ({ kind: "busy", requests: told.number("requests") ?? 1 }),
  ),
  busOrder(
    {
      verb: "wrong-unit",
      help: H.wrong_unit,
      takes: [{ name: "unit", kind: "whole", example: "9", least: 0, most: 255, optional: true }],
    },
    (told) => {
      const unit = told.number("unit");
      return { kind: "wrong_unit", ...(unit !== undefined && { unit }) };
    },
  ),
  busOrder(
    {
      verb: "wrong-function",
      help: H.wrong_function,
      takes: [{ name: "code", kind: "whole", example: "4", least: 0, most: 255, optional: true }],
    },
    (told) => {
      const code = told.number("code");
      return { kind: "wrong_function", ...(code !== undefined && { code }) };
    },
  ),
  busOrder(
    {
      verb: "wrong-length",
      help: H.wrong_length,
      takes: [
        { name: "by", kind: "whole", example: "-2", least: -250, most: 250, optional: true, isShown: true },
      ],
    },
    (told) => ({ kind: "wrong_length", by: told.number("by") ?? -2 }),
  ),
  busOrder(
    {
      verb: "wrong-transaction",
      help: H.wrong_transaction,
      needs: "transaction ids",
      takes: [{ name: "by", kind: "whole", example: "1", least: -65_535, most: 65_535, optional: true }],
      sample: "pump",
    },
    (told) => ({ kind: "wrong_transaction", by: told.number("by") ?? 1 }),
  ),
  busOrder(
    {
      verb: "close",
      help: H.close,
      needs: "TCP",
      takes: [
        {
          name: "when",
          kind: "word",
          example: "mid-reply",
          words: ["mid-reply", "after-reply"],
          optional: true,
        },
      ],
      sample: "pump",
    },
    (told) => ({ kind: "close", when: told.word("when") === "after-reply" ? "after_reply" : "mid_reply" }),
  ),
  busOrder({ verb: "twin", help: H.twin, needs: "serial line" }, () => ({ kind: "twin" })),
];
