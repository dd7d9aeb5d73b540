import type { Random } from "../simulators/random.js";
import { type Asked, type Mode, onWire, replyBody, wordsOf } from "./fuzz-frames.js";

/** What comes on the wire instead of the good reply. */
export interface Delivery {
  readonly bytes: Buffer;
  /** It may hold more than one whole reply of this unit: then it comes without a pause (see fuzz-replies.ts). */
  readonly tight: boolean;
  readonly mutations: readonly string[];
}

interface Draft {
  bytes: Buffer;
  tight: boolean;
}

export interface Source {
  readonly mode: Mode;
  readonly random: Random;
  readonly asked: Asked;
  /** The request as it was sent. */
  readonly request: Buffer;
  /** Good replies of before, as they were on the wire. */
  readonly earlier: readonly Buffer[];
}

type Mutation = (draft: Draft, source: Source) => void;

/** Units that are never asked. */
const STRANGER = 9;
/** Further ahead than any reply is late: such a transaction is not given while this frame is under way. */
const FAR_AHEAD = 0x4000;
const BEHIND = 1000;
/** In a Modbus TCP frame: transaction, protocol, length, unit, function, byte count; then what has no checksum. */
const HEADER = 9;

const upTo = (random: Random, most: number): number => Math.floor(random() * most);
const noise = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: 1 + upTo(random, most) }, () => upTo(random, 256)));
const around = (random: Random, bytes: Buffer, more: Buffer): Buffer =>
  Buffer.concat(random() < 0.5 ? [more, bytes] : [bytes, more]);

/** A whole frame of somebody else, right in itself. */
function strangerFrame({ mode, random }: Source): Buffer {
  const unit = STRANGER + upTo(random, 200);
  const forms = [
    () => replyBody(unit, 3 + upTo(random, 2), [upTo(random, 65_536), upTo(random, 65_536)]),
    () => Buffer.from([unit, 3, 0, upTo(random, 256), 0, 1 + upTo(random, 100)]),
    () => Buffer.from([unit, 0x83, 1 + upTo(random, 11)]),
    () => Buffer.from([0, 6, 0, upTo(random, 256), 0, upTo(random, 256)]),
  ];
  return onWire(mode, (forms[upTo(random, forms.length)] as () => Buffer)(), 0);
}

const SERIAL: Readonly<Record<string, Mutation>> = {
  flip: (draft, { random }) => {
    if (draft.bytes.length === 0) return;
    for (let left = 1 + upTo(random, 8); left > 0; left--) {
      const at = upTo(random, draft.bytes.length);
      draft.bytes[at] = (draft.bytes[at] as number) ^ (1 << upTo(random, 8));
    }
  },
  burst: (draft, { random }) => {
    const at = upTo(random, draft.bytes.length);
    noise(random, 5).copy(draft.bytes, at);
  },
  cut: (draft, { random }) => {
    const at = upTo(random, draft.bytes.length);
    draft.bytes = random() < 0.7 ? draft.bytes.subarray(0, at) : draft.bytes.subarray(at);
  },
  insert: (draft, { random }) => {
    const at = upTo(random, draft.bytes.length + 1);
    draft.bytes = Buffer.concat([draft.bytes.subarray(0, at), noise(random, 8), draft.bytes.subarray(at)]);
  },
  remove: (draft, { random }) => {
    const at = upTo(random, draft.bytes.length);
    draft.bytes = Buffer.concat([
      draft.bytes.subarray(0, at),
      draft.bytes.subarray(at + 1 + upTo(random, 4)),
    ]);
  },
  double: (draft) => {
    draft.bytes = Buffer.concat([draft.bytes, draft.bytes]);
    draft.tight = true;
  },
  /** The head of this reply and the tail of another, or the other way round. */
  splice: (draft, { random, earlier }) => {
    const other = earlier[upTo(random, earlier.length)];
    if (!other) return;
    const [first, second] = random() < 0.5 ? [draft.bytes, other] : [other, draft.bytes];
    const end = upTo(random, first.length >> 1);
    const begin =
      random() < 0.5 ? Math.max(end, second.length >> 1) : second.length - upTo(random, second.length >> 1);
    draft.bytes = Buffer.concat([first.subarray(0, end), second.subarray(begin)]);
  },
  stranger: (draft, source) => {
    draft.bytes = around(source.random, draft.bytes, strangerFrame(source));
  },
  /** The same unit answers somebody else: another length, another function. */
  other: (draft, { mode, random, asked: { unit, function: code } }) => {
    const body =
      random() < 0.5 ? replyBody(unit, code, [1, 2]) : replyBody(unit, code === 3 ? 4 : 3, [1, 2, 3]);
    draft.bytes = around(random, draft.bytes, onWire(mode, body, 0));
  },
  echo: (draft, { request }) => {
    draft.bytes = Buffer.concat([request, draft.bytes]);
  },
  noise: (draft, { random }) => {
    draft.bytes = around(random, draft.bytes, noise(random, 40));
  },
  lookalike: (draft, { random, mode, asked: { unit, function: code } }) => {
    const head = Buffer.from([unit, code, random() < 0.5 ? 8 : 200, upTo(random, 256)]);
    const begun = mode === "rtu" ? head : Buffer.from(`:${head.toString("hex")}`, "latin1");
    draft.bytes = Buffer.concat([begun, draft.bytes]);
  },
  refusal: (draft, { mode, random, asked: { unit, function: code } }) => {
    draft.bytes = onWire(mode, Buffer.from([unit, code | 0x80, 1 + upTo(random, 11)]), 0);
  },
  instead: (draft, { random }) => {
    draft.bytes = noise(random, 60);
  },
  nothing: (draft) => {
    draft.bytes = Buffer.alloc(0);
  },
};

