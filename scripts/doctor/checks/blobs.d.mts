export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** The data folder. */
  readonly dir: string;
  readonly databaseUrl: string | undefined;
  /** Whether the database answers and has the tables. */
  readonly canRead: boolean;
}
export interface Finding {
  readonly kind: 'good' | 'bad' | 'note';
  readonly what: string;
  readonly wayOut?: string;
}
export function checkBlobs(surroundings: Surroundings): Promise<Finding[]>;
