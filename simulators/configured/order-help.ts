import { type Language, type Message, messages, type Said, say } from "../../drivers/core/message.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import { argumentText } from "./order-arguments.js";
import type { OrderForm } from "./order-form.js";
import { ORDER_MESSAGES as H } from "./order-messages.js";
import { formOf, ORDERS } from "./order-table.js";
import { sampleOf, usageOf } from "./order-usage.js";

/** How an order is written, and what it does: for help, and for the page of the documentation. */
export interface OrderRow {
  readonly verb: string;
  readonly written: string;
  readonly usage: string;
  readonly help: Message;
}

export const ORDER_ROWS: readonly OrderRow[] = [
  ...ORDERS.map((form) => ({
    verb: form.verb,
    written: withTime(form),
    usage: usageOf(form),
    help: form.help,
  })),
  { verb: "heal", written: "heal meter", usage: "heal [3 | meter [voltage.l1] | rs485]", help: H.heal },
  { verb: "faults", written: "faults", usage: "faults", help: H.faults },
  { verb: "help", written: "help drift", usage: "help [drift]", help: H.help },
];

/** Wide enough for each order, so that 80 columns hold both. */
const WRITTEN_COLUMNS = 32;

/** All orders, a line each. */
export const ORDER_HELP = messages("order_help", { all: { vi: helpIn("vi"), en: helpIn("en") } }).all;

/** One order with all that it takes. */
export function helpOf(verb: string): readonly Said[] {
  const bounded = (formOf(verb)?.takes ?? []).filter(
    ({ kind, least }) => least !== undefined && kind !== "number",
  );
  return [
    ...ORDER_ROWS.filter((row) => row.verb === verb).flatMap(({ help, usage }) => [
      { message: help, params: {} },
      say(M.usage, { usage }),
    ]),
    ...bounded.map(({ example, kind, least = 0, most = 0 }) =>
      say(M.bounds, { example, least: argumentText(least, kind), most: argumentText(most, kind) }),
    ),
  ];
}

/** What makes sense only for a time is shown with one. */
function withTime(form: OrderForm): string {
  const time = { unplug: " for 10s", "power-cycle": " for 5s" }[form.verb] ?? "";
  return `${sampleOf(form)}${time}`;
}

function helpIn(language: Language): string {
  const lines = ORDER_ROWS.map(
    ({ help, written }) => `  ${written.padEnd(WRITTEN_COLUMNS)} ${help.text[language]}`,
  );
  return [M.help_before.text[language], ...lines, M.help_after.text[language]].join("\n");
}
