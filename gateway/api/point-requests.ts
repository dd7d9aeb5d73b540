import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { RawReadWish, ReadWish, WriteWish } from "../core/point-access.js";

/*
 * The bodies of POST /v1/read and /v1/write. Whoever may open the socket may send them (file rights are the login);
 * `by` is what the client says: Node cannot ask the kernel for the peer of a socket.
 */

/** Printable: these go into sentences, logs and the audit. */
const ONE_LINE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
const STRICT = { additionalProperties: false } as const;
const Name = Type.RegExp(ONE_LINE, { minLength: 1, maxLength: 200 });
const Line = Type.RegExp(ONE_LINE, { minLength: 1, maxLength: 120 });
const Address = Type.Integer({ minimum: 0, maximum: 65_535 });
const Unit = Type.Integer({ minimum: 0, maximum: 255 });
const Count = Type.Integer({ minimum: 1, maximum: 2_000 });

export const ReadPointsSchema = Type.Object(
  { names: Type.Array(Name, { minItems: 1, maxItems: 64 }) },
  STRICT,
);
export const ReadRawSchema = Type.Object(
  {
    of: Type.Union([
      Type.Object({ device: Name }, STRICT),
      Type.Object({ connection: Name, unit: Unit }, STRICT),
    ]),
    table: Name,
    address: Address,
    count: Count,
  },
  STRICT,
);
const ASKED = { by: Line, reason: Type.Optional(Line), id: Type.Optional(Line) };
export const WritePointSchema = Type.Object(
  {
    device: Name,
    point: Name,
    value: Type.Union([Type.String({ maxLength: 500 }), Type.Number(), Type.Boolean()]),
    ...ASKED,
  },
  STRICT,
);
export const WriteRawSchema = Type.Object(
  {
    device: Name,
    raw: Type.Object({ table: Name, address: Address }, STRICT),
    words: Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), { minItems: 1, maxItems: 123 }),
    ...ASKED,
  },
  STRICT,
);

const readPoints = TypeCompiler.Compile(ReadPointsSchema);
const readRaw = TypeCompiler.Compile(ReadRawSchema);
const writePoint = TypeCompiler.Compile(WritePointSchema);
const writeRaw = TypeCompiler.Compile(WriteRawSchema);

/** Whatever a client sent, as a wish; undefined where it is none. */
export function parseReadWish(text: string): ReadWish | RawReadWish | undefined {
  const parsed = jsonOf(text);
  return readPoints.Check(parsed) || readRaw.Check(parsed) ? parsed : undefined;
}

export function parseWriteWish(text: string): WriteWish | undefined {
  const parsed = jsonOf(text);
  return writePoint.Check(parsed) || writeRaw.Check(parsed) ? parsed : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
