import type { EventBody } from "../../gateway/contract/event.js";
import { topicOf } from "../../gateway/contract/topics.js";
import { deviceBirth, type Station, type StationDevice, stationBirth } from "./station.js";
import type { Entry } from "./stream.js";

/** A message as it goes out. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export type Marking = "live" | "historical" | "resend";

const MARKS: Readonly<Record<Marking, string>> = {
  live: "",
  historical: ',"historical":true',
  resend: ',"historical":true,"resend":true',
};

export interface Head {
  readonly epoch: string;
  readonly pendingFrom: number;
}

/** Records of one revision and one topic as a message. Pure: the same records have the same content each time. */
export function recordsMessage(
  station: Station,
  entries: readonly Entry[],
  { epoch, pendingFrom }: Head,
  marking: Marking,
): Outgoing {
  const [first] = entries;
  const kind = first && "event" in first.what ? "event" : "data";
  const records = entries.map((entry) => recordText(station, entry, marking)).join();
  return {
    topic: topicOf(station.id, kind),
    payload: `{"epoch":"${epoch}","rev":${first?.rev ?? 1},"pending_from":${pendingFrom},"records":[${records}]}`,
    retain: false,
  };
}

function recordText(station: Station, { prev, seq, t, what }: Entry, marking: Marking): string {
  const head = `{"seq":${seq},"prev":${prev},"t":"${new Date(t).toISOString()}",`;
  const mark = MARKS[marking];
  if ("event" in what) return `${head}${eventText(what.event)}${mark}}`;
  const device = station.devices[what.device];
  return device ? `${head}${readings(device, t, what.answer)}${mark}}` : `${head}"device":"?","v":{}${mark}}`;
}

function eventText(event: EventBody): string {
  return JSON.stringify(event).slice(1, -1);
}

function readings({ id, points, seed }: StationDevice, t: number, answer: "good" | "none"): string {
  const head = `"device":"${id}","v":{`;
  if (answer === "none")
    return `${head}},"bad":{${points.map((point) => `"${point.id}":"no_answer"`).join()}}`;
  const values = points.map(({ decimals, id: point, value }) => {
    const shown = value({ seed, t });
    if (typeof shown !== "number") return `"${point}":${JSON.stringify(shown)}`;
    const power = 10 ** (decimals ?? 0);
    // Adding zero turns -0 into 0.
    return `"${point}":${Math.round(shown * power) / power + 0}`;
  });
  return `${head}${values.join()}}`;
}

/** Every current value once, outside of the chain; `lost` are the devices that do not answer. */
export function snapshotMessage(
  station: Station,
  head: { readonly epoch: string; readonly rev: number; readonly last: number },
  t: number,
  lost: ReadonlySet<number>,
): Outgoing {
  const time = new Date(t).toISOString();
  const records = station.devices.map(
    (device, at) => `{"t":"${time}",${readings(device, t, lost.has(at) ? "none" : "good")}}`,
  );
  const { epoch, last, rev } = head;
  return {
    topic: topicOf(station.id, "data"),
    payload: `{"epoch":"${epoch}","rev":${rev},"snapshot":true,"as_of":${last},"records":[${records.join()}]}`,
    retain: false,
  };
}

/** The births of a revision, each made when it is wanted: together they are the largest that a gateway says. */
export function birthMessages(
  station: Station,
  epoch: string,
  rev: number,
  everyMs: number,
  retain: boolean,
): readonly (() => Outgoing)[] {
  return [
    () => ({ topic: topicOf(station.id, "birth"), payload: stationBirth(station, epoch, rev), retain }),
    ...station.devices.map(
      (device) => (): Outgoing => ({
        topic: topicOf(station.id, `birth/${device.id}`),
        payload: deviceBirth(device, epoch, rev, everyMs),
        retain,
      }),
    ),
  ];
}
