declare const brand: unique symbol;

/** A value that only one checking function makes, so that two kinds of string or number cannot be mixed. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
