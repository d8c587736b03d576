/**
 * An error that another MySQL server has answered: number, SQLSTATE and text reach the client as that server gave
 * them.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly number: number;
  readonly sqlState: string;

  constructor(number: number, sqlState: string, message: string) {
    super(message);
    this.number = number;
    this.sqlState = sqlState;
  }
}
