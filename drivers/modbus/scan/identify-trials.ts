import { decoderOf } from "../../codec/decode.js";
import { Flaw } from "../../codec/flaw.js";
import { rawNumberOf } from "../../codec/operand.js";
import { say } from "../../core/message.js";
import type { Profile } from "../../profiles/profile.js";
import type { Identification } from "../../profiles/written-profile.js";
import { askedExtent, holdsBits, zoneOf } from "../extent.js";
import { formatOf } from "../parts.js";
import { extentOf } from "../placing.js";
import type { Operand, Table } from "../point-schema.js";
import type { ModbusDevice } from "../schema.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import type { Evidence, Trial } from "./trial.js";

/** A question of a profile that fails says more against it than a right answer says for it. */
const AGAINST = 1.2;
const REFUSED = 3;

type Read = Operand & { readonly length?: number; readonly chars?: "high" | "low" };

/** The questions of `identify`, as reads that the device's own rules allow. */
export function identifyTrials(profile: Profile, settings: ModbusDevice, variant?: string): readonly Trial[] {
  return profile.identify
    .filter((question) => question.variant === undefined || question.variant === variant)
    .flatMap((question) => trialOf(question, profile, settings) ?? []);
}

function trialOf(question: Identification, profile: Profile, settings: ModbusDevice): Trial | undefined {
  const read = question.read as unknown as Read;
  const table: Table = read.table ?? (profile.defaults as { readonly table?: Table }).table ?? "holding";
  const isText = asksText(question);
  const listed = [question.is, ...(question.in ?? [])].filter((one) => one !== undefined);
  const length = read.length ?? Math.max(1, Math.ceil(String(listed[0] ?? "").length / 2));
  const own = isText ? { from: read.address, to: read.address + length } : extentOf({ ...read, table });
  const zone = zoneOf(settings, table, own);
  if (!zone || own.to > 65536) return undefined;
  const asked = askedExtent(settings, table, own, zone);
  const before = own.from - asked.from;
  const value = (data: Uint8Array): number | string | undefined => {
    if (holdsBits(table)) return ((data[before >> 3] as number) >> (before & 7)) & 1;
    const decoded = isText
      ? decoderOf({
          type: "string",
          order: read.order ?? "ABCD",
          length,
          chars: read.chars,
          scale: 1,
          offset: 0,
        })(data, 2 * before)
      : rawNumberOf(formatOf(read))(data, 2 * before);
    return decoded instanceof Flaw || decoded === null ? undefined : (decoded as number | string);
  };
  const { score } = question;
  const where = { table, address: read.address };
  return {
    table,
    address: asked.from,
    count: asked.to - asked.from,
    stake: 2 * score,
    judge: (data): Evidence => {
      const found = value(data);
      const shown = found === undefined ? "NaN" : String(found).trim().slice(0, 24);
      if (found !== undefined && fits(question, found)) {
        return {
          weight: score * meaningOf(question, found),
          said: say(M.identify_fits, { ...where, value: shown }),
        };
      }
      return { weight: -AGAINST * score, said: say(M.identify_differs, { ...where, value: shown }) };
    },
    refused: () => ({ weight: -REFUSED - score, said: say(M.identify_refused, where) }),
  };
}

/** Registers that read as nothing say little, where nothing is among what is expected. */
function meaningOf({ is }: Identification, found: number | string): number {
  return found === 0 && is !== 0 ? 0.15 : 1;
}

function asksText({ in: among = [], is, matches, read }: Identification): boolean {
  return (
    matches !== undefined ||
    read["length"] !== undefined ||
    [is, ...among].some((one) => typeof one === "string")
  );
}

function fits({ between, in: among, is, matches }: Identification, found: number | string): boolean {
  const listed = [...(is === undefined ? [] : [is]), ...(among ?? [])];
  if (typeof found === "string") {
    const text = found.split("\0").join("").trim();
    return matches === undefined ? listed.includes(text) : new RegExp(matches).test(text);
  }
  const [low = 0, high = 0] = between ?? [1, 0];
  return listed.includes(found) || (found >= low && found <= high);
}
