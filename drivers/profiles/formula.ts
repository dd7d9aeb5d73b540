/**
 * Whole numbers, also as 0x2A, with `+ - * / %` and parentheses over a few variables: how the addresses of repeated points follow
 * from their counters. Division drops the rest, % gives it. Nothing else: a profile is data.
 */
const TOKEN = /\s*(?:(0x[0-9a-fA-F]+|\d+)|([a-z][a-z0-9_]*)|([-+*/%()]))/y;

const LONGEST = 200;

/** The value; a text that says what cannot be understood where there is none. */
export function evaluate(formula: string, variables: Readonly<Record<string, number>>): number | string {
  if (formula.length > LONGEST) return `${formula.slice(0, 20)}...`;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = formula.trim();
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return text.slice(from);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  let at = 0;
  let wrong: string | undefined;

  const factor = (): number => {
    const token = tokens[at++];
    if (token === "(") {
      const inner = sum();
      if (tokens[at++] !== ")") wrong ??= ")";
      return inner;
    }
    if (token === "-") return -factor();
    if (token !== undefined && /^\d/.test(token)) return Number(token);
    if (token !== undefined && Object.hasOwn(variables, token)) return variables[token] as number;
    wrong ??= token ?? text;
    return 0;
  };
  const product = (): number => {
    let value = factor();
    for (let sign = tokens[at]; sign === "*" || sign === "/" || sign === "%"; sign = tokens[at]) {
      at++;
      const right = factor();
      value = sign === "*" ? value * right : sign === "/" ? Math.trunc(value / right) : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      const minus = tokens[at++] === "-";
      const right = product();
      value = minus ? value - right : value + right;
    }
    return value;
  };

  const value = sum();
  if (wrong === undefined && at < tokens.length) wrong = tokens[at];
  if (wrong !== undefined) return wrong;
  return Number.isSafeInteger(value) ? value + 0 : text;
}
