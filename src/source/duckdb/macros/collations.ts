import type { MacroDefinition } from './definition.ts';

/** Letters of latin1_swedish_ci that stand with another one or in its place, and that place. */
const swedishLetters = 'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖÙÚÛÜÝàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ';
const swedishPlaces = String.raw`AAAA\[\CEEEEIIIIDNOOOO]UUUYYAAAA\[\CEEEEIIIIDNOOOO]ØUUUYYÞ`;
const smalls = 'abcdefghijklmnopqrstuvwxyz';
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Й is a letter of its own in utf8mb4_general_ci; a sign without a meaning keeps it from losing its breve. */
const kept = String.fromCodePoint(0xe000);

/** Scripts whose accents are parts of letters; elsewhere the marks are letters of their own. */
const scripts = String.raw`\x{0}-\x{2FF}\x{370}-\x{482}\x{48A}-\x{590}\x{1E00}-\x{218F}\x{E000}\x{FFFD}`;
const accented = `[${scripts}]`;
const unaccented = `[^${scripts}]`;
/** Those of them that may have an accent. */
const letters = String.raw`[\x{C0}-\x{2FF}\x{370}-\x{482}\x{48A}-\x{590}\x{1E00}-\x{1FFF}]`;
const supplementary = String.raw`[\x{10000}-\x{10FFFF}]`;

/** Letters that are of their own in UCA 4.0.0 and accented ones in UCA 9.0.0, and rare ones in the places that they had. */
const oldLetters = 'ÆæØøǾǿĐđÐðĦħŁł';
const oldPlaces = 'ɐɐɔɔɔɔɖɖɗɗɦɦɬɬ';

/** Weights of the collations that go character by character (docs/decisions/0096). */
export const collationMacros: readonly MacroDefinition[] = [
  [
    'swedish_weights',
    [
      'x',
      `CASE WHEN strlen(x) = length(x) THEN upper(x) ELSE translate(x, '${smalls}${swedishLetters}', '${capitals}${swedishPlaces}') END`,
    ],
  ],
  [
    'general_weights',
    [
      'x',
      `CASE WHEN strlen(x) = length(x) THEN upper(x) ELSE @general_letters(regexp_replace(translate(x, 'Ййß', '${kept}${kept}S'), '${supplementary}', chr(65533), 'g')) END`,
    ],
  ],
  // As utf8mb4_0900_ai_ci compares single characters.
  [
    'fold',
    [
      'x',
      `CASE WHEN strlen(x) = length(x) THEN upper(x) ELSE @general_letters(translate(x, 'Йй', '${kept}${kept}')) END`,
    ],
  ],
  // A text that mixes them goes piece by piece: `é` loses its accent beside a sign or an emoji, too.
  [
    'general_letters',
    [
      'x',
      `translate(CASE WHEN regexp_full_match(x, '${accented}*') THEN upper(strip_accents(x)) WHEN regexp_matches(x, '${letters}') THEN @general_pieces(x) ELSE upper(x) END, '${kept}', 'Й')`,
    ],
  ],
  [
    'general_pieces',
    [
      'x',
      `array_to_string(list_transform(regexp_extract_all(x, '${accented}+|${unaccented}+'), lambda piece: CASE WHEN regexp_full_match(piece, '${accented}*') THEN upper(strip_accents(piece)) ELSE upper(piece) END), '')`,
    ],
  ],
  [
    'unicode_weights',
    [
      'x',
      `icu_sort_key(CASE WHEN strlen(x) = length(x) THEN x ELSE regexp_replace(translate(x, '${oldLetters}', '${oldPlaces}'), '${supplementary}', chr(65533), 'g') END, 'und@@colStrength=primary')`,
    ],
  ],
];