/** A transaction that is not given meanwhile. */
function otherTransaction({ random, asked: { transaction } }: Source): number {
  return (
    (transaction + (random() < 0.5 ? -1 - upTo(random, BEHIND) : FAR_AHEAD + upTo(random, 1000))) & 0xffff
  );
}

const TCP: Readonly<Record<string, Mutation>> = {
  transaction: (draft, source) => {
    if (draft.bytes.length >= 2) draft.bytes.writeUInt16BE(otherTransaction(source), 0);
  },
  protocol: (draft, { random }) => {
    if (draft.bytes.length >= 4) draft.bytes.writeUInt16BE(1 << upTo(random, 16), 2);
  },
  length: (draft, { random }) => {
    if (draft.bytes.length >= 6) draft.bytes.writeUInt16BE(upTo(random, random() < 0.5 ? 40 : 65_536), 4);
  },
  /** A bit of unit, function or byte count. */
  head: (draft, { random }) => {
    const at = 6 + upTo(random, 3);
    if (at < draft.bytes.length) draft.bytes[at] = (draft.bytes[at] as number) ^ (1 << upTo(random, 8));
  },
  remove: (draft, { random }) => {
    const at = upTo(random, HEADER - 1);
    draft.bytes = Buffer.concat([
      draft.bytes.subarray(0, at),
      draft.bytes.subarray(at + 1 + upTo(random, 3)),
    ]);
  },
  insert: (draft, { random }) => {
    const at = upTo(random, HEADER - 2);
    draft.bytes = Buffer.concat([draft.bytes.subarray(0, at), noise(random, 8), draft.bytes.subarray(at)]);
  },
  cut: (draft, { random }) => {
    draft.bytes = draft.bytes.subarray(0, upTo(random, draft.bytes.length));
  },
  double: (draft) => {
    draft.bytes = Buffer.concat([draft.bytes, draft.bytes]);
  },
  /** Replies of before, whole and with their own transactions. */
  earlier: (draft, { random, earlier }) => {
    const other = earlier[upTo(random, earlier.length)];
    if (other) draft.bytes = around(random, draft.bytes, other);
  },
  /** The registers of an earlier reply under a transaction that nobody waits for. */
  never: (draft, source) => {
    const { earlier, random } = source;
    const other = earlier[upTo(random, earlier.length)];
    if (!other) return;
    const copy = Buffer.from(other);
    copy.writeUInt16BE(otherTransaction(source), 0);
    draft.bytes = around(random, draft.bytes, copy);
  },
  noise: (draft, { random }) => {
    draft.bytes = around(random, draft.bytes, noise(random, 40));
  },
  refusal: (draft, { random, asked: { unit, function: code, transaction } }) => {
    draft.bytes = onWire("tcp", Buffer.from([unit, code | 0x80, 1 + upTo(random, 11)]), transaction);
  },
  instead: (draft, { random }) => {
    draft.bytes = noise(random, 60);
  },
  nothing: (draft) => {
    draft.bytes = Buffer.alloc(0);
  },
};

/** The good reply as it is on the wire. */
export function goodReply(mode: Mode, asked: Asked): Buffer {
  return onWire(mode, replyBody(asked.unit, asked.function, wordsOf(asked)), asked.transaction);
}

const UNTOUCHED = 0.3;
const MOST_MUTATIONS = 3;

/** The good reply, or what some of the mutations make of it. */
export function deliver(source: Source): Delivery {
  const { mode, random, asked, earlier } = source;
  const draft = { bytes: goodReply(mode, asked), tight: false };
  if (random() < UNTOUCHED) return { ...draft, mutations: [] };
  const table = mode === "tcp" ? TCP : SERIAL;
  const names = Object.keys(table);
  // On a stream without checksums nothing may be changed behind a cut: what follows would fill it up.
  const drawn = Array.from(
    { length: 1 + upTo(random, MOST_MUTATIONS) },
    () => names[upTo(random, names.length)] as string,
  );
  const mutations = mode === "tcp" ? cutLast(drawn) : drawn;
  for (const name of mutations) (table[name] as Mutation)(draft, source);
  // Heads that are alike may have joined to the whole of an earlier reply: nothing on a serial line would tell it.
  const isReplayed = mode !== "tcp" && earlier.some((other) => draft.bytes.includes(other));
  return isReplayed
    ? { bytes: goodReply(mode, asked), tight: false, mutations: [] }
    : { ...draft, mutations };
}

function cutLast(names: readonly string[]): readonly string[] {
  const cut = names.indexOf("cut");
  return cut < 0 ? names : [...names.slice(0, cut).filter((name) => name !== "double"), "cut"];
}
