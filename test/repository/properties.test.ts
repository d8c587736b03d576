import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { readProperties, unknownProperties } from '../../src/repository/properties.ts';

const table = {
  key: ['aws.s3.access_key', 'fs.s3a.access.key'],
  pathStyle: ['aws.s3.enable_path_style_access'],
} as const;

function reader(
  properties: Readonly<Record<string, string>>,
): ReturnType<typeof readProperties<keyof typeof table>> {
  return readProperties<keyof typeof table>(table, new Map(Object.entries(properties)));
}

describe('the properties of a repository', () => {
  it('are read in both spellings', () => {
    assert.equal(reader({ 'aws.s3.access_key': 'A' }).text('key'), 'A');
    assert.equal(reader({ 'fs.s3a.access.key': 'A' }).text('key'), 'A');
    assert.equal(reader({ 'fs.s3a.access.key': 'A' }).spelling('key'), 'fs.s3a.access.key');
    assert.equal(reader({}).spelling('key'), 'aws.s3.access_key');
  });

  it('count as not given when empty', () => {
    assert.equal(reader({ 'aws.s3.access_key': '', 'fs.s3a.access.key': 'A' }).text('key'), 'A');
    assert.equal(reader({ 'aws.s3.access_key': '' }).text('key'), undefined);
  });

  it('may not contradict themselves, and values are not told', () => {
    const both = reader({ 'aws.s3.access_key': 'SECRET1', 'fs.s3a.access.key': 'SECRET2' });
    assert.throws(
      () => both.text('key'),
      (error) =>
        error instanceof SqlError && !error.message.includes('SECRET') && error.message.includes('fs.s3a'),
    );
  });

  it('have flags that are true or false', () => {
    assert.equal(reader({ 'aws.s3.enable_path_style_access': 'TRUE' }).flag('pathStyle'), true);
    assert.equal(reader({ 'aws.s3.enable_path_style_access': 'false' }).flag('pathStyle'), false);
    assert.equal(reader({}).flag('pathStyle'), undefined);
    assert.throws(() => reader({ 'aws.s3.enable_path_style_access': 'yes' }).flag('pathStyle'), SqlError);
  });

  it('that nobody knows are warned about, with the one that was meant', () => {
    const given = new Map([
      ['aws.s3.acces_key', 'x'],
      ['fs.s3a.access.key', 'x'],
      ['completely.different.thing', 'x'],
    ]);
    assert.deepEqual(unknownProperties(Object.values(table).flat(), given), [
      "property 'aws.s3.acces_key' means nothing to this kind of repository, did you mean 'aws.s3.access_key'?",
      "property 'completely.different.thing' means nothing to this kind of repository",
    ]);
  });
});
