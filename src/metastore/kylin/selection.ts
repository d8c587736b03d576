/** What a backup or a restore is about. A model is what older generations call a cube. */
export type Scope =
  | Readonly<{ kind: 'system' }>
  | Readonly<{ kind: 'project'; project: string }>
  /** `name` is an alias or a UUID. Without a project the name must be of one project only. */
  | Readonly<{ kind: 'model'; name: string; project?: string; withSegments: boolean }>;

export type ScopeOptions = Readonly<{ excludeTableExd: boolean }>;

/** The keys of a scope in a source, in order. */
export type Selection = Readonly<{
  keys: readonly string[];
  /** Whether the source has the project or the model at all. */
  isThere: boolean;
  /** Keys whose content loses its segments on the way. */
  withoutSegments: ReadonlySet<string>;
  /** The project that a model was found in. */
  project: string | undefined;
}>;
