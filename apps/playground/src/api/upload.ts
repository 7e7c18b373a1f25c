/** A file that came as a part of a multipart request. */
export interface Upload {
  name: string;
  mimeType: string;
  bytes: Buffer;
}
