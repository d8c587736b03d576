import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elementsOf, escaped, textOf } from '../../../../src/repository/adapters/azure/answer.ts';

describe('answers of Azure', () => {
  const xml =
    '\uFEFF<?xml version="1.0"?><EnumerationResults ServiceEndpoint="https://x/"><Blobs>' +
    '<Blob><Name>a&amp;b &lt;&#39;&#xe9;&gt;</Name><Properties><Content-Length>5</Content-Length></Properties></Blob>' +
    '<Blob><Name>c</Name></Blob></Blobs><NextMarker /></EnumerationResults>';

  it('are read element by element, with their entities', () => {
    assert.deepEqual(
      elementsOf(xml, 'Blob').map((blob) => [textOf(blob, 'Name'), textOf(blob, 'Content-Length')]),
      [
        ["a&b <'é>", '5'],
        ['c', undefined],
      ],
    );
    assert.equal(textOf(xml, 'NextMarker'), undefined);
    assert.deepEqual(elementsOf('no XML', 'Blob'), []);
  });

  it('get back what was escaped', () => {
    assert.equal(textOf(`<a>${escaped('<&>"')}</a>`, 'a'), '<&>"');
  });
});
