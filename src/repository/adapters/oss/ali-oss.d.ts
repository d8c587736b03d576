/** What we use of ali-oss, which has no types of its own. */
declare module 'ali-oss' {
  import type { IncomingHttpHeaders } from 'node:http';
  import type { Readable } from 'node:stream';
  import type { HttpAnswer } from '../../http/client.ts';

  /** A request as the SDK has built and signed it. */
  export type TransportRequest = Readonly<{
    method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
    headers: Readonly<Record<string, unknown>>;
    content?: Uint8Array | string;
    stream?: Readable;
    /** True: the answer's body is to be read by the caller. */
    customResponse?: boolean;
  }>;
  export type TransportAnswer = Readonly<{
    status: number;
    headers: IncomingHttpHeaders;
    /** Undefined for a body that the caller reads. */
    data: Uint8Array | undefined;
    /** Given back by methods that answer a stream; the SDK itself reads headers of it. */
    res: HttpAnswer;
  }>;

  export type Options = Readonly<{
    accessKeyId: string;
    accessKeySecret: string;
    stsToken?: string;
    /** Without it the SDK advises on the console to have tokens refreshed. */
    refreshSTSTokenInterval?: number;
    bucket: string;
    endpoint: string;
    region?: string;
    secure: boolean;
    authorizationV4: boolean;
    retryMax: number;
    /** The HTTP client, in the form of the package urllib. */
    urllib: { request: (url: string, request: TransportRequest) => Promise<TransportAnswer> };
  }>;

  type Answered = Readonly<{ res: Readonly<{ headers: IncomingHttpHeaders }> }>;
  type RequestOptions = Readonly<{
    headers?: Readonly<Record<string, string>>;
    meta?: Readonly<Record<string, string>>;
  }>;
  type Query = Readonly<Record<string, string>>;

  export default class OSS {
    constructor(options: Options);
    put(name: string, content: Buffer, options: RequestOptions & { mime?: string }): Promise<Answered>;
    putStream(
      name: string,
      stream: Readable,
      options: RequestOptions & { mime?: string; contentLength: number },
    ): Promise<Answered>;
    getStream(name: string, options: RequestOptions): Promise<Answered & Readonly<{ stream: HttpAnswer }>>;
    head(name: string): Promise<Answered>;
    /** Changes its first argument. */
    listV2(query: Record<string, string>): Promise<
      Readonly<{
        objects: readonly Readonly<{ name: string; size: number; lastModified: string }>[];
        prefixes: readonly string[] | null;
        isTruncated: boolean;
        nextContinuationToken: string | null;
      }>
    >;
    delete(name: string): Promise<Answered>;
    deleteMulti(
      names: readonly string[],
      options: { quiet: boolean },
    ): Promise<Readonly<{ deleted: readonly Readonly<{ Key: string }>[] }>>;
    initMultipartUpload(name: string, options: RequestOptions): Promise<Readonly<{ uploadId?: string }>>;
    /** Named as if it were private; the public one takes files alone. */
    _uploadPart(
      name: string,
      id: string,
      number: number,
      data: { stream: Readable; size: number },
      options: RequestOptions,
    ): Promise<Answered & Readonly<{ etag: string }>>;
    completeMultipartUpload(
      name: string,
      id: string,
      parts: readonly Readonly<{ number: number; etag: string }>[],
      options: RequestOptions,
    ): Promise<Answered & Readonly<{ etag?: string }>>;
    abortMultipartUpload(name: string, id: string): Promise<Answered>;
    listUploads(query: Query): Promise<
      Readonly<{
        uploads: readonly Readonly<{ name: string; uploadId: string; initiated: string }>[];
        isTruncated: boolean;
        nextKeyMarker?: string;
        nextUploadIdMarker?: string;
      }>
    >;
  }
}
