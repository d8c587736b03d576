/**
 * Source files without a mirrored test file, each with its reason. A key that ends with a slash stands for all
 * files below it.
 */
export const untested: Readonly<Record<string, string>> = {
  'src/base/rows.ts': 'types and three constructors that every SHOW test runs through',
  'src/base/sql-error.ts': 'a class without behaviour; dispatch/sql-error.test.ts checks each kind',
  'src/base/brand.ts': 'types only',
  'src/wire/handler.ts': 'types only',
  'src/sql/token.ts': 'types only',
  'src/sql/ddl/definition.ts': 'types only',
  'src/source/source.ts': 'types and one error class; test/conformance/source.ts checks the contract',
  'src/source/query.ts': 'types only',
  'src/repository/blob-store.ts': 'types only; test/conformance/blob-store.ts checks the contract',
  'src/repository/storage-error.ts': 'a class without behaviour; the retry layer’s tests read it',
  'src/metastore/metastore.ts':
    'types and one error class; test/conformance/metadata-store.ts checks the contract',
};
