import type { Argument } from "./order-arguments.js";
import type { OrderForm } from "./order-form.js";

/** Whether settings stand before the place (`late 800ms of meter`) or behind it (`drift well level 0.05 per h`). */
export function isPlaceLast({ place }: OrderForm): boolean {
  return place === "bus" || place === "connection";
}

/** With all that it takes: `noise [before|after|instead] [8] [20% | every 5] of meter | on rs485 [for 60s]`. */
export function usageOf(form: OrderForm): string {
  const place =
    form.place === "bus" ? `of ${form.sample} | on ${connectionOf(form)}` : placeOf(form, form.takes);
  const before = form.takes.filter((one) => isPlaceLast(form) && one.after === undefined);
  const behind = form.takes.filter((one) => !before.includes(one));
  const odds = form.odds === "must" ? ["(20% | every 5)"] : form.odds ? ["[20% | every 5]"] : [];
  const parts = [
    form.verb,
    ...before.map((one) => bracketed(one, argumentUsage(one))),
    ...(isPlaceLast(form) ? [...odds, place] : [place]),
    ...alternatives(form, behind),
    ...(isPlaceLast(form) ? [] : odds),
    "[for 60s]",
  ];
  return parts.join(" ");
}

/** The shortest form that people write: `noise of meter`, `late 800ms of meter`. */
export function sampleOf(form: OrderForm): string {
  const [one] = form.oneOf ?? [];
  const told = form.takes.filter(({ isShown, name, optional }) => !optional || isShown || name === one);
  const before = told.filter(({ after }) => isPlaceLast(form) && after === undefined);
  const behind = told.filter((argument) => !before.includes(argument));
  const odds = form.odds === "must" || form.verb === "drop" ? ["20%"] : [];
  const place = form.place === "bus" ? `of ${form.sample}` : placeOf(form, told);
  return [form.verb, ...before.map(written), ...odds, place, ...behind.map(written)].join(" ");
}

/** `on` where something stands before it that might be taken for its name. */
function placeOf({ place, sample }: OrderForm, takes: readonly Argument[]): string {
  return place === "connection" && takes.some(({ after }) => after === undefined) ? `on ${sample}` : sample;
}

function connectionOf({ needs }: OrderForm): string {
  return needs === "TCP" || needs === "transaction ids" ? "plc" : "rs485";
}

function alternatives({ oneOf = [] }: OrderForm, all: readonly Argument[]): readonly string[] {
  const choice = all.filter(({ name }) => oneOf.includes(name));
  const rest = all.filter((argument) => !choice.includes(argument));
  const both = choice.length > 0 ? [choice.map(written).join(" | ")] : [];
  return [...both, ...rest.map((one) => bracketed(one, argumentUsage(one)))];
}

function bracketed({ optional }: Argument, text: string): string {
  return optional ? `[${text}]` : text;
}

function argumentUsage(argument: Argument): string {
  const { after, example, words } = argument;
  const value = words?.join("|") ?? example;
  return after === undefined ? value : `${after} ${value}`;
}

function written({ after, example }: Argument): string {
  return after === undefined ? example : `${after} ${example}`;
}
