import { type Language, renderText, say } from "../../drivers/core/message.js";
import { PAGE_MESSAGES as M } from "./messages.js";

/** The words of the page in one language, by the names that its script uses. */
export function pageWords(language: Language): Readonly<Record<string, string>> {
  const {
    devices,
    drop,
    example,
    garble,
    gone,
    heal,
    late,
    minute,
    orders,
    send,
    set,
    silent,
    speed,
    title,
    unit,
    world,
  } = M;
  const words = {
    devices,
    drop,
    example,
    garble,
    gone,
    heal,
    late,
    minute,
    orders,
    send,
    set,
    silent,
    speed,
    title,
    unit,
    world,
  };
  return Object.fromEntries(
    Object.entries(words).map(([key, message]) => [key, renderText(say(message), language)]),
  );
}
