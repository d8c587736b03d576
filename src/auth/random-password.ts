import { randomInt } from 'node:crypto';
import { Secret } from '../base/secret.ts';

/** MySQL's `generated_random_password_length`. */
const characterCount = 20;
const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Without quotes, backslashes and blanks: it is to be copied from a screen, and pasted into a command line. */
const characters = `${letters}${letters.toUpperCase()}0123456789!#%&()*+,-./:;<=>?@[]^_{|}~`;

/** A password that nobody can guess: 20 characters of 89, which are 129 bits. */
export function randomPassword(): Secret {
  const picked = Array.from({ length: characterCount }, () => characters[randomInt(characters.length)]);
  return new Secret(picked.join(''));
}
