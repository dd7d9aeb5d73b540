import type { Message, Text } from "../core/message.js";
import { CATEGORY_MESSAGES as C } from "./category-messages.js";

/** Fields of work by which devices are listed, in this order, with their names. */
const TITLES = {
  energy: C.energy,
  solar: C.solar,
  battery: C.battery,
  drive: C.drive,
  pump: C.pump,
  water: C.water,
  weather: C.weather,
  soil: C.soil,
  air: C.air,
  relay: C.relay,
  lighting: C.lighting,
  io: C.io,
  traffic: C.traffic,
  waste: C.waste,
  controller: C.controller,
} as const satisfies Readonly<Record<string, Message<never>>>;

export type Category = keyof typeof TITLES;

export const CATEGORIES = Object.keys(TITLES) as readonly Category[];

export function categoryTitle(category: Category): Text {
  return TITLES[category].text;
}

export function isCategory(word: string | undefined): word is Category {
  return word !== undefined && Object.hasOwn(TITLES, word);
}
