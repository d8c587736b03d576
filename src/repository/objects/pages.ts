import { StorageError } from '../storage-error.ts';
import type { ListPage } from './requests.ts';

/** All pages of a list, each fetched when it is wanted. A store that leads back to the page it gave is `corrupt`. */
export async function* pages(
  fetch: (token: string | undefined) => Promise<ListPage>,
): AsyncGenerator<ListPage, void, undefined> {
  let token: string | undefined;
  do {
    const page = await fetch(token);
    yield page;
    if (page.next !== undefined && page.next === token) {
      throw new StorageError('corrupt', `the list of the store does not go on after '${token}'`);
    }
    token = page.next;
  } while (token !== undefined);
}
