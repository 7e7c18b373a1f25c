/** The fallback for bytes that are not a supported image. */
const unknownSize = { width: 512, height: 512 };

/** The dimensions of a PNG, JPEG or GIF, read from its header. */
export function photoSize(bytes: Buffer): { width: number; height: number } {
  if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.length >= 10 && bytes.toString('latin1', 0, 4) === 'GIF8') {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  return (bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8 && jpegSize(bytes)) || unknownSize;
}

/** Whether the bytes start like a JPEG, PNG, GIF or WebP. */
export function isImage(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 12);
  return /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF.{4}WEBP)/s.test(head);
}

/** Walks the segments to the frame header (SOF0-SOF15 except DHT, JPG and DAC). */
function jpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
