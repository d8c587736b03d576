import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText } from '../../src/base/text.ts';
import { GlobalVariables, SessionVariables } from '../../src/catalog/session-variables.ts';
import { variablesOf } from '../../src/catalog/variables.ts';
import { refuseAmbiguous } from '../../src/session/ambiguous-text.ts';
import { sampleFacts, sampleLogin } from '../dispatch/world.ts';

/** A state of a login with this collation; 28 is gbk_chinese_ci, 8 latin1_swedish_ci. */
function stateOf(collation: number): Parameters<typeof refuseAmbiguous>[1] {
  const variables = new SessionVariables(new GlobalVariables(variablesOf(sampleFacts)));
  return { variables, login: sampleLogin({ collation }) };
}

describe('a text that is cut before it goes on', () => {
  const letters = decodeText(Buffer.from([0x27, 0xd5, 0x5c, 0x27]));

  it('is refused with letters that may look like quotes', () => {
    assert.throws(() => refuseAmbiguous(letters, stateOf(28)), {
      kind: 'not_supported',
      message: /letters of character set gbk in a text/,
    });
  });

  it('goes on in other character sets, and without letters', () => {
    refuseAmbiguous(letters, stateOf(8));
    refuseAmbiguous('SELECT 1', stateOf(28));
  });
});
