/** What Azure's answers in XML need of it: elements without attributes that count, texts, no comments, no CDATA. */

/**
 * The contents of all elements of a name, in their order; those within another of the same name are not looked for. Reads the
 * text once, whatever a hostile store has put into it.
 */
export function elementsOf(xml: string, name: string): readonly string[] {
  const [opening, closing] = [`<${name}`, `</${name}>`];
  const found: string[] = [];
  for (let at = xml.indexOf(opening); at !== -1; at = xml.indexOf(opening, at)) {
    at += opening.length;
    if (!/[\s/>]/.test(xml.charAt(at))) continue;
    const end = xml.indexOf('>', at);
    if (end === -1) break;
    const isEmpty = xml[end - 1] === '/';
    const stop = isEmpty ? end + 1 : xml.indexOf(closing, end);
    if (stop === -1) break;
    found.push(isEmpty ? '' : xml.slice(end + 1, stop));
    at = isEmpty ? stop : stop + closing.length;
  }
  return found;
}

/** The text of the first element of a name; undefined when there is none, or it is empty. */
export function textOf(xml: string, name: string): string | undefined {
  const [content = ''] = elementsOf(xml, name);
  return content === '' ? undefined : unescaped(content);
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    if (decimal !== undefined) return characterOf(Number(decimal));
    return characters[name] ?? entity;
  });
}

/** Unicode ends at 10FFFF; what lies beyond is no character. */
function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
