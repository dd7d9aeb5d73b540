/**
 * Texts for people. Every sentence that a person may read is an entry: a code, a sentence in
 * Vietnamese and English, and where something can be done about it, a hint that says what to do next.
 * Each folder keeps its entries in one `messages.ts`; a test walks them all.
 */

export type Language = "vi" | "en";

/** A text of a file that people wrote in both languages is given in that of the reader. */
export type ParamValue = string | number | bigint | boolean | Text;

/** The names in braces of a template: `ParamNames<"{a} of {b}">` is `"a" | "b"`. */
export type ParamNames<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

export interface Text {
  readonly vi: string;
  readonly en: string;
}

/** One entry. `P` are the parameter names that the sentence and the hint may use. */
export interface Message<P extends string = string> {
  /** `area.what`, in lower case with `_`: what machines see; never changes its meaning once published. */
  readonly code: string;
  readonly text: Text;
  readonly hint?: Text;
  /** Only there to carry the type of the parameters. */
  readonly params?: Readonly<Record<P, ParamValue>>;
}

interface Entry {
  readonly vi: string;
  readonly en: string;
  readonly hint?: Text;
}

type EntryParams<E extends Entry> =
  | ParamNames<E["en"]>
  | (E["hint"] extends { readonly en: infer H extends string } ? ParamNames<H> : never);

export type MessageTable<T extends Readonly<Record<string, Entry>>> = {
  readonly [K in keyof T]: Message<EntryParams<T[K]>>;
};

/** Makes the entries of one folder: the code of each is `area.key`. */
export function messages<const T extends Readonly<Record<string, Entry>>>(
  area: string,
  entries: T,
): MessageTable<T> {
  const table: Record<string, Message> = {};
  for (const [key, { vi, en, hint }] of Object.entries(entries)) {
    const text = { vi, en };
    table[key] = hint ? { code: `${area}.${key}`, text, hint } : { code: `${area}.${key}`, text };
  }
  return table as MessageTable<T>;
}

/** A message with its parameters: what is passed around until somebody must read it. */
export interface Said {
  readonly message: Message;
  readonly params: Readonly<Record<string, ParamValue>>;
}

export function say<P extends string>(
  message: Message<P>,
  ...[params]: [P] extends [never] ? [] : [Readonly<Record<P, ParamValue>>]
): Said {
  return { message: message as Message, params: (params ?? {}) as Record<string, ParamValue> };
}

function fill(template: string, params: Readonly<Record<string, ParamValue>>, language: Language): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : whole;
    return typeof value === "object" ? value[language] : String(value);
  });
}

/** The sentence alone. */
export function renderText(said: Said, language: Language): string {
  return fill(said.message.text[language], said.params, language);
}

/** The hint alone, or undefined where the message has none. */
export function renderHint(said: Said, language: Language): string | undefined {
  const hint = said.message.hint;
  return hint ? fill(hint[language], said.params, language) : undefined;
}

/** The sentence in each language, to be part of another. */
export function textOf(said: Said): Text {
  return { vi: renderText(said, "vi"), en: renderText(said, "en") };
}

/** Sentence and hint, one after the other. */
export function render(said: Said, language: Language): string {
  const hint = renderHint(said, language);
  return hint ? `${renderText(said, language)} ${hint}` : renderText(said, language);
}
