import { readFileSync } from 'node:fs';
import path from 'node:path';

const pages: string = path.resolve(import.meta.dirname, '../../docs/clients');

/** What a test has where the pages print 9030, a dotted password, and the server's certificate. */
export type Place = Readonly<{ port: number; password: string; certificate?: string }>;

/** The lines of the first block of a page of docs/clients, each with what connects, as this place has it. */
export function connectingLines(page: string, { port, password, certificate = '' }: Place): string[] {
  const [, block = ''] = /^```text\n(.*?)^```/msu.exec(readFileSync(path.join(pages, page), 'utf8')) ?? [];
  return block
    .replaceAll('9030', String(port))
    .replaceAll('…', password)
    .replaceAll('server-cert.pem', certificate)
    .split('\n')
    .filter(Boolean);
}
