/** A part of a URL with all but the characters escaped that RFC 3986 leaves as they are: so nobody writes it another way. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
