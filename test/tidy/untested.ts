/**
 * Source files without a mirrored test file, each with its reason. A key that ends with a slash stands for all
 * files below it.
 */
export const untested: Readonly<Record<string, string>> = {
  'src/base/rows.ts': 'types and three constructors that every SHOW test runs through',
  'src/base/sql-error.ts': 'a class without behaviour; dispatch/sql-error.test.ts checks each kind',
  'src/base/brand.ts': 'types only',
  'src/wire/handler.ts': 'types only',
  'src/wire/limits.ts': 'numbers with their reasons; the tests of what they bound pass their own',
  'src/wire/protocol-error.ts':
    'two error classes and a table; test/wire/gate.test.ts and connection.test.ts read the numbers',
  'src/wire/connection-info.ts': 'a type and a table of names; test/wire/server.test.ts reads it',
  'src/wire/handshake.ts': 'test/wire/gate.test.ts goes through it with real sockets',
  'src/wire/transport.ts': 'test/wire/gate.test.ts and connection.test.ts go through it with real sockets',
  'src/wire/packet-input.ts':
    'test/wire/connection.test.ts and gate.test.ts check its timeouts and limits with real sockets',
  'src/wire/packet-output.ts': 'test/wire/connection.test.ts checks its backpressure with real sockets',
  'src/wire/reply.ts': 'test/wire/connection.test.ts and clients.test.ts check the order of answers',
  'src/wire/result-writer.ts':
    'test/wire/clients.test.ts reads its rows with real clients, command-runner.test.ts its bytes',
  'src/wire/rows/value-encoder.ts': 'types and two helpers of the encoders, whose tests run them',
  'src/sql/token.ts': 'types only',
  'src/sql/ddl/definition.ts': 'types only',
  'src/source/source.ts': 'types and one error class; test/conformance/source.ts checks the contract',
  'src/source/query.ts': 'types only',
  'src/repository/blob-store.ts': 'types only; test/conformance/blob-store.ts checks the contract',
  'src/repository/storage-error.ts': 'a class without behaviour; the retry layer’s tests read it',
  'src/metastore/metastore.ts':
    'types and one error class; test/conformance/metadata-store.ts checks the contract',
  'src/repository/adapters/local/folders.ts':
    'the local store’s tests make, sync and prune folders through it',
  'src/repository/adapters/local/upload.ts':
    'the local store’s tests and the conformance suite put through it',
  'src/repository/adapters/local/walk.ts':
    'the local store’s tests and the conformance suite list through it',
  'src/repository/layers/attempts.ts': 'the retry layer’s tests count its tries and waits',
  'src/repository/layers/pace.ts': 'the limit layer’s tests measure its speed',
  'src/repository/layers/sleep.ts': 'the tests of the retry and the limit layer wait through it',
  'src/metastore/metadata-store.ts': 'types only; test/conformance/metadata-store.ts checks the contract',
  'src/metastore/epoch.ts': 'both stores check epochs through it: test/conformance/metadata-store.ts',
  'src/metastore/resource.ts': 'the metastore’s tests start from what it decodes',
  'src/metastore/sandbox.ts': 'the tests of units of work see nothing but sandboxes',
  'src/metastore/sqlite/schema.ts': 'the SQLite store’s tests migrate, and refuse what it refuses',
  'src/metastore/sqlite/statements.ts': 'the SQLite store’s tests run each statement',
  'src/config/command-line.ts': 'load.test.ts splits every kind of argument through it',
  'src/config/config-error.ts': 'load.test.ts reads its reports',
  'src/config/config-file.ts': 'load.test.ts reads files through it',
  'src/config/config.ts': 'a table; load.test.ts reads its defaults and limits',
  'src/config/help.ts': 'load.test.ts reads its text',
  'src/config/option-names.ts': 'load.test.ts names options in all three ways',
  'src/config/option.ts': 'load.test.ts has a case for each kind of value',
  'src/config/settings.ts': 'a table; runtime-settings.test.ts reads it',
};
