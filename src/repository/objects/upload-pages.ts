/** Where a list of unfinished uploads goes on: stores made after S3 name the last upload by its key and its id. */
type Position = Readonly<{ key: string | undefined; id: string | undefined }>;

/** A token of `UploadPage`. Names of blobs have no line breaks. */
export function uploadToken({ key = '', id = '' }: Position): string {
  return `${key}\n${id}`;
}

export function uploadPosition(token: string | undefined): Position {
  const [key, id] = token === undefined ? [] : token.split('\n');
  return { key, id };
}

/** As parameters of a request, with the largest page that these stores give. */
export function uploadsQuery(prefix: string, token: string | undefined): Readonly<Record<string, string>> {
  const { key, id } = uploadPosition(token);
  return {
    prefix,
    'max-uploads': '1000',
    ...(key !== undefined && { 'key-marker': key }),
    ...(id !== undefined && { 'upload-id-marker': id }),
  };
}
