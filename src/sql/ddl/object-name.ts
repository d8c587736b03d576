/** A name as written. Parts that the statement leaves out come from the session. */
export type ObjectName = Readonly<{ catalog?: string; database?: string; name: string }>;
