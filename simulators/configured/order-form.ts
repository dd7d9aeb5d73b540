import type { Message, Said } from "../../drivers/core/message.js";
import type { Circumstances } from "./circumstances.js";
import type { Argument } from "./order-arguments.js";

/** What an order is about. `bus`: one device (`of meter`), or all of a connection (`on rs485`). */
export type OrderPlace = "bus" | "connection" | "device" | "point";

/** What a connection must have, or the fault makes no sense there. */
export type Need = "serial line" | "checksum" | "TCP" | "transaction ids";

/** An order that makes a fault: its words, and what it does. Usage, help and errors are made of this. */
export interface OrderForm {
  readonly verb: string;
  readonly place: OrderPlace;
  /** In their order: those without a word before them are told by what they are. */
  readonly takes: readonly Argument[];
  /** Names of arguments of which one must be there, and one only. */
  readonly oneOf?: readonly string[];
  /** `20%`, `every 5`: may be told, must be, or the fault strikes once. Absent: it is no matter of occasions. */
  readonly odds?: "may" | "must" | "else once";
  readonly needs?: Need;
  /** What people write for the place in help: `meter`, `well level`. */
  readonly sample: string;
  readonly help: Message;
  /** Why it cannot be made here; asked before `begin`. */
  readonly refuse?: (here: Circumstances) => Said | undefined;
  /** Makes it; what it gives ends it without a trace. */
  readonly begin: (here: Circumstances) => () => void;
}
