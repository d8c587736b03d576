import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attempt, localError } from '../../../../src/repository/adapters/local/errors.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { assertFails } from '../../../conformance/blob-store/support.ts';

describe('an error of the operating system', () => {
  const cases = [
    { code: 'ENOSPC', kind: 'full', text: "cannot write 'f': no space left on the device" },
    { code: 'EACCES', kind: 'permission_denied', text: "cannot write 'f': permission denied" },
    { code: 'EROFS', kind: 'permission_denied', text: "cannot write 'f': the file system is read-only" },
    {
      code: 'ENOTDIR',
      kind: 'invalid_argument',
      text: "cannot write 'f': a file stands where a folder is needed",
    },
    {
      code: 'ENAMETOOLONG',
      kind: 'invalid_argument',
      text: "cannot write 'f': the path is too long for the file system",
    },
    { code: 'EIO', kind: 'unavailable', text: "cannot write 'f': input/output error" },
    { code: 'ESOMETHING', kind: 'unavailable', text: "cannot write 'f': ESOMETHING" },
  ] as const;
  for (const { code, kind, text } of cases) {
    it(`${code} becomes ${kind}`, async () => {
      const failed = Object.assign(new Error(code), { code, errno: -1 });
      const work = attempt("write 'f'", () => Promise.reject(failed));
      await assertFails(kind, work);
      await assert.rejects(work, { message: text, cause: failed });
    });
  }

  it('comes with what to do where the user can do something', () => {
    for (const code of ['EACCES', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR']) {
      const failure = localError("write 'f'", Object.assign(new Error(code), { code, errno: -1 }));
      assert.ok(failure instanceof StorageError);
      assert.match(failure.hint ?? '', /^[A-Z].*\.$/, code);
    }
  });

  it('is told from errors of other sorts, which stay as they are', () => {
    const other = new TypeError('not ours');
    assert.equal(localError('write', other), other);
    const typed = new StorageError('corrupt', 'x');
    assert.equal(localError('write', typed), typed);
  });
});
