import { characterSets, collations } from '../../sql/ddl/character-sets.ts';
import { reservedWords } from '../../sql/ddl/reserved-words.ts';
import { engineRows, pluginRows, sortLength } from '../show/server-facts.ts';
import { keywords } from './keywords.ts';
import { type SystemTable, viewerOf } from './system-table.ts';

/** What the server is and knows: engines, plugins, character sets, keywords, connections. */
export const serverTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'CHARACTER_SETS',
    columns:
      'CHARACTER_SET_NAME varchar(64) NOT NULL, DEFAULT_COLLATE_NAME varchar(64) NOT NULL, DESCRIPTION varchar(2048) NOT NULL, ' +
      'MAXLEN int unsigned NOT NULL',
    rows: () =>
      characterSets.map((set) => ({
        CHARACTER_SET_NAME: set.name,
        DEFAULT_COLLATE_NAME: set.defaultCollation,
        DESCRIPTION: set.description,
        MAXLEN: set.bytesMax,
      })),
  },
  {
    schema: 'information_schema',
    name: 'COLLATIONS',
    columns:
      'COLLATION_NAME varchar(64) NOT NULL, CHARACTER_SET_NAME varchar(64) NOT NULL, ID bigint unsigned NOT NULL, ' +
      "IS_DEFAULT varchar(3) NOT NULL, IS_COMPILED varchar(3) NOT NULL, SORTLEN int unsigned NOT NULL, PAD_ATTRIBUTE enum('PAD SPACE','NO PAD') NOT NULL",
    rows: () =>
      collations.map((collation) => ({
        COLLATION_NAME: collation.name,
        CHARACTER_SET_NAME: collation.characterSet,
        ID: collation.id,
        IS_DEFAULT: collation.isDefault ? 'Yes' : '',
        IS_COMPILED: 'Yes',
        SORTLEN: sortLength(collation),
        PAD_ATTRIBUTE: collation.padsSpaces ? 'PAD SPACE' : 'NO PAD',
      })),
  },
  {
    schema: 'information_schema',
    name: 'COLLATION_CHARACTER_SET_APPLICABILITY',
    columns: 'COLLATION_NAME varchar(64) NOT NULL, CHARACTER_SET_NAME varchar(64) NOT NULL',
    rows: () =>
      collations.map(({ name, characterSet }) => ({
        COLLATION_NAME: name,
        CHARACTER_SET_NAME: characterSet,
      })),
  },
  {
    schema: 'information_schema',
    name: 'ENGINES',
    columns:
      'ENGINE varchar(64) NOT NULL, SUPPORT varchar(8) NOT NULL, COMMENT varchar(80) NOT NULL, TRANSACTIONS varchar(3), ' +
      'XA varchar(3), SAVEPOINTS varchar(3)',
    rows: () =>
      engineRows.map(([engine, support, comment, transactions, xa, savepoints]) => ({
        ENGINE: engine,
        SUPPORT: support,
        COMMENT: comment,
        TRANSACTIONS: transactions,
        XA: xa,
        SAVEPOINTS: savepoints,
      })),
  },
  {
    schema: 'information_schema',
    name: 'PLUGINS',
    columns:
      'PLUGIN_NAME varchar(64) NOT NULL, PLUGIN_VERSION varchar(20) NOT NULL, PLUGIN_STATUS varchar(10) NOT NULL, ' +
      'PLUGIN_TYPE varchar(80) NOT NULL, PLUGIN_TYPE_VERSION varchar(20) NOT NULL, PLUGIN_LIBRARY varchar(64), ' +
      'PLUGIN_LIBRARY_VERSION varchar(20), PLUGIN_AUTHOR varchar(64), PLUGIN_DESCRIPTION longtext, PLUGIN_LICENSE varchar(80), ' +
      'LOAD_OPTION varchar(64) NOT NULL',
    rows: () =>
      pluginRows.map(([name, status, type, library, license]) => ({
        PLUGIN_NAME: name,
        PLUGIN_VERSION: '1.0',
        PLUGIN_STATUS: status,
        PLUGIN_TYPE: type,
        PLUGIN_TYPE_VERSION: '1.0',
        PLUGIN_LIBRARY: library,
        PLUGIN_LICENSE: license,
        LOAD_OPTION: 'FORCE',
      })),
  },
  {
    schema: 'information_schema',
    name: 'KEYWORDS',
    columns: 'WORD varchar(128), RESERVED int',
    rows: () => {
      const reserved = new Set(reservedWords);
      return [...new Set([...keywords, ...reservedWords])]
        .sort()
        .map((word) => ({ WORD: word, RESERVED: reserved.has(word) ? 1 : 0 }));
    },
  },
  {
    schema: 'information_schema',
    name: 'PROCESSLIST',
    columns:
      'ID bigint unsigned NOT NULL, USER varchar(32) NOT NULL, HOST varchar(261) NOT NULL, DB varchar(64), ' +
      'COMMAND varchar(16) NOT NULL, TIME int NOT NULL, STATE varchar(64), INFO longtext',
    rows: (reader) =>
      reader.processes(viewerOf(reader.context)).map(([id, user, host, db, command, time, state, info]) => ({
        ID: id ?? 0,
        USER: user ?? '',
        HOST: host ?? '',
        DB: db ?? null,
        COMMAND: command ?? '',
        TIME: time ?? 0,
        STATE: state ?? null,
        INFO: info ?? null,
      })),
  },
];
