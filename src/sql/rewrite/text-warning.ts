/** A warning that the text of a statement calls for, whatever its rows are. */
export type TextWarning = Readonly<{ number: number; message: string }>;

/** MySQL's 1287 of a spelling that it is going to take back. */
export function deprecated(what: string, instead: string): TextWarning {
  return {
    number: 1287,
    message: `${what} is deprecated and will be removed in a future release. ${instead}`,
  };
}

/** MySQL's warning of `@a := 1`. */
export const assignmentInExpression: TextWarning = deprecated(
  'Setting user variables within expressions',
  "Consider alternatives: 'SET variable=expression, ...', or 'SELECT expression(s) INTO variables(s)'.",
);

/** MySQL's warning of a character set's name; undefined for one that it likes. */
export function oldCharacterSet(name: string): TextWarning | undefined {
  switch (name.toLowerCase()) {
    case 'utf8':
      return {
        number: 3719,
        message:
          "'utf8' is currently an alias for the character set UTF8MB3, but will be an alias for UTF8MB4 in a future release. " +
          'Please consider using UTF8MB4 in order to be unambiguous.',
      };
    case 'utf8mb3':
      return deprecated("'utf8mb3'", 'Please use utf8mb4 instead');
    default:
      return undefined;
  }
}
