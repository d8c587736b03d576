/** StarRocks' codes of a job's Status, in its order; those we have no cause for are left out. */
export const failureCodes = [
  'NOT_FOUND',
  'BAD_FILE',
  'TIMEOUT',
  'BAD_CONNECTION',
  'COMMON_ERROR',
  'UNSUPPORTED',
  'BAD_REPLACE',
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** Why a job was cancelled. */
export type Failure = Readonly<{ code: FailureCode; message: string }>;

const userCancelled = 'user cancelled';

/** What CANCEL leaves as the reason; `detail` says where the job was. */
export function cancelledByUser(detail = ''): Failure {
  return { code: 'COMMON_ERROR', message: userCancelled + detail };
}

/** Whether somebody wanted the job to end. */
export function isCancelledByUser({ message }: Failure): boolean {
  return message.startsWith(userCancelled);
}

/** `CODE: text`, or the code alone where there is nothing to say. */
export function failureText({ code, message }: Failure): string {
  return message === '' ? code : `${code}: ${message}`;
}
