import type { BufferDamaged, GatewayEvent } from "../core/event.js";
import type { Opened } from "./protocol.js";

/** What the last run left behind, as the first events of this one. */
export function pastEvents(opened: Opened): GatewayEvent[] {
  const { oldEpoch, void: range } = opened;
  const events: GatewayEvent[] = [];
  if (oldEpoch) {
    const { epoch: old, last: old_last, reason } = oldEpoch;
    events.push({ event: "epoch", old, old_last, reason });
  }
  if (range) events.push({ event: "void", ...range });
  return [...events, ...damageEvents(opened)];
}

/** None when no file was set aside. */
export function damageEvents({ setAside }: Opened): BufferDamaged[] {
  return setAside ? [{ event: "buffer_damaged", set_aside: setAside.path, saved: setAside.saved }] : [];
}
