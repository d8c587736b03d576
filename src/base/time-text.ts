/** `yyyy-MM-dd HH:mm:ss` in the server's zone, as MySQL and StarRocks show times; null for a time that has not come. */
export function timeText(atMs: number): string;
export function timeText(atMs: number | undefined): string | null;
export function timeText(atMs: number | undefined): string | null {
  if (atMs === undefined) return null;
  const at = new Date(atMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
