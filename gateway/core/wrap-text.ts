/** A text as rows of at most `width` columns, broken at spaces; the first begins with `first`, the others with `indent`. */
export function wrapText(first: string, text: string, width: number, indent: string): string[] {
  const [word = "", ...words] = text.normalize("NFC").split(" ");
  const rows: string[] = [];
  let row = first + word;
  for (const next of words) {
    if ([...row, " ", ...next].length <= width) row += ` ${next}`;
    else {
      rows.push(row);
      row = indent + next;
    }
  }
  return [...rows, row];
}
