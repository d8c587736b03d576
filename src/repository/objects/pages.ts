import type { ListPage } from './requests.ts';

/** All pages of a list, each fetched when it is wanted. */
export async function* pages(
  fetch: (token: string | undefined) => Promise<ListPage>,
): AsyncGenerator<ListPage, void, undefined> {
  let token: string | undefined;
  do {
    const page = await fetch(token);
    yield page;
    token = page.next;
  } while (token !== undefined);
}
